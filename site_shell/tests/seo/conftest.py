"""The kit of the composer's tests, with a service that lists its pages."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from fragment_contract.testing import Reply

from site_shell.tests.composing.conftest import face, open_site, world
from site_shell.tests.composing.kit import World

__all__ = ["face", "open_site", "world"]

PAGES_PATH = "/feeds/urls.json"
NEWS_PATH = "/feeds/new.json"


class Catalogue:
    """A service with listings."""

    def __init__(self, world: World) -> None:
        world.fragment("product/list")
        self.server = world.services["product"]
        origin = self.server.url
        extras = {"pages": f"{origin}{PAGES_PATH}", "news": f"{origin}{NEWS_PATH}"}
        world.register("product/list", f"{origin}/fragments/list", extras=extras)
        self.lists_pages([{"path": "/products/h1/lamp/", "lastmod": "2026-11-01T10:00:00+00:00"}])

    def lists_pages(self, entries: Sequence[Any]) -> None:
        self._answers(PAGES_PATH, {"urls": entries})

    def lists_news(self, entries: Sequence[Any]) -> None:
        self._answers(NEWS_PATH, {"items": entries})

    def says(self, path: str, body: str, status: int = 200) -> None:
        headers = {"content-type": "application/json"}
        self.server.respond(path, Reply(status=status, body=body, headers=headers))

    def _answers(self, path: str, document: object) -> None:
        self.says(path, json.dumps(document))


@pytest.fixture
def catalogue(world: World) -> Catalogue:
    world.page("Hello", routes=("",), extra="sitemap = true")
    return Catalogue(world)
