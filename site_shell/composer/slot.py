"""What a page asks for: one fragment in one place, and its policy.

``{% fragment %}`` and ``<micro-frontend>`` both end here, so that both know the same options,
refuse the same mistakes and say the same about them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar, get_args

from .allowances import Passthrough, read_cookie_names, read_passthrough, read_response_headers
from .delivery import AT_ONCE, MODES, TEMPLATE, Arrival, DeliveryMode, arrival_of
from .delivery import OPTIONS as DELIVERY_OPTIONS
from .errors import SlotError
from .release import CredentialsOption

OnError = Literal["fail", "fallback", "degrade"]
Strategy = Literal["default", "canary"]

DEFAULT_TIMEOUT_MS: Final = 1000
MAX_TIMEOUT_MS: Final = 60_000
MAX_PARAMETER: Final = 2048

_FRAGMENT = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_OPTIONS = (
    "timeout",
    "on_error",
    "required",
    "fallback",
    "passthrough",
    "response_headers",
    "set_cookies",
    "strategy",
    "options",
    *DELIVERY_OPTIONS,
)
# The words of <micro-frontend>; its other attributes have the same name everywhere.
_HTML_NAMES = {
    "error-handling": "on_error",
    "response-headers": "response_headers",
    "set-cookies": "set_cookies",
}
_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a page. ``parameters`` are sorted by name and as they go on the wire.

    ``problem`` is set where the attributes are wrong: such a slot is never fetched. ``depth`` is
    the number of fragments around it; page templates ask at depth 0.
    """

    fragment: str
    parameters: tuple[tuple[str, str], ...] = ()
    timeout_ms: int = DEFAULT_TIMEOUT_MS
    on_error: OnError = "fallback"
    required: bool = False
    fallback: str = ""
    passthrough: tuple[Passthrough, ...] = ()
    response_headers: tuple[str, ...] = ()
    set_cookies: tuple[str, ...] = ()
    strategy: Strategy = "default"
    options: CredentialsOption | None = None
    problem: str = ""
    delivery: DeliveryMode = "inline"
    arrival: Arrival = AT_ONCE
    depth: int = 0

    # Looked up several times for each page: what tells most slots apart is enough.
    def __hash__(self) -> int:
        return hash((self.fragment, self.parameters))

    @property
    def blocking(self) -> bool:
        """Whether the page waits for the slot before it sends its first byte."""
        return self.required or self.on_error == "fail"


def make_slot(fragment: object, attributes: Mapping[str, object]) -> Slot:
    """A slot from the arguments of ``{% fragment %}``. Raises SlotError."""
    if not isinstance(fragment, str) or not _FRAGMENT.fullmatch(fragment):
        raise SlotError(f"{fragment!r} is no fragment name: write service/fragment")
    parameters = {name: value for name, value in attributes.items() if name not in _OPTIONS}
    delivery = _choice("delivery", attributes.get("delivery", "inline"), MODES)
    required = _flag("required", attributes.get("required", False))
    headers = read_response_headers(attributes.get("response_headers", ""))
    cookies = read_cookie_names(attributes.get("set_cookies", ""))
    if not required and (headers or cookies):
        # The head is sent before anybody waits for other slots.
        name = "response_headers" if headers else "set_cookies"
        raise SlotError(f"{name} is for a required slot: the others answer after the head is sent")
    slot = Slot(
        fragment=fragment,
        parameters=_parameters(parameters),
        timeout_ms=_timeout(attributes.get("timeout", DEFAULT_TIMEOUT_MS)),
        on_error=_choice("on_error", attributes.get("on_error", "fallback"), _ON_ERROR),
        required=required,
        fallback=_fallback(attributes.get("fallback", "")),
        passthrough=read_passthrough(attributes.get("passthrough", "")),
        response_headers=headers,
        set_cookies=cookies,
        strategy=_choice("strategy", attributes.get("strategy", "default"), _STRATEGIES),
        options=_choice("options", attributes["options"], _CREDENTIALS)
        if "options" in attributes
        else None,
        delivery=delivery,
        arrival=arrival_of(delivery, attributes),
    )
    if slot.blocking and delivery != "inline":
        asked = "required" if slot.required else "on_error='fail'"
        raise SlotError(f"{asked} and delivery={delivery!r}: the page is sent before it is known")
    return slot


def slot_from_tag(attributes: Mapping[str, str]) -> Slot:
    """A slot from the attributes of ``<micro-frontend>``. Raises SlotError.

    >>> slot_from_tag({"src": "reviews/list", "error-handling": "Degrade", "required": ""})
    Slot(fragment='reviews/list', parameters=(), timeout_ms=1000, on_error='degrade', \
required=True, fallback='', passthrough=(), \
response_headers=(), set_cookies=(), strategy='default', options=None, problem='', \
delivery='inline', arrival=Arrival(skeleton='', href='', label='', refresh=()), depth=0)
    """
    given: dict[str, object] = {_HTML_NAMES.get(name, name): v for name, v in attributes.items()}
    if "src" not in given:
        raise SlotError("<micro-frontend> needs src: the name of a fragment")
    for name in ("on_error", "strategy", "delivery"):
        if name in given:
            given[name] = str(given[name]).lower()
    return make_slot(given.pop("src"), given)


def broken_slot(fragment: object, problem: SlotError, *, required: bool = False) -> Slot:
    """The slot of a tag whose attributes are wrong: it fails with a line in the log."""
    # The name goes into headers; the problem quotes one that is none.
    is_name = isinstance(fragment, str) and _FRAGMENT.fullmatch(fragment)
    return Slot(
        fragment=str(fragment) if is_name else "unknown",
        required=required,
        problem=str(problem),
    )


_ON_ERROR: tuple[OnError, ...] = get_args(OnError)
_STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
_CREDENTIALS: tuple[CredentialsOption, ...] = get_args(CredentialsOption)


def _parameters(given: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    parameters: list[tuple[str, str]] = []
    for name in sorted(given):
        if not _PARAMETER.fullmatch(name):
            raise SlotError(f"{name!r} is no parameter name: letters, digits and _ . - only")
        value = _wire_value(name, given[name])
        # Nothing and the empty text both mean "not given": the fragment's default applies.
        if value:
            parameters.append((name, value))
    return tuple(parameters)


def _wire_value(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            text = str(value)
            if len(text) > MAX_PARAMETER:
                raise SlotError(f"{name} has {len(text)} characters, more than {MAX_PARAMETER}")
            return text
        case _:
            kind = type(value).__name__
            raise SlotError(f"{name} is a {kind}: give a text, a number, true or false")


def _timeout(value: object) -> int:
    text = str(value)
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_TIMEOUT_MS:
        return int(text)
    raise SlotError(f"timeout={text!r} must be milliseconds from 1 to {MAX_TIMEOUT_MS}")


def _choice(name: str, value: object, legal: tuple[_Choice, ...]) -> _Choice:
    for word in legal:
        if word == value:
            return word
    raise SlotError(f"{name}={value!r} must be one of {', '.join(legal)}")


def _flag(name: str, value: object) -> bool:
    match value:
        case bool():
            return value
        case "" | "true" | "required":
            return True
        case "false":
            return False
    raise SlotError(f"{name}={value!r} must be true or false")


def _fallback(value: object) -> str:
    if value in ("", None):
        return ""
    if not isinstance(value, str) or not TEMPLATE.fullmatch(value):
        raise SlotError(f"fallback={value!r} must be the name of a template, like parts/none.html")
    return value
