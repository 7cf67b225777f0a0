"""Every malformed request has a defined answer, the same through every face."""

import httpx
import pytest

from .conftest import Open
from .kit import World

PAGE = "[page.query]\n" + "\n".join(
    [
        'page = { type = "integer", minimum = 1, maximum = 1000, default = 1 }',
        'sort = { type = "string", choices = ["newest", "best"], default = "newest" }',
        'q = { type = "string", default = "", max_length = 5, pattern = "[a-zé ]+" }',
    ]
)


def get(client: httpx.Client, target: bytes) -> httpx.Response:
    """GET of a target that is sent as it is."""
    return client.get(client.base_url.copy_with(raw_path=target))


@pytest.fixture
def client(world: World, open_site: Open) -> httpx.Client:
    world.page(
        "{{ page }}|{{ sort }}|{{ q }}|{{ rest }}", routes=("shop/<path:rest>/",), extra=PAGE
    )
    return open_site()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (b"", "1|newest|"),
        (b"page=2&page=3", "3|newest|"),
        (b"page=&sort=&q=", "1|newest|"),
        (b"%70age=4", "4|newest|"),
        (b"q=a+b", "1|newest|a b"),
        (b"q=%C3%A9", "1|newest|\u00e9"),
        (b"page", "1|newest|"),
        (b"&&=&=x&page=5", "5|newest|"),
        (b"unknown=%00&other=%zz&%ff=%ff&" + b"x=" + b"y" * 5000, "1|newest|"),
    ],
)
def test_queries_that_can_be_understood(client: httpx.Client, query: bytes, shown: str) -> None:
    response = get(client, b"/shop/x/?" + query)
    assert response.status_code == 200
    assert f"{shown}|x" in response.text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (b"page=0", "The value of page has to be a whole number, 1 to 1000."),
        (b"page=1001", "The value of page has to be a whole number, 1 to 1000."),
        (b"page=1.5", "whole number"),
        (b"page=+1", "whole number"),
        (b"page=%D9%A1", "whole number"),
        (b"page=" + b"9" * 5000, "whole number"),
        (b"page=2&page=x", "whole number"),
        (b"sort=oldest", "The value of sort has to be one of newest, best."),
        (b"q=abcdef", "The value of q is longer than 5 characters."),
        (b"q=A", "The value of q has to match"),
        (b"q=a%00", "The value of q has a control character in it."),
        (b"q=%0d%0a", "control character"),
        (b"q=%", "percent sign"),
        (b"q=%f", "percent sign"),
        (b"q=%zz", "percent sign"),
        (b"q=%ff", "The value of q is not UTF-8."),
        (b"q=%ed%a0%80", "is not UTF-8"),
    ],
)
def test_queries_that_cannot(client: httpx.Client, query: bytes, message: str) -> None:
    response = get(client, b"/shop/x/?" + query)
    assert response.status_code == 400
    assert "<header>Our shop</header><h1>400</h1>" in response.text
    assert message in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/shop/l%C3%A1mpara/", 200),
        (b"/shop/a%2Fb/", 400),
        (b"/shop/a%5cb/", 400),
        (b"/shop/a\\b/", 400),
        (b"/shop/%2e%2e/a/", 400),
        (b"/shop/.%2E", 400),
        (b"/shop/..;/a/", 400),
        (b"/shop/%2e%2e;x=1/a/", 400),
        (b"/shop/...a/", 200),
        (b"/shop/a..b/", 200),
        (b"/shop/%c0%ae%c0%ae/", 400),
        (b"/shop/%e0%80%ae/", 400),
        (b"//evil.example/shop/a/", 404),
        (b"/shop/%252e/", 200),
        (b"/shop/%00/", 400),
        (b"/shop/a%0d%0ab/", 400),
        (b"/shop/%ff/", 400),
        (b"/shop/" + b"x" * 201 + b"/", 404),
        (b"/shop/" + b"x" * 2100 + b"/", 400),
    ],
)
def test_paths(client: httpx.Client, path: bytes, status: int) -> None:
    assert get(client, path).status_code == status


def test_a_broken_percent_sign_in_a_path_is_refused_or_unknown(client: httpx.Client) -> None:
    # WSGI hands paths over decoded, and cannot tell "%zz" from "%25zz".
    assert get(client, b"/nowhere/%zz/").status_code in {400, 404}


def test_what_the_visitor_wrote_is_escaped(client: httpx.Client) -> None:
    response = get(client, b"/shop/%3Cscript%3E/")
    assert "&lt;script&gt;" in response.text
    assert "<script>" not in response.text
