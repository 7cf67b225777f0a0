"""Links are in the language of the page for which a fragment is rendered."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from fragment_contract import Cache, fragment, link
from fragment_contract.serving import content_view
from fragment_contract.urls import fragment_urls

_TEMPLATE = '{% load fragment_contract %}<a href="{% link "/products/" %}">'


@fragment("links/part", version="1", cache=Cache.no_store())
def part(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(_TEMPLATE).render(Context()) + link(request, "/cart/"))


@part.action("send")
def send(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(_TEMPLATE).render(Context()))


def asked(mount: str | None) -> HttpRequest:
    headers = {} if mount is None else {"podium-mount-pathname": mount}
    return RequestFactory().get("/fragments/part/", headers=headers)


@pytest.mark.parametrize(
    ("mount", "found"),
    [
        (None, "/products/"),
        ("/", "/products/"),
        ("/de/", "/de/products/"),
        ("/de", "/de/products/"),
        ("/shop/pt-br/", "/shop/pt-br/products/"),
    ],
)
def test_a_link_is_below_the_path_at_which_the_site_is_mounted(
    mount: str | None, found: str
) -> None:
    assert link(asked(mount), "/products/") == found


@pytest.mark.parametrize(
    "mount",
    ["//evil.example/", "https://evil.example/", '/"><script>/', "/../", "\\evil\\", "/a b/"],
)
def test_a_mount_that_is_no_path_of_a_site_is_none(mount: str) -> None:
    assert link(asked(mount), "/products/") == "/products/"


@pytest.mark.parametrize(
    "target", ["#reviews", "https://example.org/", "//example.org/", "?page=2"]
)
def test_what_is_no_path_of_the_site_stays_as_it_is(target: str) -> None:
    assert link(asked("/de/"), target) == target


def test_templates_link_for_the_request_that_is_answered_and_for_no_later_one() -> None:
    view = content_view(part)
    german = view(asked("/de/")).content.decode()
    assert german == '<a href="/de/products/">/de/cart/'
    assert view(asked("/")).content.decode() == '<a href="/products/">/cart/'
    assert Template(_TEMPLATE).render(Context()) == '<a href="/products/">'


def test_the_answer_to_an_action_links_into_the_language_of_its_page() -> None:
    (act,) = [p.callback for p in fragment_urls(part) if "actions" in str(p.pattern)]
    request = RequestFactory().post(
        "/fragments/part/actions/send", headers={"podium-mount-pathname": "/de/"}
    )
    assert act(request).content == b'<a href="/de/products/">'
