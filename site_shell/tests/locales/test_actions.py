"""An action has no language in its address: it has that of the page it was sent from."""

from pathlib import Path

import pytest
from fragment_contract.testing import FakeFragmentServer

from ..gateway.conftest import FORM, OURS, TARGET, Shell


@pytest.fixture
def telling(pages: Path) -> None:
    """Page templates that say what they are told."""
    (pages / "action.html").write_text('<p lang="{{ locale }}">{{ page_path }} {{ answer }}</p>')


@pytest.mark.parametrize(
    ("referer", "locale", "mount"),
    [
        ("{origin}/de/products/h1/lamp/?page=2", "de", "/de/"),
        ("{origin}/products/h1/lamp/", "en", "/"),
        ("{origin}/deal/", "en", "/"),
        ("", "en", "/"),
        ("http://[broken/de/", "en", "/"),
    ],
)
def test_a_service_is_told_the_language_of_the_page(
    shell: Shell, service: FakeFragmentServer, referer: str, locale: str, mount: str
) -> None:
    headers = {**OURS, **FORM, "referer": referer.format(origin=shell.origin)}
    assert shell.send(headers=headers).status == 200
    (received,) = service.requests_for(TARGET)
    told = received.headers
    assert (told["podium-locale"], told["podium-mount-pathname"]) == (locale, mount)


def test_the_page_around_the_answer_is_in_that_language(telling: None, shell: Shell) -> None:
    headers = {**OURS, **FORM, "referer": f"{shell.origin}/de/products/h1/lamp/"}
    assert shell.send(headers=headers).text == '<p lang="de">/de/ <p>Thank you.</p></p>'
