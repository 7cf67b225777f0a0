"""What of a required fragment's answer becomes the page's, and what never does."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fragment_contract.testing import Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.allowances import read_cookie_names, read_response_headers
from site_shell.composer.answer import to_entry
from site_shell.composer.errors import PageTemplateError, SlotError
from site_shell.composer.page_templates.config import parse_pages
from site_shell.composer.passed import sane_cookie
from site_shell.composer.slot import make_slot
from site_shell.composer.transport import FetchResponse

from .conftest import Open
from .kit import World

OWN = frozenset({"staff"})
PUBLIC = ("cache-control", "public, max-age=60")


def answering(world: World, *headers: tuple[str, str], **options: Any) -> str:
    content = world.fragment("product/page")
    reply = Reply(body="<p>product</p>", headers=[PUBLIC, *headers], **options)
    world.services["product"].respond(content, reply)
    return content


@pytest.mark.parametrize(
    ("attribute", "extra"),
    [('response_headers="X-Shelf"', ""), ("", 'response_headers = ["X-Shelf"]')],
    ids=["slot", "page"],
)
def test_a_required_slots_named_headers_pass_and_no_others(
    world: World, open_site: Open, attribute: str, extra: str
) -> None:
    answering(
        world,
        ("x-shelf", "a"),
        ("X-Shelf", "b"),
        ("x-other", "1"),
        ("x-robots-tag", "noindex"),
        ("content-security-policy", "script-src *"),
        ("vary", "*"),
        ("etag", '"theirs"'),
    )
    world.page(f'{{% fragment "product/page" required=True {attribute} %}}', extra=extra)
    client = open_site()
    for response in (client.get("/shop/"), client.get("/shop/")):
        assert response.headers["x-shelf"] == "a, b"
        assert response.headers["x-robots-tag"] == "noindex"
        assert "x-other" not in response.headers
        assert "script-src *" not in response.headers["content-security-policy"]
        assert response.headers["cache-control"].startswith("public")
        assert response.headers.get("vary") is None
        assert response.headers["etag"] != '"theirs"'


def test_two_slots_that_let_pass_different_headers_share_no_entry(
    world: World, open_site: Open
) -> None:
    content = answering(world, ("x-shelf", "a"))
    world.page(
        '{% if page_path == "/one/" %}{% fragment "product/page" required=True %}{% else %}'
        '{% fragment "product/page" required=True response_headers="x-shelf" %}{% endif %}',
        routes=("one/", "two/"),
    )
    client = open_site()
    assert "x-shelf" not in client.get("/one/").headers
    assert client.get("/two/").headers["x-shelf"] == "a"
    assert "x-shelf" not in client.get("/one/").headers
    assert len(world.services["product"].requests_for(content)) == 2


@pytest.mark.parametrize("value", ["a\r\nset-cookie: x=1", "a\nb", "a\x00b", "\x7f", "a\r"])
def test_a_value_that_would_split_the_response_is_dropped(value: str) -> None:
    slot = make_slot("a/b", {"required": True, "response_headers": "x-shelf"})
    sent = (("content-type", "text/html"), ("x-shelf", value), ("content-language", value))
    entry = to_entry(FetchResponse(200, sent, b"x"), None, "content", started=0, slot=slot)
    assert {name for name, _ in entry.headers} == {":assets"}


@pytest.mark.parametrize(
    "name",
    [
        *("Set-Cookie", "Cache-Control", "Content-Security-Policy-Report-Only", "Location"),
        *("Transfer-Encoding", "Content-Length", "Access-Control-Allow-Origin", "X-Accel-Redirect"),
        *("Strict-Transport-Security", "Vary", "Link", "HX-Trigger", "Clear-Site-Data", "Refresh"),
        *("Cross-Origin-Opener-Policy", "Surrogate-Control", "bad name", "x:", "*", "é"),
    ],
)
def test_names_that_never_pass_are_an_error_of_the_template(name: str) -> None:
    if " " not in name:
        with pytest.raises(SlotError, match="response_headers="):
            read_response_headers(name)
    with pytest.raises(PageTemplateError, match="response_headers"):
        parse_pages(
            f'[[page]]\nname="a"\nroutes=[""]\ntemplate="a"\nresponse_headers=["{name}", "link"]'
        )


@pytest.mark.parametrize("word", ["response_headers", "set_cookies"])
def test_only_a_required_slot_may_hand_anything_to_the_page(word: str) -> None:
    with pytest.raises(SlotError, match=f"{word} is for a required slot"):
        make_slot("a/b", {word: "x-a"})


@pytest.mark.parametrize("names", ["all", "*", "a=b", "a;b"])
def test_cookies_are_named_one_by_one(names: str) -> None:
    with pytest.raises(SlotError, match="set_cookies="):
        read_cookie_names(names)


SET = 'required=True set_cookies="session-hint other"'


def test_a_named_cookie_passes_and_its_page_is_kept_nowhere(world: World, open_site: Open) -> None:
    content = answering(
        world,
        ("set-cookie", "session-hint=a; Domain=example; Path=/x; Max-Age=99999999; HttpOnly"),
        ("set-cookie", "tracker=1"),
        ("set-cookie", "other=2; SameSite=None"),
    )
    world.page(f'{{% fragment "product/page" {SET} %}}')
    client = open_site()
    for _ in range(2):
        response = client.get("/shop/")
        assert response.headers.get_list("set-cookie") == [
            "session-hint=a; Max-Age=34560000; Path=/x; HttpOnly; SameSite=Lax; Secure",
            "other=2; Path=/; SameSite=Lax; Secure",
        ]
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
    assert len(world.services["product"].requests_for(content)) == 2


def test_an_unnamed_cookie_is_dropped_and_its_answer_is_shared(
    world: World, open_site: Open
) -> None:
    content = answering(world, ("set-cookie", "tracker=1"))
    world.page(f'{{% fragment "product/page" {SET} %}}')
    client = open_site()
    for _ in range(2):
        response = client.get("/shop/")
        assert "set-cookie" not in response.headers
        assert response.headers["cache-control"].startswith("public")
    assert len(world.services["product"].requests_for(content)) == 1


def test_a_cookie_of_one_visitor_never_reaches_another_who_waits_for_the_same(
    world: World, open_site: Open
) -> None:
    content = answering(world)
    server = world.services["product"]
    server.respond(
        content,
        *[
            Reply(body="<p>x</p>", headers=[PUBLIC, ("set-cookie", f"other={who}")], delay=0.05)
            for who in ("one", "two", "three")
        ],
    )
    world.page(f'{{% fragment "product/page" {SET} %}}')
    client = open_site()
    with ThreadPoolExecutor(3) as pool:
        got = [f.result() for f in [pool.submit(client.get, "/shop/") for _ in range(3)]]
    cookies = {response.headers["set-cookie"].partition(";")[0] for response in got}
    assert cookies == {"other=one", "other=two", "other=three"}


def test_a_redirect_of_a_required_slot_takes_its_cookie_along(
    world: World, open_site: Open
) -> None:
    answering(world, ("location", "/there/"), ("set-cookie", "other=1"), status=302)
    world.page(f'{{% fragment "product/page" {SET} %}}')
    response = open_site().get("/shop/")
    assert (response.status_code, response.headers["location"]) == (302, "/there/")
    assert response.headers["set-cookie"].startswith("other=1;")
    assert response.headers["cache-control"] == "no-store"


def test_the_shells_own_cookie_is_left_out(world: World, open_site: Open) -> None:
    answering(world, ("set-cookie", "cohort=9"))
    world.page('{% fragment "product/page" required=True set_cookies="cohort" %}')
    assert "set-cookie" not in open_site().get("/shop/").headers
    assert sane_cookie("staff=1", OWN, https=True)[1] == "staff is the shell's own"


@pytest.mark.parametrize(
    ("header", "cookie"),
    [
        ("a=1", "a=1; Path=/; SameSite=Lax; Secure"),
        ('a="1"', 'a="1"; Path=/; SameSite=Lax; Secure'),
        ("a=; max-age=-5; samesite=STRICT", "a=; Max-Age=0; Path=/; SameSite=Strict; Secure"),
        ("a=1; Path=evil; Secure=x; Foo", "a=1; Path=/; SameSite=Lax; Secure"),
        ("a=1; Path=/b; Path=/c", "a=1; Path=/c; SameSite=Lax; Secure"),
        ("a=1; Max-Age=soon", "a=1; Path=/; SameSite=Lax; Secure"),
        (
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/; SameSite=Lax; Secure",
        ),
        ("a=1; Expires=never", "a=1; Path=/; SameSite=Lax; Secure"),
        ("__Host-a=1; Path=/x; Domain=x", "__Host-a=1; Path=/; SameSite=Lax; Secure"),
    ],
)
def test_a_cookie_is_written_anew(header: str, cookie: str) -> None:
    assert sane_cookie(header, OWN, https=True) == (cookie, "")


@pytest.mark.parametrize(
    "header",
    [
        *(
            "a",
            "",
            "=1",
            "a b=1",
            "a=1\r\nx: y",
            "a=1 2",
            "a=\x00",
            "a=é",
            "staff=1",
            "a=" + "x" * 5000,
        ),
        *("__HOST-a=1", "__secure-a=1"),
    ],
)
def test_what_is_no_cookie_is_left_out(header: str) -> None:
    cookie, problem = sane_cookie(header, OWN, https=True)
    assert cookie == "" and problem


def test_without_https_no_cookie_is_secure_and_none_has_a_prefix() -> None:
    assert sane_cookie("a=1; Secure", OWN, https=False)[0] == "a=1; Path=/; SameSite=Lax"
    assert sane_cookie("__Host-a=1", OWN, https=False)[1] == "__Host-a needs https"


@given(st.text(max_size=60))
def test_no_cookie_whatever_it_is_can_add_a_line_or_an_attribute(text: str) -> None:
    cookie, _ = sane_cookie(f"a={text}", OWN, https=True)
    assert cookie.isprintable()
    words = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
    assert words <= {"path", "max-age", "expires", "httponly", "samesite", "secure"}
