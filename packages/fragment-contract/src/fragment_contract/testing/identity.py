"""For tests: tokens that a service under test believes.

pytestmark = pytest.mark.usefixtures("trusted_visitors")

def test_a_shopper_sees_own_bookmarks(client):
    client.get("/fragments/list/", headers=as_visitor("user:1", name="Ada"))
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from joserfc.jwk import ECKey

from .. import identity
from ..context_token import Trust, write
from ..errors import InvalidToken
from ..project import setting

ISSUER: Final = "https://shell.test"
LIFETIME_SECONDS: Final = 300


def as_visitor(
    subject: str, *, name: str = "", former: str = "", audience: str | None = None
) -> dict[str, str]:
    """The header with which the shell would tell a service who is asking.

    ``audience`` is the name of the service, by default its setting CONTEXT_TOKEN_AUDIENCE.
    """
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": audience or _own_audience(),
        "sub": subject,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    given = {"name": name, "former": former}
    claims |= {key: value for key, value in given.items() if value}
    return {"authorization": f"Bearer {write(claims, signing_key())}"}


@contextmanager
def trusted_visitors(audience: str | None = None) -> Iterator[None]:
    """Inside, the service of this process believes ``as_visitor``, and nobody else."""
    trust = Trust(ISSUER, audience or _own_audience(), _OneKey(signing_key()))
    identity._overridden.append(trust)
    try:
        yield
    finally:
        identity._overridden.remove(trust)


def key_set() -> dict[str, Any]:
    """What a fake shell serves as its JWK set, for a service in another process."""
    return {"keys": [{**signing_key().as_dict(private=False), "use": "sig", "alg": "ES256"}]}


@cache
def signing_key() -> ECKey:
    """The private key of the tests, made when it is first needed."""
    return ECKey.generate_key("P-256", parameters={"kid": "test"}, private=True)


@dataclass(frozen=True)
class _OneKey:
    key: ECKey

    def get(self, kid: str) -> ECKey:
        if kid != self.key.kid:
            raise InvalidToken(f"there is no key {kid!r:.140} in tests")
        return self.key


def _own_audience() -> str:
    audience = setting("CONTEXT_TOKEN_AUDIENCE")
    if not audience:
        raise ValueError("name the audience, or set CONTEXT_TOKEN_AUDIENCE to the service's name")
    return audience
