"""What editors may write, and that nothing else survives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from product_details import rich_text

from .markup import parse

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
