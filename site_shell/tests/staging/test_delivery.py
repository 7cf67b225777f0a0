"""Staging and overlay where slots do not simply stand in the page: late, lazy and inside others."""

import re
from html import unescape

from fragment_contract.manifest import FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Reply

from site_shell.tests.composing.conftest import Open
from site_shell.tests.composing.kit import World

from .conftest import cookie
from .test_overlay import _Rows

CACHED = {"cache-control": "max-age=60"}


def test_a_lazy_slot_follows_the_override_and_shows_no_panel(world: World, open_site: Open) -> None:
    world.fragment("product/related", "<p>public</p>", headers=CACHED)
    world.page('{% fragment "product/related" delivery="lazy" label="More" %}')
    with FakeFragmentServer() as laptop:
        url = laptop.add_fragment("product/related", html="<p>laptop</p>", headers=CACHED)
        client = open_site()
        headers = cookie(f"override product/related={url}", overlay=True)
        text = client.get("/shop/", headers=headers).text
        assert "lazy" in _Rows(text).rows["0"]
        found = re.search(r'"(/_composer/fragments/[^"]+?/)(?:page/)?"', text)
        assert found
        address = unescape(found[1])
        assert "<p>public</p>" in client.get(address).text
        part = client.get(address, headers=headers)
        assert "<p>laptop</p>" in part.text
        assert "composer-overlay" not in part.text
        assert part.headers["cache-control"] == "private, no-store"
        assert part.headers["composer-staging"] == f"overlay; product/related={url}"
        assert "<p>public</p>" in client.get(address).text


def test_a_deferred_slot_is_told_although_it_comes_last(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list")
    late = Reply(body="<p>late</p>", delay=0.3, headers=CACHED)
    world.services["reviews"].respond(content, late)
    world.page('<b>{% fragment "reviews/list" delivery="deferred" %}</b>')
    text = open_site().get("/shop/", headers=cookie("reviews=slow:50", overlay=True)).text
    row = _Rows(text).rows["0"]
    assert "fresh" in row and "fault slow:50" in row
    assert float(row[-1]) >= 350
    assert text.index("<p>late</p>") < text.index("composer-overlay")
    assert text.endswith("</body></html>")


def test_a_slot_inside_a_fragment_can_be_staged_and_is_told(world: World, open_site: Open) -> None:
    info = FragmentInfo(name="outer/part", nested=True)
    inner = '<micro-frontend src="inner/part"></micro-frontend>'
    world.fragment("outer/part", f"<div>{inner}</div>", fragment=info, headers=CACHED)
    world.fragment("inner/part", "<i>in</i>", headers=CACHED)
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    text = client.get("/shop/", headers=cookie("inner/part=500", overlay=True)).text
    rows = _Rows(text).rows
    assert rows["0"][0] == "outer/part" and rows["1"][0] == "inner/part"
    assert "fault 500" in rows["1"]
    assert "<div></div>" in text
    assert "<div><i>in</i></div>" in client.get("/shop/").text
