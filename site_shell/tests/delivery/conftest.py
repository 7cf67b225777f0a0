"""The sites of the tests of composing, here for slots that come late; and a browser before them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser

from ..composing.conftest import face, open_site, world
from ..composing.kit import World
from .browser import MODULE, Visit, Visitor, chromium, collect

__all__ = ["face", "open_site", "world"]

FILES = {
    "module.js": MODULE,
    "page.css": ".far{height:4000px}.late{color:rgb(1, 2, 3)}.box{height:120px}",
}
BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/page.css"></head><body>
{% block main %}{% endblock %}</body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def visit(
    world: World, browser: Browser, tmp_path: Path, settings: LazySettings
) -> Iterator[Visit]:
    """Opens the site, when a test has arranged it, and a tab before it."""
    static = tmp_path / "static"
    collect(static, FILES)
    settings.STATIC_ROOT = str(static)
    settings.SITE_ORIGIN = "http://localhost:8000"
    world.template("base.html", BASE)
    with ExitStack() as stack:

        def open_tab(**options: Any) -> Visitor:
            client = stack.enter_context(world.open("lane"))
            context = browser.new_context(base_url=str(client.base_url), **options)
            stack.callback(context.close)
            visitor = Visitor(context.new_page(), world)
            visitor.listen()
            return visitor

        yield open_tab
