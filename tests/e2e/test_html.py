"""The HTML of every page is valid, as the W3C's checker judges it; with what is sent, not shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, StorageState

from . import html_checker
from .shopper import Shopper
from .states import STATES, State, Who


@pytest.fixture
def plain_visitors(
    browser: Browser, base_url: str, cookies: dict[Who, StorageState | None]
) -> Iterator[dict[Who, BrowserContext]]:
    """A browser for each of them that runs no script, so that whatever changes is a page."""
    contexts = {
        who: browser.new_context(base_url=base_url, storage_state=state, java_script_enabled=False)
        for who, state in cookies.items()
    }
    yield contexts
    for context in contexts.values():
        context.close()


def source(context: BrowserContext, state: State) -> str:
    """What the last answer was that became a page in this state."""
    if state.steps is None:
        return context.request.get(state.path).text()
    page, documents = context.new_page(), list[Response]()
    page.on("response", lambda answer: documents.append(answer) if is_document(answer) else None)
    state.reach(Shopper(page, state.words, has_script=False))
    found = documents[-1].text()
    page.close()
    return found


def is_document(answer: Response) -> bool:
    return answer.request.resource_type == "document" and not 300 <= answer.status < 400


@pytest.mark.skipif(not html_checker.is_there(), reason=html_checker.MISSING)
def test_every_page_is_valid(plain_visitors: dict[Who, BrowserContext], tmp_path: Path) -> None:
    pages = {}
    for state in STATES:
        context = plain_visitors[state.who]
        if state.who == "newcomer":
            context.clear_cookies()
        pages[state.name] = source(context, state)
    assert html_checker.problems(pages, tmp_path) == []
