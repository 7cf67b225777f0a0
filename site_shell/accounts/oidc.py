"""Signing in elsewhere: OpenID Connect, code flow with PKCE, through Authlib.

For Amazon Cognito and whatever else publishes ``/.well-known/openid-configuration``. Authlib makes
the requests and checks the claims; which algorithms count, whose token it must be and where keys
come from is said here, because its defaults accept more.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .names import plain

logger = logging.getLogger(__name__)

ALGORITHMS: Final = ("RS256", "ES256")
TIMEOUT_SECONDS: Final = 5.0
LEEWAY_SECONDS: Final = 30
# How long what a provider says about itself, and its keys, are believed.
_KEPT_SECONDS: Final = 3_600.0
# Whoever makes up key ids must not make us ask each time.
_PAUSE_SECONDS: Final = 5.0
_MAX_BYTES: Final = 262_144


class SignInFailed(Exception):
    """The provider, or the browser that came from there, did not prove anything."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where shoppers sign in, as its operator has registered this shop there."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = "openid email profile"
    # Cognito does not publish one.
    end_session: str = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """What this browser has to bring back: state, nonce and the verifier of PKCE."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for. ``email`` is empty where it has not been verified."""

    issuer: str
    subject: str
    email: str
    name: str


class Client:
    """Talks to one provider; keeps what it publishes. One per process."""

    def __init__(self, provider: Provider, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.provider = provider
        self._clock = clock
        self._lock = threading.Lock()
        self._about: dict[str, Any] = {}
        self._about_until = float("-inf")
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")

    def depart(self, redirect_uri: str) -> Departure:
        """Where to send the browser. Raises SignInFailed."""
        about = self._discovered()
        verifier, nonce = generate_token(64), generate_token(32)
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                about["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Departure(url, state, nonce, verifier)

    def arrive(self, departure: Departure, code: str, redirect_uri: str) -> Person:
        """Who has come back with a code. Raises SignInFailed."""
        about = self._discovered()
        try:
            with self._session(redirect_uri) as session:
                token = session.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=departure.verifier,
                    timeout=TIMEOUT_SECONDS,
                )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise SignInFailed(f"no token for the code: {error}") from error
        return self._person(token, departure)

    def end_session_url(self, back: str) -> str:
        """Where to sign out there, too; empty if the provider has no such place."""
        try:
            url = self.provider.end_session or self._discovered().get("end_session_endpoint", "")
        except SignInFailed:
            return ""
        if not url:
            return ""
        # Cognito calls it logout_uri, OpenID Connect post_logout_redirect_uri.
        names = ("client_id", "logout_uri", "post_logout_redirect_uri")
        values = (self.provider.client_id, back, back)
        request = requests.Request("GET", url, params=dict(zip(names, values, strict=True)))
        return str(request.prepare().url)

    def _person(self, token: Mapping[str, Any], departure: Departure) -> Person:
        text = token.get("id_token")
        if not isinstance(text, str):
            raise SignInFailed("there is no id_token")
        try:
            kid = jws.extract_compact(text.encode()).headers().get("kid")
            decoded = jwt.decode(text, self._keys_with(kid), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self.provider.issuer},
                    "aud": {"essential": True, "value": self.provider.client_id},
                    "exp": {"essential": True},
                    "sub": {"essential": True},
                    "nonce": {"essential": True, "value": departure.nonce},
                },
                params={
                    "nonce": departure.nonce,
                    "client_id": self.provider.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise SignInFailed(f"the id_token does not count: {error}") from error
        return self._described(claims)

    def _described(self, claims: Mapping[str, Any]) -> Person:
        # Cognito's access tokens look alike, and are for something else.
        if claims.get("token_use", "id") != "id":
            raise SignInFailed(f"token_use is {claims['token_use']!r:.40}, not 'id'")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise SignInFailed("sub is no name")
        # Cognito writes some booleans as text.
        is_verified = str(claims.get("email_verified", "false")).lower() == "true"
        email = claims.get("email") if is_verified else ""
        names = (claims.get("name"), claims.get("given_name"), "")
        name = next(name for name in names if isinstance(name, str))
        return Person(
            self.provider.issuer,
            subject,
            email if isinstance(email, str) else "",
            plain(name)[:100],
        )

    def _discovered(self) -> dict[str, Any]:
        """What the provider says about itself. Raises SignInFailed."""
        with self._lock:
            if self._clock() >= self._about_until:
                address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
                found = self._get(address)
                # OpenID Connect Discovery, 4.3: or somebody else's document could be put here.
                if found.get("issuer") != self.provider.issuer:
                    raise SignInFailed(f"{address} is of issuer {found.get('issuer')!r:.200}")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    if not isinstance(found.get(name), str):
                        raise SignInFailed(f"{address} names no {name}")
                self._about, self._about_until = found, self._clock() + _KEPT_SECONDS
            return self._about

    def _keys_with(self, kid: object) -> KeySet:
        """Keys that hold this one, if there is such a key: a new one is looked for at once."""
        address = self._discovered()["jwks_uri"]
        with self._lock:
            age = self._clock() - self._keys_at
            known = {key.kid for key in self._keys or ()}
            if age >= _KEPT_SECONDS or (kid not in known and age >= _PAUSE_SECONDS):
                listed = self._get(address).get("keys")
                usable = [
                    item
                    for item in (listed if isinstance(listed, list) else [])
                    if isinstance(item, dict) and item.get("kty") in {"RSA", "EC"}
                ]
                self._keys = KeySet.import_key_set({"keys": usable})
                self._keys_at = self._clock()
            assert self._keys is not None
            return self._keys

    def _get(self, address: str) -> dict[str, Any]:
        try:
            with requests.get(
                address, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as response:
                response.raise_for_status()
                body = response.raw.read(_MAX_BYTES + 1, decode_content=True)
            if response.status_code != 200 or len(body) > _MAX_BYTES:
                raise SignInFailed(f"{address} answered {response.status_code}, {len(body)} bytes")
            found = json.loads(body)
        except (requests.RequestException, ValueError) as error:
            raise SignInFailed(f"{address}: {error}") from error
        if not isinstance(found, dict):
            raise SignInFailed(f"{address} is no JSON object")
        return found

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret or None,
            scope=self.provider.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            # A public client has no secret to show.
            token_endpoint_auth_method=(
                "client_secret_basic" if self.provider.client_secret else "none"
            ),
        )
