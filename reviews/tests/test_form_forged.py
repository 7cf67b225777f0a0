"""Requests that no form of ours sends."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from fragment_contract.testing.identity import as_visitor
from hypothesis import example, given
from hypothesis import strategies as st

from reviews.models import Review
from reviews.return_path import is_return_path

from .sending import ACTION, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product", "H 1"),
        ("product", "h1\n"),
        ("product", None),
        ("return_to", None),
        ("return_to", "https://evil.example/"),
        ("return_to", "//evil.example/"),
        ("return_to", "/products//evil.example/"),
        ("return_to", "/\\evil.example/"),
        ("return_to", "/\tevil.example/"),
        ("return_to", "/a\r\nset-cookie: x=1"),
        ("return_to", "/a\0"),
        ("return_to", " /a"),
        ("return_to", "javascript:alert(1)"),
        ("return_to", "/a?next=1"),
        ("return_to", "/a#b"),
        ("return_to", "/" + "a" * 300),
    ],
)
def test_a_forged_hidden_field_is_refused(client: Client, field: str, value: str | None) -> None:
    for title in ("Nice", ""):
        response = send(client, **{"title": title, field: value})
        assert response.status_code == 400
        assert response["content-type"].startswith("text/plain")
        assert field in response.content.decode()
    assert Review.objects.count() == 0


@given(st.text(alphabet=st.one_of(st.sampled_from("/\\:.@%?#ab \t\n\0"), st.characters())))
@example("//")
@example("/..//evil.example")
@example("/.\\")
def test_no_accepted_return_path_names_another_host(value: str) -> None:
    if is_return_path(value):
        seen_by_a_browser = value.replace("\\", "/").replace("\t", "").replace("\n", "")
        parts = urlsplit(seen_by_a_browser)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert value.startswith("/")
        assert "//" not in seen_by_a_browser


@given(st.lists(st.from_regex(r"[A-Za-z0-9._~-]+", fullmatch=True), max_size=6))
def test_every_ordinary_path_is_accepted(segments: list[str]) -> None:
    assert is_return_path("/" + "/".join(segments))


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_the_action_answers_to_post_alone(client: Client, method: str) -> None:
    response = getattr(client, method)(ACTION)
    assert response.status_code == 405
    assert response["allow"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"garbage"),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b'{"rating": 5}'),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&&&&==="),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(500))),
        ("text/plain; charset=nonsense", b""),
    ],
)
def test_a_body_that_is_no_form_is_refused(client: Client, content_type: str, body: bytes) -> None:
    headers = as_visitor("user:1")
    response = client.generic("POST", ACTION, body, content_type=content_type, headers=headers)
    assert response.status_code in (400, 415)
    assert Review.objects.count() == 0


def test_a_body_far_larger_than_any_review_is_refused(client: Client) -> None:
    response = send(client, body="x" * 300_000)
    assert response.status_code in (400, 413)
    assert Review.objects.count() == 0
