"""pages.toml: what it may say, and what is said about what it may not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.errors import PageTemplateError
from site_shell.composer.page_templates.config import parse_pages

GOOD = """
[[page]]
name = "product"
routes = ["p/<slug:ref>/", "p/<slug:ref>/<slug:variant>/"]
template = "product.html"
budget = 1500
defaults = { variant = "" }
[page.query]
page = { type = "integer", minimum = 1, maximum = 1000, default = 1 }
sort = { type = "string", choices = ["", "best"], default = "" }
"""


def test_a_page_has_all_that_it_says() -> None:
    (page,) = parse_pages(GOOD)
    assert (page.name, page.template, page.budget_ms, page.line) == (
        "product",
        "product.html",
        1500,
        2,
    )
    assert page.values({"ref": "h1"}, {"page": "2"}) == {
        "ref": "h1",
        "variant": "",
        "page": 2,
        "sort": "",
    }


def test_ticked_boxes_are_one_value_whatever_was_ticked_first() -> None:
    rule = '{ type = "string", pattern = "[a-z,]*", default = "", many = true }'
    (page,) = parse_pages(f"{GOOD}colour = {rule}")
    assert page.many == {"colour"}
    for typed in ("moss,ink", "ink,moss,ink", ",ink,,moss,"):
        assert page.values({"ref": "h1"}, {"colour": typed})["colour"] == "ink,moss"


@pytest.mark.parametrize("rule", ['type = "integer", many = true', 'type = "string", many = 3'])
def test_only_strings_can_come_several_times(rule: str) -> None:
    with pytest.raises(PageTemplateError, match="many is true or false"):
        parse_pages(f"{GOOD}colour = {{ {rule} }}")


def test_what_people_type_is_cut_and_never_refused() -> None:
    (page,) = parse_pages(f'{GOOD}q = {{ type = "string", max_length = 9, typed = true }}')
    assert page.typed == {"q"}
    assert page.values({"ref": "h1"}, {"q": "blue vase of clay"})["q"] == "blue vase"
    assert page.values({"ref": "h1"}, {"q": "eightbit vase"})["q"] == "eightbit"


@pytest.mark.parametrize(
    "rule",
    [
        'type = "integer", typed = true',
        'type = "string", typed = 3',
        'type = "string", typed = true, many = true',
        'type = "string", typed = true, pattern = "a"',
        'type = "string", typed = true, choices = ["a"]',
    ],
)
def test_only_free_text_is_typed(rule: str) -> None:
    with pytest.raises(PageTemplateError, match="typed is true or false"):
        parse_pages(f"{GOOD}q = {{ {rule} }}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "budget = 1500",
            "budget = 0",
            "pages.toml:2: budget must be a whole number from 1 to 60000",
        ),
        (
            "budget = 1500",
            "bugdet = 1",
            "pages.toml:2: bugdet is not known; known are name, routes",
        ),
        ('name = "product"', "name = 3", "pages.toml:2: name must be a text, not 3"),
        ('name = "product"', 'name = "A b"', "must be made of a-z"),
        ('template = "product.html"', "", "pages.toml:2: template must be a text, not None"),
        ('"p/<slug:ref>/", ', '"/p/<slug:ref>/", ', "must not begin with a slash"),
        ('defaults = { variant = "" }', "", "gives no variant: name it in defaults"),
        ('variant = ""', "variant = 1.5", "variant must be a text or a whole number, not 1.5"),
        ('variant = ""', 'variant = "", locale = ""', "'locale' cannot be the name of a variable"),
        ("page = {", "ref = {", "query.ref is a parameter of a route already"),
        (
            'type = "integer"',
            'type = "date"',
            "query.page.type is 'date': it must be integer or string",
        ),
        ("default = 1 }", "default = 0 }", "query.page.default breaks its own rule"),
        ("minimum = 1", 'minimum = "1"', "minimum and maximum are whole numbers"),
        ("minimum = 1", "minimun = 1", "query.page.minimun is not known"),
        ('choices = ["", "best"]', 'pattern = "["', "pages.toml:2: "),
        ('defaults = { variant = "" }', "defaults = 5", "defaults must be a table, not 5"),
        ('choices = ["", "best"]', "choices = [1, 2]", "choices must be a list of texts"),
        ("[[page]]", "[[pages]]", "pages.toml:1: pages: only [[page]] tables are known"),
        ("[[page]]", "[[page]", "pages.toml: "),
    ],
)
def test_mistakes_are_named_with_their_line(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(PageTemplateError) as caught:
        parse_pages(GOOD.replace(old, new))
    assert message in str(caught.value)


def test_two_pages_cannot_have_one_name() -> None:
    with pytest.raises(PageTemplateError, match="two pages are named 'product'"):
        parse_pages(GOOD + GOOD)


@given(st.text())
def test_any_text_is_pages_or_a_page_template_error(text: str) -> None:
    with suppress(PageTemplateError):
        parse_pages(text)
