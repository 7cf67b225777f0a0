"""Who is asking, as a service sees it, and what it declares to be told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from fragment_contract import Cache, InvalidDeclaration, Visitor, fragment, visitor
from fragment_contract import identity as identity_module
from fragment_contract.testing import FakeFragmentServer, Reply
from fragment_contract.testing.identity import (
    ISSUER,
    as_visitor,
    key_set,
    trusted_visitors,
)

OWN = "/fragments/mine"


@pytest.fixture
def trusted() -> Iterator[None]:
    with trusted_visitors("greeting"):
        yield


def as_ada(**more: str) -> dict[str, str]:
    return as_visitor("user:ada", name="Ada", audience="greeting", **more)


# -- what a service sees -----------------------------------------------------------------------


def test_a_fragment_that_asks_is_told_who_is_asking(service: Client, trusted: None) -> None:
    response = service.get(f"{OWN}/", headers=as_ada(former="anon:7"))
    assert response.content == b"<p>user:ada Ada anon:7 signed in</p>"


def test_an_anonymous_visitor_is_not_signed_in(service: Client, trusted: None) -> None:
    headers = as_visitor("anon:7", audience="greeting")
    assert service.get(f"{OWN}/", headers=headers).content == b"<p>anon:7   not signed in</p>"


def test_nobody_is_nobody_where_identity_is_optional(service: Client, trusted: None) -> None:
    assert service.get(f"{OWN}/").content == b"<p>nobody</p>"


def test_an_action_may_ask_though_its_fragment_does_not(service: Client, trusted: None) -> None:
    response = service.post("/fragments/guestbook/actions/sign", headers=as_ada())
    assert response.content == b"<p>user:ada</p>"


def test_a_fragment_that_does_not_ask_is_told_nothing(service: Client, trusted: None) -> None:
    response = service.post("/fragments/hello/actions/wave", headers=as_ada())
    assert response.status_code == 200
    assert "user:ada" not in response.content.decode()


def test_where_a_token_is_required_there_is_no_answer_without(
    service: Client, trusted: None
) -> None:
    response = service.post("/fragments/guestbook/actions/sign")
    assert response.status_code == 401
    assert response["www-authenticate"] == 'Bearer error="invalid_token"'
    assert response["cache-control"] == "no-store"


def test_a_service_that_wants_people_to_sign_in_says_so(service: Client, trusted: None) -> None:
    headers = as_visitor("anon:7", audience="greeting")
    response = service.post("/fragments/guestbook/actions/sign", headers=headers)
    assert response.status_code == 401
    assert response["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer a b", "Bearer x", "Bearer a.b.c", "Bearer \xff.b.c"]
)
def test_what_is_no_token_is_401_even_where_none_is_needed(
    service: Client, trusted: None, header: str
) -> None:
    response = service.get(f"{OWN}/", headers={"authorization": header})
    assert response.status_code == 401
    assert response.content == b"the context token does not count\n"


def test_a_query_is_never_an_identity(service: Client, trusted: None) -> None:
    assert service.get(f"{OWN}/?userid=user:ada").status_code == 400
    assert service.get(f"{OWN}/", headers={"cookie": "userid=user:ada"}).content == b"<p>nobody</p>"


def test_a_request_that_was_not_checked_has_no_visitor(requests: RequestFactory) -> None:
    assert visitor(requests.get("/", headers=as_ada())) is None


def test_without_keys_nobody_is_believed_and_nobody_accused(service: Client, settings: Any) -> None:
    settings.CONTEXT_TOKEN_ISSUER, settings.CONTEXT_TOKEN_AUDIENCE = ISSUER, "greeting"
    settings.CONTEXT_TOKEN_JWKS_URL = "http://127.0.0.1:1/.well-known/jwks.json"
    response = service.get(f"{OWN}/", headers=as_ada())
    assert response.status_code == 503


def test_a_service_believes_the_keys_of_the_shell_it_is_set_up_for(
    service: Client, settings: Any, fragment_server: FakeFragmentServer
) -> None:
    fragment_server.respond(
        "/keys", Reply(body=json.dumps(key_set()), content_type="application/json")
    )
    settings.CONTEXT_TOKEN_ISSUER, settings.CONTEXT_TOKEN_AUDIENCE = ISSUER, "greeting"
    settings.CONTEXT_TOKEN_JWKS_URL = f"{fragment_server.url}/keys"
    for _ in range(3):
        assert b"user:ada" in service.get(f"{OWN}/", headers=as_ada()).content
    assert len(fragment_server.requests) == 1


def test_a_service_that_is_not_set_up_says_what_is_missing(settings: Any) -> None:
    settings.CONTEXT_TOKEN_ISSUER = ISSUER
    settings.CONTEXT_TOKEN_JWKS_URL = settings.CONTEXT_TOKEN_AUDIENCE = ""
    with pytest.raises(ImproperlyConfigured, match="CONTEXT_TOKEN_JWKS_URL, CONTEXT_TOKEN_AUD"):
        identity_module.current_trust()


def test_the_kit_needs_to_know_for_which_service_a_token_is(settings: Any) -> None:
    with trusted_visitors():
        assert as_visitor("user:1")
    settings.CONTEXT_TOKEN_AUDIENCE = ""
    with pytest.raises(ValueError, match="name the audience"):
        as_visitor("user:1")


# -- declarations ------------------------------------------------------------------------------


def declare(**options: Any) -> Any:
    @fragment("greeting/x", version="1", cache=Cache.no_store(), **options)
    def declared(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    return declared


def test_an_action_has_the_identity_of_its_fragment_unless_it_says_otherwise() -> None:
    declared = declare(identity="optional")
    declared.action("a")(declared.view)
    declared.action("b", identity="none")(declared.view)
    assert [action.identity for action, _ in declared.actions.values()] == ["optional", "none"]


def test_an_unknown_identity_of_an_action_is_refused() -> None:
    with pytest.raises(InvalidDeclaration, match="identity is one of none, optional, required"):
        declare().action("a", identity="maybe")


def test_adopting_needs_to_know_from_whom() -> None:
    with pytest.raises(InvalidDeclaration, match="'required', not 'optional'"):
        declare(identity="optional").action("adopt")


def test_forgetting_needs_to_know_whom() -> None:
    with pytest.raises(InvalidDeclaration, match="'required', not 'optional'"):
        declare(identity="optional").action("forget")


def test_what_somebody_has_is_said_of_whom_is_known() -> None:
    with pytest.raises(InvalidDeclaration, match="'required', not 'optional'"):
        declare(identity="optional").action("unused")


def test_a_visitor_says_whether_it_is_signed_in() -> None:
    assert Visitor("user:1").is_signed_in
    assert not Visitor("anon:1").is_signed_in
