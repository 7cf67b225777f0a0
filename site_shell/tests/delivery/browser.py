"""Chromium before a site whose pages have the policy that production has."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from ..composing.kit import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCRIPTS = Path(__file__).resolve().parents[2] / "composer" / "static" / "composer"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_TIMEOUT_MS = 10_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Not pytest-playwright's, whose event loop stays until the session ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
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
        self.page.set_default_timeout(_TIMEOUT_MS)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "favicon" not in text:
            self.complaints.append(text)


def collect(folder: Path, files: dict[str, str]) -> None:
    """What collectstatic would have put together, and some files of fragments."""
    shutil.copytree(SCRIPTS, folder / "composer")
    for name, text in files.items():
        (folder / name).write_text(text)
