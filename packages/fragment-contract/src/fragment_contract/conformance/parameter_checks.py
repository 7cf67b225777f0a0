"""What a fragment does with parameters that it did not declare so."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from ..errors import NotApplicable
from .arguments import write_value
from .check import check, demand
from .target import Target

_UNKNOWN: Final = "conformance-unknown"


@check("parameter-unknown", "An unknown parameter answers 400 and is named", files=False)
def parameter_unknown(target: Target) -> None:
    if "query:all" in target.varies:
        raise NotApplicable("the fragment takes every name")
    response = target.content(raw=f"{_UNKNOWN}=1")
    _demand_400(response, _UNKNOWN, "an unknown parameter")


@check("parameter-duplicate", "A parameter given twice answers 400 and is named", files=False)
def parameter_duplicate(target: Target) -> None:
    known = target.known_parameters()
    name, value = next(iter(known.items()), ("", ""))
    if not name:
        name, value = _default(target.properties)
        known = {name: value}
    response = target.content(parameters=known, raw=f"{quote(name)}={quote(value, safe='')}")
    _demand_400(response, name, "a parameter given twice")


@check("parameter-missing", "A missing required parameter answers 400 and is named", files=False)
def parameter_missing(target: Target) -> None:
    if not target.required:
        raise NotApplicable("no parameter is required")
    for name in target.required:
        rest = {key: value for key, value in target.known_parameters().items() if key != name}
        _demand_400(target.content(parameters=rest), name, "a missing parameter")


@check("parameter-malformed", "A value against the schema answers 400, naming it", files=False)
def parameter_malformed(target: Target) -> None:
    if not target.properties:
        raise NotApplicable("the fragment has no parameters")
    for name, schema in target.properties.items():
        rest = {key: value for key, value in target.known_parameters().items() if key != name}
        for bad in _bad_values(schema):
            response = target.content(parameters=rest, raw=f"{quote(name)}={bad}")
            _demand_400(response, name, f"{name}={bad[:40]}")


def _bad_values(schema: Mapping[str, Any]) -> Iterator[str]:
    """Percent-encoded values that break a schema."""
    kind = schema.get("type")
    if "enum" in schema:
        yield "conformance-none-of-them"
    elif kind == "integer":
        yield from ("", "one", "1.5", "0x10", "%D9%A1")  # the last: a digit, but not of ASCII
        if "minimum" in schema:
            yield str(int(schema["minimum"]) - 1)
        if "maximum" in schema:
            yield str(int(schema["maximum"]) + 1)
    elif kind == "boolean":
        yield from ("", "maybe")
    if kind == "string":
        yield from ("%00", "%FF", "a%0D%0Ab")
        if "maxLength" in schema:
            yield "x" * (int(schema["maxLength"]) + 1)


def _default(properties: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    for name, schema in properties.items():
        default = schema.get("default")
        if default is not None:
            return name, write_value(default)
    raise NotApplicable("the fragment has no parameters")


def _demand_400(response: httpx.Response, name: str, what: str) -> None:
    demand(response.status_code == 400, f"{what} answers {response.status_code}, not 400")
    demand(name in response.text, f"the 400 for {what} does not name {name!r}")
