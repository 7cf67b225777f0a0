"""The documentation says what is there."""

import re
from pathlib import Path

import pytest

from product_details import fragments, settings, showcase

README = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_fragment_with_its_parameters() -> None:
    rows = dict(re.findall(r"^\| `(product_details/[\w-]+)` \| (.*?) \|", README, re.MULTILINE))
    declared = {
        fragment.name: [
            name
            if name not in fragment.parameters.defaults
            else f"{name}={_spelled(fragment.parameters.defaults[name])}"
            for name in fragment.parameters.rules
        ]
        for fragment in (
            fragments.product_page,
            fragments.product_list,
            fragments.product_card,
            fragments.related_products,
            fragments.navigation,
            showcase.teasers,
            showcase.recommendations,
            showcase.recently_viewed,
            showcase.stores,
        )
    }
    assert {name: re.findall(r"`(.+?)`", row) for name, row in rows.items()} == declared


def _spelled(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize("name", re.findall(r"`([\w/]+\.py|\w+/)`", README))
def test_the_readme_names_files_that_exist(name: str) -> None:
    assert (Path(settings.BASE_DIR) / name).exists()


def test_every_module_is_named_in_the_readme() -> None:
    everywhere = {"__init__.py", "apps.py", "logs.py", "settings.py", "urls.py", "wsgi.py"}
    modules = {path.name for path in Path(settings.BASE_DIR).glob("*.py")} - everywhere
    assert {name for name in modules if f"`{name}`" not in README} == set()
