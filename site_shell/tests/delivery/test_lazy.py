"""Lazy slots: not fetched with the page but by themselves, with and without script."""

import re

import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import Reply

from ..composing.conftest import Open
from ..composing.kit import World
from .lazy_page import CACHED, LAZY, first_kept, page_link, source


def test_it_is_not_fetched_with_the_page(world: World, open_site: Open) -> None:
    world.fragment("product/related", "<p>related</p>", headers=CACHED)
    world.page(LAZY)
    response = open_site().get("/shop/")
    assert "related</p>" not in response.text
    asked = {request.path for request in world.services["product"].requests}
    assert asked <= {"/fragments/related/manifest.json"}  # for the policy of later pages
    (line,) = world.slots()
    assert (line["outcome"], line["fragment"]) == ("lazy", "product/related")
    assert (
        '<script src="/static/composer/delivery.js" type="module" integrity="sha384-'
        in (response.text.partition("</head>")[0])
    )


def test_a_private_lazy_slot_leaves_the_page_public(world: World, open_site: Open) -> None:
    private = {"cache-control": "private, max-age=60"}
    world.fragment("cart/mini", "<p>2 things</p>", headers=private)
    world.fragment("product/page", "<p>lamp</p>", headers=CACHED)
    world.page(
        '{% fragment "cart/mini" delivery="lazy" passthrough="cookie:cart" %}'
        '{% fragment "product/page" %}'
    )
    client = open_site()
    first_kept(client)
    page = client.get("/shop/", headers={"cookie": "cart=1"})
    assert page.headers["cache-control"].startswith("public")
    assert page.headers["surrogate-key"] == "product:h1"
    assert "cookie" not in page.headers.get("vary", "")
    part = client.get(source(page), headers={"cookie": "cart=1"})
    assert "<p>2 things</p>" in part.text
    assert part.headers["cache-control"] == "no-store"
    assert "cookie" in part.headers["vary"]
    assert world.services["cart"].requests[-1].headers["cookie"] == "cart=1"


def test_a_page_of_nothing_but_lazy_slots_is_kept_like_one_without_slots(
    world: World, open_site: Open
) -> None:
    world.fragment("product/related")
    world.page(LAZY)
    client = open_site()
    page = first_kept(client)
    assert page.headers["cache-control"] == "public, max-age=0, s-maxage=60"


def test_the_part_has_its_assets_and_caching_headers(world: World, open_site: Open) -> None:
    css = (Asset(value="/related.css", type="text/css", integrity="sha384-AAAA"),)
    js = (Asset(value="/related.js", type="module", integrity="sha384-BBBB"),)
    world.fragment("product/related", "<p>related</p>", headers=CACHED, css=css, js=js)
    world.page(LAZY)
    client = open_site()
    part = client.get(source(client.get("/shop/")))
    assert part.status_code == 200
    head, _, body = part.text.partition("</head>")
    assert '<link rel="stylesheet" href="/related.css" integrity="sha384-AAAA">' in head
    assert body == (
        "<body><p>related</p>"
        '<fragment-module src="/related.js" on="load" integrity="sha384-BBBB" hidden>'
        "</fragment-module></body></html>"
    )
    assert "s-maxage=" in part.headers["cache-control"]
    assert part.headers["surrogate-key"] == "product:h1"
    assert part.headers["x-robots-tag"] == "noindex"
    again = client.get(source(client.get("/shop/")))
    assert again.headers["etag"] == part.headers["etag"]
    known = client.get(part.url, headers={"if-none-match": part.headers["etag"]})
    assert known.status_code == 304
    assert len(world.services["product"].requests) == 2  # a manifest and one answer


def test_the_same_slot_inline_shares_the_cache_entry(world: World, open_site: Open) -> None:
    world.fragment("product/related", "<p>related</p>", headers=CACHED)
    world.page(LAZY + '{% fragment "product/related" product="h1" %}')
    client = open_site()
    client.get(source(client.get("/shop/")))
    assert len(world.services["product"].requests) == 2


def test_without_script_the_link_leads_to_it_in_the_site_s_layout(
    world: World, open_site: Open
) -> None:
    world.template(
        "fragment.html",
        '{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}'
        "{% block main %}{{ answer }}{% endblock %}",
    )
    world.fragment("product/related", "<p>related</p>", headers=CACHED)
    world.page(LAZY)
    client = open_site()
    page = client.get("/shop/")
    assert ">More like it</a>" in page.text
    shown = client.get(page_link(page))
    assert "<title>More like it</title>" in shown.text
    assert "<header>Our shop</header><p>related</p>" in shown.text
    assert shown.headers["x-robots-tag"] == "noindex"
    assert "fragment-slot" not in shown.text


def test_a_site_without_such_a_template_has_a_plain_page(world: World, open_site: Open) -> None:
    world.fragment("product/related", "<p>related</p>", headers=CACHED)
    world.page(LAZY)
    client = open_site()
    shown = client.get(page_link(client.get("/shop/")))
    assert "<main><p>related</p></main>" in shown.text


def test_href_is_the_link_where_it_is_given(world: World, open_site: Open) -> None:
    world.fragment("cart/mini")
    world.page('{% fragment "cart/mini" delivery="lazy" href="/cart/?a=1&b=2" %}')
    page = open_site().get("/shop/")
    assert 'href="/cart/?a=1&amp;b=2">Show this part of the page</a>' in page.text


def test_the_page_s_query_goes_along_as_far_as_the_slot_lets_it(
    world: World, open_site: Open
) -> None:
    content = world.fragment("product/related")
    world.services["product"].respond(content, lambda request: Reply(body=request.query))
    world.page('{% fragment "product/related" delivery="lazy" passthrough="query:sort" %}')
    client = open_site()
    for value in ("new", "old"):
        page = client.get("/shop/", params={"sort": value, "other": "x"})
        assert source(page).endswith(f"/?sort={value}")
        assert f"<body>sort={value}</body>" in client.get(source(page)).text
        assert f"sort={value}" in client.get(page_link(page)).text


def test_what_it_cannot_get_is_503_and_may_be_asked_for_again(
    world: World, open_site: Open
) -> None:
    content = world.fragment("product/related")
    world.services["product"].respond(content, Reply(status=500))
    world.page(LAZY)
    client = open_site()
    page = client.get("/shop/")
    part = client.get(source(page))
    assert (part.status_code, part.headers["retry-after"]) == (503, "5")
    assert part.headers["cache-control"] == "no-store"
    assert client.get(page_link(page)).status_code == 502


def test_its_fallbacks_stand_in_for_it(world: World, open_site: Open) -> None:
    content = world.fragment("product/related")
    world.services["product"].respond(content, Reply(status=500))
    world.template("parts/sorry.html", "<p>sorry</p>")
    world.page('{% fragment "product/related" delivery="lazy" fallback="parts/sorry.html" %}')
    client = open_site()
    part = client.get(source(client.get("/shop/")))
    assert part.status_code == 200
    assert "<p>sorry</p>" in part.text
    assert part.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("status", "expected"), [(404, 404), (410, 410)])
def test_nothing_is_nothing_in_the_page_and_not_found_alone(
    world: World, open_site: Open, status: int, expected: int
) -> None:
    content = world.fragment("product/related")
    world.services["product"].respond(content, Reply(status=status))
    world.page(LAZY)
    client = open_site()
    page = client.get("/shop/")
    part = client.get(source(page))
    assert (part.status_code, "<body></body>" in part.text) == (200, True)
    assert client.get(page_link(page)).status_code == expected


def test_parameters_too_long_for_an_address_leave_the_slot_out(
    world: World, open_site: Open
) -> None:
    world.fragment("product/related")
    world.page(LAZY.replace("h1", "x" * 2000))
    open_site().get("/shop/")
    (line,) = world.slots()
    assert (line["outcome"], line["reason"]) == ("degraded", "bad-slot")


def test_refresh_puts_a_frame_around_what_is_there(world: World, open_site: Open) -> None:
    world.fragment("cart/mini", "<p>2</p>", headers=CACHED)
    world.page('{% fragment "cart/mini" refresh="cart:item-added cart:emptied" %}')
    client = open_site()
    client.get("/shop/")
    page = client.get("/shop/")
    assert re.search(
        r'<fragment-slot src="[^"]+" refresh="cart:item-added cart:emptied"><p>2</p>'
        "</fragment-slot>",
        page.text,
    )
    assert page.headers["cache-control"].startswith("public")
    assert "<p>2</p>" in client.get(source(page)).text
