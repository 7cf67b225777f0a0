from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings

from site_shell.composer import logs

from .kit import BASE, ERROR, Face, World

Open = Callable[[], httpx.Client]


@pytest.fixture
def world(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """An empty site with a base template and an error template."""
    made = World(tmp_path)
    made.template("base.html", BASE)
    made.template("error.html", ERROR)
    (tmp_path / "registry.json").write_text('{"schema": "https://x.example", "microFrontends": {}}')
    settings.FRAGMENT_REGISTRY = str(tmp_path / "registry.json")
    settings.STORAGES = {
        **settings.STORAGES,
        "pages": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "pages")},
        },
    }
    settings.LOG_FORMAT = "json"
    settings.SITE_ORIGIN = "https://shop.example"
    monkeypatch.setattr(logs, "_write_stderr", made.lines.append)
    yield made
    made.services.close()


@pytest.fixture(params=["lane", "view"])
def face(request: pytest.FixtureRequest) -> Face:
    """Both faces; every behaviour is the same through each of them."""
    chosen: Face = request.param
    return chosen


@pytest.fixture
def open_site(world: World, face: Face) -> Iterator[Open]:
    """Opens the site when a test has arranged it."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(world.open(face))
