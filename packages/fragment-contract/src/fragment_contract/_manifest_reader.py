"""Reads untrusted JSON field by field, so that each refusal names its field and its value."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar, get_args
from urllib.parse import urlsplit

from .csp import NO_CSP, Csp, problem_of
from .errors import InvalidManifest

PODIUM_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{2,100}")
FRAGMENT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*")
ACTION_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
PARAMETER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
EVENT: Final = re.compile(r"[a-z][a-z0-9-]*:[a-z][a-z0-9-]*")
INPUT: Final = re.compile(r"(query|header|cookie):[A-Za-z0-9_.-]{1,64}")
_DIGEST: Final = r"sha(256|384|512)-[A-Za-z0-9+/]+={0,2}"
INTEGRITY: Final = re.compile(rf"({_DIGEST}( {_DIGEST})*)?")

# A type, or all of a kind: image/*.
MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/(\*|[a-z0-9][a-z0-9.+-]{0,126})")

ACTION_METHODS: Final = ("POST", "PUT", "PATCH", "DELETE")
MAX_TEXT: Final = 2_048

# What RFC 3986 leaves out of a URI reference, and what would leave an HTML attribute or a header.
_NOT_IN_A_URL: Final = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")
_NOT_IN_TEXT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_Choice = TypeVar("_Choice", bound=str)
_REQUIRED: Final = object()


def load(data: bytes) -> "Reader":
    """The reader of a JSON object."""
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest("manifest", f"must be JSON in UTF-8 ({error})") from error
    if not isinstance(document, dict):
        raise InvalidManifest("manifest", "must be a JSON object", document)
    return Reader(document, "")


class Reader:
    """One JSON object and the path that leads to it."""

    def __init__(self, document: Mapping[str, Any], path: str) -> None:
        self._document = document
        self._path = path

    def text(
        self,
        name: str,
        *,
        default: Any = _REQUIRED,
        pattern: re.Pattern[str] | None = None,
        maximum: int = MAX_TEXT,
    ) -> str:
        value = self._get(name, default)
        if value is default:
            return str(default)
        if not isinstance(value, str) or _NOT_IN_TEXT.search(value):
            raise self.refuse(name, "must be a string without control characters", value)
        if len(value) > maximum:
            raise self.refuse(name, f"at most {maximum} characters", value)
        if pattern and not pattern.fullmatch(value):
            raise self.refuse(name, f"must match {pattern.pattern}", value)
        if not value and default is _REQUIRED:
            raise self.refuse(name, "must not be empty", value)
        return value

    def url(self, name: str) -> str:
        """An absolute http(s) URL or a path; nothing that could run or point to a file."""
        value = self.text(name)
        if _NOT_IN_A_URL.search(value) or value.startswith("//") or not _is_web(value):
            raise self.refuse(name, "must be an http(s) URL or a path", value)
        return value

    def path(self, name: str, *, default: Any = _REQUIRED) -> str:
        """A path below the base URL, given back with a leading slash."""
        value = self.text(name, default=default)
        if not value:
            return ""
        outside = value.startswith("//") or ":" in value.split("/")[0]
        if outside or ".." in value.split("/") or "?" in value or _NOT_IN_A_URL.search(value):
            rule = "must be a path below the fragment's base URL, without a query"
            raise self.refuse(name, rule, value)
        if "#" in value or "%2e" in value.lower():
            raise self.refuse(name, "must have no fragment and no encoded dots", value)
        return f"/{value.lstrip('/')}"

    def choice(self, name: str, choices: Any, *, default: _Choice | None) -> Any:
        legal = get_args(choices)
        value = self._get(name, default)
        if value is not default and value not in legal:
            raise self.refuse(name, f"must be one of {', '.join(legal)}", value)
        return value

    def crossorigin(self, name: str) -> str | None:
        """Podium writes it as a boolean, an empty string or a word."""
        value = self._get(name, None)
        if value is None or value is False:
            return None
        if value in (True, "", "anonymous"):
            return "anonymous"
        if value == "use-credentials":
            return "use-credentials"
        raise self.refuse(name, "must be anonymous or use-credentials", value)

    def flag(self, name: str) -> bool:
        value = self._get(name, False)
        if not isinstance(value, bool):
            raise self.refuse(name, "must be true or false", value)
        return value

    def child(self, name: str) -> "Reader | None":
        value = self._get(name, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refuse(name, "must be an object", value)
        return Reader(value, f"{self._path}{name}.")

    def items(self, name: str, *, maximum: int) -> Iterator["Reader"]:
        for index, value in enumerate(self._list(name, maximum)):
            if not isinstance(value, dict):
                raise self.refuse(f"{name}[{index}]", "must be an object", value)
            yield Reader(value, f"{self._path}{name}[{index}].")

    def words(self, name: str, *, pattern: re.Pattern[str], maximum: int) -> tuple[str, ...]:
        values = self._list(name, maximum)
        for index, value in enumerate(values):
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise self.refuse(f"{name}[{index}]", f"must match {pattern.pattern}", value)
        return tuple(values)

    def methods(self, name: str) -> tuple[str, ...]:
        values = self.words(name, pattern=re.compile("|".join(ACTION_METHODS)), maximum=4)
        if not values:
            raise self.refuse(name, f"must name some of {', '.join(ACTION_METHODS)}", [])
        return values

    def size(self, name: str, *, default: int) -> int:
        """A number of bytes."""
        value = self._get(name, default)
        if type(value) is not int or value < 1:
            raise self.refuse(name, "must be a number of bytes, at least 1", value)
        return value

    def media_types(self, name: str, *, default: tuple[str, ...]) -> tuple[str, ...]:
        if name not in self._document:
            return default
        values = self.words(name, pattern=MEDIA_TYPE, maximum=20)
        if not values:
            raise self.refuse(name, "must name some media types", [])
        return values

    def proxies(self, name: str, *, maximum: int) -> Iterator[tuple[str, str]]:
        """Podium 6 writes a list of objects, Podium 5 wrote one object."""
        value = self._get(name, [])
        if isinstance(value, dict):
            value = [{"name": key, "target": target} for key, target in value.items()]
        for item in Reader({name: value}, self._path).items(name, maximum=maximum):
            yield item.text("name", maximum=100), item.url("target")

    def parameters(self, name: str, *, default: Mapping[str, Any]) -> Mapping[str, Any]:
        """A JSON Schema of an object whose properties are scalars."""
        schema = self.child(name)
        if schema is None:
            return default
        if schema._get("type", "object") != "object":
            raise schema.refuse("type", "must be object", schema._document["type"])
        properties = schema.child("properties") or Reader({}, "")
        for key in properties._document:
            if not PARAMETER_NAME.fullmatch(key):
                raise properties.refuse(key, f"must match {PARAMETER_NAME.pattern}", key)
            properties.child(key)
        for key in schema.words("required", pattern=PARAMETER_NAME, maximum=100):
            if key not in properties._document:
                legal = ", ".join(properties._document) or "none"
                raise schema.refuse("required", f"must be among the properties ({legal})", key)
        return schema._document

    def csp(self, name: str, *, maximum: int) -> Csp:
        """Sources by directive, as a fragment asks for them."""
        asked = self.child(name)
        if asked is None:
            return NO_CSP
        pairs: set[tuple[str, str]] = set()
        for directive in asked._document:
            for index, source in enumerate(asked._list(directive, maximum)):
                where = f"{directive}[{index}]"
                if not isinstance(source, str):
                    raise asked.refuse(where, "must be a string", source)
                if problem := problem_of(directive, source):
                    raise asked.refuse(where, problem, source)
                pairs.add((directive, source))
        if len(pairs) > maximum:
            raise self.refuse(name, f"at most {maximum} sources", len(pairs))
        return tuple(sorted(pairs))

    def _list(self, name: str, maximum: int) -> list[Any]:
        value = self._get(name, [])
        if not isinstance(value, list):
            raise self.refuse(name, "must be a list", value)
        if len(value) > maximum:
            raise self.refuse(name, f"at most {maximum} entries", len(value))
        return value

    def _get(self, name: str, default: Any) -> Any:
        value = self._document.get(name, default)
        if value is _REQUIRED:
            raise self.refuse(name, "is required", None)
        return value

    def refuse(self, name: str, rule: str, value: Any) -> InvalidManifest:
        """The error for a value of this object."""
        return InvalidManifest(f"{self._path}{name}", rule, value)


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return not parts.scheme or (parts.scheme in ("http", "https") and bool(parts.netloc))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
