"""What counts where a project defines nothing."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings, global_settings

from site_shell.composer import configuration
from site_shell.composer.configuration import DEFAULTS, settings

COMPOSER = Path(configuration.__file__).parent
PAGE = Path(__file__).resolve().parents[3] / "docs" / "elsewhere.md"


def test_every_setting_that_the_composer_reads_has_a_default() -> None:
    sources = [path.read_text() for path in COMPOSER.rglob("*.py")]
    read = {name for text in sources for name in re.findall(r"\bsettings\.([A-Z_]+)", text)}
    assert "SITE_ORIGIN" in read
    assert read <= DEFAULTS.keys() | set(dir(global_settings))


def test_only_one_module_reads_them() -> None:
    reading = [
        path.name
        for path in COMPOSER.rglob("*.py")
        if re.search(r"^from django\.conf import.*settings", path.read_text(), re.MULTILINE)
    ]
    assert reading == ["configuration.py"]


def test_every_default_is_documented() -> None:
    cells = re.findall(r"^\| (`[^|]+) \|", PAGE.read_text(), re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)} == DEFAULTS.keys()


def test_what_a_project_defines_comes_first(settings: LazySettings) -> None:
    settings.SITE_ORIGIN = "https://shop.example"
    assert configuration.settings.SITE_ORIGIN == "https://shop.example"
    assert configuration.settings.defines("SITE_ORIGIN")
    del settings.SITE_ORIGIN
    assert DEFAULTS["SITE_ORIGIN"] == configuration.settings.SITE_ORIGIN
    assert not configuration.settings.defines("SITE_ORIGIN")


def test_files_are_looked_for_beside_manage_py(settings: LazySettings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    del settings.FRAGMENT_REGISTRY
    assert str(tmp_path / "fragments.json") == configuration.settings.FRAGMENT_REGISTRY


def test_what_nobody_knows_is_an_error() -> None:
    with pytest.raises(AttributeError, match="NO_SUCH_SETTING"):
        _ = settings.NO_SUCH_SETTING
