"""What a slot may say about its delivery, and what a manifest about its modules."""

import re

import pytest
from fragment_contract.manifest import Asset

from site_shell.composer.errors import SlotError
from site_shell.composer.slot import Slot, make_slot

from ..composing.conftest import Open
from ..composing.kit import World


def slot(**attributes: object) -> Slot:
    return make_slot("reviews/list", attributes)


def test_a_slot_knows_its_delivery() -> None:
    made = slot(delivery="lazy", skeleton="parts/x.html", href="/r/?a=1#b", label="R", n=1)
    assert made.delivery == "lazy"
    assert (made.arrival.skeleton, made.arrival.href) == ("parts/x.html", "/r/?a=1#b")
    assert made.parameters == (("n", "1"),)
    assert slot(refresh="a:b, c:d a:b").arrival.refresh == ("a:b", "c:d")


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"delivery": "later"}, "delivery='later' must be one of inline, deferred, lazy"),
        ({"skeleton": "x.html"}, "skeleton is for delivery=deferred or lazy, not for inline"),
        ({"delivery": "deferred", "href": "/x"}, "href is for delivery=lazy, not for deferred"),
        ({"label": "x"}, "label is for delivery=deferred or lazy"),
        ({"delivery": "lazy", "label": "x" * 201}, "label has 201 characters, more than 200"),
        ({"delivery": "lazy", "skeleton": "../x.html"}, "skeleton='../x.html' must be the name"),
        ({"delivery": "lazy", "href": "javascript:alert(1)"}, "must be a path of this site"),
        ({"delivery": "lazy", "href": "//evil.example"}, "must be a path of this site"),
        ({"delivery": "lazy", "href": "/\\evil.example"}, "must be a path of this site"),
        ({"delivery": "lazy", "href": "/a b"}, "must be a path of this site"),
        ({"refresh": "click"}, "refresh='click' must be an event's name, like cart:item-added"),
        ({"refresh": '"><script>'}, "must be an event's name"),
        ({"refresh": " ".join(f"a:b{n}" for n in range(9))}, "refresh names 9 events, more than 8"),
        ({"delivery": "lazy", "required": True}, "required and delivery='lazy'"),
        ({"delivery": "deferred", "on_error": "fail"}, "on_error='fail' and delivery='deferred'"),
    ],
)
def test_what_is_wrong_is_named(attributes: dict[str, object], message: str) -> None:
    with pytest.raises(SlotError) as caught:
        slot(**attributes)
    assert message in str(caught.value)


CACHED = {"cache-control": "max-age=600"}


def body_of(world: World, open_site: Open, *scripts: Asset) -> str:
    world.fragment("shop/part", "<p>part</p>", headers=CACHED, js=scripts)
    world.page('{% fragment "shop/part" %}')
    client = open_site()
    client.get("/shop/")
    return client.get("/shop/").text


def test_a_module_that_waits_stands_behind_its_fragment(world: World, open_site: Open) -> None:
    script = Asset(
        value="/m.js", type="module", integrity="sha384-AAAA", hydrate="media", media="print"
    )
    text = body_of(world, open_site, script)
    assert (
        '<p>part</p><fragment-module src="/m.js" on="media" integrity="sha384-AAAA" media="print" '
        "hidden></fragment-module></body>"
    ) in text
    assert '<script src="/static/composer/hydrate.js" type="module" integrity="sha384-' in text
    assert '<script src="/m.js"' not in text


def test_a_module_that_does_not_wait_needs_no_loader(world: World, open_site: Open) -> None:
    script = Asset(value="/m.js", type="module", hydrate="load")
    text = body_of(world, open_site, script)
    assert '<script src="/m.js" type="module"></script></head>' in text
    assert "composer/" not in text


def test_what_a_podlet_calls_lazy_waits_for_an_idle_browser(world: World, open_site: Open) -> None:
    script = Asset(value="/m.js", type="default", strategy="lazy")
    assert '<fragment-module src="/m.js" on="idle" hidden>' in body_of(world, open_site, script)


def test_a_module_of_a_foreign_origin_does_not_load_later_either(
    world: World, open_site: Open
) -> None:
    script = Asset(value="https://evil.example/m.js", type="module", hydrate="idle")
    assert "evil.example" not in body_of(world, open_site, script)
    notes = [line["what"] for line in world.records() if line["event"] == "note"]
    assert any("evil.example" in note for note in notes)


def test_a_page_without_any_of_it_has_nothing_of_it(world: World, open_site: Open) -> None:
    text = body_of(world, open_site)
    assert not re.search("composer/|fragment-", text)
