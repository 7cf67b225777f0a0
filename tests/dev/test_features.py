"""What the table of features says is proven by a test is proven by a test that exists."""

import re
from pathlib import Path

import pytest

from dev.projects import ROOT

TABLE = ROOT / "docs" / "features.md"
_ROW = re.compile(r"^\| \[([^]]+)\]\([^)]+\) \| \[`([^`]+)`\]\(([^)]+)\) \|(.*)\|$", re.MULTILINE)
ROWS = _ROW.findall(TABLE.read_text())


def test_every_row_is_read() -> None:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| [")]
    assert len(ROWS) == len(lines) > 40


@pytest.mark.parametrize(("feature", "proof", "file"), [row[:3] for row in ROWS])
def test_a_feature_is_proven_by_a_test_that_exists(feature: str, proof: str, file: str) -> None:
    path = (TABLE.parent / file).resolve()
    names = re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    assert proof in names or (names and proof == Path(file).name), feature


@pytest.mark.parametrize(("feature", "peers"), [(row[0], row[3]) for row in ROWS])
def test_each_of_the_peers_has_a_legal_word(feature: str, peers: str) -> None:
    words = [word.strip() for word in peers.split("|")]
    assert len(words) == 5
    assert set(words) <= {"yes", "part", ""}, feature
