"""Static files as they are collected: fewer bytes and fewer files that say the same."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page

from site_shell.files import Files
from site_shell.lean_files import is_ours, lean, parts

from ..delivery.browser import chromium

SITE = "site_shell/css/site.css"
SCRIPT = "site_shell/site.js"
SHEETS = [
    "account",
    "base",
    "components",
    "desk",
    "forms",
    "header",
    "home",
    "layout",
    "operations",
    "release",
    "staging",
    "tokens",
    "vitals",
    "waiting",
    "wayfinding",
]
SCRIPTS = [
    "composer/delivery.js",
    "composer/hydrate.js",
    "site_shell/first-visit.js",
    "site_shell/measure.js",
    "site_shell/rum.js",
    SCRIPT,
    "site_shell/sorry.js",
    "site_shell/trusted.js",
]
# As a browser understood it, in order. It gives values with var() back as they were written; there
# blanks about a comma or a bracket mean nothing, and all others do.
RULES = r"""text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    const rules = [...sheet.cssRules].map((rule) => rule.cssText.replace(/\s+/g, " "));
    return rules.map((rule) => rule.replace(/ ?([,()]) ?/g, "$1"));
}"""


def source(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_text("utf-8")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def collect() -> None:
    """Without htmx's other versions: to compress these takes longer than all the rest."""
    others = ["htmx-4*", "htmax-*", "htmx-2.js"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=others)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What collectstatic has put together, once for all who only look at it."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(**settings_for(folder)):
        collect()
    return folder


def settings_for(folder: Path) -> dict[str, Any]:
    lean_files = {"BACKEND": "site_shell.lean_files.LeanStaticFilesStorage"}
    storages = {**django_settings.STORAGES, "staticfiles": lean_files}
    return {"STATIC_ROOT": str(folder), "STORAGES": storages}


@pytest.fixture
def collected(collection: Path) -> Iterator[Path]:
    with override_settings(**settings_for(collection)):
        yield collection


def hashed(folder: Path, name: str) -> Path:
    paths: dict[str, str] = json.loads((folder / "staticfiles.json").read_text())["paths"]
    return folder / paths[name]


def served(name: str) -> str:
    answer = Files().respond("GET", f"/static/{name}", {})
    assert answer is not None and answer.file is not None
    with answer.file as file:
        return bytes(file.read()).decode()


def test_every_stylesheet_of_a_page_is_in_one_file(collected: Path) -> None:
    named = re.findall(r'@import "([a-z]+\.css)"', source(SITE))
    text = hashed(collected, SITE).read_text()
    assert len(named) > 5
    assert "@import" not in text
    places = [
        text.index(lean(f"site_shell/css/{part}", source).split("../fonts/")[0]) for part in named
    ]
    assert places == sorted(places)


def test_every_script_of_all_pages_is_in_one_file_and_the_policy_is_first(collected: Path) -> None:
    named = re.findall(r'import "\./([a-z-]+\.js)"', source(SCRIPT))
    text = hashed(collected, SCRIPT).read_text()
    assert named[0] == "trusted.js"
    assert not re.search(r'\bimport\s*"', text)
    places = [text.index(lean(f"site_shell/{part}", source)) for part in named]
    assert places == sorted(places)


def test_parts_of_a_script_keep_their_names_for_themselves(page: Page) -> None:
    texts = {
        "whole.js": '// Two.\nimport "./one.js";\nimport "./two.js";\n',
        "one.js": "const name = 1;\nfunction tell() { return name; }\nwindow.one = tell(); // 1",
        "two.js": "const name = 2;\nfunction tell() { return name; }\nwindow.two = tell();",
    }
    page.add_script_tag(content=lean("whole.js", texts.__getitem__), type="module")
    assert page.evaluate("[window.one, window.two]") == [1, 2]


def test_fonts_are_found_from_the_joined_file(collected: Path) -> None:
    joined = hashed(collected, SITE)
    fonts = re.findall(r'url\("([^"]+)"\)', joined.read_text())
    assert len(fonts) == 2
    assert all((joined.parent / font).is_file() for font in fonts)


def test_what_is_collected_is_compressed_after_it_is_lean(collected: Path) -> None:
    for name in (SITE, *SCRIPTS):
        copy = hashed(collected, name)
        is_joined = name in {SITE, SCRIPT}
        assert len(copy.read_bytes()) < len(source(name).encode()) or is_joined
        assert copy.with_name(f"{copy.name}.br").stat().st_size < copy.stat().st_size / 1.5


def test_a_part_that_changed_changes_the_name_of_its_whole(
    collection: Path, settings: LazySettings, tmp_path: Path
) -> None:
    folder = tmp_path / "static"
    shutil.copytree(collection, folder)
    for name, value in settings_for(folder).items():
        setattr(settings, name, value)
    before = hashed(folder, SITE).name
    own = tmp_path / "own" / "site_shell" / "css"
    own.mkdir(parents=True)
    (own / "forms.css").write_text("@layer components{.changed{color:red}}")
    # Older than all copies: only what is in it tells that it is another one.
    os.utime(own / "forms.css", (0, 0))
    settings.STATICFILES_DIRS = [own.parents[1]]
    collect()
    after = hashed(folder, SITE)
    assert after.name != before
    assert ".changed{color:red}" in after.read_text()


def test_packages_files_and_the_overlay_stay_as_they_are(collected: Path) -> None:
    for name in ("django_htmx/htmx-2.min.js", "composer/overlay.js"):
        assert hashed(collected, name).read_text() == source(name)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_browser_understands_a_lean_stylesheet_as_its_source(page: Page, sheet: str) -> None:
    name = f"site_shell/css/{sheet}.css"
    written = page.evaluate(RULES, source(name))
    assert written
    assert page.evaluate(RULES, lean(name, source)) == written


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_browser_can_read_a_lean_script(page: Page, name: str) -> None:
    text = lean(name, source)
    assert not re.search(r"^\s*//", text, re.MULTILINE)
    # Reads it and does not run it.
    page.evaluate("text => { new Function(text) }", text)


def test_all_our_stylesheets_and_scripts_are_looked_at() -> None:
    found = {
        name for finder in finders.get_finders() for name, _ in finder.list([]) if is_ours(name)
    }
    assert found == {SITE, *SCRIPTS, *(f"site_shell/css/{sheet}.css" for sheet in SHEETS)}


@pytest.mark.parametrize(
    "text",
    [
        '@import "a.css"; b { color: red }',
        '@import url("a.css");',
        '@import "../a.css";',
        '@import "a.css" print;',
        "@import 'https://elsewhere.example/a.css';",
    ],
)
def test_an_import_that_cannot_be_joined_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"css/whole\.css: .* nothing but @import"):
        parts("css/whole.css", lambda name: text if name == "css/whole.css" else "")


def test_a_part_may_not_import_in_turn() -> None:
    texts = {"whole.css": '@import "part.css";', "part.css": '@import "more.css";', "more.css": ""}
    with pytest.raises(ImproperlyConfigured, match=r"its part part\.css imports in turn"):
        parts("whole.css", texts.__getitem__)


@pytest.mark.parametrize(
    "text",
    [
        'import "./a.js";\nrun();',
        'import { b } from "./a.js";',
        'import b from "./a.js";',
        'import * as b from "./a.js";',
        "import './a.js';",
        'import "../a.js";',
        'import "https://elsewhere.example/a.js";',
    ],
)
def test_a_script_that_cannot_be_joined_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"whole\.js: .* nothing but import"):
        parts("whole.js", lambda name: text if name == "whole.js" else "")


@pytest.mark.parametrize("text", ['import("./a.js");', "imported = 1;", '// import "./a.js";'])
def test_a_script_that_only_looks_like_it_imports_nothing(text: str) -> None:
    assert parts("whole.js", lambda name: text) == []


def test_in_development_an_edited_part_is_seen_before_it_is_collected(
    collected: Path, settings: LazySettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.DEBUG = True
    assert "@import" not in served(SITE)

    own = tmp_path_factory.mktemp("own") / "site_shell" / "css"
    own.mkdir(parents=True)
    (own / "forms.css").write_text("")
    later = (collected / SITE).stat().st_mtime + 5
    os.utime(own / "forms.css", (later, later))
    settings.STATICFILES_DIRS = [own.parents[1]]
    assert '@import "forms.css"' in served(SITE)
