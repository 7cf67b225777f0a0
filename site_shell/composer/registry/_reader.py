"""Reads fields of a registry entry, so that each refusal names fragment, field and legal values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast, get_args
from urllib.parse import urlsplit

from ..errors import ConnectFailed, RegistryError
from ..release import CredentialsOption, EventVersion
from ..transport.secrets import LEGAL as LEGAL_REFERENCE
from ..transport.secrets import REFERENCE
from ..transport.targets import LEGAL as LEGAL_TARGETS
from ..transport.targets import parse_target

_NOT_IN_A_URL: Final = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}?#@]")
_MAX_TEXT: Final = 256
_MAX_URL: Final = 2_048


class Reader:
    """One JSON object and the path that leads to it."""

    def __init__(
        self, fragment: str, path: str, document: Mapping[str, Any], problems: list[str]
    ) -> None:
        self._fragment = fragment
        self._path = path
        self._document = document
        self._problems = problems

    def wrong(self, field: str, value: Any, legal: str) -> RegistryError:
        """The error for a value, to be raised by the caller."""
        return RegistryError(
            f"{self._fragment}: {self._path}{field} is {value!r:.100}; it must be {legal}"
        )

    def has(self, field: str) -> bool:
        return field in self._document

    def get(self, field: str) -> Any:
        return self._document.get(field)

    def refuse_unknown(self, legal: Sequence[str]) -> None:
        for field in self._document.keys() - set(legal):
            raise self.wrong(field, self._document[field], f"left out; legal: {', '.join(legal)}")

    def mention_unknown(self, legal: Sequence[str]) -> None:
        self._problems.extend(
            f"{self._fragment}: {self._path}{field} is not known and ignored; "
            f"known: {', '.join(legal)}"
            for field in sorted(self._document.keys() - set(legal))
        )

    def child(self, field: str, default: Mapping[str, Any] | None) -> "Reader":
        value = self._document.get(field, default)
        if not isinstance(value, dict):
            raise self.wrong(field, value, "an object")
        return Reader(self._fragment, f"{self._path}{field}.", value, self._problems)

    def text(self, field: str) -> str:
        value = self._document.get(field)
        is_legal = isinstance(value, str) and 1 <= len(value) <= _MAX_TEXT and value.isprintable()
        if not is_legal:
            raise self.wrong(field, value, f"a printable string of 1 to {_MAX_TEXT} characters")
        return cast(str, value)

    def flag(self, field: str) -> bool:
        value = self._document.get(field)
        if not isinstance(value, bool):
            raise self.wrong(field, value, "true or false")
        return value

    def number(self, field: str, *, minimum: float, maximum: float) -> float:
        value = self._document.get(field)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # NaN, which Python's JSON reads, is in no range.
        if is_number and minimum <= cast(float, value) <= maximum:
            return float(cast(float, value))
        raise self.wrong(field, value, f"a number from {minimum} to {maximum}")

    def integer(self, field: str, *, minimum: int, maximum: int, default: int) -> int:
        value = self._document.get(field, default)
        if isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum:
            return value
        raise self.wrong(field, value, f"a whole number from {minimum} to {maximum}")

    def credentials(self, field: str) -> CredentialsOption:
        value = self._document.get(field, "None")
        legal = get_args(CredentialsOption)
        if value not in legal:
            raise self.wrong(field, value, f"one of {', '.join(legal)}")
        return cast(CredentialsOption, value)

    def secret(self, field: str) -> str:
        value = self._document.get(field)
        if not isinstance(value, str) or not REFERENCE.fullmatch(value):
            # Not shown: it may be the secret itself.
            raise self.wrong(field, "...", f"{LEGAL_REFERENCE}, no secret")
        return value

    def events(self, field: str) -> EventVersion:
        value = self._document.get(field, "2.0")
        if value not in get_args(EventVersion):
            raise self.wrong(field, value, "1.0 or 2.0, the version of API Gateway's events")
        return cast(EventVersion, value)

    def url(self, field: str) -> str:
        value = self._document.get(field)
        if not isinstance(value, str) or not _is_service_url(value):
            scheme = str(value).partition(":")[0]
            legal = LEGAL_TARGETS.get(
                scheme,
                "an http or https URL without user name, query and fragment, "
                "or a lambda: or states: URL",
            )
            shown = "a URL with a user name" if "@" in str(value) else value
            raise self.wrong(field, shown, legal)
        return value


def _is_service_url(value: str) -> bool:
    if len(value) > _MAX_URL or _NOT_IN_A_URL.search(value):
        return False
    if value.startswith(("lambda:", "states:")):
        try:
            return not parse_target(value).query
        except ConnectFailed:
            return False
    try:
        parts = urlsplit(value)
        has_address = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and has_address
