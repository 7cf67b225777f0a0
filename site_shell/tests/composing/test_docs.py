"""The operators' documentation names everything there is, and nothing that is not."""

import re
from pathlib import Path
from typing import get_args

import pytest

from site_shell.composer import checks, errors, passthrough_checks, slot
from site_shell.composer.outcome import Kind, Via

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs" / "shell-operators"


def words(name: str) -> set[str]:
    """What stands in the first cells of the page's tables."""
    cells = re.findall(r"^\| ([^|]+) \|", (DOCS / name).read_text(), re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def test_every_setting_is_documented() -> None:
    source = (ROOT / "site_shell" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', source))
    assert read
    assert words("settings.md") == read


def test_every_slot_option_is_documented() -> None:
    assert words("slots.md") == set(slot._OPTIONS)


def test_every_outcome_and_reason_is_documented() -> None:
    documented = words("outcomes.md")
    assert set(get_args(Kind)) <= documented
    reasons = {
        error.reason
        for error in errors.FetchError.__subclasses__()
        if error is not errors.UnusableAnswer
    }
    assert reasons <= documented
    text = (DOCS / "outcomes.md").read_text()
    for via in filter(None, get_args(Via)):
        assert f"`{via}`" in text


def test_every_check_is_documented() -> None:
    source = "".join(
        Path(str(module.__file__)).read_text() for module in (checks, passthrough_checks)
    )
    raised = set(re.findall(r"composer\.[EW]\d{3}", source)) | {"composer.E001", "composer.E002"}
    assert words("checks.md") == raised


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
