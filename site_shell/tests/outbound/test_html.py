import pytest

from site_shell.composer.errors import MalformedResponse
from site_shell.composer.transport import FetchResponse
from site_shell.composer.transport.html import html_or_raise


def answer(body: bytes, content_type: str | None) -> FetchResponse:
    headers = () if content_type is None else (("content-type", content_type),)
    return FetchResponse(200, headers, body)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "text/html; charset=utf-8",
        'Text/HTML;charset="UTF-8"',
        "text/html; charset=us-ascii",
        "text/html; boundary=x; charset=utf8",
    ],
)
def test_html_in_utf_8_is_taken(content_type: str) -> None:
    body = "<p>Grüße, ツ</p>".encode()
    assert html_or_raise(answer(body, content_type)) == body


def test_a_byte_order_mark_does_not_get_into_the_page() -> None:
    assert html_or_raise(answer(b"\xef\xbb\xbf<p>", "text/html")) == b"<p>"


@pytest.mark.parametrize(
    "content_type", [None, "", "application/json", "text/plain", "text/htmlx", "image/svg+xml"]
)
def test_another_content_type_is_malformed_and_named(content_type: str | None) -> None:
    with pytest.raises(MalformedResponse, match="content-type is"):
        html_or_raise(answer(b"<p>", content_type))


def test_another_charset_is_malformed_even_if_the_bytes_would_do() -> None:
    with pytest.raises(MalformedResponse, match="iso-8859-1"):
        html_or_raise(answer(b"<p>", "text/html; charset=ISO-8859-1"))


@pytest.mark.parametrize(
    "body", [b"<p>\xff</p>", b"<p>\xc3", b"\xed\xa0\x80", "é".encode("latin-1")]
)
def test_bytes_that_are_not_utf_8_are_malformed(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="not UTF-8 at byte"):
        html_or_raise(answer(body, "text/html"))
