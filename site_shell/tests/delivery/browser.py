"""Chromium before a site whose pages have the policy that production has."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fragment_contract.testing import Gate, Reply
from playwright.sync_api import Browser, Page, expect, sync_playwright

from site_shell.lean_files import is_ours, lean

from ..composing.kit import PATIENCE, World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCRIPTS = Path(__file__).resolve().parents[2] / "composer" / "static" / "composer"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]

MODULE = "document.body.dataset.ran = Number(document.body.dataset.ran ?? 0) + 1;"
FAR = '<div class="far"></div>'
DEFERRED = '{% fragment "reviews/list" delivery="deferred" label="Reviews" %}'
LAZY = '{% fragment "product/related" delivery="lazy" label="More" refresh="cart:item-added" %}'


@contextmanager
def chromium() -> Iterator[Browser]:
    """Not pytest-playwright's, whose event loop stays until the session ends."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=_OPTIONS, timeout=PATIENCE * 1000
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One tab. ``complaints`` are what the browser said about the page."""

    page: Page
    world: World
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str = "/shop/", **options: Any) -> Page:
        self.page.goto(path, **options)
        return self.page

    def listen(self) -> None:
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "favicon" not in text:
            self.complaints.append(text)


def collect(folder: Path, files: dict[str, str]) -> None:
    """What collectstatic would have put together, and some files of fragments."""
    shutil.copytree(SCRIPTS, folder / "composer")
    for script in (folder / "composer").glob("*.js"):
        name = f"composer/{script.name}"
        if is_ours(name):
            script.write_text(lean(name, lambda name: (folder / name).read_text()))
    for name, text in files.items():
        (folder / name).write_text(text)


Visit = Callable[..., Visitor]


def slow(world: World, name: str, html: str, **reply: Any) -> Gate:
    gate = Gate()
    world.server_of(name).respond(world.fragment(name), Reply(body=html, gate=gate, **reply))
    return gate


def related(world: World) -> list[str]:
    """A lazy fragment that counts how often it was asked for."""
    asked: list[str] = []

    def answer(request: Any) -> Reply:
        asked.append(request.query)
        html = f'<p id="r">{len(asked)}</p><input id="q"><button>b</button>'
        return Reply(body=html, headers={"cache-control": "no-store"})

    world.server_of("product/related").respond(world.fragment("product/related"), answer)
    return asked
