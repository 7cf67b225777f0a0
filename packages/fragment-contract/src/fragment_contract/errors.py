"""Everything this package raises on purpose, as one tree.

ContractError
├── InvalidManifest      a manifest breaks the schema (fragment team)
├── InvalidDeclaration   @fragment or an action is declared wrongly (fragment team, at import)
├── InvalidParameters    a request's parameters break the declaration (caller; answered with 400)
├── InvalidTag           a surrogate key has characters that cannot travel (fragment team)
├── UnknownAsset         a declared css or js file is in no static files folder (fragment team)
├── Outcome              not a failure: how a view answers without HTML
│   ├── NothingToShow    204
│   ├── Moved            301 or 302
│   └── Gone             410
├── InvalidToken         a context token does not count (caller; answered with 401)
├── KeysUnavailable      a context token cannot be checked now (shell; answered with 503)
├── MalformedRequest     a fake server was sent something that is not HTTP
└── Finding              what a conformance check found
    ├── Violation        the contract is broken
    ├── NotApplicable    there is nothing to check
    └── CannotAsk        a value is missing without which the fragment cannot be asked

No Django here: the wire, the manifest, the test kit and the conformance suite run without it.
"""

from typing import Any


class ContractError(Exception):
    """The base of every error this package raises on purpose."""


class InvalidManifest(ContractError, ValueError):
    """A manifest breaks the schema. ``field`` is a path such as ``js[0].value``."""

    def __init__(self, field: str, rule: str, value: Any = None) -> None:
        shown = "" if value is None else f", not {_shorten(value)}"
        super().__init__(f"{field}: {rule}{shown}")
        self.field = field
        self.value = value


class InvalidDeclaration(ContractError, ValueError):
    """A fragment or an action is declared in a way that cannot work."""


class InvalidParameters(ContractError, ValueError):
    """A request's parameters are unknown, duplicate, missing or not legal."""


class InvalidTag(ContractError, ValueError):
    """A surrogate key does not match ``[a-z0-9:/_.-]{1,128}``."""


class UnknownAsset(ContractError):
    """A css or js file that a fragment declares is not among the static files."""


class Outcome(ContractError):
    """Raised by a fragment view to answer something else than HTML."""

    status: int = 500


class NothingToShow(Outcome):
    """The fragment has nothing to show here: the slot stays empty (204)."""

    status = 204


class Moved(Outcome):
    """What was asked for lives elsewhere (301, or 302 if not permanent).

    ``location`` is the page's new site-relative path or an absolute URL.
    """

    def __init__(self, location: str, *, permanent: bool = True) -> None:
        super().__init__(location)
        self.location = location
        self.status = 301 if permanent else 302


class Gone(Outcome):
    """What was asked for existed and was withdrawn (410)."""

    status = 410


class InvalidToken(ContractError):
    """A context token is missing, expired, for somebody else, or not the shell's."""


class KeysUnavailable(ContractError):
    """The shell's public keys cannot be had, so no context token can be checked."""


class MalformedRequest(ContractError):
    """What came to a fake server is not a request."""


class Finding(ContractError):
    """Why a conformance check did not pass."""


class Violation(Finding):
    """The fragment breaks the contract; the message says how, and what is right."""


class NotApplicable(Finding):
    """The fragment does not have what the check looks at."""


class CannotAsk(Finding):
    """What a check needs to know first was not given."""


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:100]}... ({len(text)} characters)"
