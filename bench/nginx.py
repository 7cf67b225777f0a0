"""nginx in its two parts: the yardstick, and an upstream that costs next to nothing."""

from pathlib import Path

from .server import Server

# One worker: what is compared is one core's work.
_CONFIG = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; application/json json; }}
    charset utf-8;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 10000000;
    open_file_cache max=100 inactive=60s;
    # The shell writes its log too.
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {upstream}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root {root};
        {locations}
    }}
}}
"""


# Kept-alive connections to the upstream, and a cache for what it allows to be kept.
_UPSTREAM = """
    upstream fast {{ server {address}; keepalive 64; keepalive_requests 10000000; }}
    proxy_cache_path {folder}/cache keys_zone=fragments:1m;
"""


def nginx(
    name: str,
    *,
    folder: Path,
    root: Path,
    port: int,
    core: int,
    locations: str = "",
    upstream: str = "",
) -> Server:
    """An nginx that serves the files below ``root``; ``/ready.html`` is among them.

    ``upstream`` is the address of one that ``locations`` may refer to as ``http://fast``.
    """
    folder = folder / name
    folder.mkdir(parents=True)
    config = folder / "nginx.conf"
    behind = _UPSTREAM.format(folder=folder, address=upstream) if upstream else ""
    text = _CONFIG.format(folder=folder, port=port, root=root, locations=locations, upstream=behind)
    config.write_text(text)
    (root / "ready.html").write_text("ready")
    return Server(
        ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)],
        ready_url=f"http://127.0.0.1:{port}/ready.html",
        core=core,
        log=folder / "out.log",
    )
