"""Static files and media, through the ASGI application and through the middleware."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings
from django.core.asgi import get_asgi_application

from site_shell.files import FilesApp

from .kit import World, serving_asgi

BODY = b"0123456789" * 100_000


@pytest.fixture(params=["asgi", "middleware"])
def client(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, settings: LazySettings
) -> Iterator[httpx.Client]:
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    for name in ("static/reviews/list.css", "static/reviews/list.0123456789ab.css"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("b { margin: 0 }")
    (tmp_path / "static" / "notifications.63674K6N.js").write_bytes(BODY)
    (tmp_path / "static" / "reviews" / "list.css.gz").write_bytes(b"packed")
    (tmp_path / "media" / "product").mkdir(parents=True)
    (tmp_path / "media" / "product" / "vase.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    world.page("Hello")
    if request.param == "asgi":
        app = FilesApp(get_asgi_application())
        with serving_asgi(app, lifespan="off") as url, httpx.Client(base_url=url) as opened:
            yield opened
    else:
        with world.open("wsgi") as opened:
            yield opened


def test_a_file_is_served_and_may_be_asked_for_again(client: httpx.Client) -> None:
    response = client.get("/static/reviews/list.css", headers={"accept-encoding": "identity"})
    assert response.text == "b { margin: 0 }"
    assert response.headers["content-type"] == 'text/css; charset="utf-8"'
    assert response.headers["cache-control"] == "max-age=60, public"
    assert response.headers["x-content-type-options"] == "nosniff"
    again = client.get(
        "/static/reviews/list.css", headers={"if-none-match": response.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_compressed_variant_is_preferred(client: httpx.Client) -> None:
    with client.stream(
        "GET", "/static/reviews/list.css", headers={"accept-encoding": "gzip"}
    ) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert b"".join(response.iter_raw()) == b"packed"
    assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/static/reviews/list.0123456789ab.css", "/static/notifications.63674K6N.js"]
)
def test_files_with_a_hash_in_their_name_never_change(client: httpx.Client, path: str) -> None:
    assert "immutable" in client.get(path).headers["cache-control"]


def test_parts_of_a_file_can_be_asked_for(client: httpx.Client) -> None:
    path = "/static/notifications.63674K6N.js"
    response = client.get(path, headers={"range": "bytes=5-14"})
    assert response.status_code == 206
    assert response.content == b"5678901234"
    assert response.headers["content-range"] == f"bytes 5-14/{len(BODY)}"
    assert client.get(path, headers={"range": "bytes=9999999-"}).status_code == 416
    assert client.get(path).content == BODY


def test_an_upload_cannot_act_as_a_page_of_the_site(client: httpx.Client) -> None:
    response = client.get("/media/product/vase.svg")
    assert response.text == "<svg/>"
    assert response.headers["content-security-policy"].endswith("; sandbox")
    assert response.headers["cache-control"] == "max-age=3600, public"


@pytest.mark.parametrize(
    "path",
    [
        b"/static/../secret.txt",
        b"/static/%2e%2e/secret.txt",
        b"/static/..%2fsecret.txt",
        b"/static/%2fetc/passwd",
        b"/static/reviews/",
        b"/static/nothing.css",
        b"/static/a%00",
        b"/static/" + b"x" * 300,
    ],
)
def test_nothing_but_files_of_the_folders_is_served(client: httpx.Client, path: bytes) -> None:
    response = client.get(client.base_url.copy_with(raw_path=path))
    assert response.status_code in {400, 404}
    assert "secret" not in response.text


def test_files_can_only_be_read(client: httpx.Client) -> None:
    response = client.post("/static/reviews/list.css")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_head_of_a_file_has_no_body(client: httpx.Client) -> None:
    response = client.head("/static/notifications.63674K6N.js")
    assert response.headers["content-length"] == str(len(BODY))
    assert response.content == b""
