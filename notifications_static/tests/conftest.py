"""A page with the built bundle on it, served over a real socket under a strict policy."""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

DIST = Path(__file__).parent.parent / "dist"
PUBLIC_PATH = "/static/notifications_static/"
POLICY = (
    "default-src 'none'; img-src data:; script-src 'self'; style-src 'self'; "
    "require-trusted-types-for 'script'"
)

# What must come is waited for as long as a busy machine may take.
expect.set_options(timeout=30_000)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        reason = "needs chromium on PATH"
        for item in items:
            if "page" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
    return parsed


class _Handler(SimpleHTTPRequestHandler):
    """Serves the built files where the shop serves them, and a page around the fragment."""

    def __init__(self, *args: Any, html: bytes, **kwargs: Any) -> None:
        self.html = html
        super().__init__(*args, directory=str(DIST), **kwargs)

    def do_GET(self) -> None:
        if self.path.startswith(PUBLIC_PATH):
            self.path = "/" + self.path.removeprefix(PUBLIC_PATH)
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-security-policy", POLICY)
        self.end_headers()
        self.wfile.write(self.html)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output readable."""


@pytest.fixture(scope="session")
def origin(manifest: dict[str, Any]) -> Iterator[str]:
    script = manifest["js"][0]
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
    <link rel="icon" href="data:,">
    <script type="{script["type"]}" src="{script["value"]}"
            integrity="{script["integrity"]}"></script>
    </head><body><main><h1>Shop</h1><button id="buy">Add to cart</button></main>
    {(DIST / "content.html").read_text()}</body></html>"""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, html=html.encode()))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def console(page: Page) -> list[str]:
    messages: list[str] = []
    page.on("console", lambda message: messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: messages.append(f"error: {error}"))
    return messages


@pytest.fixture
def shop(page: Page, origin: str, console: list[str]) -> Page:
    """The page, in which time stands still but where a test lets it run."""
    page.clock.install(time=0)
    page.goto(origin)
    expect(page.locator("site-notifications:defined")).to_be_attached()
    page.clock.pause_at(3600)
    return page
