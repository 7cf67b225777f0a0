"""A place to go to that somebody else names leads to this site, or is not gone to."""

import re
from urllib.parse import quote, urljoin, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from site_shell.composer.own_path import is_own_path, own_path

HERE = "https://shop.example"
# What hosts, schemes, users and ports are made of, and what browsers leave out or read as a slash.
SIGNS = st.text("/\\.:@?#%a\t\r\n \x00\x0b\x1f\x7f\xa0\u2028\uff0f;&=[]-_~e2Ff", max_size=16)
HOSTILE = SIGNS | st.text(max_size=30)
SEGMENTS = st.text(max_size=12).map(lambda text: quote(text, safe="~!$&'()*+,;=:@"))


def as_browsers_read(text: str) -> str:
    """Where a browser on this site goes: https://url.spec.whatwg.org/#concept-basic-url-parser."""
    text = re.sub(r"[\t\r\n]", "", text.strip("".join(map(chr, range(33)))))
    path, sign, rest = re.match(r"([^?#]*)([?#]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    path = path.replace("\\", "/")
    # Of a special scheme any number of slashes begins a host name; urljoin knows of two.
    path = re.sub(r"^//+", "//", path)
    return urljoin(f"{HERE}/account/", f"{path}{sign}{rest}")


@given(HOSTILE | SIGNS.map(lambda text: f"/{text}") | SIGNS.map(lambda text: f"//{text}"))
@example("//evil.example/")
@example("/\\evil.example/")
@example("\\\\evil.example/")
@example("/\t/evil.example/")
@example("///evil.example/")
@example(" //evil.example/")
@example("https:evil.example")
@example("javascript:alert(1)")
@example("/a\r\nSet-Cookie: a=b")
def test_nothing_that_is_accepted_leads_elsewhere_or_breaks_a_header(text: str) -> None:
    if is_own_path(text):
        there = urlsplit(as_browsers_read(text))
        assert (there.scheme, there.netloc) == ("https", "shop.example")
        assert text.isascii() and text.isprintable() and " " not in text
    assert own_path(text, "/home/") == (text if is_own_path(text) else "/home/")


@given(st.lists(SEGMENTS.filter(bool), max_size=5), SEGMENTS)
def test_every_page_of_the_site_is_accepted(segments: list[str], query: str) -> None:
    path = "".join(f"/{segment}" for segment in segments)
    assert is_own_path(f"{path}/")
    assert is_own_path(f"{path}/?q={query}#top")


def test_what_is_too_long_for_an_address_is_refused() -> None:
    assert is_own_path("/" + "a" * 2_047)
    assert not is_own_path("/" + "a" * 2_048)
    assert own_path(None, "/home/") == own_path("", "/home/") == "/home/"
