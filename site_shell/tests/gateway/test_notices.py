"""Without JavaScript, and after a redirect, the next page tells what has happened."""

import json
import re
from pathlib import Path

import pytest
from django.core import signing
from fragment_contract.manifest import Action, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import notices
from site_shell.composer.notices import Notice, Notices

from .conftest import FORM, HTMX, TARGET, Response, Shell

ADDED = {"ref": "h1001", "sku": "H1001", "name": "Vase", "quantity": 2, "price": "€24.00"}
EVENTS = ("cart:item-added", "cart:updated", "notification:show", "review:submitted")
PAGE = (
    "<!doctype html><html><head><title>{{ title }}</title></head>"
    "<body><main><!-- notices -->{{ answer }}</main></body></html>"
)


@pytest.fixture
def pages(pages: Path) -> Path:
    (pages / "action.html").write_text(PAGE)
    (pages / "page.html").write_text(PAGE)
    (pages / "404.html").write_text(PAGE)
    (pages / "pages.toml").write_text(
        '[[page]]\nname = "page"\nroutes = ["shop/"]\ntemplate = "page.html"\n'
    )
    return pages


@pytest.fixture
def service(service: FakeFragmentServer) -> FakeFragmentServer:
    info = FragmentInfo(
        name="reviews/form", events=EVENTS, actions=(Action("submit", "/actions/submit"),)
    )
    service.add_fragment("reviews/form", fragment=info)
    say(service, {"cart:item-added": ADDED, "cart:updated": {"count": 3}})
    return service


def say(service: FakeFragmentServer, events: object, **reply: object) -> None:
    header = events if isinstance(events, str) else json.dumps(events)
    given = {"status": 303, "headers": {"location": "/shop/", "hx-trigger": header}, **reply}
    service.respond(TARGET, Reply(**given))  # type: ignore[arg-type]


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"].partition(";")[0]


def get(shell: Shell, cookie: str = "", path: str = "/shop/", **headers: str) -> Response:
    given = {"cookie": cookie, **headers} if cookie else dict(headers)
    return shell.send(path, None, {k.replace("_", "-"): v for k, v in given.items()}, "GET")


def region(response: Response) -> str:
    found = re.search(r"<section class=\"notices\".*?</section>", response.text, re.S)
    return found[0] if found else ""


def test_the_page_behind_a_redirect_tells_what_has_happened_once(shell: Shell) -> None:
    redirect = shell.send()
    assert redirect.status == 303
    attributes = redirect.headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Path=/", "Max-Age=300", "HttpOnly", "SameSite=Lax"]
    page = get(shell, cookie_of(redirect))
    assert 'role="status"' in region(page)
    assert "Added to your cart: 2 × Vase, €24.00" in region(page)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["set-cookie"].startswith("notices=; Path=/; Max-Age=0")
    assert "etag" not in page.headers


def test_nobody_else_is_told(shell: Shell) -> None:
    before = get(shell)
    assert before.headers["cache-control"].startswith("public")
    page = get(shell, cookie_of(shell.send()))
    after = get(shell)
    assert "Vase" in page.text
    assert after.text == before.text
    assert "Vase" not in after.text
    assert "set-cookie" not in after.headers
    assert after.headers["etag"] == before.headers["etag"]


def test_the_page_tells_scripts_of_the_events(shell: Shell) -> None:
    text = region(get(shell, cookie_of(shell.send())))
    told = re.search(r'data-notices="([^"]*)"', text)
    assert told
    events = json.loads(told[1].replace("&quot;", '"'))
    assert events == {"cart:item-added": ADDED, "cart:updated": {"count": 3}}


def test_events_without_words_show_nothing(shell: Shell, service: FakeFragmentServer) -> None:
    say(service, "cart:updated")
    text = region(get(shell, cookie_of(shell.send())))
    assert " hidden>" in text
    assert "<p" not in text


def test_hostile_text_is_shown_as_text(shell: Shell, service: FakeFragmentServer) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    say(service, {"notification:show": {"message": hostile, "level": "error"}})
    text = region(get(shell, cookie_of(shell.send())))
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;" in text
    assert "<strong>Error: </strong>" in text


def test_an_event_that_is_not_declared_is_not_told(
    shell: Shell, service: FakeFragmentServer
) -> None:
    say(service, {"bookmark:toggled": {"ref": "h1", "name": "Vase", "state": "added"}})
    assert "set-cookie" not in shell.send().headers


@pytest.mark.parametrize(
    "detail",
    [
        None,
        [],
        {**ADDED, "quantity": "2"},
        {**ADDED, "quantity": True},
        {**ADDED, "name": ""},
        {**ADDED, "name": "x" * 301},
        {**ADDED, "price": 24},
        {},
    ],
)
def test_a_malformed_event_says_nothing(
    shell: Shell, service: FakeFragmentServer, detail: object
) -> None:
    say(service, {"cart:item-added": detail})
    assert "<p" not in region(get(shell, cookie_of(shell.send())))


def test_what_waits_is_told_before_what_is_new(shell: Shell, service: FakeFragmentServer) -> None:
    cookie = cookie_of(shell.send())
    say(service, {"notification:show": {"message": "Second", "level": "info"}})
    again = shell.send(headers={**FORM, "sec-fetch-site": "same-origin", "cookie": cookie})
    text = region(get(shell, cookie_of(again)))
    assert text.index("Vase") < text.index("Second")


def test_an_answer_that_is_a_page_itself_tells_at_once(
    shell: Shell, service: FakeFragmentServer
) -> None:
    headers = {"content-type": "text/html"}
    event = json.dumps({"notification:show": {"message": "Kept", "level": "success"}})
    service.respond(TARGET, Reply(body="<p>Done</p>", headers={**headers, "hx-trigger": event}))
    answer = shell.send()
    assert "Kept" in region(answer)
    assert "Done" in answer.text


def test_htmx_gets_events_and_no_region(shell: Shell, service: FakeFragmentServer) -> None:
    event = json.dumps({"cart:item-added": ADDED, "cart:updated": {"count": 3}})
    service.respond(TARGET, Reply(body="<p>Done</p>", headers={"hx-trigger": event}))
    answer = shell.send(headers={**HTMX, **FORM})
    assert json.loads(answer.headers["hx-trigger"]) == json.loads(event)
    assert answer.text == "<p>Done</p>"
    assert "set-cookie" not in answer.headers


def test_after_a_redirect_by_htmx_the_page_tells_it(shell: Shell) -> None:
    answer = shell.send(headers={**HTMX, **FORM})
    assert answer.headers["hx-redirect"] == "/shop/"
    assert "Vase" in region(get(shell, cookie_of(answer)))


def test_events_of_an_empty_answer_reach_htmx(shell: Shell, service: FakeFragmentServer) -> None:
    service.respond(TARGET, Reply(status=204, headers={"hx-trigger": '{"cart:updated": {}}'}))
    answer = shell.send(headers={**HTMX, **FORM})
    assert (answer.status, answer.headers["hx-trigger"]) == (204, '{"cart:updated": {}}')


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_who_only_looks_ahead_is_told_nothing_and_loses_nothing(shell: Shell, method: str) -> None:
    cookie = cookie_of(shell.send())
    purpose = {"sec-purpose": "prefetch;anonymous-client-ip"} if method == "GET" else {}
    answer = shell.send("/shop/", None, {"cookie": cookie, **purpose}, method)
    assert "Vase" not in answer.text
    assert "set-cookie" not in answer.headers
    assert "Vase" in get(shell, cookie).text


def test_error_pages_tell_it_too(shell: Shell) -> None:
    page = get(shell, cookie_of(shell.send()), "/nowhere/")
    assert page.status == 404
    assert "Vase" in region(page)
    assert "Max-Age=0" in page.headers["set-cookie"]


def test_a_redirect_of_the_page_itself_leaves_it_for_the_next(shell: Shell) -> None:
    answer = get(shell, cookie_of(shell.send()), "/shop")
    assert answer.status == 301
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "x" * 4000,
        signing.dumps({"m": [["info", "Hello"]], "e": {}}, salt="another"),
        signing.dumps({"m": [["info", ["Hello"]]], "e": {}}, salt="site_shell.composer.notices"),
        signing.dumps({"m": [["info"]], "e": {}}, salt="site_shell.composer.notices"),
        signing.dumps({"m": [], "e": []}, salt="site_shell.composer.notices"),
        signing.dumps("Hello", salt="site_shell.composer.notices"),
    ],
    ids=["short", "long", "another-salt", "list-in-text", "no-text", "list-of-events", "text"],
)
def test_a_forged_cookie_says_nothing_and_is_forgotten(shell: Shell, value: str) -> None:
    page = get(shell, f"notices={value}")
    assert region(page) == ""
    assert "Hello" not in page.text
    assert "Max-Age=0" in page.headers["set-cookie"]


def test_an_old_cookie_says_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = cookie_of(shell.send())
    monkeypatch.setattr(notices, "SECONDS", -1)
    assert "Vase" not in get(shell, cookie).text


def test_a_cookie_of_another_name_changes_nothing(shell: Shell) -> None:
    page = get(shell, "my-notices=1; notices=")
    assert page.headers["cache-control"].startswith("public")


_texts = st.text(min_size=1, max_size=600)


@given(st.lists(_texts, max_size=9), st.dictionaries(st.text(max_size=30), st.text(max_size=4000)))
def test_whatever_is_said_fits_into_a_cookie(texts: list[str], events: dict[str, str]) -> None:
    said = Notices(tuple([Notice(text, "info") for text in texts]), events)
    header = notices.set_cookie(said, https=True).partition(";")[0]
    assert len(header) < 3600
    assert header.isascii()
    assert header.isprintable()
    read = notices.read(f"a=b; {header}")
    assert read is not None
    if texts:
        assert read.items[-1].text[:20] == texts[-1][:20]
