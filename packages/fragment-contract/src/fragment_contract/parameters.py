"""A fragment's parameters: declared as keyword-only arguments, checked in each request. No Django.

``def view(request, *, product: Annotated[str, Text(max_length=20)], page: int = 1)`` is the
declaration; the JSON Schema in the manifest and the check of a query string both come from it.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Protocol, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from .errors import InvalidDeclaration, InvalidParameters

Scalar = str | int | bool

# Surrogates stand for bytes that are not UTF-8.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# One spelling for one number: "007" and "+7" would be other cache entries with the same HTML.
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")
_MAX_QUERY: Final = 8_192
_MISSING: Final = object()


class Rule(Protocol):
    """What a value must be. ``legal`` completes the sentence "x must be ..."."""

    @property
    def legal(self) -> str: ...

    def read(self, text: str) -> Any:
        """The value of a query parameter. Raises ValueError where it is not legal."""

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string: all of it matches ``pattern``, and it holds no control characters."""

    pattern: str | None = None
    min_length: int = 0
    max_length: int = 200

    @property
    def legal(self) -> str:
        size = (
            f"{self.min_length} to {self.max_length} characters of UTF-8 without control characters"
        )
        return f"{size}, all matching {self.pattern}" if self.pattern else size

    def read(self, text: str) -> str:
        if not self.min_length <= len(text) <= self.max_length or _UNPRINTABLE.search(text):
            raise ValueError(text)
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        return text

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.max_length}
        if self.min_length:
            schema["minLength"] = self.min_length
        if self.pattern is not None:
            schema["pattern"] = f"^(?:{self.pattern})$"
        return schema


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between two bounds, both included."""

    minimum: int = -(2**31)
    maximum: int = 2**31 - 1

    @property
    def legal(self) -> str:
        return f"a whole number from {self.minimum} to {self.maximum}"

    def read(self, text: str) -> int:
        if not _INTEGER.fullmatch(text) or not self.minimum <= int(text) <= self.maximum:
            raise ValueError(text)
        return int(text)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words or numbers: what ``Literal[...]`` becomes."""

    values: tuple[str | int, ...]

    @property
    def legal(self) -> str:
        return f"one of {', '.join(str(value) for value in self.values)}"

    def read(self, text: str) -> str | int:
        for value in self.values:
            if str(value) == text:
                return value
        raise ValueError(text)

    def schema(self) -> dict[str, Any]:
        kind = "integer" if isinstance(self.values[0], int) else "string"
        return {"type": kind, "enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``: what ``bool`` becomes."""

    legal: str = "true or false"

    def read(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


_PLAIN: Final[Mapping[Any, Rule]] = {str: Text(), int: Integer(), bool: Flag()}


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of one fragment. Those without a default are required."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    defaults: Mapping[str, Scalar] = field(default_factory=dict)

    @classmethod
    def of(cls, view: Callable[..., Any]) -> "Parameters":
        """Read the keyword-only arguments of a view."""
        where = f"{view.__module__}.{view.__qualname__}"
        hints = get_type_hints(view, include_extras=True)
        rules: dict[str, Rule] = {}
        defaults: dict[str, Scalar] = {}
        for argument in list(inspect.signature(view).parameters.values())[1:]:
            if argument.kind is not inspect.Parameter.KEYWORD_ONLY:
                raise InvalidDeclaration(
                    f"{where}: after the request come keyword-only arguments, not {argument}"
                )
            rules[argument.name] = rule = _rule(hints.get(argument.name, str), where, argument.name)
            if argument.default is not inspect.Parameter.empty:
                _check_default(argument, rule, where)
                defaults[argument.name] = argument.default
        return cls(rules, defaults)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name in self.rules if name not in self.defaults)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema that goes into the manifest."""
        properties = {name: rule.schema() for name, rule in self.rules.items()}
        for name, default in self.defaults.items():
            properties[name]["default"] = default
        return {
            "type": "object",
            "additionalProperties": False,
            "required": list(self.required),
            "properties": properties,
        }

    def read(self, query: str) -> dict[str, Any]:
        """The arguments for the view, defaults filled in. Raises InvalidParameters."""
        given: dict[str, Any] = {}
        for name, text in _pairs(query):
            if name not in self.rules:
                legal = ", ".join(self.rules) or "none"
                raise InvalidParameters(f"unknown parameter {name!r}; legal: {legal}")
            if name in given:
                raise InvalidParameters(f"parameter {name} is given more than once")
            try:
                given[name] = self.rules[name].read(text)
            except ValueError:
                shown = text if len(text) <= 60 else f"{text[:60]}..."
                rule = self.rules[name].legal
                raise InvalidParameters(f"parameter {name} must be {rule}, not {shown!r}") from None
        for name in self.required:
            if name not in given:
                raise InvalidParameters(f"parameter {name} is required: {self.rules[name].legal}")
        return {**self.defaults, **given}


def _pairs(query: str) -> list[tuple[str, str]]:
    if len(query) > _MAX_QUERY:
        raise InvalidParameters(f"the query is at most {_MAX_QUERY} characters, not {len(query)}")
    if not query.isascii():
        raise InvalidParameters("the query must be percent-encoded UTF-8")
    try:
        return parse_qsl(
            query, keep_blank_values=True, errors="surrogateescape", max_num_fields=100
        )
    except ValueError:
        raise InvalidParameters("the query has more than 100 parameters") from None


def _rule(hint: Any, where: str, name: str) -> Rule:
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        rules = [note for note in notes if isinstance(note, Text | Integer)]
        expected = str if rules and isinstance(rules[0], Text) else int
        if len(rules) == 1 and base is expected:
            return rules[0]
    elif get_origin(hint) is Literal:
        values = get_args(hint)
        if len({type(value) for value in values}) == 1 and type(values[0]) in (str, int):
            return Choice(values)
    elif hint in _PLAIN:
        return _PLAIN[hint]
    raise InvalidDeclaration(
        f"{where}: parameter {name} must be str, int, bool, Literal of words or of numbers, "
        f"Annotated[str, Text(...)] or Annotated[int, Integer(...)], not {hint}"
    )


def _check_default(argument: inspect.Parameter, rule: Rule, where: str) -> None:
    """A default must be legal itself, since a caller may spell it out."""
    default = argument.default
    text = str(default).lower() if isinstance(default, bool) else str(default)
    try:
        value = rule.read(text)
    except ValueError:
        value = _MISSING
    if value != default or type(value) is not type(default):
        raise InvalidDeclaration(
            f"{where}: the default of {argument.name} must be {rule.legal}, not {default!r}"
        )
