"""Headers that are on the wire already: what is written is what was meant, and nothing else."""

import operator
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.field_lines import FieldLines

TOKENS = st.text("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+.^_`|~-", min_size=1, max_size=20)
NAMES = TOKENS.filter(lambda name: name not in {"connection", "te", "trailer", "upgrade"})
# Every byte that may be in a value, and those that may not.
VALUES = st.binary(max_size=40)
HEADERS = st.tuples(NAMES.filter(lambda name: name != "content-length").map(str.encode), VALUES)


def is_sane(value: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value)


@given(st.lists(HEADERS, max_size=8), st.lists(HEADERS, max_size=8))
def test_every_header_is_a_line_of_its_own_or_none_is_written(
    first: list[tuple[bytes, bytes]], then: list[tuple[bytes, bytes]]
) -> None:
    both = [*first, *then]
    if all(is_sane(value) for _, value in both):
        lines = FieldLines(first).plus(*then)
        assert list(lines) == both
        assert lines.lines == b"".join(b"%b: %b\r\n" % header for header in both)
        assert lines == FieldLines(both)
        assert lines.lines == FieldLines(both).lines
    else:
        with pytest.raises(ValueError, match="no header"):
            FieldLines(first).plus(*then)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param((b"x-a", b"b\r\nset-cookie: c=d"), id="two headers in one"),
        pytest.param((b"x-a", b"b\nc"), id="a bare line feed"),
        pytest.param((b"x-a", b"b\rc"), id="a bare carriage return"),
        pytest.param((b"x-a", b"b\0"), id="a null byte"),
        pytest.param((b"x a", b"b"), id="a name with a space"),
        pytest.param((b"x-a: b\r\nx-c", b"d"), id="a header in a name"),
        pytest.param((b"X-A", b"b"), id="a name in upper case"),
        pytest.param((b"", b"b"), id="no name"),
    ],
)
def test_what_is_no_header_is_named(header: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="no header: ") as raised:
        FieldLines([header])
    assert repr(header[0])[2:-1] in str(raised.value)


@pytest.mark.parametrize("name", [b"connection", b"transfer-encoding", b"upgrade", b"te"])
def test_how_the_connection_goes_on_is_for_the_server_to_say(name: bytes) -> None:
    with pytest.raises(ValueError, match=f"{name.decode()}: the server's own header"):
        FieldLines([(name, b"close")])


def test_the_length_is_that_of_the_last_content_length() -> None:
    plain = FieldLines([(b"x-a", b"b")])
    assert plain.length is None
    assert plain.plus((b"content-length", b"7")).length == 7
    assert plain.plus((b"content-length", b"7")).plus((b"x-c", b"d")).length == 7
    with pytest.raises(ValueError, match="many"):
        plain.plus((b"content-length", b"many"))


def test_a_sequence_that_was_made_from_it_is_an_ordinary_one() -> None:
    lines = FieldLines([(b"x-a", b"b")])
    assert type([*lines, (b"x-c", b"d")]) is list
    assert type(operator.add(lines, ((b"x-c", b"d"),))) is tuple
