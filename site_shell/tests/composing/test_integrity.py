"""Integrity of assets: kept, computed where it is certain, and asked of other origins."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from fragment_contract.manifest import Asset

from site_shell.composer import conf

from .conftest import Open
from .kit import World

STYLE = b"b { margin: 0 }"
DIGEST = f"sha384-{base64.b64encode(hashlib.sha384(STYLE).digest()).decode()}"
CDN = "https://cdn.example"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: LazySettings) -> Path:
    root = tmp_path / "static"
    (root / "a").mkdir(parents=True)
    for name in ("x.0123456789ab.css", "y.63674K6N.css", "plain.css"):
        (root / "a" / name).write_bytes(STYLE)
    (tmp_path / "secret.0123456789ab.css").write_bytes(b"secret")
    settings.STATIC_ROOT = str(root)
    settings.ASSET_ORIGINS = [CDN]
    return root


def links(world: World, open_site: Open, *urls: str, **fields: str) -> list[str]:
    css = tuple(Asset(value=url, type="text/css", **fields) for url in urls)  # type: ignore[arg-type]
    world.fragment("a/styled", css=css)
    world.page('{% fragment "a/styled" required=True %}')
    return re.findall(r"<link[^>]+>", open_site().get("/shop/").text)


@pytest.mark.parametrize("name", ["x.0123456789ab.css", "y.63674K6N.css"])
def test_a_file_whose_name_says_its_content_gets_its_integrity(
    world: World, open_site: Open, name: str
) -> None:
    (link,) = links(world, open_site, f"/static/a/{name}")
    assert f'integrity="{DIGEST}"' in link


@pytest.mark.parametrize(
    "url",
    [
        *("/static/a/plain.css", "/static/a/none.0123456789ab.css", "/other/x.0123456789ab.css"),
        "/static/../secret.0123456789ab.css",
    ],
)
def test_what_can_change_or_is_elsewhere_gets_none(world: World, open_site: Open, url: str) -> None:
    (link,) = links(world, open_site, url)
    assert "integrity" not in link


def test_an_integrity_of_the_manifest_is_kept_even_if_it_is_wrong(
    world: World, open_site: Open
) -> None:
    (link,) = links(world, open_site, "/static/a/x.0123456789ab.css", integrity="sha256-AA==")
    assert 'integrity="sha256-AA=="' in link


def test_a_file_of_another_origin_without_one_is_named_once(world: World, open_site: Open) -> None:
    assert len(links(world, open_site, f"{CDN}/x.css", "https://shop.example/static/a/y.css")) == 2
    open_site().get("/shop/")
    notes = [line["what"] for line in world.records() if line.get("event") == "note"]
    assert set(notes) == {f"a/styled: {CDN}/x.css has no integrity"}
    assert conf.runtime().review.known == [f"a/styled: {CDN}/x.css has no integrity"]


def test_where_one_is_required_a_file_of_another_origin_is_left_out(
    world: World, open_site: Open, settings: LazySettings
) -> None:
    settings.SRI_REQUIRED = True
    assert links(world, open_site, f"{CDN}/x.css", f"{CDN}/y.css") == []
    assert f"{CDN}/x.css has no integrity (SRI_REQUIRED)" in str(world.records())


def test_with_one_it_is_loaded(world: World, open_site: Open, settings: LazySettings) -> None:
    settings.SRI_REQUIRED = True
    (link,) = links(world, open_site, f"{CDN}/x.css", integrity=DIGEST, crossorigin="anonymous")
    assert f'integrity="{DIGEST}" crossorigin="anonymous"' in link
