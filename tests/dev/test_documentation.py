"""Documents are true: their links lead somewhere and their commands exist."""

import re
from pathlib import Path

import pytest

from dev.links import anchors, broken_links, documents
from dev.projects import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
in_every_document = pytest.mark.parametrize(
    "document", documents(), ids=lambda path: str(path.relative_to(ROOT))
)


@in_every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken_links(document)) == []


@in_every_document
def test_every_make_command_exists(document: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named <= TARGETS


def test_every_make_command_says_what_it_does() -> None:
    described = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
    assert described == TARGETS


def test_a_decision_is_named_by_a_sentence_and_weighs_its_cost() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, path in enumerate(decisions, start=1):
        assert re.fullmatch(rf"{number:04}(-[a-z0-9]+){{3,}}\.md", path.name)
        text = path.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "What it costs",
        ]


def test_the_index_lists_every_decision() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        title = path.read_text().partition("\n")[0].removeprefix("# ")
        assert f"- [{title}](decisions/{path.name})" in index


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(
        "# One thing\n[here](page.md#one-thing) [no](gone.md) [no](#two)\n"
        "`[code](gone.md)` [elsewhere](https://example.org/gone)\n"
    )
    assert list(broken_links(document)) == ["gone.md: no such file", "#two: no such heading"]


def test_headings_become_anchors_as_code_hosts_make_them() -> None:
    text = "# Add to cart, `twice`\n## The *look*\n## The look\n```\n# not this\n```\n"
    assert anchors(text) == {"add-to-cart-twice", "the-look", "the-look-1"}
