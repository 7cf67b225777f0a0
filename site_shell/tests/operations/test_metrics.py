"""What Prometheus reads, parsed by its own library, and who may read it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from fragment_contract.testing import Reply
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from site_shell.composer import conf
from site_shell.composer.latency import bucket_of
from site_shell.operations.exchange import exchange
from site_shell.tests.composing.kit import World, wait_until

ROOT = Path(__file__).resolve().parents[3]
METRICS = "/_composer/metrics/"
TOKEN = {"authorization": "Bearer token-of-the-tests"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def token(settings: LazySettings) -> Iterator[None]:
    settings.METRICS_TOKEN = "token-of-the-tests"
    exchange.cache_clear()
    yield
    exchange.cache_clear()


def families(world: World, client: Client) -> dict[str, Metric]:
    answer = client.get(METRICS, headers=TOKEN)
    assert answer.status_code == 200
    return {family.name: family for family in parse_text(answer.content.decode())}


def value(family: Metric, name: str, **labels: str) -> float:
    found = [
        sample.value
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    assert len(found) == 1, (name, labels, family.samples)
    return float(found[0])


def test_slots_and_pages_are_counted(world: World, client: Client) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=60"})
    content = world.fragment("reviews/form")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('{% fragment "reviews/list" %}{% fragment "reviews/form" %}')
    with world.open("lane") as shop:
        for _ in range(3):
            shop.get("/shop/")
        found = families(world, client)
    slots = found["composer_slots"]
    labels = {"fragment": "reviews/list", "release": "1.0.0", "reason": ""}
    assert value(slots, "composer_slots_total", **labels, outcome="fresh") == 1
    assert value(slots, "composer_slots_total", **labels, outcome="cached") == 2
    refused = {"fragment": "reviews/form", "outcome": "degraded", "reason": "http-500"}
    assert value(slots, "composer_slots_total", **refused) == 3
    pages = found["composer_pages"]
    assert value(pages, "composer_pages_total", page="shop", status="200") == 3
    seconds = found["composer_slot_seconds"]
    assert value(seconds, "composer_slot_seconds_count", fragment="reviews/list") == 1
    assert 0 < value(seconds, "composer_slot_seconds_sum", fragment="reviews/list") < 10
    assert value(seconds, "composer_slot_seconds_bucket", fragment="reviews/list", le="+Inf") == 1
    assert value(found["composer_page_seconds"], "composer_page_seconds_count", page="shop") == 3
    breaker = {"fragment": "reviews/form", "release": "1.0.0"}
    assert value(found["composer_breaker"], "composer_breaker", **breaker) in {0, 1, 2}
    assert value(found["composer_in_flight"], "composer_in_flight", **breaker) == 0


def test_a_scraper_may_choose_openmetrics(world: World, client: Client) -> None:
    world.page("nothing")
    with world.open("lane") as shop:
        shop.get("/shop/")
        accept = "application/openmetrics-text; version=1.0.0"
        answer = client.get(METRICS, headers={**TOKEN, "accept": accept})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert {"composer_pages"} <= {f.name for f in parse_open(answer.content.decode())}  # type: ignore[no-untyped-call]


def test_labels_that_services_choose_are_escaped(world: World, client: Client) -> None:
    world.fragment("reviews/list", version='1"\\\n', register=False)
    url = world.services["reviews"].url + "/fragments/list"
    world.register("reviews/list", url, version='1"\\ } 0')
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as shop:
        shop.get("/shop/")
        found = families(world, client)
    releases = {s.labels["release"] for s in found["composer_slots"].samples}
    assert len(releases) == 1


def test_what_was_counted_by_name_is_a_metric_of_that_name(world: World, client: Client) -> None:
    with world.open("lane"):
        measures = conf.runtime().measures
        measures.count("purges", result="done")
        measures.count("purges", result="refused")
        measures.count("purges", result="done")
        found = families(world, client)
    purges = found["composer_purges"]
    assert value(purges, "composer_purges_total", result="done") == 2
    assert value(purges, "composer_purges_total", result="refused") == 1


def test_a_purge_is_counted_by_its_answer(
    world: World, client: Client, settings: LazySettings
) -> None:
    with world.open("lane") as shop:
        good = {"authorization": f"Bearer {settings.FRAGMENT_PURGE_TOKEN}"}
        for headers in (good, good, {"authorization": "Bearer guess"}):
            shop.post("/_composer/purge", json={"tags": ["product:h1"]}, headers=headers)
        found = families(world, client)
    purges = found["composer_purges"]
    assert value(purges, "composer_purges_total", status="204") == 2
    assert value(purges, "composer_purges_total", status="401") == 1


def test_the_age_of_the_registry_tells_when_it_was_last_understood(
    world: World, client: Client
) -> None:
    world.fragment("reviews/list")
    with world.open("lane"):
        before = families(world, client)["composer_registry_as_of_seconds"].samples[0].value
        (world.folder / "registry.json").write_text("{broken")
        registry = conf.runtime().registry
        wait_until(lambda: bool(registry.problems))
        at_break = registry.as_of
        assert before <= at_break <= time.time()
        problems = families(world, client)["composer_registry_problems"].samples[0].value
        assert problems == 1
        assert registry.as_of == at_break


def test_vitals_are_percentiles_over_all_processes(world: World, client: Client) -> None:
    with world.open("lane"):
        for ms in (100, 1000, 1000, 1000):
            conf.runtime().traffic.vital("lcp", "page shop", bucket_of(ms))
        found = families(world, client)
    labels = {"metric": "lcp", "subject": "page shop"}
    p75 = value(found["composer_vital_p75"], "composer_vital_p75", **labels)
    assert p75 == pytest.approx(1000, rel=0.06)
    assert value(found["composer_vital_samples"], "composer_vital_samples", **labels) == 4


@pytest.mark.parametrize(
    "authorization",
    ["Bearer wrong", "Bearer ", "Bearer", "Basic token-of-the-tests", "token-of-the-tests", "é"],
)
def test_a_wrong_token_is_refused_and_counted(client: Client, authorization: str) -> None:
    conf.forget_runtime()
    answer = client.get(METRICS, headers={"authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert conf.runtime().measures.counts()["tokens_refused", "where", "metrics"] == 1
    conf.forget_runtime()


def test_without_a_token_set_nobody_gets_in_by_an_empty_one(
    client: Client, settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get(METRICS, headers={"authorization": "Bearer "}).status_code == 401


def test_staff_read_them_in_their_browser(client: Client, desk: Client) -> None:
    assert desk.get(METRICS).status_code == 200
    assert Client().get(METRICS).status_code == 302


def test_every_metric_is_documented(world: World, client: Client) -> None:
    text = (ROOT / "docs" / "shell-operators" / "metrics.md").read_text()
    documented = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    with world.open("lane"):
        emitted = {
            name.removesuffix("_total") if name.endswith("_total") else name
            for name in families(world, client)
        }
    counted = {
        f"composer_{name.removeprefix('composer_')}"
        for path in (ROOT / "site_shell").rglob("*.py")
        if "tests" not in path.parts
        for name in re.findall(r'\.count\(\s*"(\w+)"', path.read_text())
    }
    missing = (emitted | counted) - {name.removesuffix("_total") for name in documented}
    assert not missing
