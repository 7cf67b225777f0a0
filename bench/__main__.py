"""``python -m bench``: everything in one run. See README.md for what the figures mean."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from . import latency, site
from .cores import Cores, share_out
from .load import run_round
from .nginx import nginx
from .report import Report, Row
from .server import Server
from .shell import ROOT, free_origin, shell_environment, uvicorn

LANE = "site_shell.asgi:application"
DJANGO_VIEW = "bench.django_view:application"
BARE = "bench.bare:application"
CACHED, MISSED, SLOW = (f"/{service}/" for service in site.SERVICES)


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how often."""

    rounds: int
    seconds: float
    connections: int
    output: Path


@dataclass(frozen=True, slots=True)
class Running:
    """A server and where it is."""

    server: Server
    origin: str


@dataclass(frozen=True, slots=True)
class Static:
    """nginx with the page, and the file that it serves."""

    running: Running
    file: Path


def main() -> None:
    options = parse(sys.argv[1:])
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    if missing:
        sys.exit(f"Needed and not installed: {', '.join(missing)} (apt install nginx-light wrk)")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # nginx gives up root before it reads files.
        Path(folder).chmod(0o755)
        report = run(options, share_out(), Path(folder))
    print(report.table())
    print(f"\n{report.write(options.output)}")


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each kind (5)")
    parser.add_argument("--seconds", type=float, default=3, help="seconds a round takes (3)")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections (16)")
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
        bare = start_application(stack, BARE, cores, folder, {"BENCH_PAGE": str(static.file)})
        view = start_application(stack, DJANGO_VIEW, cores, folder, env)
        if fetch(view.origin + CACHED) != page:
            raise RuntimeError("the Django view answers another page than the lane")
        for path in (CACHED, MISSED):
            if not is_complete(fetch(lane.origin + path)):
                raise RuntimeError(f"{path} lacks a fragment; see the log of the lane")
        measured = [
            (Row("nginx, the page as a file"), static.running, CACHED),
            (Row("uvicorn alone, the page in memory"), bare, CACHED),
            (Row("lane, all slots cached", target_us=60), lane, CACHED),
            (Row("Django view, all slots cached"), view, CACHED),
            (Row("lane, three slots missed", target_us=400), lane, MISSED),
        ]
        measure_load(measured, options, cores)
        latency.measure(lane.origin, SLOW, rounds=2)
        moments = latency.measure(lane.origin, SLOW, rounds=4 * options.rounds)
        return Report(cores.note, len(page), [row for row, _, _ in measured], moments)


def is_complete(page: bytes) -> bool:
    """Whether all fragments are in the page: one that is missing makes it faster, not better."""
    return page.count(site.LINE.encode()) == site.LINES * len(site.NAMES)


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
            )
            # The first round warms up.
            if number:
                row.rounds.append(one)


@contextmanager
def upstreams(cores: Cores, folder: Path) -> Iterator[tuple[str, str]]:
    """The origins of the fast upstream and of the slow one."""
    root = folder / "fragments"
    site.write_fragments(root)
    port, fast = free_origin()
    slow_port, slow = free_origin()
    with (
        nginx(
            "upstream",
            folder=folder,
            root=root,
            port=port,
            core=cores.upstream,
            locations=site.locations(),
        ),
        Server(
            [sys.executable, "-m", "bench.slow", str(slow_port)],
            ready_url=f"{slow}/fragments/details/manifest.json",
            core=cores.upstream,
            log=folder / "slow.log",
            env={"PYTHONPATH": str(ROOT)},
        ),
    ):
        yield fast, slow


def start_application(
    stack: ExitStack, application: str, cores: Cores, folder: Path, env: dict[str, str]
) -> Running:
    port, origin = free_origin()
    server = uvicorn(
        application,
        port=port,
        ready=CACHED,
        core=cores.measured,
        log=folder / f"{application}.log",
        env=env,
    )
    return Running(stack.enter_context(server), origin)


def start_static(stack: ExitStack, cores: Cores, folder: Path, page: bytes) -> Static:
    root = folder / "page"
    file = root / CACHED.strip("/") / "index.html"
    file.parent.mkdir(parents=True)
    file.write_bytes(page)
    port, origin = free_origin()
    server = nginx("static", folder=folder, root=root, port=port, core=cores.measured)
    return Static(Running(stack.enter_context(server), origin), file)


def fetch(url: str) -> bytes:
    with urlopen(url) as response:
        body: bytes = response.read()
        return body


if __name__ == "__main__":
    main()
