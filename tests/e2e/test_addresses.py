"""What the real pages answer to whoever asks by hand: crawlers, caches, mistyped addresses."""

import re

import httpx
import pytest

from . import shop
from .waiting import eventually

pytestmark = pytest.mark.ours


@pytest.mark.parametrize("path", shop.PAGES)
def test_a_page_may_be_kept_by_a_shared_cache_and_asked_for_again(
    client: httpx.Client, path: str
) -> None:
    shared = re.compile(r"public, max-age=0, s-maxage=\d+.*")
    # Each coding has a validator of its own, and brotli is made while the first ones get gzip.
    client.headers["accept-encoding"] = "gzip"

    def get() -> httpx.Response | None:
        """The page once none of its fragments has to be fetched, for the first time or again."""
        page = client.get(path)
        return page if shared.fullmatch(page.headers["cache-control"]) else None

    page = eventually(get)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["surrogate-key"]
    assert "set-cookie" not in page.headers

    tag = page.headers["etag"]
    again = client.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    other = client.get(path, headers={"if-none-match": '"another"'})
    assert (other.status_code, other.content) == (200, page.content)

    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == tag
    assert head.headers["content-length"] == str(page.num_bytes_downloaded)  # compressed


@pytest.mark.parametrize("path", shop.PERSONAL)
def test_a_page_for_one_shopper_is_kept_by_nobody(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "no-store" in page.headers["cache-control"]
    assert "etag" not in page.headers


@pytest.mark.parametrize(("path", "status"), shop.APOLOGIES)
def test_what_is_not_there_is_said_in_a_page(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert re.search(r"<h1[ >]", response.text)
    assert 'href="/products/"' in response.text
    assert "Traceback" not in response.text
    assert client.head(path).status_code == status


@pytest.mark.parametrize(
    ("path", "right"),
    [
        (shop.FORMER_SLUG, shop.PRODUCT),
        ("/products/h1001/", shop.PRODUCT),
        ("/products/h1001", shop.PRODUCT),
        ("/de/products/h1001/", f"/de{shop.PRODUCT}"),
        ("/products/h1001/?sort=highest&page=2", f"{shop.PRODUCT}?sort=highest&page=2"),
        ("/products/h1001?page=2", f"{shop.PRODUCT}?page=2"),
        ("/products/h1005/", shop.SUCCESSOR),
    ],
)
def test_a_wrong_slug_or_none_leads_to_the_right_one_at_once(
    client: httpx.Client, path: str, right: str
) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["location"]) == (301, right)


def test_a_withdrawn_product_leads_to_its_successor(client: httpx.Client) -> None:
    response = client.get(shop.REPLACED)
    assert (response.status_code, response.headers["location"]) == (301, shop.SUCCESSOR)


def test_an_address_without_its_slash_leads_to_the_one_with_it(client: httpx.Client) -> None:
    response = client.get(f"{shop.PRODUCT[:-1]}?sort=highest")
    assert response.status_code == 301
    assert response.headers["location"] == f"{shop.PRODUCT}?sort=highest"


@pytest.mark.parametrize(
    "query",
    [
        "page=many",
        "page=0",
        "page=1001",
        "page=1.5",
        f"page={'9' * 3000}",
        "page=%00",
        "sort=best",
        f"sort={'newest' * 500}",
        "sort=%F0%28%8C%28",
        "stars=6",
        "stars=many",
    ],
)
def test_a_query_that_makes_no_sense_leads_to_the_page_without_it(
    client: httpx.Client, query: str
) -> None:
    response = client.get(f"{shop.PRODUCT}?utm_source=letter&{query}")
    right = f"{shop.PRODUCT}?utm_source=letter"
    assert (response.status_code, response.headers["location"]) == (301, right)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("mount", "told", "left_out"),
    [
        ("", "could not be read and was left out: colour, rating, page", "Left out, because"),
        ("/de", "und wurde weggelassen: colour, rating, page", "Weggelassen, weil sich"),
    ],
)
def test_a_list_is_narrowed_by_what_can_be_understood_and_the_rest_is_told(
    client: httpx.Client, mount: str, told: str, left_out: str
) -> None:
    client.follow_redirects = True
    junk = "price=abc&colour=%00&colour=green,G!&rating=9&page=many&stock=yes"
    answer = client.get(f"{mount}{shop.PRODUCTS}?{junk}")
    assert [step.status_code for step in answer.history] == [301]
    assert answer.url.raw_path.decode().endswith("/products/?price=abc&colour=green&stock=yes")
    assert told in answer.text
    assert re.search(rf"{left_out}[^<]*: abc</p>", answer.text)
    again = client.get(answer.url)
    assert told not in again.text


def test_what_a_page_does_not_read_of_a_query_changes_nothing(client: httpx.Client) -> None:
    plain = client.get(shop.PRODUCT)
    response = client.get(f"{shop.PRODUCT}?utm_source=letter&x=%00&page=7&page=1")
    assert (response.status_code, response.content) == (200, plain.content)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/products/h1001%00/tide-vase/", 400),
        ("/products/H-1001/tide-vase/", 400),
        ("/products/h-1001/tide-vase/", 404),
        ("/products/h9999/", 404),
        ("/products/tide-vase/", 404),
        ("/products/h1022/", 410),
        ("/de/products/h1022/", 410),
        (f"/products/{'h' * 500}/tide-vase/", 404),
        ("/products/h1001/tide-vase/no-such-variant/", 404),
        ("/products/?page=999", 404),
        ("/categories/no/such/category/", 404),
        ("/categories/Lighting!/", 400),
        ("//evil.example/", 404),
        ("/products/%ff/x/", 400),
    ],
)
def test_an_address_that_makes_no_sense_has_its_status(
    client: httpx.Client, path: str, status: int
) -> None:
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    response = client.send(request)
    assert response.status_code == status
    assert re.search(r"<h1[ >]", response.text)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_page_can_be_read_and_nothing_else(client: httpx.Client, method: str) -> None:
    response = client.request(method, shop.PRODUCT)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_a_foreign_host_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_page_forbids_what_it_does_not_need(client: httpx.Client) -> None:
    for path in (shop.PRODUCT, shop.UNKNOWN_PAGE, "/healthz"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_every_asset_of_a_page_is_there_and_is_what_the_page_says(client: httpx.Client) -> None:
    page = client.get(shop.PRODUCT).text
    paths = re.findall(r'(?:href|src)="(/(?:static|media)/[^"]+)"', page)
    assert len(paths) > 5
    for path in set(paths):
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.content, path
