"""Two fragments share a key if and only if they may not differ."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.key import fragment_key

Parts = tuple[str, str, Mapping[str, str], Mapping[str, str], str]

# Digits and colons on purpose: the key itself writes lengths and colons.
texts = st.text(alphabet=st.sampled_from("ab01:=&\0é\ud800"), max_size=4) | st.text(max_size=8)
mappings = st.dictionaries(texts, texts, max_size=3)
parts = st.tuples(texts, texts, mappings, mappings, texts)


@given(parts, parts)
def test_different_parts_have_different_keys_and_equal_ones_the_same(
    some: Parts, others: Parts
) -> None:
    assert (fragment_key(*some) == fragment_key(*others)) == (some == others)


@given(mappings)
def test_the_order_of_parameters_does_not_matter(params: dict[str, str]) -> None:
    turned = dict(reversed(params.items()))
    assert fragment_key("a/b", "1", params, turned, "en") == fragment_key(
        "a/b", "1", turned, params, "en"
    )


@given(mappings, mappings)
def test_a_parameter_is_not_an_input(params: dict[str, str], inputs: dict[str, str]) -> None:
    swapped = fragment_key("a/b", "1", inputs, params, "en")
    assert (fragment_key("a/b", "1", params, inputs, "en") == swapped) == (params == inputs)


@pytest.mark.parametrize(
    ("some", "others"),
    [
        (("ab", "c", {}, {}, ""), ("a", "bc", {}, {}, "")),
        (("a", "b", {"x": "y"}, {}, ""), ("a", "b", {}, {"x": "y"}, "")),
        (("a", "b", {"x": "1", "y": "2"}, {}, ""), ("a", "b", {"x": "1"}, {"y": "2"}, "")),
        (("a", "b", {"x": "1:y"}, {}, ""), ("a", "b", {"x": "1", "y": ""}, {}, "")),
    ],
)
def test_moving_text_from_one_part_to_the_next_makes_another_key(
    some: Parts, others: Parts
) -> None:
    assert fragment_key(*some) != fragment_key(*others)


@given(parts)
def test_a_key_fits_every_backend(some: Parts) -> None:
    key = fragment_key(*some)
    assert len(key) < 60
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key
