"""A real Podium layout around the fragments of a real service of ours."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from dev.projects import SERVICES

from .programs import PATIENCE_SECONDS, Program, Served, prepared

Start = Callable[..., Program]
REVIEWS = next(service for service in SERVICES if service.name == "reviews")
ASSETS = "https://shop.example"


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with an empty database, whose assets are the site's."""
    service = prepared(REVIEWS, tmp_path_factory.mktemp("reviews"), FRAGMENT_ASSET_ORIGIN=ASSETS)
    yield service
    service.stop()


@pytest.fixture(scope="module")
def layout(start: Start, reviews: Served) -> Iterator[httpx.Client]:
    base = f"{reviews.origin}/fragments"
    manifests = [f"{name}={base}/{name}/manifest.json" for name in ("list", "form")]
    program = start("layout.js", *manifests)
    with httpx.Client(base_url=program.origin, timeout=PATIENCE_SECONDS, trust_env=False) as client:
        yield client


def parts(layout: httpx.Client, query: str = "product=h1001") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = layout.get(f"/parts?{query}").json()
    return found


def test_the_manifest_is_accepted_and_the_content_is_there(layout: httpx.Client) -> None:
    reviews, form = parts(layout)
    assert "<h2" in reviews["content"]
    assert 'data-boundary="reviews/form"' in form["content"]
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", reviews["headers"]["podlet-version"])


def test_assets_resolve_though_the_layout_is_another_site(layout: httpx.Client) -> None:
    for part in parts(layout):
        assets = [*part["css"], *part["js"]]
        assert assets
        for asset in assets:
            assert asset["value"].startswith(f"{ASSETS}/static/reviews/"), asset
    for css in parts(layout)[0]["css"]:
        assert 'type="text/css"' in css["html"] and 'rel="stylesheet"' in css["html"]


def test_the_layouts_page_has_our_html_and_our_assets(layout: httpx.Client) -> None:
    text = layout.get("/page?product=h1001").text
    assert re.search(rf'<link [^>]*href="{ASSETS}/static/reviews/[^"]+\.css"', text)
    assert 'data-boundary="reviews/form"' in text


def test_query_parameters_arrive_and_wrong_ones_bring_the_fallback(
    layout: httpx.Client, reviews: Served
) -> None:
    content, _ = parts(layout, "product=h1001&sort=lowest")
    with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        fallback = client.get(f"{reviews.origin}/fragments/list/fallback").text
    assert content["content"] not in {"", fallback}
    for wrong in ("product=..", "product=h1001&nonsense=1", "product=h1001&sort=wrong"):
        assert parts(layout, wrong)[0]["content"] == fallback


def test_a_new_version_is_noticed_by_the_layout(layout: httpx.Client, reviews: Served) -> None:
    """Another version on the same address; the digest of its manifest tells it."""
    before, _ = parts(layout)
    reviews.restart(FRAGMENT_ASSET_ORIGIN="https://new.example")
    after, _ = parts(layout)
    assert after["css"][0]["value"].startswith("https://new.example/")
    assert before["headers"]["podlet-version"] != after["headers"]["podlet-version"]
