"""A slot as a signed text, so that browsers can ask for the slots of our templates and no others.

There is no expiry: the text stands in pages that others cache. Keys change with SECRET_KEY;
what SECRET_KEY_FALLBACKS names is still read.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.core.signing import BadSignature, Signer

from .allowances import ALL
from .errors import SlotError
from .request import MAX_PATH
from .slot import DEFAULT_TIMEOUT_MS, Slot, make_slot

# With what is around it, a path as long as the composer reads.
MAX_TOKEN: Final = MAX_PATH - 64
_FORMAT: Final = 1
_MAX_KNOWN: Final = 4096


class BadToken(Exception):
    """Not a slot of ours. ``status``: 400 for what is no token at all, 404 for all else."""

    def __init__(self, message: str, status: int = 404) -> None:
        super().__init__(message)
        self.status = status


class SlotTokens:
    """Writes and reads them. What was written is remembered: pages repeat the same few slots."""

    def __init__(self) -> None:
        self._signer = Signer(salt="site_shell.composer.slot", sep=".")
        self._known: dict[Slot, str] = {}

    def write(self, slot: Slot) -> str:
        """The text of a slot. Raises SlotError if it would be too long for a URL."""
        token = self._known.get(slot)
        if token is None:
            document = json.dumps(_pack(slot), ensure_ascii=False, separators=(",", ":"))
            packed = base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")
            token = self._signer.sign(packed)
            if len(token) > MAX_TOKEN:
                raise SlotError(f"the parameters are too long to be asked for later: {len(token)}")
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[slot] = token
        return token

    def read(self, token: str) -> Slot:
        """The slot of a text, to be shown at once. Raises BadToken."""
        if len(token) > MAX_TOKEN:
            raise BadToken(f"{len(token)} characters, more than {MAX_TOKEN}", 400)
        try:
            packed = self._signer.unsign(token)
        except BadSignature as error:
            raise BadToken("the signature is wrong") from error
        try:
            padded = packed + "=" * (-len(packed) % 4)
            document = json.loads(base64.urlsafe_b64decode(padded.encode()))
            return _unpack(document)
        # Signed by us, but of another version of the composer.
        except (ValueError, TypeError, KeyError, binascii.Error, SlotError) as error:
            raise BadToken(f"of another format: {error}") from error


def _pack(slot: Slot) -> list[object]:
    """Only what differs from a slot's defaults."""
    options = {
        "timeout": slot.timeout_ms,
        # The page that it could fail is there already.
        "on_error": "degrade" if slot.on_error == "degrade" else "fallback",
        "fallback": slot.fallback,
        "passthrough": " ".join(
            f"{item.source}:{'all' if item.name == ALL else item.name}" for item in slot.passthrough
        ),
        "strategy": slot.strategy,
        "options": slot.options,
        "label": slot.arrival.label,
    }
    defaults = {"timeout": DEFAULT_TIMEOUT_MS, "on_error": "fallback", "strategy": "default"}
    said = {name: value for name, value in options.items() if value and value != defaults.get(name)}
    return [_FORMAT, slot.fragment, dict(slot.parameters), said, slot.depth]


def _unpack(document: Any) -> Slot:
    version, fragment, parameters, options, depth = document
    if version != _FORMAT:
        raise ValueError(f"format {version!r:.20}")
    attributes: Mapping[str, object] = {**parameters, **options}
    # It was lazy when it was written, and only such slots have a label.
    slot = make_slot(fragment, {"delivery": "lazy", **attributes})
    return replace(slot, delivery="inline", depth=int(depth))
