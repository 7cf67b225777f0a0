"""Numbers of browsers: believed within bounds, refused beyond them."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rjsmin
from django.conf import LazySettings
from django.test import Client

from site_shell.composer import conf, counters
from site_shell.composer.traffic import Traffic
from site_shell.operations import rum
from site_shell.tests.composing.kit import World

RUM = "/_composer/rum"
STATIC = Path(__file__).resolve().parents[2] / "static" / "site_shell"


@pytest.fixture
def shop(world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.RUM_SAMPLE_PERCENT = 10.0
    monkeypatch.setattr(rum, "_tap", rum.Tap(clock=lambda: 0.0))
    world.fragment("reviews/list")
    world.page("nothing")
    with world.open("lane"):
        yield world


def told(vitals: Any = (), path: str = "/shop/") -> str:
    return json.dumps({"path": path, "vitals": list(vitals)})


def send(body: str | bytes, **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Client().post(RUM, body, content_type="text/plain;charset=UTF-8", headers=names)
    assert answer.content == b""
    return answer.status_code


def vitals() -> set[tuple[str, str]]:
    return {(key[1], key[2]) for key in conf.runtime().traffic.total() if key[0] == "vital"}


def verdicts() -> dict[str, float]:
    counts = conf.runtime().measures.counts()
    return {key[2]: amount for key, amount in counts.items() if key[0] == "rum_beacons"}


def test_a_page_and_its_fragments_are_measured(shop: World) -> None:
    body = told(
        [
            ["lcp", "", 900],
            ["lcp", "reviews/list", 900],
            ["load", "reviews", 40],
            ["cls", "reviews/list", 0.02],
        ]
    )
    assert send(body, sec_fetch_site="same-origin") == 204
    assert vitals() == {
        ("lcp", "page shop"),
        ("lcp", "reviews/list"),
        ("load", "reviews"),
        ("cls", "reviews/list"),
    }
    assert verdicts() == {"taken": 1}


def test_an_address_that_is_no_page_is_not_kept(shop: World) -> None:
    assert send(told([["lcp", "", 900]], path="/private/name@example.org")) == 204
    assert vitals() == {("lcp", "page (other)")}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '{"vitals": 3}',
        '{"path": "/%zz", "vitals": []}',
        told([["lcp", ""]]),
        told([["lcp", "", "900"]]),
        told([["lcp", "", True]]),
        told([["guess", "", 1]]),
        told([[["lcp"], "", 1]]),
        '{"path": "/shop/", "vitals": [["lcp", "", NaN]]}',
        '{"path": "/shop/", "vitals": [["lcp", "", 1e999]]}',
        told([["lcp", "", 1]] * 61),
        "[" * 8_000,
        b"\xff\xfe",
    ],
)
def test_nonsense_is_refused_and_counted(shop: World, body: str | bytes) -> None:
    assert send(body) == 400
    assert vitals() == set()
    assert verdicts() == {"malformed": 1}


@pytest.mark.parametrize(
    "vital",
    [
        ["lcp", "no/such", 1],
        ["lcp", "<script>", 1],
        ["load", "reviews/list", 1],
        ["lcp", "", -1],
        ["lcp", "", 60_001],
        ["cls", "", 11],
        ["lcp", "", 10**400],
    ],
)
def test_what_cannot_be_is_left_out(shop: World, vital: list[Any]) -> None:
    assert send(told([vital, ["ttfb", "", 5]])) == 204
    assert vitals() == {("ttfb", "page shop")}


def test_a_subject_that_is_no_text_is_refused(shop: World) -> None:
    assert send(told([["lcp", ["x"], 1]])) == 400


def test_a_long_body_is_refused_unread(shop: World) -> None:
    assert send(" " * 9_000) == 413


def test_other_sites_and_methods_are_refused(shop: World) -> None:
    assert send(told(), sec_fetch_site="cross-site") == 403
    assert Client().get(RUM).status_code == 405


@pytest.mark.parametrize("header", ["dnt", "sec_gpc"])
def test_who_asks_not_to_be_tracked_is_not_counted(shop: World, header: str) -> None:
    assert send(told([["lcp", "", 900]]), **{header: "1"}) == 204
    assert vitals() == set()


def test_made_up_numbers_take_no_room_of_what_the_shell_counts_itself() -> None:
    traffic = Traffic()
    for number in range(counters.MAX_KEYS + 10):
        traffic.vital("lcp", "page shop", number)
    traffic.page("shop", 200, 1.0)
    assert traffic.total()["page", "shop", "200"] == 1
    assert len(traffic.total()) < counters.MAX_KEYS + 10


def test_a_flood_is_cut_off(shop: World) -> None:
    statuses = [send(told()) for _ in range(505)]
    assert statuses == [204] * 500 + [429] * 5
    assert verdicts()["too-many"] == statuses.count(429)


def test_nothing_is_taken_where_nobody_measures(shop: World, settings: LazySettings) -> None:
    settings.RUM_SAMPLE_PERCENT = 0.0
    assert send(told([["lcp", "", 900]])) == 404


@pytest.mark.parametrize(("percent", "says"), [(0.0, ""), (2.5, "2.5")])
def test_templates_know_how_many_measure(
    world: World, settings: LazySettings, percent: float, says: str
) -> None:
    settings.RUM_SAMPLE_PERCENT = percent
    world.page("[{{ rum_percent }}]")
    with world.open("lane") as client:
        assert f"[{says}]" in client.get("/shop/").text


def test_the_script_is_small_and_needs_no_leave() -> None:
    script = (STATIC / "rum.js").read_text("utf-8")
    assert len(gzip.compress(rjsmin.jsmin(script).encode())) < 1_500
    assert not re.search(r"innerHTML|outerHTML|document\.write|eval\(|new Function", script)
