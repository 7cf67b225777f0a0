"""What is taken from a browser's request."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.request import (
    BadRequest,
    PageRequest,
    decode_path,
    encode_path,
    last_values,
    negotiate,
    trace_of,
)

printable = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=50)
# Without what is refused because others would read it in another way.
plain_segments = printable.filter(
    lambda text: (
        "\\" not in text
        and {segment.partition(";")[0] for segment in text.split("/")}.isdisjoint({".", ".."})
    )
)


@given(plain_segments)
def test_a_path_that_was_encoded_is_decoded_to_itself(text: str) -> None:
    assert decode_path(encode_path(f"/{text}")) == f"/{text}"


@given(st.text(st.characters(max_codepoint=255)))
def test_any_raw_path_is_decoded_or_refused(raw: str) -> None:
    try:
        path = decode_path(raw)
    except BadRequest:
        return
    assert path.isprintable() or not any(ord(char) < 32 for char in path)


@given(st.text(st.characters(max_codepoint=255)))
def test_any_raw_query_is_read_or_refused(raw: str) -> None:
    try:
        values = last_values(raw, frozenset({"a"}))
    except BadRequest:
        return
    assert values.keys() <= {"a"}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a=moss&a=ink", "moss,ink"),
        ("a=moss,ink", "moss,ink"),
        ("a=&a=ink&b=x", "ink"),
        ("a=ink&a=", "ink,"),
    ],
)
def test_a_name_that_may_come_several_times_keeps_every_value(raw: str, text: str) -> None:
    assert last_values(raw, frozenset("ab"), frozenset("a"))["a"] == text


@given(st.text(st.characters(max_codepoint=255)), st.text())
def test_nothing_is_wrong_with_what_people_type(raw: str, text: str) -> None:
    for value in (raw.replace("&", ""), quote(text, errors="replace")):
        typed = last_values(f"a={value}", frozenset("a"), typed=frozenset("a"))["a"]
        assert typed == " ".join(typed.split())
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in typed)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-ch", "de"),
        ("fr, de;q=0.4, en;q=0.3", "de"),
        ("de;q=0, en", "en"),
        ("de;q=x", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("en;q=0.5,de", "de"),
        (",;;,=", "en"),
    ],
)
def test_locales(header: str, locale: str) -> None:
    assert negotiate(header, ("en", "de")) == locale


def test_a_trace_goes_on_and_each_fetch_is_a_span_of_its_own() -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    trace = trace_of({"traceparent": f"00-{trace_id}-b7ad6b7169203331-00"})
    first, second = trace.traceparent(), trace.traceparent()
    assert first != second
    assert first.startswith(f"00-{trace_id}-")
    assert first.endswith("-00")


@pytest.mark.parametrize("given_header", ["", "nonsense", f"00-{'0' * 32}-b7ad6b7169203331-01"])
def test_a_trace_that_makes_no_sense_is_replaced(given_header: str) -> None:
    trace = trace_of({"traceparent": given_header})
    assert len(trace.trace_id) == 32
    assert trace.trace_id.strip("0")


def test_a_cookie_is_found_by_its_whole_name() -> None:
    request = PageRequest("GET", "/", "", {"cookie": "xtheme=1; theme=dark; a=b=c"})
    assert request.cookie("theme") == "dark"
    assert request.cookie("a") == "b=c"
    assert request.cookie("nothing") == ""
