"""Tags as they come in Surrogate-Key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.store import is_tag, parse_tags


@pytest.mark.parametrize("tag", ["product:h1001", "category:a/b", "x", "a" * 128, "0_.-"])
def test_lower_case_words_are_tags(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize("text", ["", "A", "a b", "é", "a" * 129, "a\n", "a,b", "*"])
def test_other_texts_are_not(text: str) -> None:
    assert not is_tag(text)


def test_a_header_is_split_at_spaces_and_what_is_no_tag_is_left_out() -> None:
    assert parse_tags("  a  b:1 BAD a c,d ") == {"a", "b:1"}
    assert parse_tags(None) == frozenset()


@given(st.text())
def test_any_header_gives_only_tags(header: str) -> None:
    assert all(map(is_tag, parse_tags(header)))
