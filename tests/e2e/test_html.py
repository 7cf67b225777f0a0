"""The HTML of every page is valid, as the W3C's checker judges it."""

from pathlib import Path

import httpx
import pytest

from . import html_checker, shop


@pytest.mark.skipif(not html_checker.is_there(), reason=html_checker.MISSING)
def test_every_page_is_valid(client: httpx.Client, tmp_path: Path) -> None:
    pages = {path: client.get(path, follow_redirects=True).text for path in shop.LOOKED_AT}
    assert html_checker.problems(pages, tmp_path) == []
