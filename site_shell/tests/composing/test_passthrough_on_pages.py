"""Slots that pass something of a browser's request, on pages: nobody gets what is another's."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from fragment_contract.testing import Gate, Reply

from .conftest import Open
from .kit import World


def test_what_does_not_pass_cannot_poison_what_others_get(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    server = world.services["reviews"]
    server.respond(
        content,
        lambda got: Reply(
            body=f"<p>{got.query} {got.headers.get('x-evil')} {got.headers.get('cookie')}</p>",
            headers={"cache-control": "public, max-age=60"},
        ),
    )
    world.page('{% fragment "reviews/list" passthrough="query:page" %}')
    client = open_site()
    evil = {"x-evil": "<script>", "cookie": "who=evil", "x-forwarded-host": "evil.example"}
    poisoned = client.get("/shop/?page=2&evil=1&page2=x", headers=evil).text
    clean = client.get("/shop/?page=2").text
    assert poisoned == clean
    assert "<p>page=2 None None</p>" in clean
    assert len(server.requests_for(content)) == 1


def test_all_passes_and_the_page_is_shared_by_nobody(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" passthrough="all" %}')
    client = open_site()
    response = client.get("/shop/?q=1&z=2", headers={"x-c": "1", "cookie": "b=2"})
    (got,) = world.services["reviews"].requests_for(content)
    assert got.parameters == [("q", "1"), ("z", "2")]
    assert (got.headers["x-c"], got.headers["cookie"]) == ("1", "b=2")
    again = client.get("/shop/?q=1&z=2", headers={"x-c": "1", "cookie": "b=2"})
    for each in (response, again):
        assert (each.headers["vary"], each.headers["cache-control"]) == ("*", "no-store")


def test_a_page_of_the_query_alone_stays_public(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" passthrough="query:all" required=True %}')
    response = open_site().get("/shop/?q=1")
    assert response.headers["cache-control"].startswith("public")
    assert "vary" not in response.headers


def test_two_visitors_who_ask_at_once_never_share_what_passes(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    gate = Gate()
    server = world.services["reviews"]
    server.respond(
        content,
        lambda got: Reply(body=f"<p>for {got.headers.get('x-c')}</p>", gate=gate),
    )
    world.page('{% fragment "reviews/list" passthrough="header:x-c" %}')
    client = open_site()
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(client.get, "/shop/", headers={"x-c": name}) for name in ("one", "two")
        ]
        server.wait_for_requests(3)  # the manifest, and a content for each
        gate.open()
        for name, answer in zip(("one", "two"), asked, strict=True):
            assert f"<p>for {name}</p>" in answer.result().text


@pytest.mark.parametrize("words", ["query:page", "query:all"])
def test_a_kept_page_is_kept_by_what_its_slots_see_of_the_query(
    world: World, open_site: Open, words: str
) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(
        content,
        lambda got: Reply(
            body=f"<p>asked: {got.query}</p>", headers={"cache-control": "public, max-age=60"}
        ),
    )
    world.page(f'{{% fragment "reviews/list" passthrough="{words}" required=True %}}')
    client = open_site()
    for _ in range(3):
        for number in (1, 2, 3):
            assert f"asked: page={number}<" in client.get(f"/shop/?page={number}").text
        assert "asked: <" in client.get("/shop/").text
    assert len(world.services["reviews"].requests_for(content)) == 4


def test_a_lazy_slot_sees_the_pages_query_and_the_visitors_cookie_too(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    world.page(
        '{% fragment "reviews/list" delivery="lazy" passthrough="query:page cookie:theme" %}'
    )
    client = open_site()
    found = re.search(r'<fragment-slot[^>]* src="([^"]+)"', client.get("/shop/?page=2&x=1").text)
    assert found and "x=1" not in found[1]
    response = client.get(unescape(found[1]), headers={"cookie": "theme=dark; staff=secret"})
    assert response.status_code == 200
    (got,) = world.services["reviews"].requests_for(content)
    assert (got.parameters, got.headers["cookie"]) == ([("page", "2")], "theme=dark")
    assert response.headers["cache-control"] == "no-store"


def test_outside_of_pages_the_tag_passes_the_same(
    world: World, open_site: Open, rf: RequestFactory
) -> None:
    content = world.fragment("reviews/list")
    open_site()
    words = 'passthrough="query:page header:x-c cookie:theme"'
    template = Template(f'{{% load composer %}}{{% fragment "reviews/list" {words} %}}')
    asked = rf.get("/anything/?page=2&x=1", headers={"x-c": "1", "cookie": "theme=dark; a=b"})
    template.render(RequestContext(asked))
    (got,) = world.services["reviews"].requests_for(content)
    assert got.parameters == [("page", "2")]
    assert (got.headers["x-c"], got.headers["cookie"]) == ("1", "theme=dark")
