"""What is behind a page, in the page: a table that needs no script, for one person."""

import re
from html.parser import HTMLParser

import pytest
from fragment_contract.testing import Reply

from site_shell.tests.composing.conftest import Open
from site_shell.tests.composing.kit import World

from .conftest import cookie

CACHED = {"cache-control": "max-age=60"}


class _Rows(HTMLParser):
    """The cells of the overlay's table, row by row, and what is loaded from where."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._row: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr" and (position := given.get("data-slot")) is not None:
            self._row = self.rows[position] = []
        if tag in {"script", "link"}:
            self.loaded.append(given.get("src") or given.get("href") or "")
            if tag == "script" and not given.get("src"):
                self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self._row = None

    def handle_data(self, data: str) -> None:
        if self._row is not None and data.strip():
            self._row.append(data.strip())


def test_the_table_tells_what_each_slot_came_to(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>", headers=CACHED)
    world.fragment("reviews/list", "<p>nice</p>", fallback="<p>later</p>")
    world.page('{% fragment "product/page" %}{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("reviews/list")
    text = client.get("/shop/", headers=cookie("reviews/list=500", overlay=True)).text
    rows = _Rows(text).rows
    assert rows["0"][:1] == ["product/page"] and "cached" in rows["0"] and "default" in rows["0"]
    assert any(cell.startswith("product · http://127.0.0.1:") for cell in rows["0"])
    assert "13" in rows["0"]  # bytes
    assert "fallback" in rows["1"] and "fault 500" in rows["1"]
    assert any(cell.startswith("http-500 – manifest") for cell in rows["1"])
    assert "<!--slot 0--><h1>Vase</h1><!--/slot 0-->" in text
    assert text.endswith("</body></html>")
    assert "ada" in text and "/_composer/staging/?next=/shop/" in text


def test_without_the_overlay_not_a_byte_differs(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>", headers=CACHED)
    world.page('<b>{% fragment "product/page" %}</b>')
    client = open_site()
    public = client.get("/shop/").content
    assert client.get("/shop/", headers=cookie()).content == public
    client.get("/shop/", headers=cookie(overlay=True))
    assert client.get("/shop/").content == public


def test_only_comments_stand_between_the_page_and_its_slots(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>", headers=CACHED)
    world.page('<b>{% fragment "product/page" %}</b>')
    client = open_site()
    client.get("/shop/")
    public = client.get("/shop/").text
    text = client.get("/shop/", headers=cookie(overlay=True)).text
    text = re.sub(r'<link rel="stylesheet" href="[^"]*overlay.*</script>\n', "", text, flags=re.S)
    assert re.sub(r"<!--/?slot \d+-->", "", text) == public


def test_nothing_of_it_is_inline(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>")
    world.page('{% fragment "product/page" %}')
    response = open_site().get("/shop/", headers=cookie(overlay=True))
    parsed = _Rows(response.text)
    assert parsed.inline == []
    assert parsed.loaded == ["/static/composer/overlay.css", "/static/composer/overlay.js"]


def test_what_a_service_says_of_itself_is_text(world: World, open_site: Open) -> None:
    version = "<img src=x onerror=alert(1)>--><script>"
    content = world.fragment("product/page", "<h1>Vase</h1>")
    headers = {"podlet-version": version, "cache-control": "max-age=9"}
    world.services["product"].respond(content, Reply(body="<h1>Vase</h1>", headers=headers))
    world.page('{% fragment "product/page" %}')
    text = open_site().get("/shop/", headers=cookie(overlay=True)).text
    assert version not in text
    assert _Rows(text).inline == []


def test_a_streamed_page_has_it_at_its_end(world: World, open_site: Open) -> None:
    content = world.fragment("reviews/list", "<p>late</p>")
    slow = Reply(body="<p>late</p>", delay=0.3, headers={"cache-control": "max-age=9"})
    world.services["reviews"].respond(content, slow)
    world.page('<b>{% fragment "reviews/list" %}</b>')
    with open_site().stream("GET", "/shop/", headers=cookie(overlay=True)) as response:
        parts = list(response.iter_text())
    text = "".join(parts)
    row = _Rows(text).rows["0"]
    assert "fresh" in row
    began, ended = float(row[-2]), float(row[-1])
    assert ended - began >= 299
    assert text.endswith("</body></html>")
    assert "content-encoding" not in response.headers


def test_compression_does_not_hide_it(world: World, open_site: Open) -> None:
    world.fragment("product/page", f"<p>{'long ' * 2000}</p>", headers=CACHED)
    world.page('{% fragment "product/page" %}')
    client = open_site()
    headers = cookie(overlay=True) | {"accept-encoding": "gzip, br"}
    assert "composer-overlay" in client.get("/shop/", headers=headers).text


def test_a_page_that_a_fragment_decides_has_it_too(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>")
    world.fragment("reviews/list")
    world.page('{% fragment "product/page" required=True %}{% fragment "reviews/list" %}')
    response = open_site().get("/shop/", headers=cookie("product/page=404", overlay=True))
    assert response.status_code == 404
    assert "fault 404" in _Rows(response.text).rows["0"]


def test_a_head_request_has_no_body(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>Vase</h1>")
    world.page('{% fragment "product/page" %}')
    assert open_site().head("/shop/", headers=cookie(overlay=True)).content == b""


@pytest.mark.parametrize("count", [0, 12])
def test_any_number_of_slots_is_told(world: World, open_site: Open, count: int) -> None:
    world.fragment("product/page", "<h1>Vase</h1>")
    world.page("".join([f'{{% fragment "product/page" ref={n} %}}' for n in range(count)]) or "-")
    text = open_site().get("/shop/", headers=cookie(overlay=True)).text
    assert len(_Rows(text).rows) == count
