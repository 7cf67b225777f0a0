"""Who is asking: tokens that count, and all those that must not."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from fragment_contract import Cache, InvalidDeclaration, Visitor, fragment, visitor
from fragment_contract import identity as identity_module
from fragment_contract._keys import FRESH_SECONDS, PAUSE_SECONDS, STALE_SECONDS, RemoteKeys
from fragment_contract.context_token import MAX_TOKEN, Trust, write
from fragment_contract.errors import InvalidToken, KeysUnavailable
from fragment_contract.testing import FakeFragmentServer, Reply
from fragment_contract.testing.identity import (
    ISSUER,
    as_visitor,
    key_set,
    signing_key,
    trusted_visitors,
)
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

OWN = "/fragments/mine"
NOW = 1_800_000_000
KEY = signing_key()


class OneKey:
    def get(self, kid: str) -> ECKey:
        if kid != KEY.kid:
            raise InvalidToken(f"no key {kid}")
        return KEY


TRUST = Trust(ISSUER, "greeting", OneKey())


def token(key: ECKey = KEY, **claims: Any) -> str:
    """A good token, apart from what is given; a claim of None is left out."""
    all_claims = {
        "iss": ISSUER,
        "aud": "greeting",
        "sub": "user:1",
        "iat": NOW,
        "exp": NOW + 300,
        **claims,
    }
    return write({name: value for name, value in all_claims.items() if value is not None}, key)


def raw(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def good_claims() -> dict[str, Any]:
    return {"iss": ISSUER, "aud": "greeting", "sub": "user:1", "iat": NOW, "exp": NOW + 300}


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
    serve(fragment_server, key_set())
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


# -- tokens ------------------------------------------------------------------------------------


def test_a_good_token_is_read() -> None:
    made = token(name="Zoë", former="anon:9", nbf=NOW)
    assert TRUST.read(made, now=NOW) == ("user:1", "Zoë", "anon:9")


@pytest.mark.parametrize("now", [NOW - 30, NOW + 329])
def test_clocks_may_differ_by_half_a_minute(now: float) -> None:
    assert TRUST.read(token(nbf=NOW), now=now)[0] == "user:1"


@pytest.mark.parametrize(
    ("claims", "now", "said"),
    [
        ({}, NOW + 330, "has expired"),
        ({}, NOW - 31, "issued in the future"),
        ({"iat": NOW - 60, "nbf": NOW + 31}, NOW, "not valid yet"),
        ({"exp": None}, NOW, "exp must be seconds"),
        ({"iat": None}, NOW, "iat must be seconds"),
        ({"exp": str(NOW + 300)}, NOW, "exp must be seconds"),
        ({"exp": True}, NOW, "exp must be seconds"),
        ({"exp": 10**400}, NOW, "exp must be seconds"),
        ({"exp": float("nan")}, NOW, "exp must be seconds"),
        ({"nbf": "later"}, NOW, "nbf must be seconds"),
        ({"iss": "https://evil.test"}, NOW, "iss is"),
        ({"iss": None}, NOW, "iss is"),
        ({"iss": [ISSUER]}, NOW, "iss is"),
        ({"aud": "cart"}, NOW, "aud is 'cart', not 'greeting'"),
        ({"aud": None}, NOW, "aud is"),
        ({"aud": ["greeting", "cart"]}, NOW, "aud is"),
        ({"sub": None}, NOW, "sub must"),
        ({"sub": "1"}, NOW, "sub must match"),
        ({"sub": "admin:1"}, NOW, "sub must match"),
        ({"sub": "user:"}, NOW, "sub must match"),
        ({"sub": "user:1\n"}, NOW, "sub must"),
        ({"sub": f"user:{'x' * 60}"}, NOW, "sub must match"),
        ({"sub": "user:<script>"}, NOW, "sub must match"),
        ({"sub": 1}, NOW, "sub must"),
        ({"name": "x" * 201}, NOW, "name must be at most"),
        ({"name": "a\x00b"}, NOW, "name must"),
        ({"name": 5}, NOW, "name must"),
        ({"former": "user:2"}, NOW, "former must be an anonymous"),
        ({"former": 2}, NOW, "former must"),
    ],
)
def test_claims_that_do_not_count(claims: dict[str, Any], now: float, said: str) -> None:
    with pytest.raises(InvalidToken, match=said):
        TRUST.read(token(**claims), now=now)


def test_a_token_without_a_signature_does_not_count() -> None:
    for algorithm in ("none", "None", "NONE", None):
        header = {"alg": algorithm, "typ": "context+jwt", "kid": KEY.kid}
        with pytest.raises(InvalidToken, match="alg must be ES256"):
            TRUST.read(raw(header, good_claims()), now=NOW)


def test_a_token_signed_with_the_public_key_as_a_password_does_not_count() -> None:
    # The library would not make one.
    header = {"alg": "HS256", "typ": "context+jwt", "kid": KEY.kid}
    unsigned = raw(header, good_claims()).rpartition(".")[0]
    digest = hmac.digest(KEY.as_pem(private=False), unsigned.encode(), "sha256")
    made = raw(header, good_claims(), digest)
    with pytest.raises(InvalidToken, match="alg must be ES256, not 'HS256'"):
        TRUST.read(made, now=NOW)


def test_a_token_signed_by_somebody_else_does_not_count() -> None:
    stranger = ECKey.generate_key("P-256", parameters={"kid": KEY.kid}, private=True)
    with pytest.raises(InvalidToken, match="cannot be read"):
        TRUST.read(token(stranger), now=NOW)


def test_a_key_that_the_token_itself_brings_is_not_used() -> None:
    stranger = ECKey.generate_key("P-256", parameters={"kid": KEY.kid}, private=True)
    header = {
        "alg": "ES256",
        "typ": "context+jwt",
        "kid": KEY.kid,
        "jwk": stranger.as_dict(private=False),
    }
    made = jws.serialize_compact(header, json.dumps(good_claims()), stranger, ["ES256"])
    with pytest.raises(InvalidToken):
        TRUST.read(made, now=NOW)


@pytest.mark.parametrize("kid", [None, "", "x y", "../../etc/passwd", "k" * 129, 7, "unknown"])
def test_a_key_id_that_nobody_has_does_not_count(kid: object) -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": kid}
    with pytest.raises(InvalidToken, match=r"k(id|ey)"):
        TRUST.read(raw(header, good_claims(), b"s" * 64), now=NOW)


def test_another_kind_of_token_of_the_same_key_does_not_count() -> None:
    header = {"alg": "ES256", "typ": "JWT", "kid": KEY.kid}
    made = jws.serialize_compact(header, json.dumps(good_claims()), KEY, ["ES256"])
    with pytest.raises(InvalidToken, match="typ must be context"):
        TRUST.read(made, now=NOW)


def test_a_token_with_a_demand_that_we_do_not_know_does_not_count() -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": KEY.kid, "crit": ["b64"], "b64": False}
    with pytest.raises(InvalidToken):
        TRUST.read(raw(header, good_claims(), b"s" * 64), now=NOW)


def test_a_huge_token_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidToken, match="at most 4096"):
        TRUST.read("a" * (MAX_TOKEN + 1), now=NOW)


def test_a_changed_token_does_not_count() -> None:
    header, claims, signature = token().split(".")
    other = raw({}, {**good_claims(), "sub": "user:2"}).split(".")[1]
    for changed in (f"{header}.{other}.{signature}", f"{header}.{claims}.", f"{header}.{claims}"):
        with pytest.raises(InvalidToken):
            TRUST.read(changed, now=NOW)


@pytest.mark.parametrize("payload", ["[]", "7", "null", "x", "[" * 3000])
def test_claims_that_are_no_object_do_not_count(payload: str) -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": KEY.kid}
    made = jws.serialize_compact(header, payload[:2500], KEY, ["ES256"])
    with pytest.raises(InvalidToken):
        TRUST.read(made, now=NOW)


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){0,4}"))
def test_whatever_comes_is_refused_in_the_same_way(text: str) -> None:
    with pytest.raises(InvalidToken):
        TRUST.read(text, now=NOW)


NAMES = st.text(st.characters(exclude_categories=("C",)), max_size=50)


@given(st.from_regex(r"(user|anon):[A-Za-z0-9:_-]{1,59}", fullmatch=True), NAMES)
def test_what_is_written_is_read(subject: str, name: str) -> None:
    assert TRUST.read(token(sub=subject, name=name), now=NOW) == (subject, name, "")


# -- keys --------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def serve(server: FakeFragmentServer, document: object, status: int = 200) -> None:
    body = document if isinstance(document, str) else json.dumps(document)
    server.respond("/keys", Reply(status=status, body=body, content_type="application/json"))


def keys_of(*kids: str) -> dict[str, Any]:
    return {
        "keys": [
            ECKey.generate_key("P-256", parameters={"kid": kid}).as_dict(private=False)
            for kid in kids
        ]
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(fragment_server: FakeFragmentServer, clock: Clock) -> RemoteKeys:
    return RemoteKeys(f"{fragment_server.url}/keys", clock=clock)


def test_a_new_key_is_found_without_a_restart(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("old"))
    assert keys.get("old")
    serve(fragment_server, keys_of("new", "old"))
    clock.now += PAUSE_SECONDS
    assert keys.get("new")
    assert keys.get("old")
    assert len(fragment_server.requests) == 2


def test_a_withdrawn_key_is_believed_for_minutes_at_most(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("stolen", "good"))
    keys.get("stolen")
    serve(fragment_server, keys_of("good"))
    clock.now += FRESH_SECONDS
    with pytest.raises(InvalidToken, match="no key 'stolen'"):
        keys.get("stolen")


def test_made_up_key_ids_do_not_make_us_ask_each_time(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    serve(fragment_server, keys_of("good"))
    for number in range(50):
        with pytest.raises(InvalidToken):
            keys.get(f"made-up-{number}")
    assert len(fragment_server.requests) == 1


def test_known_keys_outlive_a_shell_that_is_down_for_a_while(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("good"))
    keys.get("good")
    serve(fragment_server, "down", status=503)
    clock.now += STALE_SECONDS - 1
    assert keys.get("good")
    with pytest.raises(KeysUnavailable):
        keys.get("perhaps new")
    clock.now += PAUSE_SECONDS
    with pytest.raises(KeysUnavailable):
        keys.get("good")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"keys": 5}',
        {"keys": []},
        {"keys": [5, {"kty": "EC"}]},
        {"keys": [{"kid": "x", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [{"kid": "x", "kty": "oct", "k": "c2VjcmV0"}]},
        "[" * 70_000,
    ],
)
def test_a_set_that_makes_no_sense_is_no_set(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, document: object
) -> None:
    serve(fragment_server, document)
    with pytest.raises(KeysUnavailable):
        keys.get("x")


def test_keys_for_something_else_are_passed_over(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    good, other = keys_of("good")["keys"][0], keys_of("other")["keys"][0]
    serve(
        fragment_server,
        {"keys": [{**other, "use": "enc"}, {**other, "alg": "ECDH-ES"}, {"kty": "AKP"}, good]},
    )
    assert keys.get("good")
    with pytest.raises(InvalidToken):
        keys.get("other")


def test_many_threads_fetch_the_keys_once(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    serve(fragment_server, keys_of("good"))
    found: list[object] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(keys.get("good"))

    together(ask, 8)
    assert len(found) == 8
    assert len(fragment_server.requests) == 1


def together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_a_visitor_says_whether_it_is_signed_in() -> None:
    assert Visitor("user:1").is_signed_in
    assert not Visitor("anon:1").is_signed_in


def test_tokens_of_the_kit_last_for_a_test() -> None:
    made = as_visitor("user:1", audience="greeting")["authorization"].removeprefix("Bearer ")
    assert TRUST.read(made, now=time.time()) == ("user:1", "", "")
