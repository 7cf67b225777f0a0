"""A fragment with two releases, and visitors of a page with it."""

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

import httpx

from .kit import World

NAME = "reviews/list"
CACHED = {"cache-control": "public, s-maxage=60"}


def roll_out(world: World, *, traffic: float = 10, **extras: Any) -> None:
    """A default release that says old and one on another server that says new."""
    services: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
        ("1.0.0", "old", 100 - traffic, {}),
        ("2.0.0", "new", traffic, extras),
    )
    entries = []
    for version, word, share, more in services:
        url = world.services[word].add_fragment(
            NAME, html=f"<p>{word}</p>", version=version, headers=CACHED
        )
        entries.append(
            {
                "url": url,
                "metadata": {"version": version},
                "deployment": {"traffic": share, "default": word == "old"},
                "extras": more,
            }
        )
    write(world, entries)


def write(world: World, entries: list[dict[str, Any]]) -> None:
    world.registered[NAME] = entries
    document = {"schema": "https://example.org/schema", "microFrontends": world.registered}
    (world.folder / "registry.json").write_text(json.dumps(document))


def moment(offset: float) -> str:
    return datetime.fromtimestamp(time.time() + offset, UTC).isoformat()


def page_of(answer: httpx.Response) -> str:
    found = re.search("<p>(old|new)</p>", answer.text)
    assert found, answer.text
    return found[1]


def get(client: httpx.Client, cohort: str | None = None, **headers: str) -> httpx.Response:
    client.cookies.clear()
    if cohort is not None:
        headers["cookie"] = f"theme=dark; cohort={cohort}"
    return client.get("/shop/", headers=headers)
