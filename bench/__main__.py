"""``python -m bench``: everything in one run. See README.md for what the figures mean."""

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import baseline, choosing, latency, memory, peers
from .cores import Cores, share_out
from .load import run_round
from .report import Report, Row
from .running import (
    CACHED,
    LANE,
    MISSED,
    SLOW,
    Running,
    fetch,
    is_complete,
    start_application,
    start_static,
    upstreams,
)
from .shell import ROOT, shell_environment

DJANGO_VIEW = "bench.django_view:application"
BARE = "bench.bare:application"


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how often, and beside whom."""

    rounds: int
    seconds: float
    connections: int
    baseline: str
    pairs: int
    peers: bool
    output: Path


def main() -> None:
    options = parse(sys.argv[1:])
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    missing += peers.missing() if options.peers else []
    if missing:
        sys.exit(f"Needed and not installed: {', '.join(missing)} (see bench/README.md)")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # nginx gives up root before it reads files.
        Path(folder).chmod(0o755)
        report = run(options, share_out(), Path(folder))
    print(report.table())
    print(f"\n{report.memory}")
    print(f"\n{report.write(options.output)}")


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each kind (5)")
    parser.add_argument("--seconds", type=float, default=3, help="seconds a round takes (3)")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections (16)")
    parser.add_argument("--baseline", default="", help="a git revision to measure beside this one")
    parser.add_argument("--pairs", type=int, default=8, help="of processes, for that (8)")
    parser.add_argument("--peers", action="store_true", help="measure the peers, too")
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "bench")
    return Options(**vars(parser.parse_args(arguments)))


def run(options: Options, cores: Cores, folder: Path) -> Report:
    """Start everything, measure everything."""
    with ExitStack() as stack:
        fast, slow = stack.enter_context(upstreams(cores, folder))
        env = shell_environment(folder, fast=fast, slow=slow)
        lane = start_application(stack, LANE, cores, folder, env)
        page = fetch(lane.origin + CACHED)
        static = start_static(stack, cores, folder, page)
        given = {"BENCH_PAGE": str(static.file)}
        bare = start_application(stack, BARE, cores, folder, given, http="httptools")
        view = start_application(stack, DJANGO_VIEW, cores, folder, env)
        if fetch(view.origin + CACHED) != page:
            raise RuntimeError("the Django view answers another page than the lane")
        measured = [
            (Row("nginx, the page as a file"), static.running, CACHED),
            (Row("uvicorn alone, the page in memory"), bare, CACHED),
            (Row("lane, all slots cached", target_us=60, group="cached"), lane, CACHED),
            (Row("lane, the same by gzip", 66, "cached", "gzip"), lane, CACHED),
            (Row("Django view, all slots cached", group="cached"), view, CACHED),
            (Row("lane, three slots missed", target_us=400, group="missed"), lane, MISSED),
        ]
        if options.peers:
            measured += peers.start(stack, cores, folder, fast)
        for row, running, path in measured:
            if row.group and not is_complete(fetch(running.origin + path)):
                raise RuntimeError(f"{row.name}: {path} lacks a fragment; see the log")
        measure_load(measured, options, cores)
        latency.measure(lane.origin, SLOW, rounds=2)
        moments = latency.measure(lane.origin, SLOW, rounds=4 * options.rounds)
        before: list[baseline.Comparison] = []
        if options.baseline:
            before = baseline.compare(
                options.baseline, options.pairs, cores, folder, env, options.connections
            )
        return Report(
            cores.note,
            len(page),
            [row for row, _, _ in measured],
            moments,
            choosing.measure(folder),
            before,
            memory.measure(page, folder).line(),
        )


def measure_load(measured: list[tuple[Row, Running, str]], options: Options, cores: Cores) -> None:
    """Round by round, not row by row: a noisy minute then blurs all rows alike."""
    for number in range(options.rounds + 1):
        for row, running, path in measured:
            one = run_round(
                running.server,
                running.origin + path,
                core=cores.load,
                seconds=options.seconds if number else 1,
                connections=options.connections,
                accept_encoding=row.accept_encoding,
            )
            # The first round warms up.
            if number:
                row.rounds.append(one)


if __name__ == "__main__":
    main()
