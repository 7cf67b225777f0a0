"""What a fragment's HTML tells about whether everybody can use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.accessibility import problems


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ('<img src="/a.png">', "<img> has no alt"),
        ('<input type="image" src="/a.png">', "<input> has no alt"),
        ('<a href="/"><img src="/a.png" alt=""></a>', "<a> is a link without a name"),
        ('<a href="/"></a>', "<a> is a link without a name"),
        ('<a href="/"><span aria-hidden="true">x</span></a>', "link without a name"),
        ("<button> </button>", "<button> is a button without a name"),
        ("<button><svg></svg></button>", "button without a name"),
        ('<input type="button">', "<input type=button> has no value"),
        ("<input>", "<input> has no label"),
        ("<select></select>", "<select> has no label"),
        ('<textarea id="a"></textarea>', "<textarea> has no label"),
        ("<label><input></label>", "<input> has no label"),
        ('<label for="gone">B</label>', "for names the id 'gone'"),
        ('<p aria-describedby="a b" id="a">x</p>', "aria-describedby names the id 'b'"),
        ("<h2>A</h2><h4>B</h4>", "<h4> follows on <h2>"),
        ("<h3></h3>", "<h3> is a heading without a name"),
        ('<p tabindex="3">x</p>', "tabindex above 0"),
        ('<p lang="english!">x</p>', "lang='english!' is no language"),
        ('<p lang="">x</p>', "lang='' is no language"),
        ('<iframe src="/"></iframe>', "<iframe> has no title"),
        ("<button>", "<button> is a button without a name"),
    ],
)
def test_what_keeps_somebody_out_is_told_with_its_line(html: str, says: str) -> None:
    (found,) = problems(f"<p>First</p>\n{html}")
    assert found.startswith("line 2: ") and says in found


@pytest.mark.parametrize(
    "html",
    [
        '<img src="/a.png" alt="">',
        '<img src="/a.png" role="presentation">',
        '<a href="/"><img src="/a.png" alt="Home"></a>',
        '<a href="/" aria-label="Home"></a>',
        '<a id="anchor"></a>',
        '<button><svg aria-hidden="true"></svg>Send</button>',
        "<button><svg><title>Send</title></svg></button>",
        '<input type="hidden"><input type="submit">',
        "<label>Name <input></label>",
        '<label for="a">Name</label><input id="a">',
        '<input id="a"><label for="a">Name</label>',
        '<input aria-label="Name">',
        '<h2 id="t">A</h2><section aria-labelledby="t"><h3>B</h3></section><h2>C</h2>',
        "<h4>First of all</h4>",
        '<p tabindex="-1">x</p><p tabindex="0">y</p>',
        '<p lang="zh-Hant">x</p><p lang="de">y</p>',
        '<div hidden><img src="/a.png"><button></button></div>',
        "</p></div>",
        "",
    ],
)
def test_what_is_well_is_left_alone(html: str) -> None:
    assert problems(html) == []


@given(st.text(st.sampled_from("<>/=\"abh1 \n'!-&;"), max_size=200))
def test_no_html_is_too_broken_to_be_read(html: str) -> None:
    assert isinstance(problems(html), list)


@given(st.lists(st.sampled_from(["<a href=x>", "</a>", "<img>", "t", "<label>", "<input>"])))
def test_a_fragment_of_any_order_ends(parts: list[str]) -> None:
    problems("".join(parts))
