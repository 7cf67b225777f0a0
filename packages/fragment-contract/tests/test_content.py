"""How a fragment's content answers."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory
from fragment_contract import Cache, InvalidDeclaration, InvalidTag, Moved, add_tags, fragment
from fragment_contract.serving import content_view

HELLO = "/fragments/hello/"


def test_content_is_html_with_all_that_caches_need(service: Client) -> None:
    response = service.get(HELLO, {"name": "ada", "times": "2"})
    assert response.status_code == 200
    assert response.content.count(b"Hello ada</p>") == 2
    assert response["content-type"] == "text/html; charset=utf-8"
    assert response["cache-control"] == (
        "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
    )
    assert response["surrogate-key"] == "greetings greeting:ada"
    assert re.fullmatch(r'"[0-9a-f]{32}"', response["etag"])
    assert response["podlet-version"].startswith("1.2.3+")
    assert "set-cookie" not in response


def test_a_podium_layout_may_leave_the_last_slash_out(service: Client) -> None:
    response = service.get("/fragments/hello", {"name": "ada"})
    assert response.status_code == 200
    assert response.content == service.get(HELLO, {"name": "ada"}).content


def test_the_version_header_is_the_manifests(service: Client) -> None:
    manifest = service.get("/fragments/hello/manifest.json").json()
    assert service.get(HELLO, {"name": "ada"})["podlet-version"] == manifest["version"]


def test_a_known_etag_is_answered_304_with_the_headers_that_caches_update(service: Client) -> None:
    first = service.get(HELLO, {"name": "ada"})
    again = service.get(HELLO, {"name": "ada"}, headers={"if-none-match": first["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    for name in ("etag", "cache-control", "podlet-version", "surrogate-key"):
        assert again[name] == first[name]


def test_an_etag_belongs_to_one_content(service: Client) -> None:
    one, other = (service.get(HELLO, {"name": name})["etag"] for name in ("ada", "bob"))
    assert one != other


def test_head_is_get_without_the_body(service: Client) -> None:
    got, asked = service.get(HELLO, {"name": "ada"}), service.head(HELLO, {"name": "ada"})
    assert asked.content == b""
    assert asked["content-length"] == str(len(got.content))
    assert asked["etag"] == got["etag"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_refused(method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(HELLO)
    assert response.status_code == 405
    assert response["allow"] == "GET, HEAD"
    assert response.content == b"the method must be one of GET, HEAD\n"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "parameter name is required"),
        ("name=ADA", "all matching [a-z]+, not 'ADA'"),
        ("name=ada&name=bob", "parameter name is given more than once"),
        ("name=ada&page=1", "unknown parameter 'page'; legal: name, tone, times, loud"),
        ("name=ada&tone=hot", "parameter tone must be one of warm, cool, not 'hot'"),
        ("name=%FF", r"characters of UTF-8 without control characters, all matching [a-z]+, not"),
    ],
)
def test_bad_parameters_are_answered_400_with_a_sentence(
    service: Client, query: str, said: str
) -> None:
    response = service.get(f"{HELLO}?{query}")
    assert response.status_code == 400
    assert said in response.content.decode()
    assert response["content-type"].startswith("text/plain")
    assert response["cache-control"] == "no-store"


@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("ghost", 410)])
def test_what_is_not_there_may_be_remembered_shortly(
    service: Client, name: str, status: int
) -> None:
    response = service.get(HELLO, {"name": name})
    assert response.status_code == status
    assert response["cache-control"] == "public, max-age=10"
    assert response["surrogate-key"] == f"greeting:{name}"


def test_nothing_to_show_is_204_and_kept_like_content(service: Client) -> None:
    response = service.get(HELLO, {"name": "silence"})
    assert response.status_code == 204
    assert response.content == b""
    assert "content-type" not in response
    assert response["cache-control"].startswith("public, max-age=60")


def test_what_moved_says_where(service: Client) -> None:
    response = service.get(HELLO, {"name": "anna"})
    assert response.status_code == 301
    assert response["location"] == "/greetings/hannah/"


def answer(view: Any, **headers: str) -> HttpResponseBase:
    declared = fragment("a/b", version="1", cache=Cache(max_age=5))(view)
    return content_view(declared)(RequestFactory().get("/", headers=headers))


def test_a_temporary_move_is_302() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise Moved("/ä/", permanent=False)

    response = answer(view)
    assert (response.status_code, response["location"]) == (302, "/%C3%A4/")


def test_headers_that_the_view_sets_are_kept() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"cache-control": "public, max-age=1", "etag": '"mine"'})

    response = answer(view)
    assert response["cache-control"] == "public, max-age=1"
    assert response["etag"] == '"mine"'


def test_a_servers_failure_is_not_kept() -> None:
    response = answer(lambda request: HttpResponse("broken", status=500))
    assert "cache-control" not in response


def test_tags_are_added_once_and_in_order() -> None:
    response = HttpResponse()
    add_tags(response, "b", "a")
    add_tags(response, "a", "c")
    assert response["surrogate-key"] == "b a c"


def test_a_tag_that_cannot_travel_is_refused() -> None:
    with pytest.raises(InvalidTag):
        add_tags(HttpResponse(), "a b")


def test_a_stream_is_refused_since_a_fragment_is_whole_or_absent() -> None:
    with pytest.raises(InvalidDeclaration, match="a/b: a view must return a whole HttpResponse"):
        answer(lambda request: StreamingHttpResponse(["x"]))


def test_a_view_that_returns_nothing_is_named() -> None:
    with pytest.raises(InvalidDeclaration, match="not None"):
        answer(lambda request: None)


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        ("de", b"Ja"),
        ("de-AT", b"Ja"),
        ("en", b"Yes"),
        ("fr", b"Yes"),
        ("../x", b"Yes"),
        ("x" * 900, b"Yes"),
    ],
)
def test_content_speaks_the_pages_language_where_the_service_knows_it(
    service: Client, locale: str, word: bytes
) -> None:
    response = service.get(HELLO, {"name": "ada"}, headers={"podium-locale": locale})
    assert response.status_code == 200
    assert b"<p>%b</p>" % word in response.content
