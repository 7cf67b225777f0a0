"""One service does everything wrong that a service can do wrong; the page stands."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fragment_contract.testing import (
    BreakOff,
    Drip,
    Endless,
    FakeFragmentServer,
    GzipBomb,
    Hang,
    Raw,
    Reply,
)

from dev.running_site import RunningSite

from . import shop
from .harm import get, log_end, other_registry, visit_until_logged, with_entry

pytestmark = pytest.mark.ours

FRAGMENT = "reviews/list"
CONTENT = "/fragments/list/"
MANIFEST = "/fragments/list/manifest.json"
ANY = {"type": "object", "additionalProperties": True}
HTML = b"content-type: text/html; charset=utf-8\r\n"
OK = b"HTTP/1.1 200 OK\r\n"

CONTENTS: dict[str, tuple[Any, str]] = {
    "answers 500": (Reply(status=500, body="Traceback: secret"), "http-500"),
    "answers 302": (Reply(status=302, headers={"location": "/elsewhere/"}), "http-302"),
    "answers 404": (Reply(status=404, body="secret"), "http-404"),
    "sends HTML without end": (Endless(), "too-large"),
    "says nothing": (Hang(), "timeout"),
    "begins and says no more": (
        Hang(first=OK + HTML + b"content-length: 90\r\n\r\n<p>secret"),
        "timeout",
    ),
    "trickles": (Drip(chunks=("<p>secret</p>",) * 10_000), "timeout"),
    "breaks off": (BreakOff(sent="<p>secret"), "disconnected"),
    "sends JSON": (Reply(body='{"secret": 1}', content_type="application/json"), "malformed"),
    "sends a picture": (Reply(body=b"\x89PNG", content_type="image/png"), "malformed"),
    "says no content type": (Reply(body="<p>secret", content_type=None), "malformed"),
    "sends invalid UTF-8": (Reply(body=b"<p>secret \xff\xfe</p>"), "malformed"),
    "sends a gzip bomb": (GzipBomb(), "too-large"),
    "sends broken gzip": (
        Reply(body=b"\x1f\x8bsecret", headers={"content-encoding": "gzip"}),
        "malformed",
    ),
    "sends HTML that swallows the page": (Reply(body="<p>secret <!-- "), "malformed"),
    "breaks the lines of a header": (
        Raw(OK + HTML + b"x-note: a\rset-cookie: b=c\r\ncontent-length: 6\r\n\r\nsecret"),
        "malformed",
    ),
    "sends a header of a mile": (
        Raw(OK + HTML + b"x-note: " + b"a" * 200_000 + b"\r\ncontent-length: 6\r\n\r\nsecret"),
        "too-large",
    ),
    "says two lengths": (
        Raw(OK + HTML + b"content-length: 6\r\ncontent-length: 9\r\n\r\nsecret"),
        "malformed",
    ),
    "speaks no HTTP": (Raw(b"220 mail.example ESMTP secret\r\n"), "malformed"),
}
ASSETS = [{"value": f"/static/x/{number}.css", "type": "default"} for number in range(10_000)]
MANIFESTS: dict[str, tuple[Any, str]] = {
    "is no JSON": ("<p>secret</p>", "manifest"),
    "is not there": (Reply(status=404), "manifest"),
    "is no object": ("[]", "manifest"),
    "is another fragment's": ({"fragment": {"name": "cart/mini"}}, "manifest"),
    "has a hundred assets": ({"css": ASSETS[:100]}, "manifest"),
    "has ten thousand assets": ({"css": ASSETS}, "too-large"),
    "is without end": (Endless(), "too-large"),
    "has a script of another scheme": ({"js": [{"value": "javascript:alert(1)"}]}, "manifest"),
}


@pytest.fixture
def server() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        server.add_fragment(FRAGMENT, parameters=ANY)
        yield server


def page_with(site: RunningSite, server: FakeFragmentServer, reason: str) -> httpx.Response:
    """The product page with a slot of this server, once the log says what became of it."""
    since = log_end(site)
    url = f"{server.url}/fragments/list"
    slot = rf"event=slot fragment={FRAGMENT} .*\breason={reason}"
    with other_registry(site, with_entry(site, FRAGMENT, url=url)):
        return visit_until_logged(site, shop.PRODUCT, since, slot)


def assert_that_the_page_stands(site: RunningSite, page: httpx.Response) -> None:
    assert page.status_code == 200
    assert "Tide Vase</h1>" in page.text
    assert "secret" not in page.text
    assert "set-cookie" not in page.headers
    assert page.text.rstrip().endswith("</html>")
    assert "Write or change your review" in page.text
    assert get(site, "/healthz").status_code == 200


@pytest.mark.parametrize("habit", CONTENTS)
def test_the_page_stands_when_a_service(
    second_site: RunningSite, server: FakeFragmentServer, habit: str
) -> None:
    answer, reason = CONTENTS[habit]
    server.respond(CONTENT, answer)
    page = page_with(second_site, server, reason)
    assert_that_the_page_stands(second_site, page)
    if reason != "http-404":  # which means that there is nothing to show
        assert "The reviews cannot be shown right now" in page.text


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_the_page_stands_when_a_manifest(
    second_site: RunningSite, server: FakeFragmentServer, manifest: str
) -> None:
    broken, reason = MANIFESTS[manifest]
    server.respond(MANIFEST, as_answer(broken, httpx.get(server.url + MANIFEST)))
    page = page_with(second_site, server, reason)
    assert_that_the_page_stands(second_site, page)
    assert "The reviews cannot be shown right now" in page.text
    assert "/static/x/" not in page.text
    assert "javascript:" not in page.text


def as_answer(broken: Any, good: httpx.Response) -> Any:
    """An answer as it is, a text as body, or changes to a good manifest."""
    if isinstance(broken, str):
        return Reply(body=broken, content_type="application/json")
    if not isinstance(broken, dict):
        return broken
    document = good.json()
    changes = {
        key: document[key] | value if isinstance(value, dict) else value
        for key, value in broken.items()
    }
    return Reply(body=json.dumps(document | changes), content_type="application/json")


def test_the_page_shows_the_fallback_that_a_service_had_while_it_was_well(
    second_site: RunningSite, server: FakeFragmentServer
) -> None:
    server.add_fragment(FRAGMENT, parameters=ANY, fallback="<p>Reviews rest for a while.</p>")
    server.respond(CONTENT, Reply(status=500))
    page = page_with(second_site, server, "http-500")
    assert_that_the_page_stands(second_site, page)
    assert "Reviews rest for a while." in page.text
