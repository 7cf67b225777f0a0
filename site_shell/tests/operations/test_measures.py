"""What is counted, and over which time; and that the composer counts its fetches."""

import threading

import pytest
from fragment_contract.testing import Hang, Reply

from site_shell.composer import conf
from site_shell.composer.latency import bucket_of, percentile
from site_shell.composer.measures import WINDOW_SECONDS, Measures, Window
from site_shell.composer.release import Release
from site_shell.tests.composing.kit import World, wait_until

LIST = Release("reviews/list", "1.0.0", "http://reviews.test")


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("ms", [0.2, 1, 9.9, 80, 400, 30_000])
def test_a_percentile_is_off_by_a_twentieth_at_most(ms: float) -> None:
    assert percentile({bucket_of(ms): 1}, 0.95) == pytest.approx(ms, rel=0.06)


def test_percentiles_are_those_of_the_durations() -> None:
    counts: dict[int, int] = {}
    for ms in range(1, 101):
        bucket = bucket_of(ms)
        counts[bucket] = counts.get(bucket, 0) + 1
    for share in (0.5, 0.95, 0.99):
        assert percentile(counts, share) == pytest.approx(100 * share, rel=0.1)
    assert percentile({}, 0.5) == 0


def test_a_window_holds_the_last_five_minutes_and_forgets_older_fetches() -> None:
    clock = Clock()
    measures = Measures(clock=clock)
    measures.fetched(LIST, 0.1, failed=False)
    clock.now += WINDOW_SECONDS / 2
    measures.fetched(LIST, 0.3, failed=True)
    window = measures.window("reviews/list", "1.0.0")
    assert (window.requests, window.failures) == (2, 1)
    assert window.p50_ms == pytest.approx(100, rel=0.06)
    assert window.p99_ms == pytest.approx(300, rel=0.06)
    clock.now += WINDOW_SECONDS / 2 + 30
    assert measures.window("reviews/list", "1.0.0").requests == 1
    clock.now += WINDOW_SECONDS
    assert measures.window("reviews/list", "1.0.0") == Window()
    assert measures.tallies() == {}


def test_releases_are_measured_apart() -> None:
    measures = Measures()
    measures.fetched(LIST, 0.1, failed=False)
    measures.fetched(Release("reviews/list", "2.0.0", "http://r"), 0.1, failed=True)
    assert measures.window("reviews/list", "1.0.0").failures == 0
    assert measures.window("reviews/list", "2.0.0").failures == 1
    assert measures.window("reviews/form", "1.0.0").requests == 0


def test_a_fetch_that_was_not_sent_has_no_duration() -> None:
    measures = Measures()
    measures.fetched(LIST, None, failed=True)
    assert measures.window("reviews/list", "1.0.0") == Window(requests=1, failures=1)


def test_nothing_is_lost_between_threads() -> None:
    measures = Measures()

    def work() -> None:
        for _ in range(2_000):
            measures.count("tokens_refused", reason="expired")
            measures.fetched(LIST, 0.01, failed=False)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert measures.counts() == {("tokens_refused", "reason", "expired"): 16_000}
    assert measures.window("reviews/list", "1.0.0").requests == 16_000


def test_labels_without_number_do_not_fill_the_memory() -> None:
    measures = Measures()
    for number in range(20_500):
        measures.count("guesses", name=str(number))
    counts = measures.counts()
    assert len(counts) == 20_001
    assert counts["uncounted",] == 500
    measures.count("guesses", name="0")
    assert measures.counts()["guesses", "name", "0"] == 2


def test_releases_without_number_do_not_fill_the_memory() -> None:
    measures = Measures()
    for number in range(8_300):
        measures.fetched(Release("a/b", str(number), "http://a"), 0.1, failed=False)
    assert len(measures.tallies()) <= 8_192


@pytest.mark.parametrize(
    ("status", "slot", "failures"),
    [
        (200, "", 0),
        (404, "required=True", 0),
        (400, "required=True", 0),
        (302, "required=True", 0),
        (404, "", 0),
        (302, "", 1),
        (403, "", 1),
        (500, "", 1),
        (503, "required=True", 1),
    ],
)
def test_a_fetch_fails_if_the_page_could_not_use_its_answer(
    world: World, status: int, slot: str, failures: int
) -> None:
    content = world.fragment("reviews/list")
    reply = Reply(status=status, headers={"location": "/elsewhere/"} if status == 302 else {})
    if status != 200:
        world.services["reviews"].respond(content, reply)
    world.page(f'{{% fragment "reviews/list" {slot} %}}')
    with world.open("lane") as client:
        client.get("/shop/")
        window = conf.runtime().measures.window("reviews/list", "1.0.0")
    assert (window.requests, window.failures) == (1, failures)
    assert window.p50_ms > 0


def test_a_timeout_is_a_failure_that_took_its_time(world: World) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Hang())
    world.page('{% fragment "reviews/list" timeout=150 %}')
    with world.open("lane") as client:
        client.get("/shop/")
        measures = conf.runtime().measures
        wait_until(lambda: measures.window("reviews/list", "1.0.0").requests == 1)
        window = measures.window("reviews/list", "1.0.0")
    assert window.failures == 1
    assert window.p95_ms > 100


def test_a_cached_answer_is_no_fetch(world: World) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=60"})
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        for _ in range(3):
            client.get("/shop/")
        assert conf.runtime().measures.window("reviews/list", "1.0.0").requests == 1
