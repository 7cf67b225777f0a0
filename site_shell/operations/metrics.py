"""The numbers in the form that Prometheus reads. docs/shell-operators/metrics.md lists them.

Each series carries the process it is of: whichever worker answers a scrape tells those of all on
its host, and a worker that ends takes its series with it instead of making a sum fall.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ..composer.conf import Runtime
from ..composer.counters import Key, Numbers
from ..composer.traffic import BOUNDS_MS
from .report import HOST, Report
from .summary import Summary

_BREAKERS: Final = {"closed": 0, "half-open": 1, "open": 2}
_BOUNDS: Final = (*map(str, BOUNDS_MS), "inf")


def exposition(parts: Runtime, reports: Sequence[Report], accept: str) -> tuple[bytes, str]:
    """The metrics of the processes on this host, in the format that ``accept`` prefers, and the
    name of that format."""
    encode, content_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(parts, [one for one in reports if one["host"] == HOST]))
    return encode(registry), content_type


class _Collector(Collector):
    def __init__(self, parts: Runtime, reports: Sequence[Report]) -> None:
        self._parts = parts
        self._reports = reports

    def collect(self) -> Iterator[Metric]:
        """Every metric; those that need nothing else first."""
        yield self._counter(
            "composer_slots",
            "Slots of pages, by what they got.",
            "slot",
            ("fragment", "release", "outcome", "reason"),
        )
        yield self._counter("composer_pages", "Pages that were sent.", "page", ("page", "status"))
        yield self._histogram(
            "composer_slot_seconds",
            "Until a slot that was not in the cache had its outcome.",
            "slot_ms",
            "fragment",
        )
        yield self._histogram(
            "composer_page_seconds", "Until a composed page was sent.", "page_ms", "page"
        )
        yield from self._events()
        yield from self._services()
        yield from self._states()
        yield from self._vitals()

    def _counter(self, name: str, words: str, kind: str, labels: Sequence[str]) -> Metric:
        family = CounterMetricFamily(name, words, labels=[*labels, "process"])
        for one in self._reports:
            for key, amount in one["total"].items():
                if key[0] == kind:
                    family.add_metric([*key[1:], one["process"]], amount)
        return family

    def _histogram(self, name: str, words: str, kind: str, label: str) -> Metric:
        family = HistogramMetricFamily(name, words, labels=[label, "process"])
        for one in self._reports:
            numbers = one["total"]
            for subject in sorted({key[1] for key in numbers if key[0] == kind}):
                buckets, seconds = _buckets(numbers, (kind, subject))
                family.add_metric([subject, one["process"]], buckets, seconds)
        return family

    def _events(self) -> Iterator[Metric]:
        """Whatever was counted by name: each name is a metric, with the labels it was given."""
        families: dict[str, Metric] = {}
        for one in self._reports:
            for (name, *rest), amount in sorted(one["counts"].items()):
                labels, values = rest[: len(rest) // 2], rest[len(rest) // 2 :]
                family = families.get(name)
                if not isinstance(family, CounterMetricFamily):
                    words = f"See {name} in docs/shell-operators/metrics.md."
                    family = CounterMetricFamily(
                        f"composer_{name.removeprefix('composer_')}",
                        words,
                        labels=[*labels, "process"],
                    )
                    families[name] = family
                family.add_metric([*values, one["process"]], amount)
        yield from families.values()

    def _services(self) -> Iterator[Metric]:
        labels = ["fragment", "release", "process"]
        breaker = GaugeMetricFamily(
            "composer_breaker", "0 closed, 1 half-open, 2 open.", labels=labels
        )
        busy = GaugeMetricFamily(
            "composer_in_flight", "Requests to a service that have no answer yet.", labels=labels
        )
        registry = self._parts.registry
        for fragment in registry.fragments():
            for release in registry.releases(fragment):
                for one in self._reports:
                    found = one["breakers"].get((fragment, release.url))
                    if found is not None:
                        values = [fragment, release.version, one["process"]]
                        breaker.add_metric(values, _BREAKERS[found[0]])
                        busy.add_metric(values, found[1])
        yield breaker
        yield busy

    def _states(self) -> Iterator[Metric]:
        for name, words, value in _STATES:
            family = GaugeMetricFamily(name, words, labels=["process"])
            for one in self._reports:
                family.add_metric([one["process"]], value(one))
            yield family

    def _vitals(self) -> Iterator[Metric]:
        """Without a process: it is no matter which of them a browser told."""
        p75 = GaugeMetricFamily(
            "composer_vital_p75",
            "What three quarters of the visitors had at most: ms, or thousandths for cls.",
            labels=["metric", "subject"],
        )
        samples = GaugeMetricFamily(
            "composer_vital_samples", "How many measured.", labels=["metric", "subject"]
        )
        for subject, metrics in Summary(self._reports).vitals().items():
            for metric, (value, count) in metrics.items():
                p75.add_metric([metric, subject], value)
                samples.add_metric([metric, subject], count)
        yield p75
        yield samples


_STATES: Final[tuple[tuple[str, str, Callable[[Report], float]], ...]] = (
    ("composer_process_start_seconds", "When the process began.", lambda one: one["started"]),
    ("composer_report_seconds", "When the process told its numbers.", lambda one: one["at"]),
    (
        "composer_registry_generation",
        "Grows with every change of the registry that the process has seen.",
        lambda one: one["generation"],
    ),
    (
        "composer_registry_problems",
        "What is wrong in the registry, or with reaching it.",
        lambda one: len(one["problems"]),
    ),
    (
        "composer_registry_as_of_seconds",
        "When the source of the registry was last read.",
        lambda one: one["as_of"],
    ),
    (
        "composer_templates_version",
        "Grows with every change of the page templates that the process has seen.",
        lambda one: one["templates"],
    ),
)


def _buckets(numbers: Numbers, start: Key) -> tuple[list[tuple[str, float]], float]:
    """Cumulative buckets, in seconds as Prometheus has them, and the sum of the durations."""
    counts = accumulate(numbers.get((*start, bound), 0) for bound in _BOUNDS)
    bounds = [*(str(ms / 1000) for ms in BOUNDS_MS), "+Inf"]
    return list(zip(bounds, counts, strict=True)), numbers.get((*start, ""), 0) / 1000
