"""Lighthouse, as far as it does not depend on how busy a machine is: docs/lighthouse.md."""

import shutil

import pytest

from dev import lighthouse

PROGRAMS = ("node", "npm")


@pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason="npm is missing")
@pytest.mark.parametrize("path", lighthouse.PAGES.values(), ids=lighthouse.PAGES)
def test_access_practices_and_search_engines_get_full_marks(base_url: str, path: str) -> None:
    verdict = lighthouse.judge(base_url + path, ("accessibility", "best-practices", "seo"))
    assert set(verdict.scores.values()) == {100}, verdict.faults
