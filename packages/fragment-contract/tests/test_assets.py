"""From a path in the static files to URL and integrity, over the storages that people use."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from contract_example.fragments import hello
from contract_example.settings import BASE_DIR
from django.core.management import call_command
from django.test import Client, override_settings
from fragment_contract import Css, InvalidDeclaration, Js, UnknownAsset

SOURCE = BASE_DIR / "static" / "greeting" / "hello.css"
MANIFEST_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def sha384(data: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


def storage(backend: str) -> dict[str, Any]:
    return {"staticfiles": {"BACKEND": backend}}


def test_sources_are_enough_while_nothing_is_collected() -> None:
    asset = Css("greeting/hello.css").resolve()
    assert asset.value == "/static/greeting/hello.css"
    assert asset.integrity == sha384(SOURCE.read_bytes())
    assert asset.crossorigin is None
    assert asset.type == "text/css"


@pytest.mark.parametrize("origin", ["https://shop.example", "https://shop.example/"])
def test_a_site_relative_url_can_be_given_the_sites_origin(origin: str) -> None:
    with override_settings(FRAGMENT_ASSET_ORIGIN=origin):
        asset = Css("greeting/hello.css").resolve()
        assert asset.value == "https://shop.example/static/greeting/hello.css"
        assert asset.crossorigin == "anonymous"
        (told,) = hello.manifest().css
        assert told == asset
    assert hello.manifest().css[0].value == "/static/greeting/hello.css"
    with override_settings(FRAGMENT_ASSET_ORIGIN=origin, STATIC_URL="https://cdn.example/s/"):
        assert Css("greeting/hello.css").resolve().value.startswith("https://cdn.example/s/")


def test_hashed_names_get_the_integrity_of_the_hashed_file(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storage(MANIFEST_STORAGE)):
        call_command("collectstatic", interactive=False, verbosity=0)
        asset = Css("greeting/hello.css").resolve()
        collected = tmp_path / asset.value.removeprefix("/static/")
        assert collected.name != "hello.css"
        assert asset.integrity == sha384(collected.read_bytes())


def test_what_was_collected_counts_more_than_its_source(tmp_path: Path) -> None:
    (tmp_path / "greeting").mkdir()
    (tmp_path / "greeting" / "hello.css").write_bytes(b"collected")
    with override_settings(STATIC_ROOT=tmp_path):
        assert Css("greeting/hello.css").resolve().integrity == sha384(b"collected")


def test_no_integrity_in_development_when_it_is_unknown_which_file_is_served(
    tmp_path: Path,
) -> None:
    (tmp_path / "greeting").mkdir()
    (tmp_path / "greeting" / "hello.css").write_bytes(b"older")
    with override_settings(STATIC_ROOT=tmp_path, DEBUG=True):
        assert Css("greeting/hello.css").resolve().integrity == ""


def test_development_sees_a_changed_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "new.js"
    with override_settings(STATICFILES_DIRS=[tmp_path], DEBUG=True):
        for text in (b"one", b"two"):
            file.write_bytes(text)
            assert Js("new.js").resolve().integrity == sha384(text)


def test_another_origins_files_are_loaded_so_that_integrity_can_be_checked() -> None:
    with override_settings(STATIC_URL="https://cdn.example/static/"):
        asset = Js("greeting/hello.js", type="module").resolve()
    assert asset.value == "https://cdn.example/static/greeting/hello.js"
    assert asset.crossorigin == "anonymous"
    assert asset.integrity


@pytest.mark.parametrize("debug", [True, False])
def test_a_missing_file_is_named(debug: bool) -> None:
    with (
        override_settings(DEBUG=debug),
        pytest.raises(UnknownAsset, match=r"'greeting/gone\.css' is neither collected"),
    ):
        Css("greeting/gone.css").resolve()


def test_a_file_that_was_not_collected_is_named(tmp_path: Path) -> None:
    with (
        override_settings(STATIC_ROOT=tmp_path, STORAGES=storage(MANIFEST_STORAGE)),
        pytest.raises(UnknownAsset, match=r"'greeting/hello\.css' has no URL"),
    ):
        Css("greeting/hello.css").resolve()


def test_options_reach_the_manifest() -> None:
    css = Css("greeting/hello.css", media="print", fetchpriority="low", strategy="lazy")
    assert css.resolve().as_dict().items() >= {
        ("media", "print"),
        ("fetchpriority", "low"),
        ("strategy", "lazy"),
    }
    js = Js("greeting/hello.js", async_=True, defer=True, scope="content").resolve().as_dict()
    assert (js["async"], js["defer"], js["scope"], js["type"]) == (True, True, "content", "default")


def test_a_module_that_may_wait_is_lazy_for_a_podium_layout() -> None:
    visible = Js("greeting/hello.js", type="module", hydrate="visible").resolve()
    assert (visible.hydrate, visible.strategy) == ("visible", "lazy")
    at_once = Js("greeting/hello.js", type="module", hydrate="load").resolve()
    assert (at_once.hydrate, at_once.strategy) == ("load", None)
    wide = Js("greeting/hello.js", type="module", hydrate="media", media="(min-width: 60em)")
    assert wide.resolve().media == "(min-width: 60em)"


@pytest.mark.parametrize(
    "options",
    [
        {"hydrate": "idle"},
        {"type": "module", "hydrate": "media"},
        {"type": "module", "media": "print"},
    ],
)
def test_a_script_that_could_never_wait_like_that_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidDeclaration, match=r"greeting/hello\.js"):
        Js("greeting/hello.js", **options)


def test_a_changed_stylesheet_is_a_new_version(service: Client, tmp_path: Path) -> None:
    versions = set()
    (tmp_path / "greeting").mkdir()
    (tmp_path / "greeting" / "hello.js").write_bytes(b"js")
    for text in (b"one", b"two"):
        (tmp_path / "greeting" / "hello.css").write_bytes(text)
        with override_settings(STATICFILES_DIRS=[tmp_path], DEBUG=True):
            versions.add(service.get("/fragments/hello/", {"name": "ada"})["podlet-version"])
    assert len(versions) == 2
