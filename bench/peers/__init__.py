"""The peers on the same work: nginx SSI, Varnish ESI, a Podium layout, Zalando's Tailor.

Each composes the page of the shell from the same upstream, as lean as it can be set up: one
worker where that can be chosen, kept-alive connections, no log where it logs nothing by itself.
Podium and Tailor have no cache for content, so they appear among the missed pages only.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from .. import site
from ..cores import Cores
from ..nginx import nginx
from ..report import Row
from ..running import CACHED, MISSED, Running
from ..server import Server
from ..shell import free_origin

HERE: Final = Path(__file__).resolve().parent
Measured = tuple[Row, Running, str]

_SSI = """
    ssi on;
    proxy_http_version 1.1;
    proxy_set_header connection "";
    location /cached/fragments/ { proxy_pass http://fast; proxy_cache fragments; }
    location /missed/fragments/ { proxy_pass http://fast; }
"""
_VCL = """
vcl 4.1;
backend fast {{ .host = "127.0.0.1"; .port = "{port}"; }}
sub vcl_recv {{
    if (req.url ~ "^/missed/fragments/") {{ return (pass); }}
    return (hash);
}}
sub vcl_backend_response {{
    if (bereq.url ~ "^/esi-") {{ set beresp.do_esi = true; set beresp.ttl = 1h; }}
}}
"""


def missing() -> list[str]:
    """The programs that are needed and not there."""
    return [name for name in ("varnishd", "node", "npm") if shutil.which(name) is None]


def start(stack: ExitStack, cores: Cores, folder: Path, fast: str) -> Iterator[Measured]:
    """Start all peers; rows with what to ask them for."""
    if not (HERE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit"], cwd=HERE, check=True)
    ssi = _ssi(stack, cores, folder, fast)
    yield Row("nginx SSI, fragments cached", group="cached"), ssi, CACHED
    yield Row("nginx SSI, fragments fetched", group="missed"), ssi, MISSED
    esi = _esi(stack, cores, folder, fast)
    yield Row("Varnish ESI, fragments cached", group="cached"), esi, "/esi-cached/"
    yield Row("Varnish ESI, fragments fetched", group="missed"), esi, "/esi-missed/"
    for name, title in (("podium", "Podium layout"), ("tailor", "Tailor")):
        running = _node(stack, name, cores, folder, fast)
        yield Row(f"{title}, fragments fetched", group="missed"), running, MISSED


def _ssi(stack: ExitStack, cores: Cores, folder: Path, fast: str) -> Running:
    root = folder / "ssi-pages"
    for service in ("cached", "missed"):
        (root / service).mkdir(parents=True)
        include = '<!--# include virtual="/{}/fragments/{}/content.html" -->'
        text = site.page([include.format(service, name) for name in site.NAMES])
        (root / service / "index.html").write_text(text)
    port, origin = free_origin()
    server = nginx(
        "ssi",
        folder=folder,
        root=root,
        port=port,
        core=cores.measured,
        locations=_SSI,
        upstream=fast.removeprefix("http://"),
    )
    return Running(stack.enter_context(server), origin)


def _esi(stack: ExitStack, cores: Cores, folder: Path, fast: str) -> Running:
    for service in ("cached", "missed"):
        # Beside the fragments: Varnish reads pages from the upstream, too, and keeps them.
        include = '<esi:include src="/{}/fragments/{}/content.html"/>'
        place = folder / "fragments" / f"esi-{service}"
        place.mkdir()
        text = site.page([include.format(service, name) for name in site.NAMES])
        (place / "index.html").write_text(text)
    vcl = folder / "peers.vcl"
    vcl.write_text(_VCL.format(port=fast.rpartition(":")[2]))
    port, origin = free_origin()
    work = folder / "varnish"
    work.mkdir()
    server = Server(
        [
            *("varnishd", "-F", "-j", "none", "-n", str(work), "-f", str(vcl)),
            *("-a", f"127.0.0.1:{port}", "-s", "malloc,64m"),
        ],
        ready_url=f"{origin}/ready.html",
        core=cores.measured,
        log=folder / "varnish.log",
    )
    return Running(stack.enter_context(server), origin)


def _node(stack: ExitStack, name: str, cores: Cores, folder: Path, fast: str) -> Running:
    file = folder / "page.json"
    pieces = site.page(["\0"] * len(site.NAMES)).split("\0")
    file.write_text(json.dumps({"names": site.NAMES, "pieces": pieces}))
    port, origin = free_origin()
    server = Server(
        ["node", str(HERE / f"{name}.js"), str(file), str(port), fast],
        ready_url=origin + MISSED,
        core=cores.measured,
        log=folder / f"{name}.log",
        env={"NODE_ENV": "production"},
    )
    return Running(stack.enter_context(server), origin)
