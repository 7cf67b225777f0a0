"""Required fragments decide what the page is before its first byte."""

import pytest
from django.conf import LazySettings
from fragment_contract.testing import Hang, Reply

from .conftest import Open
from .kit import World

REQUIRED = '{% fragment "product/page" required=True %}'
IMPATIENT = '{% fragment "product/page" required=True timeout=150 %}'


@pytest.mark.parametrize("status", [404, 410])
def test_what_it_does_not_know_is_a_page_of_that_status(
    world: World, open_site: Open, status: int
) -> None:
    content = world.fragment("product/page")
    headers = {"cache-control": "max-age=30", "surrogate-key": "product:h1"}
    world.services["product"].respond(content, Reply(status=status, headers=headers))
    world.page(REQUIRED)
    client = open_site()
    response = client.get("/shop/")
    assert response.status_code == status
    assert f"<header>Our shop</header><h1>{status}</h1>" in response.text
    assert response.headers["cache-control"].startswith("public, max-age=0, s-maxage=")
    assert response.headers["surrogate-key"] == "product:h1"
    assert client.get("/shop/").status_code == status
    assert len(world.services["product"].requests_for(content)) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/shop/other/?a=1", "https://shop.example/x", "https://elsewhere.example/x"]
)
def test_where_it_moved_the_page_moves(
    world: World, open_site: Open, settings: LazySettings, status: int, location: str
) -> None:
    settings.REDIRECT_ORIGINS = ["https://elsewhere.example"]
    content = world.fragment("product/page")
    moved = Reply(status=status, headers={"location": location, "cache-control": "max-age=30"})
    world.services["product"].respond(content, moved)
    world.page(REQUIRED)
    response = open_site().get("/shop/")
    assert response.status_code == status
    assert response.headers["location"] == location
    assert response.content == b""


def test_who_leaves_out_the_slash_of_what_moved_is_sent_on_once(
    world: World, open_site: Open
) -> None:
    content = world.fragment("product/page")
    moved = Reply(status=301, headers={"location": "/shop/other/", "cache-control": "max-age=30"})
    world.services["product"].respond(content, moved)
    world.page(REQUIRED)
    client = open_site()
    for path in ("/shop?page=2", "/shop"):
        response = client.get(path)
        query = path.partition("?")[2]
        assert response.status_code == 301
        assert response.headers["location"] == "/shop/other/" + (query and f"?{query}")
        assert response.content == b""


@pytest.mark.parametrize(
    "location",
    [
        *("", "//evil.example/", "javascript:alert(1)", "other", "/\\e"),
        *("https://evil.example/", "http://shop.example/", "https://shop.example:8443/"),
        *("https://shop.example@evil.example/", "https://shop.example.evil.example/"),
        "https://evil.example\\@shop.example/",
    ],
)
def test_it_cannot_move_the_page_to_no_address(
    world: World, open_site: Open, location: str
) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=302, headers={"location": location}))
    world.page(REQUIRED)
    assert open_site().get("/shop/").status_code == 502


def test_parameters_it_refuses_are_the_visitors_mistake(world: World, open_site: Open) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=400, body="no such page"))
    world.page(REQUIRED)
    response = open_site().get("/shop/")
    assert response.status_code == 400
    assert "no such page" not in response.text


@pytest.mark.parametrize(
    ("status", "page_status"), [(500, 502), (503, 503), (403, 502), (502, 502)]
)
def test_when_it_fails_without_fallback_the_page_says_so(
    world: World, open_site: Open, status: int, page_status: int
) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=status))
    world.page(REQUIRED)
    response = open_site().get("/shop/")
    assert response.status_code == page_status
    assert "<header>Our shop</header>" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert ("retry-after" in response.headers) is (page_status == 503)


def test_when_it_is_too_slow_the_page_says_so(world: World, open_site: Open) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Hang())
    world.page(IMPATIENT)
    assert open_site().get("/shop/").status_code == 504


def test_when_it_is_down_the_page_says_so(world: World, open_site: Open) -> None:
    world.fragment("product/page")
    world.services["product"].refuse()
    world.page(REQUIRED)
    assert open_site().get("/shop/").status_code == 503


def test_an_unknown_required_fragment_is_our_mistake(world: World, open_site: Open) -> None:
    world.page('{% fragment "product/typo" required=True %}')
    response = open_site().get("/shop/")
    assert response.status_code == 500
    (line,) = world.slots()
    assert (line["outcome"], line["reason"]) == ("failed", "unknown-fragment")


@pytest.mark.parametrize(("status", "page_status"), [(500, 502), (503, 503)])
@pytest.mark.parametrize("other", ["", '{% fragment "product/slow" %}'])
def test_a_stand_in_for_it_is_shown_under_the_status_of_the_failure(
    world: World, open_site: Open, status: int, page_status: int, other: str
) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=status))
    slow = world.fragment("product/slow", "<p>And this.</p>")
    world.services["product"].respond(slow, Reply(body="<p>And this.</p>", delay=0.05))
    world.template("none.html", "<p>Come back soon.</p>")
    world.page(f'{{% fragment "product/page" required=True fallback="none.html" %}}{other}')
    response = open_site().get("/shop/")
    assert response.status_code == page_status
    assert "<p>Come back soon.</p>" in response.text
    assert ("<p>And this.</p>" in response.text) is bool(other)
    assert response.headers["cache-control"] == "no-store"
    assert ("retry-after" in response.headers) is (page_status == 503)


def test_nothing_stands_in_for_an_answer_to_parameters_that_it_refuses(
    world: World, open_site: Open
) -> None:
    content = world.fragment("product/page", fallback="<p>fallback</p>")
    world.services["product"].respond(content, Reply(status=400))
    world.page(REQUIRED)
    response = open_site().get("/shop/")
    assert response.status_code == 400
    assert "<p>fallback</p>" not in response.text


def test_any_number_of_fragments_may_be_required(world: World, open_site: Open) -> None:
    world.fragment("product/page")
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(status=404))
    world.page(
        '{% fragment "product/page" required=True %}{% fragment "reviews/list" required=True %}'
    )
    assert open_site().get("/shop/").status_code == 404


def test_on_error_fail_fails_the_page_though_it_is_not_required(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list", fallback="<p>fallback</p>")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('{% fragment "reviews/list" on_error="fail" %}')
    assert open_site().get("/shop/").status_code == 502


def test_its_declared_headers_become_the_pages(world: World, open_site: Open) -> None:
    world.fragment(
        "product/page",
        headers={
            "x-robots-tag": "noindex",
            "content-language": "de",
            "set-cookie": "a=b",
            "x-other": "1",
        },
    )
    world.page(REQUIRED)
    headers = open_site().get("/shop/").headers
    assert headers["x-robots-tag"] == "noindex"
    assert headers["content-language"] == "de"
    assert "set-cookie" not in headers
    assert "x-other" not in headers


def test_the_error_page_is_composed_of_fragments_too(world: World, open_site: Open) -> None:
    world.fragment("product/menu", "<nav>Lamps</nav>")
    world.template(
        "error.html",
        '<html><head></head><body>{% fragment "product/menu" %}{{ message }}</body></html>',
    )
    world.page("Hello")
    assert "<nav>Lamps</nav>" in open_site().get("/nowhere/").text


@pytest.mark.parametrize("broken", ["{% extends 'missing.html' %}", "{{ 1|divisibleby:0 }}"])
def test_an_error_page_that_cannot_be_made_has_a_last_resort(
    world: World, open_site: Open, broken: str
) -> None:
    world.template("error.html", broken)
    world.template("404.html", broken)
    world.page("Hello")
    response = open_site().get("/nowhere/")
    assert response.status_code == 404
    assert response.text.startswith("<!doctype html>")
    assert "There is no such page." in response.text


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (301, "/shop/new/", "/shop/new/?page=2&utm=x"),
        (308, "/shop/new/#reviews", "/shop/new/?page=2&utm=x#reviews"),
        (301, "/shop/new/?page=1", "/shop/new/?page=1"),
        (302, "/shop/new/", "/shop/new/"),
    ],
)
def test_a_page_that_was_renamed_keeps_what_was_asked_of_it(
    world: World, open_site: Open, status: int, location: str, expected: str
) -> None:
    content = world.fragment("product/page")
    moved = Reply(status=status, headers={"location": location, "cache-control": "max-age=30"})
    world.services["product"].respond(content, moved)
    world.page(REQUIRED)
    client = open_site()
    assert client.get("/shop/?page=2&utm=x").headers["location"] == expected
    assert client.get("/shop/").headers["location"] == location


def test_a_refused_value_is_nobodys_error(world: World, open_site: Open) -> None:
    content = world.fragment("product/page")
    world.services["product"].respond(content, Reply(status=400, body="sort: must be newest"))
    world.page(REQUIRED)
    assert open_site().get("/shop/").status_code == 400
    (line,) = world.slots()
    assert (line["level"], line["reason"]) == ("info", "http-400")
