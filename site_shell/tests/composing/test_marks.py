"""Ids and anchors that collide are found, once, and look-alikes are not."""

from html.parser import HTMLParser

import pytest
from fragment_contract.testing import Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import conf
from site_shell.composer.marks import NO_MARKS, Marks, clashes, exact_marks, marks_of

from .conftest import Open
from .kit import World, wait_until


def found(*pieces: str, template: str = "", is_whole: bool = True) -> list[str]:
    named = [
        (name, marks_of(html), html.encode())
        for name, html in zip(("a/a", "b/b", "c/c"), pieces, strict=False)
    ]
    return [str(clash) for clash in clashes(named, marks_of(template), is_whole=is_whole)]


def test_an_id_in_two_fragments_or_in_a_fragment_and_the_template_is_found() -> None:
    assert found('<p id="x">', "<p ID='x'>") == ["a/a and b/b both have the id 'x'"]
    assert found("<p id=x>", template='<main id="x">') == [
        "the page template and a/a both have the id 'x'"
    ]
    assert found('<p id="x"><b id="x">') == ["a/a has the id 'x' more than once"]
    assert found('<p id="a&amp;b">', "<p id='a&b'>") == ["a/a and b/b both have the id 'a&b'"]


@pytest.mark.parametrize(
    "look_alike",
    [
        '<!-- <p id="x"> -->',
        '<script type="application/json">{"a": "<p id=\\"x\\">"}</script>',
        '<textarea><p id="x"></textarea>',
        "<p title=' id=\"x\"'>",
        '<p data-id="x">',
        'text id="x"',
    ],
)
def test_what_only_looks_like_an_id_is_none(look_alike: str) -> None:
    assert found('<p id="x">', look_alike) == []


def test_an_anchor_into_another_fragment_or_to_nowhere_is_found() -> None:
    assert found('<a href="#x">', '<p id="x">') == ["a/a links to #x, which is in b/b"]
    assert found('<a href="#x">') == ["a/a links to #x, which is nowhere in the page"]
    assert found('<a href="#x">', is_whole=False) == []
    assert found('<a href="#x"><p id="x">') == []
    assert found('<a href="#main">', template='<main id="main">') == []
    assert found('<a href="#">', '<a href="#TOP">', '<a href="/#x">') == []
    assert found('<!-- <a href="#x"> -->') == []


def test_a_template_that_computes_ids_may_have_any() -> None:
    partial = [("a/a", marks_of('<a href="#x">'), b'<a href="#x">')]
    assert list(clashes(partial, Marks(is_partial=True), is_whole=True)) == []


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        first = next((value for name, value in attrs if name == "id"), None)
        if first:
            self.ids.add(first)


WORDS = st.sampled_from(
    [
        "<p ",
        "id=",
        '"a"',
        "'b'",
        "c",
        ">",
        "</p>",
        " ",
        "<!--",
        "-->",
        "=",
        "text",
        "<b/id=d>",
        "ID",
    ]
)


@given(st.lists(WORDS, max_size=14).map("".join))
def test_the_cheap_look_misses_no_id_that_the_exact_one_sees(text: str) -> None:
    assert exact_marks(text).ids <= marks_of(text).ids


@given(
    st.lists(
        st.sampled_from(
            [
                '<p id="a">',
                "<b id='b'>",
                "<i id=c>",
                "<u title='id=1'>",
                "<!-- id=e -->",
                "id=f",
            ]
        )
    ).map("\n".join)
)
def test_the_exact_look_sees_what_a_parser_sees(text: str) -> None:
    parser = _Ids()
    parser.feed(text)
    assert exact_marks(text).ids == parser.ids


@given(st.text(max_size=200))
def test_no_text_breaks_either(text: str) -> None:
    assert exact_marks(text).ids <= marks_of(text).ids | {""}
    list(clashes([("a/a", marks_of(text), text.encode())], NO_MARKS, is_whole=True))


def test_a_collision_is_told_once_and_counted(world: World, open_site: Open) -> None:
    uncached = {"cache-control": "no-store"}
    world.fragment("a/one", '<p id="x">1</p>', headers=uncached)
    content = world.fragment("b/two", '<p id="x">2</p><a href="#gone">g</a>', headers=uncached)
    world.page('{% fragment "a/one" required=True %}{% fragment "b/two" required=True %}')
    client = open_site()
    for _ in range(3):
        assert client.get("/shop/").status_code == 200
    notes = [line["what"] for line in world.records() if line.get("event") == "note"]
    assert notes == [
        "a/one and b/two both have the id 'x'",
        "b/two links to #gone, which is nowhere in the page",
    ]
    assert conf.runtime().review.known == notes
    counts = conf.runtime().measures.counts()
    assert counts["page_findings", "kind", "id"] == 1
    assert counts["page_findings", "kind", "anchor nowhere"] == 1
    # Another thing is another finding.
    world.services["b"].respond(content, Reply(body="<p id=x><p id=y><p id=y>", headers=uncached))

    def is_found() -> bool:
        # A page is looked over once a second.
        client.get("/shop/")
        return conf.runtime().review.known[2:] == ["b/two has the id 'y' more than once"]

    wait_until(is_found)
