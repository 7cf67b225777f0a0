import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.errors import FetchError, MalformedResponse, ResponseTooLarge
from site_shell.composer.transport.decoding import MAX_PIECES, body_for


def decode(coding: str | None, data: bytes, *, step: int = 4096, max_bytes: int = 1 << 20) -> bytes:
    body = body_for(coding, max_bytes)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.finish()


@given(html=st.binary(max_size=5000), step=st.integers(1, 600))
def test_every_coding_gives_back_what_was_encoded_however_it_is_cut(html: bytes, step: int) -> None:
    assert decode(None, html, step=step) == html
    assert decode("identity", html, step=step) == html
    assert decode("gzip", gzip.compress(html), step=step) == html
    assert decode("GZIP", gzip.compress(html), step=step) == html
    assert decode("deflate", zlib.compress(html), step=step) == html


@given(data=st.binary(max_size=2000), coding=st.sampled_from(["gzip", "deflate"]))
def test_rubbish_is_refused_or_decoded_but_never_more_than_allowed(
    data: bytes, coding: str
) -> None:
    with suppress(FetchError):
        assert len(decode(coding, data, max_bytes=500)) <= 500


@given(size=st.integers(0, 3000), limit=st.integers(1, 3000))
def test_the_limit_counts_decoded_bytes(size: int, limit: int) -> None:
    data = gzip.compress(b"x" * size)
    if size <= limit:
        assert len(decode("gzip", data, max_bytes=limit)) == size
    else:
        with pytest.raises(ResponseTooLarge):
            decode("gzip", data, max_bytes=limit)


def test_a_bomb_stops_at_the_limit_instead_of_being_unpacked() -> None:
    body = body_for("gzip", 1000)
    with pytest.raises(ResponseTooLarge):
        body.feed(gzip.compress(b"\0" * 50_000_000))
    assert sum(len(piece) for piece in body._pieces) <= 1000


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate, gzip", "x" * 5000])
def test_codings_that_were_not_offered_are_refused(coding: str) -> None:
    with pytest.raises(MalformedResponse, match="identity, gzip, deflate") as caught:
        body_for(coding, 1000)
    assert len(str(caught.value)) < 200


def test_a_body_in_too_many_pieces_is_refused() -> None:
    body = body_for(None, 10 * MAX_PIECES)
    for _ in range(MAX_PIECES):
        body.feed(b"x")
    with pytest.raises(ResponseTooLarge, match="pieces"):
        body.feed(b"x")
