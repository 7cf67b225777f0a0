"""The scanner and a parser of trees, html5lib, see the same slots with the same attributes.

Meant to differ, since the scanner reads tags and builds no tree: inside ``<select>`` and
``<frameset>`` a parser drops unknown elements; in SVG and MathML ``<style>``, ``<title>`` and
their like hold elements, and CDATA sections are text. A slot stands in none of these.
"""

from typing import Any

import html5lib  # type: ignore[import-untyped]  # no types are published with it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.markup import PLAIN_TAG, tokens, unfinished
from site_shell.composer.nested import inside
from site_shell.composer.page import plain_tags

Found = list[dict[str, str]]


def ours(text: str) -> Found:
    starts = [t for t in tokens(text) if (t.kind, t.name) == ("start", PLAIN_TAG)]
    return [token.attributes for token in starts]


def theirs(text: str) -> Found:
    # In a body, as fragments are; html5lib has no scripting, so noscript holds elements.
    tree: Any = html5lib.parse(f"<!doctype html><body>{text}", namespaceHTMLElements=False)
    found: Found = []
    _collect(tree, found)
    return found


def _collect(element: Any, found: Found) -> None:
    # In SVG it has that namespace before its name.
    if str(element.tag).rpartition("}")[2] == PLAIN_TAG:
        found.append({str(name): value for name, value in element.attrib.items()})
    for child in element:
        _collect(child, found)


SLOT = '<micro-frontend src="a/b" n=1>'
CASES = [
    SLOT,
    f"<!-- {SLOT} -->{SLOT}",
    f"<!--> {SLOT} -->",
    f"<!---> {SLOT} -->",
    f"<!-- --!> {SLOT} -->",
    f"<!-- -- > {SLOT} --> {SLOT}",
    f"<! {SLOT} {SLOT}",
    f"<?php {SLOT} ?>{SLOT}",
    f"</ {SLOT}{SLOT}",
    f"</>{SLOT}",
    f"<script>{SLOT}</script>{SLOT}",
    f"<script><!-- {SLOT} </script>{SLOT}",
    f"<script><!-- <script> {SLOT} </script> {SLOT} --></script>{SLOT}",
    f"<script><!-- <script> </script> {SLOT} </script>{SLOT}",
    f"<script><!-- <script> --> {SLOT} </script>{SLOT}",
    f"<script><!--> <script> {SLOT} </script>{SLOT}",
    f"<script><!-- <scripty> </script>{SLOT}",
    f"<style>{SLOT}</style x='>'>{SLOT}",
    f"<textarea>{SLOT}</textareas>{SLOT}</textarea>{SLOT}",
    f"<title>{SLOT}</title>{SLOT}",
    f"<xmp>{SLOT}</xmp><iframe>{SLOT}</iframe><noembed>{SLOT}</noembed>{SLOT}",
    f"{SLOT}<plaintext>{SLOT}</plaintext>{SLOT}",
    f"<noscript>{SLOT}</noscript>",
    f"<template>{SLOT}</template>",
    f"<svg><g>{SLOT}</g></svg>",
    f"<p title='{SLOT}'>{SLOT}",
    f'<p title="{SLOT.replace(chr(34), chr(39))}">{SLOT}',
    f'<p =">{SLOT}',
    f'<p a==">{SLOT}',
    f'<p a=b="c>{SLOT}',
    f'<p a="b"="c>{SLOT}',
    f'<p a = "x>">{SLOT}',
    "<micro-frontend\fsrc=a/b>",
    "<micro-frontend\u00a0src=a/b>",
    "<micro-frontend\x0bsrc=a/b>",
    "<MICRO-Frontend SRC=a/b Src=c/d>",
    "<micro-frontend/src=a/b/>",
    "<micro-frontend src=a/b x = 'y' x=z>",
    "<micro-frontend a='&lt;&amp;&copy;&copy&copy=1&copyx&notit;&notin;&#65;&#x42&#0;&unknown;'>",
    "<micro-frontend a=x&y b=&amp>",
    "<micro-frontend a='1\r\n2\r3'>",
    "<micro-frontend a='\0' b\0=c>",
    "<micro-frontend \u212a=1 \u017f=2>",
    f"<\u017fcript>{SLOT}</\u017fcript>",
    "<micro-frontends src=a/b>",
    "<micro-frontend",
    "<micro-frontend src='a/b",
    f"<b <i>{SLOT}",
]


@pytest.mark.parametrize("text", CASES)
def test_both_see_the_same_slots(text: str) -> None:
    assert ours(text) == theirs(text)


WORDS = """
    < </ > ! -- - <!-- --> --!> <!-- script <script <script> </script </script> <style> </style
    <title> </title> <textarea> </textarea> <b <b> </b> p = " ' / ? a <? </> <1 <!x SCRIPT <xmp>
    </xmp> é &amp; &copy &copy= <micro-frontend <micro-frontend> </micro-frontend> src=a/b x= <p>
    <plaintext> <noscript> </noscript> <template> </template>
"""
PIECES = [*WORDS.split(), " ", "\n", "\f", "\u00a0", SLOT, SLOT]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_both_see_the_same_slots_in_any_heap_of_pieces(text: str) -> None:
    assert ours(text) == theirs(text)


@given(st.text(alphabet="<>/!-=\"'& ab;\t\f\0#x1\u00a0\u212a", max_size=40))
def test_attributes_are_read_the_same(rest: str) -> None:
    text = f"<micro-frontend {rest}>"
    assert ours(text)[:1] == theirs(text)[:1]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_finished_for_us_swallows_nothing_for_a_parser(text: str) -> None:
    if not unfinished(text):
        assert theirs(f"{text}<micro-frontend last>")[-1] == {"last": ""}


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_broken_markup_keeps_a_fragment_from_being_cut(text: str) -> None:
    found = inside(text.encode(), 1)
    literal = b"".join(piece for piece in found.pieces if isinstance(piece, bytes))
    assert len(literal) <= len(text.encode())
    assert len(found.slots) == len(list(plain_tags(text)))
