"""Which tests run over a second database."""

import subprocess
import sys
from pathlib import Path

from dev import over_postgresql

TESTS = """
import pytest

@pytest.fixture
def db(): pass

@pytest.fixture
def shop(db): pass

@pytest.mark.django_db
def test_marked(): pass

def test_by_a_fixture_of_a_fixture(shop): pass

def test_that_counts(): pass
"""


def test_only_what_uses_a_database_runs_and_the_rest_is_counted(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = django_db\n")
    plugins = ["-p", over_postgresql.__name__, "-p", "no:django", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", *plugins, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=Path(over_postgresql.__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert "test_marked PASSED" in run.stdout
    assert "test_by_a_fixture_of_a_fixture PASSED" in run.stdout
    assert "2 passed, 1 deselected" in run.stdout
