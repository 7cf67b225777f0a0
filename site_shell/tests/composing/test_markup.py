"""The scanner agrees with browsers about what is a tag."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.markup import tokens, unfinished
from site_shell.composer.page import plain_tags


def names(text: str) -> list[str]:
    return [token.name for token in tokens(text) if token.kind in {"start", "raw"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a><B c=d>", ["a", "b"]),
        ("<!-- <a> --><b>", ["b"]),
        ("<!--><a>", ["a"]),
        ("<!-- --!><a>", ["a"]),
        ('<a title="<b>"><c>', ["a", "c"]),
        ("<a title='<b>' x><c>", ["a", "c"]),
        ("<a title=x'y><c>", ["a", "c"]),
        ("<script>'<a>'</script><b>", ["script", "b"]),
        ("<style><a></style ><b>", ["style", "b"]),
        ("<textarea><a></TEXTAREA><b>", ["textarea", "b"]),
        ("<title><a></title><b>", ["title", "b"]),
        ("<scripty><a>", ["scripty", "a"]),
        ("a < b <3 <c>", ["c"]),
        ("<!doctype html><?pi <a>?><b>", ["b"]),
        ("</ <a><b>", ["b"]),
        ("<micro-frontend/><a>", ["micro-frontend", "a"]),
    ],
)
def test_tags(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("a=\"1\" b='2' c=3 d", {"a": "1", "b": "2", "c": "3", "d": ""}),
        ("A=1 a=2", {"a": "1"}),
        ('a="&lt;&amp;&quot;"', {"a": '<&"'}),
        ("a = 1", {"a": "1"}),
        ('a="1"b="2"', {"a": "1", "b": "2"}),
        ('a="x y\nz"', {"a": "x y\nz"}),
        ("a=/x/y", {"a": "/x/y"}),
    ],
)
def test_attributes(rest: str, expected: dict[str, str]) -> None:
    (token,) = tokens(f"<x {rest}>")
    assert token.attributes == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!--",
        "<!-- ->",
        "<a",
        "<a b='",
        '<a b=">',
        "<script>",
        "<script",
        "<title></titl",
        "</a",
        "x<",
        "</",
        "<!doctype",
        "<textarea><!-- </text",
    ],
)
def test_what_never_ends_is_found(text: str) -> None:
    assert unfinished(f"<p>{text}")


# What HTML is made of where it goes wrong.
WORDS = """
    < </ > ! -- - <!-- --> --!> <!--> script <script </script <style> </style <title> </title>
    <b <b> </b> p = " ' / ? a <? </> <1 <!x SCRIPT <iframe /> <scripty <xmp> </xmp> é
"""
PIECES = [*WORDS.split(), " ", "\n"]


@given(st.text(alphabet="<>/!-=\"' ab&;\n"))
def test_what_follows_a_finished_text_is_not_swallowed(text: str) -> None:
    if unfinished(text):
        return
    assert names(f"{text}<marker>")[-1] == "marker"


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_text_is_unfinished_exactly_if_one_of_its_tokens_is(text: str) -> None:
    assert bool(unfinished(text)) == any(token.kind == "open" for token in tokens(text))


@given(
    st.lists(
        # HTML has one line break and no null byte.
        st.text(
            alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"),
            max_size=20,
        ),
        max_size=4,
    )
)
def test_escaped_values_come_back_as_they_were(values: list[str]) -> None:
    given_attributes = {f"a{number}": value for number, value in enumerate(values)}
    written = " ".join(f'{name}="{html.escape(value)}"' for name, value in given_attributes.items())
    (token,) = tokens(f"<x {written}>")
    unescaped = {name: html.unescape(html.escape(v)) for name, v in given_attributes.items()}
    assert token.attributes == unescaped


class Reference(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)


@given(
    st.lists(
        st.sampled_from(
            [
                "<a>",
                "</a>",
                "text",
                "<b c='>'>",
                '<d e="<a>">',
                "<!-- <a> -->",
                "<script>if (a<b) {}</script>",
                "<br/>",
            ]
        ),
        max_size=12,
    )
)
def test_on_sound_html_it_agrees_with_a_parser(parts: list[str]) -> None:
    text = "".join(parts)
    reference = Reference()
    reference.feed(text)
    assert names(text) == reference.names


@pytest.mark.parametrize("part", ["<", "<a ", "<a =", "<!--", "<script>", '<a b="', "<title></t"])
def test_no_text_makes_it_slow(part: str) -> None:
    # Quadratic behaviour would take minutes here.
    list(tokens(part * 200_000))


def test_no_number_of_slots_makes_it_slow() -> None:
    # Here too: each looked for its end tag in all that follows it.
    assert len(list(plain_tags("<micro-frontend>" * 40_000))) == 40_000
    ended = "<micro-frontend></micro-frontend>" * 20_000
    assert len(list(plain_tags(ended))) == 20_000
