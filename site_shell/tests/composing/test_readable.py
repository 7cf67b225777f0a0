"""What is left of a query that a page cannot read."""

from hypothesis import example, given
from hypothesis import strategies as st

from site_shell.composer.page_templates.config import PageSpec, parse_pages
from site_shell.composer.readable import readable
from site_shell.composer.request import last_values

(PAGE,) = parse_pages(
    """[[page]]
name = "list"
routes = ["products/"]
template = "list.html"
[page.query]
page = { type = "integer", minimum = 1, maximum = 1000, default = 1 }
q = { type = "string", typed = true, max_length = 9, default = "" }
sort = { type = "string", choices = ["", "newest"], default = "" }
colour = { type = "string", pattern = "[a-z0-9-]*(,[a-z0-9-]+)*", max_length = 9, many = true }
"""
)
PAIRS = st.tuples(
    st.sampled_from(["page", "%70age", "q", "sort", "colour", "x", "", "%zz", "%ff"]),
    st.one_of(st.text("ab0-,%&=+é\x00"), st.sampled_from(["1", "newest", "moss,red", "%00"])),
).map("=".join)
QUERIES = st.lists(PAIRS, max_size=8).map("&".join)


def read(page: PageSpec, raw: str) -> object:
    return page.values({}, last_values(raw, frozenset(page.query), page.many, page.typed))


@given(QUERIES)
@example("colour=abcdef&colour=ghijkl")
@example("page=2&page=")
def test_what_is_left_of_any_query_can_be_read_and_stays_as_it_is(raw: str) -> None:
    left, _ = readable(PAGE, raw)
    read(PAGE, left)
    assert readable(PAGE, left) == (left, ())


def test_what_can_be_read_is_left_alone() -> None:
    raw = "utm=%zz&colour=moss&colour=red&q=%FF+vase&page=3&"
    assert readable(PAGE, raw) == (raw, ())


def test_a_long_query_of_junk_takes_no_long_time() -> None:
    left, names = readable(PAGE, "&".join(["page=x", "colour=B"] * 5_000))
    assert (left, names) == ("", ("page", "colour"))
