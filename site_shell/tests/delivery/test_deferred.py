"""Deferred slots leave their place open and come at the end, in the order of their speed."""

import threading
from typing import Any

import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import Gate, Hang, Reply

from ..composing.conftest import Open
from ..composing.kit import Face, World, wait_until
from ..composing.test_streaming import read_until, streamed

# Behind all slots.
END = "<footer>"
SKELETON = "<p>We are looking for them</p>"


@pytest.fixture(params=["lane", "view", "wsgi"])
def face(request: pytest.FixtureRequest) -> Face:
    chosen: Face = request.param
    return chosen


def slow(world: World, name: str, html: str, **reply: Any) -> Gate:
    """A fragment that waits for its gate; it is not cached."""
    gate = Gate()
    content = world.fragment(name)
    world.server_of(name).respond(content, Reply(body=html, gate=gate, **reply))
    return gate


def deferred(name: str, **options: str) -> str:
    given = {"timeout": "5000", "label": "Further down", **options}
    words = " ".join(f'{key}="{value}"' for key, value in given.items())
    return f'{{% fragment "{name}" delivery="deferred" {words} %}}'


def test_the_body_goes_on_and_the_slot_comes_at_its_end(world: World, open_site: Open) -> None:
    gate = slow(world, "reviews/list", "<p>slow</p>")
    world.template("parts/wait.html", SKELETON)
    tag = deferred("reviews/list", skeleton="parts/wait.html")
    world.page(f"<i>before</i>{tag}<i>after</i>")
    with streamed(open_site()) as (response, parts):
        early = read_until(parts, "<i>after</i>")
        gate.open()
        late = "".join(parts)
    assert (
        '<i>before</i><fragment-slot id="fragment-slot-1" aria-busy="true">'
        f'{SKELETON}<a class="fragment-slot__link" href="#fragment-slot-1-late">Further down</a>'
        "</fragment-slot><i>after</i>"
    ) in early
    assert "</body>" not in early
    assert late == (
        '<fragment-part id="fragment-slot-1-late"><p>slow</p></fragment-part>'
        '<fragment-arrival for="fragment-slot-1" hidden></fragment-arrival></body></html>'
    )
    assert '<script src="/static/composer/delivery.js" type="module" integrity="sha384-' in early
    assert response.headers["cache-control"] == "no-store"


def test_the_plain_tag_says_the_same(world: World, open_site: Open) -> None:
    gate = slow(world, "reviews/list", "<p>slow</p>")
    world.page(
        '<micro-frontend src="reviews/list" delivery="Deferred" timeout="5000">x</micro-frontend>'
        + END
    )
    with streamed(open_site()) as (_, parts):
        early = read_until(parts, END)
        gate.open()
        assert "<p>slow</p></fragment-part>" in "".join(parts)
    assert (
        'href="#fragment-slot-1-late">Go to this part of the page</a></fragment-slot>' + END
        in early
    )


def test_the_fastest_comes_first_and_holds_nobody_up(world: World, open_site: Open) -> None:
    names = [f"service{number}/part" for number in range(3)]
    gates = [slow(world, name, f"<p>{name}</p>") for name in names]
    world.page("".join(map(deferred, names)) + END)
    with streamed(open_site()) as (_, parts):
        read_until(parts, END)
        for number in (2, 0, 1):
            gates[number].open()
            found = read_until(parts, "</fragment-arrival>")
            assert f"<p>{names[number]}</p>" in found
            assert f'for="fragment-slot-{number + 1}"' in found
        assert (found + "".join(parts)).endswith("</body></html>")


def test_a_slow_inline_slot_is_not_overtaken_in_the_body_but_deferred_ones_are(
    world: World, open_site: Open
) -> None:
    late = slow(world, "late/part", "<p>late</p>")
    inline = slow(world, "inline/part", "<p>inline</p>")
    world.page(f'{deferred("late/part")}<i>a</i>{{% fragment "inline/part" %}}<i>b</i>')
    with streamed(open_site()) as (_, parts):
        read_until(parts, "<i>a</i>")
        inline.open()
        read_until(parts, "<p>inline</p><i>b</i>")
        late.open()
        assert "<p>late</p></fragment-part>" in "".join(parts)


def test_what_is_there_by_its_turn_is_in_its_place(world: World, open_site: Open) -> None:
    late = slow(world, "late/part", "<p>late</p>")
    inline = slow(world, "inline/part", "<p>inline</p>")
    world.page(f'{{% fragment "inline/part" %}}{deferred("late/part")}')
    with streamed(open_site()) as (_, parts):
        read_until(parts, "<header>")
        late.open()
        world.services["late"].wait_for_requests(2)
        # The page waits for the other one, and then takes what came meanwhile.
        threading.Timer(0.2, inline.open).start()
        assert "<p>inline</p><p>late</p></body>" in "".join(parts)


def test_a_cached_page_has_it_in_its_place_and_a_strong_etag(world: World, open_site: Open) -> None:
    cached = {"cache-control": "max-age=600", "surrogate-key": "reviews:1"}
    world.fragment("reviews/list", "<p>kept</p>", headers=cached)
    world.page(f"<i>a</i>{deferred('reviews/list')}<i>b</i>")
    client = open_site()
    client.get("/shop/")
    second, third = client.get("/shop/"), client.get("/shop/")
    assert "<i>a</i><p>kept</p><i>b</i></body>" in second.text
    assert "composer/delivery.js" not in second.text
    assert second.headers["etag"] == third.headers["etag"]
    assert not second.headers["etag"].startswith("W/")
    assert second.headers["surrogate-key"] == "reviews:1"
    assert "s-maxage" in second.headers["cache-control"]
    again = client.get("/shop/", headers={"if-none-match": second.headers["etag"]})
    assert again.status_code == 304


def test_the_page_s_budget_is_not_that_of_what_comes_after_it(
    world: World, open_site: Open
) -> None:
    gate = slow(world, "reviews/list", "<p>slow</p>")
    world.page(deferred("reviews/list") + END, extra="budget = 50")
    with streamed(open_site()) as (_, parts):
        read_until(parts, END)
        threading.Timer(0.3, gate.open).start()
        assert "<p>slow</p>" in "".join(parts)


@pytest.mark.parametrize(
    ("on_error", "expected"),
    [("fallback", "<p>sorry</p>"), ("degrade", "")],
)
def test_its_failure_is_answered_by_on_error(
    world: World, open_site: Open, on_error: str, expected: str
) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.template("parts/sorry.html", "<p>sorry</p>")
    options = {"timeout": "100", "on_error": on_error, "fallback": "parts/sorry.html"}
    world.page(deferred("reviews/list", **options))
    with streamed(open_site()) as (_, parts):
        text = "".join(parts)
    assert f'<fragment-part id="fragment-slot-1-late">{expected}</fragment-part>' in text
    assert text.endswith("</body></html>")


def test_late_assets_and_data_stand_beside_what_is_moved(world: World, open_site: Open) -> None:
    html = '<head><title>x</title><script type="application/ld+json">{}</script></head><p>slow</p>'
    link = {"link": "</late.css>; rel=preload; as=style"}
    gate = slow(world, "reviews/list", html, headers=link)
    world.page(deferred("reviews/list") + END)
    with streamed(open_site()) as (_, parts):
        read_until(parts, END)
        gate.open()
        late = "".join(parts)
    assert late.startswith(
        '<link rel="stylesheet" href="/late.css"><script type="application/ld+json">{}</script>'
        '<fragment-part id="fragment-slot-1-late"><p>slow</p></fragment-part>'
    )


def test_assets_of_a_known_manifest_are_in_the_head(world: World, open_site: Open) -> None:
    css = (Asset(value="/known.css", type="text/css"),)
    content = world.fragment("reviews/list", headers={"cache-control": "no-store"}, css=css)
    world.page(deferred("reviews/list") + END)
    client = open_site()
    client.get("/shop/")
    gate = Gate()
    world.services["reviews"].respond(content, Reply(body="<p>slow</p>", gate=gate))
    with streamed(client) as (_, parts):
        early = read_until(parts, END)
        gate.open()
        assert "known.css" not in "".join(parts)
    assert '<link rel="stylesheet" href="/known.css">' in early.partition("</head>")[0]


def test_text_that_looks_like_the_end_of_the_body_is_not_taken_for_it(
    world: World, open_site: Open
) -> None:
    world.template(
        "base.html",
        "<!doctype html><html><head></head><body>{% block main %}{% endblock %}</body>"
        "<!-- </body> --></html>",
    )
    gate = slow(world, "reviews/list", "<p>slow</p>")
    world.page(deferred("reviews/list") + END)
    with streamed(open_site()) as (_, parts):
        read_until(parts, END)
        gate.open()
        late = "".join(parts)
    assert late.endswith("</fragment-arrival></body><!-- </body> --></html>")


def test_a_head_request_tells_the_length_of_the_whole_page(world: World, open_site: Open) -> None:
    world.fragment("reviews/list", "<p>kept</p>", headers={"cache-control": "max-age=600"})
    world.page(deferred("reviews/list"))
    client = open_site()
    head = client.head("/shop/")
    assert head.headers["content-length"] == str(len(client.get("/shop/").content))


def test_a_skeleton_that_cannot_be_rendered_leaves_the_link(world: World, open_site: Open) -> None:
    gate = slow(world, "reviews/list", "<p>slow</p>")
    world.page(deferred("reviews/list", skeleton="parts/missing.html") + END)
    with streamed(open_site()) as (_, parts):
        early = read_until(parts, END)
        gate.open()
        assert "<p>slow</p>" in "".join(parts)
    assert '<fragment-slot id="fragment-slot-1" aria-busy="true"><a ' in early


@pytest.mark.parametrize("option", ["required=True", 'on_error="fail"'])
def test_a_page_cannot_hang_on_what_comes_after_it(
    world: World, open_site: Open, option: str
) -> None:
    world.fragment("reviews/list")
    world.page(f'{{% fragment "reviews/list" delivery="deferred" {option} %}}')
    client = open_site()
    client.get("/shop/")
    (line,) = world.slots()
    assert line["reason"] == "bad-slot"
    assert "the page is sent before it is known" in line["detail"]


@pytest.mark.parametrize("name", ["lane", "view"])
def test_who_goes_away_ends_the_waiting(world: World, name: Face) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page(deferred("reviews/list", timeout="30000") + END)
    with world.open(name) as client:
        with streamed(client) as (_, parts):
            read_until(parts, END)
        wait_until(lambda: any(line["event"] == "page" for line in world.records()))


def test_the_log_has_every_slot(world: World, open_site: Open) -> None:
    names = [f"service{number}/part" for number in range(2)]
    for name in names:
        world.fragment(name)
    world.page("".join(map(deferred, names)))
    open_site().get("/shop/")
    wait_until(lambda: len(world.slots()) == 2)
    assert {line["fragment"] for line in world.slots()} == set(names)
