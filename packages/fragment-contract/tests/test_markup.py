"""The tree of the test kit: what it finds, and what it refuses."""

import pytest
from fragment_contract.testing import Element, parse

PAGE = (
    '<section class="a b" id="x"><h2>One  <b>two</b></h2><img src="i.png"><br/>'
    "<p>three</p></section>"
)


def test_elements_are_found_by_name_class_and_id() -> None:
    tree = parse(PAGE.encode())
    section = tree.by_id("x")
    assert section is tree.one("section", css="b")
    assert [element.name for element in section.walk()] == ["section", "h2", "b", "img", "br", "p"]
    assert section.text == "One two three"
    assert tree.one("img").attributes == {"src": "i.png"}
    assert tree.all("table") == [] and isinstance(tree, Element)


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<p><b></p></b>", "</p> closes <b>"),
        ("<p>", "never closed"),
        ("<p id=a id=b></p>", "repeats an attribute"),
        ("<!-- x -->", "a comment"),
    ],
)
def test_html_that_is_not_well_formed_fails(html: str, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        parse(html)


@pytest.mark.parametrize("find", [lambda tree: tree.one("p"), lambda tree: tree.by_id("no")])
def test_the_only_one_has_to_be_the_only_one(find: object) -> None:
    with pytest.raises(ValueError, match="unpack"):
        find(parse("<p></p><p></p>"))  # type: ignore[operator]
