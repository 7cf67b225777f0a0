"""The servers of a run, each on its core and known by its origin."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from . import site
from .cores import Cores
from .nginx import nginx
from .server import Server
from .shell import ROOT, free_origin, protocol, uvicorn

LANE = "site_shell.asgi:application"
CACHED, MISSED, SLOW = (f"/{service}/" for service in site.SERVICES)


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
    stack: ExitStack,
    application: str,
    cores: Cores,
    folder: Path,
    env: dict[str, str],
    *,
    tree: Path = ROOT,
    http: str = "",
) -> Running:
    """An ASGI application of a tree, under uvicorn with the shell's protocol or another."""
    port, origin = free_origin()
    server = uvicorn(
        application,
        port=port,
        ready=CACHED,
        core=cores.measured,
        log=folder / f"{tree.name}-{application}.log",
        env=env,
        tree=tree,
        http=http or protocol(tree),
    )
    return Running(stack.enter_context(server), origin)


def start_static(stack: ExitStack, cores: Cores, folder: Path, page: bytes) -> Static:
    """nginx with a page as a file."""
    root = folder / "page"
    file = root / CACHED.strip("/") / "index.html"
    file.parent.mkdir(parents=True)
    file.write_bytes(page)
    port, origin = free_origin()
    server = nginx("static", folder=folder, root=root, port=port, core=cores.measured)
    return Static(Running(stack.enter_context(server), origin), file)


def fetch(url: str) -> bytes:
    """The body of a URL."""
    with urlopen(url) as response:
        body: bytes = response.read()
        return body


def is_complete(page: bytes) -> bool:
    """Whether all fragments are in the page: one that is missing makes it faster, not better."""
    return page.count(site.LINE.encode()) == site.LINES * len(site.NAMES)
