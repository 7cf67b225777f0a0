"""What a fragment declares in ``varies`` reaches its view, and nothing else does."""

import pytest
from contract_example.fragments import priced
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from fragment_contract import (
    Cache,
    FragmentContext,
    Inputs,
    InvalidDeclaration,
    fragment,
    fragment_urls,
    inputs,
)

URL = "/fragments/priced/"


def get(query: str = "", **headers: str) -> HttpResponse:
    response = Client().get(f"{URL}?{query}" if query else URL, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def test_declared_inputs_reach_the_view_beside_the_parameters() -> None:
    headers = {"x-currency": "EUR", "x-other": "1", "cookie": "theme=dark; sessionid=1"}
    text = get("amount=3&preview=a+b", **headers).content.decode()
    assert "<p>3 EUR [(&#x27;preview&#x27;, &#x27;a b&#x27;)]" in text
    assert "[(&#x27;theme&#x27;, &#x27;dark&#x27;)]" in text
    assert "sessionid" not in text


def test_without_them_there_is_nothing_and_the_default_counts() -> None:
    assert get().content.decode() == "<p>1 CHF [] []</p>"
    assert (
        get("preview=", **{"x-currency": ""}).content.decode()
        == "<p>1 CHF [(&#x27;preview&#x27;, &#x27;&#x27;)] []</p>"
    )


def test_vary_names_declared_headers_and_cookies() -> None:
    assert get().headers["vary"] == "x-currency, cookie"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("other=1", "unknown parameter 'other'"),
        ("preview=1&preview=2", "input preview is given more than once"),
        ("preview=%FF", "input 'preview' must be"),
        ("preview=%00", "input 'preview' must be"),
        (f"preview={'x' * 2049}", "input 'preview' must be"),
        ("amount=x&preview=1", "parameter amount must be"),
        (f"preview=1&{'x' * 8200}", "the query is at most"),
    ],
)
def test_what_is_no_text_or_not_declared_is_answered_400(query: str, problem: str) -> None:
    response = get(query)
    assert response.status_code == 400
    assert problem in response.content.decode()


def test_a_request_that_is_not_for_content_has_none() -> None:
    assert inputs(RequestFactory().get("/?preview=1")) == Inputs()
    assert FragmentContext.from_headers({}).locale is None


@fragment(
    "greeting/all", version="1", cache=Cache(), varies=("query:all", "header:all", "cookie:all")
)
def everything(request: HttpRequest, *, amount: int = 1) -> HttpResponse:
    seen = inputs(request)
    return HttpResponse(f"{amount} {sorted(seen.query)} {sorted(seen.cookies)}")


urlpatterns = [path("", lambda request: HttpResponse()), *fragment_urls(everything)]


@override_settings(ROOT_URLCONF=__name__)
def test_all_takes_every_name_that_is_no_parameter() -> None:
    response = Client().get("/fragments/all/?b=1&amount=2&a=", headers={"cookie": "x=1; y=2"})
    assert response.content.decode() == "2 ['a', 'b'] ['x', 'y']"
    assert response.headers["vary"] == "*"


def test_an_input_cannot_be_a_parameter_too() -> None:
    with pytest.raises(InvalidDeclaration, match="which is a parameter already"):

        @fragment("a/b", version="1", cache=Cache(), varies=("query:amount",))
        def view(request: HttpRequest, *, amount: int = 1) -> HttpResponse:
            return HttpResponse()


def test_the_manifest_declares_them() -> None:
    own = priced.manifest().fragment
    assert own and own.varies == ("query:preview", "header:X-Currency", "cookie:theme")
