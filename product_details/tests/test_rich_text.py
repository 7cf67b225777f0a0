"""What editors may write, and that nothing else survives."""

import pytest
from django_prose_editor import config  # type: ignore[import-untyped]  # it has no types
from fragment_contract.testing import parse
from hypothesis import given
from hypothesis import strategies as st

from product_details import rich_text
from product_details.admin.description import EXTENSIONS

PIECES = (
    *("<p>", "</p>", "<script>", "</script>", "<style>", "</style>", "<h1>", "</h1>", "</ul>"),
    *("<a href='javascript:x'>", "<img src=x onerror=x>", "<b onclick=x>", "<ul><li>", "<!--"),
    *("<svg>", "<math>", "<template>", "-->", "&lt;", "&#60;", "\x00", "<", ">", '"', "text"),
)
pieces = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
ALLOWED = rich_text.TEXT_TAGS | rich_text.BLOCK_TAGS


@given(pieces)
def test_only_allowed_elements_and_attributes_survive(html: str) -> None:
    for element in parse(rich_text.clean(html)).walk():
        assert element.name in {"", *ALLOWED}
        assert set(element.attributes) <= {"href", "rel", "dir", "lang"}
        assert not element.attributes.get("href", "").startswith("javascript:")


@given(pieces)
def test_cleaning_again_what_was_cleaned_loses_no_text(html: str) -> None:
    once = rich_text.clean(html)
    assert parse(rich_text.clean(once)).text == parse(once).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("a<br>b", "a b"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("<script>x</script>", ""),
    ],
)
def test_plain_text_keeps_words_apart(html: str, text: str) -> None:
    assert rich_text.plain(html) == text


def test_the_editor_offers_nothing_that_is_taken_out_again() -> None:
    offered = config.allowlist_from_extensions(config.expand_extensions(EXTENSIONS))
    assert offered["tags"] <= ALLOWED
    assert offered["url_schemes"] == rich_text.SCHEMES
