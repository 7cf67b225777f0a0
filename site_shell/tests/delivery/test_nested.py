"""Slots inside fragments that declare it: what they may ask for, and how far it goes."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fragment_contract.manifest import FragmentInfo
from fragment_contract.testing import Gate, Hang, Reply

from site_shell.composer import conf

from ..composing.conftest import Open
from ..composing.kit import World, other_page, wait_until
from ..composing.test_streaming import read_until, streamed

# Behind all slots.
END = "<footer>"
CACHED = {"cache-control": "max-age=600"}


def outer(world: World, html: str, name: str = "outer/part", **options: Any) -> str:
    """A fragment whose manifest lets it have slots inside."""
    info = FragmentInfo(name=name, nested=True)
    return world.fragment(name, html, fragment=info, **options)


def slot(name: str, attributes: str = "") -> str:
    return f'<micro-frontend src="{name}" {attributes}></micro-frontend>'


def test_a_slot_inside_is_filled_and_the_cache_keeps_the_fragment_unfilled(
    world: World, open_site: Open
) -> None:
    outer(world, f"<div>{slot('inner/part', 'n=1')}</div>", headers=CACHED)
    content = world.fragment("inner/part")
    numbers = iter(range(100))
    never = {"cache-control": "no-store"}
    world.services["inner"].respond(
        content, lambda _: Reply(body=f"<b>{next(numbers)}</b>", headers=never)
    )
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    assert "<div><b>0</b></div>" in client.get("/shop/").text
    assert "<div><b>1</b></div>" in client.get("/shop/").text
    assert len(world.services["outer"].requests) == 2
    assert "n=1" in world.services["inner"].requests[-1].query


def test_tags_policies_heads_and_assets_count_like_those_of_other_slots(
    world: World, open_site: Open
) -> None:
    headers = {**CACHED, "surrogate-key": "outer:1"}
    outer(world, f"<div>{slot('inner/part')}</div>", headers=headers)
    world.fragment(
        "inner/part",
        '<head><link rel="stylesheet" href="/inner.css"><meta name="a" content="b"></head><b>x</b>',
        headers={"cache-control": "max-age=60", "surrogate-key": "inner:1"},
    )
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    client.get("/shop/")
    page = client.get("/shop/")
    assert page.headers["surrogate-key"] == "inner:1 outer:1"
    seconds = int(page.headers["cache-control"].partition("s-maxage=")[2].partition(",")[0])
    assert 0 < seconds <= 60
    assert "etag" in page.headers
    head = page.text.partition("</head>")[0]
    assert '<link rel="stylesheet" href="/inner.css">' in head
    assert '<meta name="a" content="b">' in head
    wait_until(lambda: len(world.slots()) >= 4)
    assert {line["fragment"] for line in world.slots()} == {"outer/part", "inner/part"}


def test_the_fragment_begins_before_what_is_inside_of_it_is_there(
    world: World, open_site: Open
) -> None:
    gate = Gate()
    outer(world, f"<div>{slot('inner/part')}</div>")
    world.services["inner"].respond(
        world.fragment("inner/part"), Reply(body="<b>inner</b>", gate=gate)
    )
    world.page('{% fragment "outer/part" %}' + END)
    with streamed(open_site()) as (_, parts):
        early = read_until(parts, "<div>")
        assert "inner" not in early
        gate.open()
        assert "<b>inner</b></div>" + END in "".join(parts)


def test_deferred_and_lazy_slots_may_be_inside(world: World, open_site: Open) -> None:
    gate = Gate()
    lazy = slot("lazy/part", "delivery=lazy")
    outer(world, f"<div>{slot('inner/part', 'delivery=deferred')}{lazy}</div>")
    world.fragment("lazy/part")
    world.services["inner"].respond(
        world.fragment("inner/part"), Reply(body="<b>inner</b>", gate=gate)
    )
    world.page('{% fragment "outer/part" %}' + END)
    with streamed(open_site()) as (_, parts):
        early = read_until(parts, END)
        assert 'aria-busy="true"' in early
        assert 'loading="lazy"' in early
        assert "composer/delivery.js" in early
        gate.open()
        assert "<b>inner</b></fragment-part>" in "".join(parts)
    asked = {request.path for request in world.services["lazy"].requests}
    assert asked <= {"/fragments/part/manifest.json"}


def test_what_is_inside_of_a_deferred_slot_comes_with_it(world: World, open_site: Open) -> None:
    gate, other = Gate(), Gate()
    content = outer(world, "")
    late = slot("late/part", "delivery=deferred")
    html = f"<div>{slot('inner/part')}{late}</div>"
    world.services["outer"].respond(content, Reply(body=html, gate=gate))
    world.services["inner"].respond(
        world.fragment("inner/part"), Reply(body="<b>inner</b>", gate=other)
    )
    world.fragment("late/part", "<i>late</i>")
    world.page('{% fragment "outer/part" delivery="deferred" %}' + END)
    with streamed(open_site()) as (_, parts):
        read_until(parts, END)
        gate.open()
        world.services["inner"].wait_for_requests(2)
        other.open()
        late = "".join(parts)
    assert "<div><b>inner</b>" in late
    assert late.count("<i>late</i>") == 1
    assert late.endswith("</body></html>")


def test_a_fragment_that_does_not_declare_it_keeps_the_tag_as_it_is(
    world: World, open_site: Open
) -> None:
    html = f"<div>{slot('inner/part')}</div>"
    world.fragment("outer/part", html)
    world.fragment("inner/part")
    world.page('{% fragment "outer/part" %}')
    assert html in open_site().get("/shop/").text
    assert world.services["inner"].requests == ()


def test_a_stand_in_may_not_ask_for_anything(world: World, open_site: Open) -> None:
    content = outer(world, "", fallback=f"<p>sorry {slot('inner/part')}</p>")
    world.services["outer"].respond(content, Reply(status=500))
    world.fragment("inner/part")
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("outer/part")
    assert f"sorry {slot('inner/part')}" in client.get("/shop/").text
    assert world.services["inner"].requests == ()


REFUSED = [
    "passthrough=cookie:session",
    "strategy=canary",
    "options=ApiKey",
    "required",
    "fallback=layout.html",
    "skeleton=layout.html",
    "set-cookies=a",
    "error-handling=fail",
]


@pytest.mark.parametrize("attribute", REFUSED)
def test_what_only_pages_may_say_is_refused(world: World, open_site: Open, attribute: str) -> None:
    outer(world, f"<div>{slot('inner/part', attribute)}</div>")
    world.fragment("inner/part")
    world.page('{% fragment "outer/part" %}')
    response = open_site().get("/shop/")
    assert (response.status_code, "<div></div>" in response.text) == (200, True)
    wait_until(lambda: len(world.slots()) == 2)
    (line,) = [line for line in world.slots() if line["fragment"] == "inner/part"]
    assert (line["outcome"], line["reason"]) == ("degraded", "bad-slot")
    assert "a slot inside a fragment cannot" in line["detail"]
    assert world.services["inner"].requests == ()


def reasons(world: World) -> list[str]:
    return [line["reason"] for line in world.slots() if line["reason"].startswith("nested")]


def test_a_fragment_that_asks_for_itself_is_left_out(world: World, open_site: Open) -> None:
    outer(world, f"<a>{slot('inner/part')}</a>")
    outer(world, f"<b>{slot('outer/part')}</b>", "inner/part")
    world.page('{% fragment "outer/part" %}')
    assert "<a><b></b></a>" in open_site().get("/shop/").text
    assert reasons(world) == ["nested-cycle"]


def test_depth_has_an_end(world: World, open_site: Open) -> None:
    content = outer(world, "")

    def deeper(request: Any) -> Reply:
        number = int(request.query.partition("n=")[2] or 0)
        return Reply(body=f"<i>{number}</i>{slot('outer/part', f'n={number + 1}')}")

    world.services["outer"].respond(content, deeper)
    world.page('{% fragment "outer/part" %}')
    assert "<i>0</i><i>1</i><i>2</i><i>3</i></body>" in open_site().get("/shop/").text
    assert reasons(world) == ["nested-too-deep"]


def test_depth_has_an_end_in_what_is_loaded_later_too(world: World, open_site: Open) -> None:
    content = outer(world, "")

    def deeper(request: Any) -> Reply:
        number = int(request.query.partition("n=")[2] or 0)
        return Reply(body=slot("outer/part", f"n={number + 1} delivery=lazy"))

    world.services["outer"].respond(content, deeper)
    world.page('{% fragment "outer/part" delivery="lazy" %}')
    client = open_site()
    text = client.get("/shop/").text
    for _ in range(10):
        found = re.search(r'<fragment-slot[^>]* src="([^"]+)"', text)
        if found is None:
            break
        text = client.get(found[1]).text
    assert reasons(world) == ["nested-too-deep"]


def test_their_number_has_an_end(world: World, open_site: Open) -> None:
    outer(world, "".join(slot("inner/part", f"n={number}") for number in range(1000)))
    world.fragment("inner/part", "<b>x</b>")
    world.page('{% fragment "outer/part" %}')
    assert open_site().get("/shop/").text.count("<b>x</b>") == 50
    wait_until(lambda: len(world.slots()) == 52)
    assert reasons(world) == ["nested-too-many"]


def test_they_share_the_page_s_time(world: World, open_site: Open) -> None:
    outer(world, f"<div>{slot('inner/part', 'timeout=60000')}</div>", headers=CACHED)
    answer = Reply(body="<b>inner</b>", headers={"cache-control": "no-store"})
    world.services["inner"].respond(world.fragment("inner/part"), answer, Hang())
    patient = other_page("patient", budget=60_000)
    world.page('{% fragment "outer/part" %}', extra="budget = 300" + patient)
    client = open_site()
    assert "<div><b>inner</b></div>" in client.get("/patient/").text
    assert "<div></div>" in client.get("/shop/").text
    inner = [line for line in world.slots() if line["fragment"] == "inner/part"]
    assert [line["reason"] for line in inner] == ["", "timeout"]


def test_a_release_that_changes_while_a_page_is_made_is_in_the_next_one(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("site_shell.composer.binding.LOOK_SECONDS", 0.0)
    outer(world, f"<p>old</p>{slot('inner/part')}", headers=CACHED)
    gate = Gate()
    content = world.fragment("inner/part")
    inner = world.services["inner"]
    inner.respond(content, Reply(body="<b>inside</b>", headers=CACHED, gate=gate))
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    with ThreadPoolExecutor(1) as pool:
        # Who asks for the head alone waits for all of the page.
        asked = pool.submit(client.head, "/shop/")
        wait_until(lambda: len(inner.requests_for(content)) > 0)
        url = world.services["next"].add_fragment("outer/part", html="<p>new</p>", headers=CACHED)
        world.register("outer/part", url, version="2.0.0")
        registry = conf.runtime().registry
        wait_until(lambda: registry.releases("outer/part")[0].version == "2.0.0")
        gate.open()
        assert asked.result().status_code == 200
    assert len(conf.runtime().page_cache) == 1
    assert "<p>new</p>" in client.get("/shop/").text


def test_a_purge_of_what_is_inside_reaches_the_page(world: World, open_site: Open) -> None:
    outer(world, f"<div>{slot('inner/part')}</div>", headers=CACHED)
    tagged = {**CACHED, "surrogate-key": "inner:1"}
    content = world.fragment("inner/part", "<b>old</b>", headers=tagged)
    world.page('{% fragment "outer/part" %}')
    client = open_site()
    client.get("/shop/")
    assert "<b>old</b>" in client.get("/shop/").text
    world.services["inner"].respond(content, Reply(body="<b>new</b>", headers=tagged))
    purged = client.post(
        "/_composer/purge",
        json={"tags": ["inner:1"]},
        headers={"authorization": "Bearer purge-token-of-the-tests"},
    )
    assert purged.status_code in {200, 204}
    assert "<b>new</b>" in client.get("/shop/").text
