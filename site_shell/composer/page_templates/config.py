"""pages.toml: which URLs are pages, from which template, with which values and budget."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlencode

from ..allowances import read_response_headers
from ..errors import PageTemplateError, SlotError
from ..request import BadRequest

Scalar = str | int

FILE: Final = "pages.toml"
DEFAULT_BUDGET_MS: Final = 2000
_MAX_BUDGET_MS: Final = 60_000
_DEFAULT_MAX_LENGTH: Final = 200
_RULE_KEYS: Final = "type default minimum maximum choices pattern max_length many typed"
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")
_CONVERTED = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
# What the composer itself puts into every page's context.
RESERVED: Final = frozenset({"page_path", "page_query", "locale", "site_origin", "rum_percent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRule:
    """What a value of the query may be, and what it is when it is not given."""

    kind: Literal["integer", "string"]
    default: Scalar
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    max_length: int = _DEFAULT_MAX_LENGTH
    # Given several times, the values are joined by commas, in one order whatever was typed.
    many: bool = False
    # Typed by people: nothing is wrong with it, white space is made even, and the end is cut off.
    typed: bool = False

    def read(self, name: str, text: str) -> Scalar:
        """The value that a text means. Raises BadRequest, naming what is legal."""
        if not text:
            return self.default
        if self.kind == "integer":
            return self._integer(name, text)
        if self.many:
            text = ",".join(sorted({part for part in text.split(",") if part}))
        if self.choices and text not in self.choices:
            legal = ", ".join(filter(None, self.choices))
            raise BadRequest(f"The value of {name} has to be one of {legal}.")
        if self.typed:
            return text[: self.max_length].rstrip()
        if len(text) > self.max_length:
            raise BadRequest(f"The value of {name} is longer than {self.max_length} characters.")
        if self.pattern and not self.pattern.fullmatch(text):
            raise BadRequest(f"The value of {name} has to match {self.pattern.pattern}.")
        return text

    def _integer(self, name: str, text: str) -> int:
        low = self.minimum if self.minimum is not None else -(10**15)
        high = self.maximum if self.maximum is not None else 10**15
        if not (text.isascii() and _INTEGER.fullmatch(text) and low <= int(text) <= high):
            raise BadRequest(f"The value of {name} has to be a whole number, {low} to {high}.")
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """One ``[[page]]``. ``line`` is where it begins in pages.toml.

    ``sitemap``: those of its routes that have no parameters are in the shell's own sitemap.
    """

    name: str
    routes: tuple[str, ...]
    template: str
    budget_ms: int = DEFAULT_BUDGET_MS
    defaults: Mapping[str, Scalar] = field(default_factory=dict)
    query: Mapping[str, QueryRule] = field(default_factory=dict)
    response_headers: tuple[str, ...] = ()
    sitemap: bool = False
    line: int = 1
    many: frozenset[str] = field(init=False)
    typed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        many = frozenset(name for name, rule in self.query.items() if rule.many)
        object.__setattr__(self, "many", many)
        typed = frozenset(name for name, rule in self.query.items() if rule.typed)
        object.__setattr__(self, "typed", typed)

    def values(self, route: Mapping[str, Scalar], query: Mapping[str, str]) -> dict[str, Scalar]:
        """The template's variables. Raises BadRequest if a value of the query is malformed."""
        values = {name: rule.read(name, query.get(name, "")) for name, rule in self.query.items()}
        return {**values, **self.defaults, **route}

    def query_text(self, values: Mapping[str, Scalar]) -> str:
        """What a URL says of these values: those that are not what they would be anyway.

        >>> query = {"page": QueryRule(kind="integer", default=1)}
        >>> PageSpec(name="x", routes=("",), template="", query=query).query_text({"page": 2})
        '?page=2'
        """
        said = {
            name: values[name] for name, rule in self.query.items() if values[name] != rule.default
        }
        return f"?{urlencode(said, safe=',')}" if said else ""


@dataclass(frozen=True, slots=True)
class Match:
    """The page of a URL, and the values that its route took out of it."""

    page: PageSpec
    values: Mapping[str, Scalar]


def parse_pages(text: str) -> tuple[PageSpec, ...]:
    """Read pages.toml. Raises PageTemplateError with file and line."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PageTemplateError(f"{FILE}: {error}") from error
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[page\]\]", line)]
    tables = document.pop("page", [])
    if document or not isinstance(tables, list):
        names = ", ".join(document) or "page"
        raise PageTemplateError(f"{FILE}:1: {names}: only [[page]] tables are known")
    pages: list[PageSpec] = []
    for position, table in enumerate(tables):
        line = lines[position] if position < len(lines) else 1
        try:
            pages.append(_page(table, line))
        except (TypeError, ValueError, re.error) as error:
            raise PageTemplateError(f"{FILE}:{line}: {error}") from error
    taken = [page.name for page in pages]
    for page in pages:
        if taken.count(page.name) > 1:
            raise PageTemplateError(f"{FILE}:{page.line}: two pages are named {page.name!r}")
    return tuple(pages)


def _page(table: Mapping[str, Any], line: int) -> PageSpec:
    _refuse_others(table, "name routes template budget defaults query response_headers sitemap")
    name = _text(table, "name")
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r} must be made of a-z, 0-9, _ and -")
    routes = table.get("routes", ())
    if not (isinstance(routes, list) and routes and all(isinstance(r, str) for r in routes)):
        raise ValueError(f"routes of page {name!r} must be a list of URL patterns")
    for route in routes:
        if route.startswith("/"):
            raise ValueError(f"route {route!r} must not begin with a slash")
    page = PageSpec(
        name=name,
        routes=tuple(routes),
        template=_text(table, "template"),
        budget_ms=_integer(table, "budget", DEFAULT_BUDGET_MS, 1, _MAX_BUDGET_MS),
        defaults={key: _scalar(key, value) for key, value in _table(table, "defaults").items()},
        query={key: _rule(key, rule) for key, rule in _table(table, "query").items()},
        response_headers=_response_headers(table.get("response_headers", [])),
        sitemap=_flag(table, "sitemap"),
        line=line,
    )
    _check_names(page)
    return page


def _response_headers(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"response_headers must be a list of names of headers, not {value!r}")
    try:
        return read_response_headers(" ".join(value))
    except SlotError as error:
        raise ValueError(str(error)) from error


def _check_names(page: PageSpec) -> None:
    """Every route has to give the template the same variables, and nobody may hide another's."""
    parameters = [frozenset(_CONVERTED.findall(route)) for route in page.routes]
    wanted = frozenset().union(*parameters)
    for route, given in zip(page.routes, parameters, strict=True):
        if missing := wanted - given - page.defaults.keys():
            names = ", ".join(sorted(missing))
            raise ValueError(f"route {route!r} gives no {names}: name it in defaults")
    for name in page.query:
        if name in wanted or name in page.defaults:
            raise ValueError(f"query.{name} is a parameter of a route already")
    for name in (*page.query, *page.defaults, *wanted):
        if not _VARIABLE.fullmatch(name) or name in RESERVED:
            raise ValueError(f"{name!r} cannot be the name of a variable")


def _rule(name: str, rule: object) -> QueryRule:
    if not isinstance(rule, dict):
        raise ValueError(f"query.{name} must be a table like {{ type = 'integer', default = 1 }}")
    _refuse_others(rule, _RULE_KEYS, f"query.{name}.")
    kind = rule.get("type")
    if kind not in ("integer", "string"):
        raise ValueError(f"query.{name}.type is {kind!r}: it must be integer or string")
    made = QueryRule(
        kind=kind,
        default=_scalar(f"query.{name}.default", rule.get("default", "")),
        minimum=rule.get("minimum"),
        maximum=rule.get("maximum"),
        choices=_choices(name, rule.get("choices", [])),
        pattern=re.compile(rule["pattern"]) if "pattern" in rule else None,
        max_length=_integer(rule, "max_length", _DEFAULT_MAX_LENGTH, 1, 2048),
        many=rule.get("many", False),
        typed=rule.get("typed", False),
    )
    if made.typed not in (True, False) or (
        made.typed and (kind == "integer" or made.many or made.choices or made.pattern)
    ):
        raise ValueError(f"query.{name}.typed is true or false, and for strings without a form")
    if made.many not in (True, False) or (made.many and (kind == "integer" or made.choices)):
        raise ValueError(f"query.{name}.many is true or false, and for strings without choices")
    for limit in (made.minimum, made.maximum):
        if limit is not None and not isinstance(limit, int):
            raise ValueError(f"query.{name}: minimum and maximum are whole numbers, not {limit!r}")
    if made.default != "":
        try:
            made.read(name, str(made.default))
        except BadRequest as error:
            raise ValueError(f"query.{name}.default breaks its own rule: {error}") from error
    return made


def _choices(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(choice, str) for choice in value):
        return tuple(value)
    raise ValueError(f"query.{name}.choices must be a list of texts, not {value!r}")


def _refuse_others(table: Mapping[str, Any], known: str, prefix: str = "") -> None:
    for key in table:
        if key not in known.split():
            raise ValueError(f"{prefix}{key} is not known; known are {known.replace(' ', ', ')}")


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"{key} must be a table, not {value!r}")
    return value


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} must be a text, not {value!r}")
    return value


def _integer(table: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
    value = table.get(key, default)
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{key} must be a whole number from {low} to {high}, not {value!r}")
    return value


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key} must be true or false, not {value!r}")
    return value


def _scalar(key: str, value: object) -> Scalar:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{key} must be a text or a whole number, not {value!r}")
