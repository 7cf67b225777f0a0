"""Every malformed request has a defined answer, the same through every face."""

import httpx
import pytest

from site_shell.composer import notices

from .conftest import Open
from .kit import World

PAGE = "[page.query]\n" + "\n".join(
    [
        'page = { type = "integer", minimum = 1, maximum = 1000, default = 1 }',
        'sort = { type = "string", choices = ["newest", "best"], default = "newest" }',
        'q = { type = "string", default = "", max_length = 5, pattern = "[a-zé ]+" }',
        'tag = { type = "string", default = "", many = true, max_length = 5, pattern = "[a-z,]+" }',
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
    ("query", "left", "names"),
    [
        (b"page=0", "", "page"),
        (b"page=1001", "", "page"),
        (b"page=1.5", "", "page"),
        (b"page=+1", "", "page"),
        (b"page=%D9%A1", "", "page"),
        (b"page=" + b"9" * 5000, "", "page"),
        (b"page=2&page=x", "?page=2", "page"),
        (b"utm=%ff&page=x&sort=best", "?utm=%ff&sort=best", "page"),
        (b"sort=oldest&page=2", "?page=2", "sort"),
        (b"q=abcdef", "", "q"),
        (b"q=A", "", "q"),
        (b"q=a%00", "", "q"),
        (b"q=%0d%0a", "", "q"),
        (b"q=%&%71=b", "?%71=b", "q"),
        (b"q=%f", "", "q"),
        (b"q=%zz&sort=x&sort=y", "", "q, sort"),
        (b"q=%ff", "", "q"),
        (b"q=%ed%a0%80", "", "q"),
        (b"tag=b&tag=A,a&tag=%ff", "?tag=b&tag=a", "tag"),
        (b"tag=A%2Ca", "?tag=a", "tag"),
        (b"tag=abcd&tag=efgh&page=2", "?page=2", "tag"),
    ],
)
def test_queries_that_cannot_lead_to_what_is_left_of_them(
    client: httpx.Client, query: bytes, left: str, names: str
) -> None:
    response = get(client, b"/shop/x/?" + query)
    assert (response.status_code, response.headers["location"]) == (301, f"/shop/x/{left}")
    assert response.headers["cache-control"] == "no-store"
    told = notices.read(response.headers["set-cookie"].partition(";")[0])
    sentence = f"A part of the address could not be read and was left out: {names}"
    assert told == notices.Notices((notices.Notice(sentence),))
    assert get(client, f"/shop/x/{left}".encode()).status_code == 200


def test_what_is_left_out_is_told_after_what_is_told_already(client: httpx.Client) -> None:
    waiting = notices.Notices((notices.Notice("It is in your cart."),))
    cookie = notices.set_cookie(waiting, https=True).partition(";")[0]
    response = client.get("/shop/x/?page=x", headers={"cookie": cookie})
    told = notices.read(response.headers["set-cookie"].partition(";")[0])
    assert told is not None
    assert [item.text[:10] for item in told.items] == ["It is in y", "A part of "]


def test_without_its_slash_an_address_is_mended_in_one_step(client: httpx.Client) -> None:
    response = client.get("/shop/x?page=x&sort=best")
    assert (response.status_code, response.headers["location"]) == (301, "/shop/x/?sort=best")


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
