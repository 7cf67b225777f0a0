"""Pages and slots are counted, whichever way they were answered, and errors kept for people."""

from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.counters import Counters
from site_shell.composer.outcome import Outcome
from site_shell.composer.slot import Slot
from site_shell.composer.traffic import Traffic
from site_shell.tests.composing.kit import Face, World


def failed(reason: str = "timeout", release: str = "1", fragment: str = "reviews/list") -> Outcome:
    slot = Slot(fragment)
    return Outcome(slot=slot, kind="degraded", reason=reason, release=release, ms=30)


def test_every_page_and_slot_counts_once_through_every_face(world: World, face: Face) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=60"})
    world.page('{% fragment "reviews/list" %}')
    with world.open(face) as client:
        tag = client.get("/shop/").headers.get("etag") or client.get("/shop/").headers["etag"]
        before = sum(n for key, n in conf.runtime().traffic.total().items() if key[0] == "page")
        for _ in range(3):
            client.get("/shop/")
        client.get("/shop/", headers={"if-none-match": tag})
        client.head("/shop/")
        client.get("/nothing/")
        total = conf.runtime().traffic.total()
        again = conf.runtime().traffic.total()
    assert total == again
    assert sum(n for key, n in total.items() if key[:2] == ("page", "shop")) == before + 5
    assert total["page", "shop", "304"] == 1
    assert total["page", "", "404"] == 1
    slots = {key[3]: n for key, n in total.items() if key[0] == "slot"}
    assert slots["fresh"] == 1
    assert sum(slots.values()) == before + 5
    assert total["slot_ms", "reviews/list", ""] > 0
    assert sum(n for key, n in total.items() if key[0] == "page_ms" and key[2]) >= 2


def test_an_error_is_kept_with_what_is_needed_to_find_it(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        for _ in range(2):
            client.get("/shop/", headers={"x-request-id": "request-number-1"})
        (error,) = conf.runtime().traffic.errors()
    assert (error.fragment, error.release, error.reason) == ("reviews/list", "1.0.0", "http-500")
    assert error.times == 2
    assert error.request_id == "request-number-1"
    assert "500" in error.detail


def test_errors_do_not_fill_the_memory() -> None:
    traffic = Traffic()
    for number in range(300):
        traffic.slots("r", [failed(fragment=f"reviews/list{number}")])
    assert len(traffic.errors()) == 100
    assert traffic.errors()[0].fragment == "reviews/list299"


def test_a_service_with_hundreds_of_reasons_takes_no_room_of_the_others() -> None:
    traffic = Traffic()
    traffic.slots("r", [failed(fragment="product/page")])
    for number in range(100, 600):
        traffic.slots("r", [failed(reason=f"http-{number}")])
    reasons = {key[4] for key in traffic.total() if key[:2] == ("slot", "reviews/list")}
    assert len(reasons) == 33 and "other" in reasons
    assert "product/page" in {error.fragment for error in traffic.errors()}
    assert traffic.errors()[0].reason == "http-599"


def test_a_service_that_names_a_new_version_each_time_is_told_apart_no_more() -> None:
    traffic = Traffic()
    for number in range(100):
        traffic.slots("r", [failed(release=str(number))])
    releases = {key[2] for key in traffic.total() if key[0] == "slot"}
    assert len(releases) == 9
    assert traffic.total()["slot", "reviews/list", "other", "degraded", "timeout"] == 92


def test_numbers_of_the_last_minutes_leave_and_totals_stay() -> None:
    now = [1_000_000.0]
    counters = Counters(clock=lambda: now[0])
    counters.add(("a",))
    now[0] += 120
    counters.add(("a",))
    assert counters.recent() == {("a",): 2}
    now[0] += 240
    assert counters.recent() == {("a",): 1}
    now[0] += 3600
    assert counters.recent() == {}
    assert counters.total() == {("a",): 2}
