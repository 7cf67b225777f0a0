"""``manage.py`` names a project the way Django people expect, or by its folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from dev.projects import PROJECTS

from .small_site import clean_environ

SHOW = ["shell", "--no-imports", "-c", "import django.conf as c; print(c.settings.ROOT_NAME)"]


@pytest.fixture(autouse=True)
def names(tree: Path) -> None:
    for name in (project.name for project in PROJECTS):
        settings = tree / name / "settings.py"
        settings.write_text(settings.read_text() + f"ROOT_NAME = {name!r}\n")


def manage(tree: Path, *arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=tree,
        env=clean_environ() | environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_shell_is_meant_by_default(tree: Path) -> None:
    assert manage(tree, *SHOW) == "site_shell"


def test_a_folder_names_its_project(tree: Path) -> None:
    assert manage(tree, "reviews", *SHOW) == "reviews"


def test_the_settings_option_names_a_project(tree: Path) -> None:
    assert manage(tree, *SHOW, "--settings", "reviews.settings") == "reviews"
    assert manage(tree, *SHOW, "--settings=reviews.settings") == "reviews"


def test_the_environment_names_a_project(tree: Path) -> None:
    shown = manage(tree, *SHOW, DJANGO_SETTINGS_MODULE="product_details.settings")
    assert shown == "product_details"


def test_without_django_it_says_what_to_do(tree: Path) -> None:
    bare = tree / "no-packages"
    (bare / "django").mkdir(parents=True)
    (bare / "django" / "__init__.py").write_text("raise ImportError('none here')")
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=tree,
        env=clean_environ() | {"PYTHONPATH": str(bare)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Run `make install` once" in done.stderr
