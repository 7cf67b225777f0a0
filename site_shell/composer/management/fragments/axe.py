"""Accessibility as a browser sees it: axe, in the Chromium of this machine."""

import shutil
from html import escape
from importlib.util import find_spec
from typing import Final

from django.core.management.base import CommandError
from fragment_contract.conformance import Check, Target, Violation

from ...conformity import content_html

_NEEDED: Final = {"playwright": "playwright", "axe_playwright_python": "axe-playwright-python"}
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_GRAVE: Final = frozenset({"serious", "critical"})


def axe_check() -> Check:
    """The check. Raises CommandError, naming what is missing for it."""
    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        missing.append("Chromium")
    if missing:
        raise CommandError(f"--axe needs {', '.join(missing)}; nothing was checked with a browser")

    def probe(target: Target) -> None:
        if found := _violations(_document(target), str(program)):
            raise Violation("\n".join(found))

    return Check("axe", "axe finds nothing serious in a browser, with the fragment's css", probe)


def _document(target: Target) -> str:
    """The fragment in a page that is well, so that what is found is the fragment's."""
    html = content_html(target)
    if html.lstrip().startswith("<head>"):
        html = html.partition("</head>")[2]
    sheets = "".join(
        f'<link rel="stylesheet" href="{escape(target.asset_url(asset.value))}">'
        for asset in target.manifest.css
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fragment</title>'
        f"{sheets}</head><body><main><h1>Page</h1>{html}</main></body></html>"
    )


def _violations(document: str, program: str) -> list[str]:
    # Here, because nothing but this check needs a browser.
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_OPTIONS])
        try:
            page = browser.new_page()
            page.set_content(document, wait_until="load")
            results = Axe().run(page).response
        finally:
            browser.close()
    return [
        f"{found['id']}: {node['html'][:120]}"
        for found in results["violations"]
        if found["impact"] in _GRAVE
        for node in found["nodes"]
    ]
