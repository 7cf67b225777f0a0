"""Changes a registry in Parameter Store.

There is no conditional overwrite. What there is: creating fails if the parameter exists, so one
beside the registry (``/shop/prod/mfe-locks/reviews/list``) makes writers take turns; and each
write tells its version number, so that a write by somebody who did not take a turn is noticed. It
is then read from the history, the edit is applied to it, and the result is written. In between,
for a moment, the other's change is not in effect; it is not lost.

The SDK repeats a request whose answer did not come, though it may have been carried out. So what
is found in the way may be one's own: nothing is edited twice for that.
"""

import getpass
import json
import random
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import RegistryError
from .editing import Edit, Entry, edited
from .history import without_oldest
from .parameters import WRITER_SECONDS, parameter_store, read_all
from .schema import read_json
from .writing import Change

_PATIENCE: Final = 20.0
_MAX_BYTES: Final = 4096


class SsmWriter:
    """``patience``: how many seconds to wait for another writer's turn to end."""

    def __init__(self, prefix: str, *, patience: float = _PATIENCE) -> None:
        self._prefix = prefix
        self._patience = patience
        with self._errors():
            self._client = parameter_store(WRITER_SECONDS)

    def read(self) -> Mapping[str, Any]:
        """The entries by fragment, as they are registered, wrong ones too."""
        with self._errors():
            values = read_all(self._client, self._prefix)
        return {name: _entry(value) for name, value in values.items()}

    def change(self, fragment: str, edit: Edit) -> Change:
        """Apply an edit to what is registered at that moment."""
        name = f"{self._prefix}/{fragment}"
        with self._errors(), self._turn(fragment):
            value, version = self._get(name)
            first = _entry(value)
            after = edited(fragment, first, edit)
            if after == first:
                return Change(first, after)
            while (overwritten := self._put(name, _text(after), version)) is not None:
                value, version = overwritten
                try:
                    after = edited(fragment, _entry(value), edit)
                except RegistryError:
                    self._put(name, value, version)
                    raise
            return Change(_entry(value), after)

    def _get(self, name: str) -> tuple[str | None, int]:
        try:
            parameter = self._client.get_parameter(Name=name)["Parameter"]
        except self._client.exceptions.ParameterNotFound:
            return None, 0
        return parameter["Value"], parameter["Version"]

    def _put(self, name: str, value: str | None, version: int) -> tuple[str | None, int] | None:
        """Write on top of a version. Of a write in between: its value, and the version now."""
        if value is None:
            self._client.delete_parameter(Name=name)
            return None
        put = {"Name": name, "Value": value, "Type": "String"}
        if version == 0:
            try:
                self._client.put_parameter(**put)
            except self._client.exceptions.ParameterAlreadyExists:
                there = self._get(name)
                return None if there[0] == value else there
            return None
        written = self._client.put_parameter(**put, Overwrite=True)["Version"]
        # The newest first: one's own, if it was written twice, is on top of another's.
        for number in range(written - 1, version, -1):
            between = self._client.get_parameter(Name=f"{name}:{number}")["Parameter"]["Value"]
            if between != value:
                return between, written
        return None

    @contextmanager
    def _turn(self, fragment: str) -> Iterator[None]:
        lock = f"{self._prefix}-locks/{fragment}"
        since = datetime.now(UTC).isoformat(timespec="seconds")
        mark = secrets.token_hex(4)
        holder = f"{getpass.getuser()} on {socket.gethostname()} since {since} ({mark})"
        deadline = time.monotonic() + self._patience
        while True:
            try:
                self._client.put_parameter(Name=lock, Value=holder, Type="String")
                break
            except self._client.exceptions.ParameterAlreadyExists:
                other = self._get(lock)[0] or "somebody"
                if other == holder:
                    break
                if time.monotonic() > deadline:
                    raise RegistryError(
                        f"{fragment} is being changed by {other}; if that is no longer so, "
                        f"delete the parameter {lock}"
                    ) from None
                time.sleep(random.uniform(0.05, 0.3))
        try:
            yield
        finally:
            with suppress(self._client.exceptions.ParameterNotFound):
                self._client.delete_parameter(Name=lock)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise RegistryError(f"ssm:{self._prefix}: {error}") from error


def _entry(value: str | None) -> Any:
    """The JSON in a parameter; what is none is given as it is, for the schema to refuse."""
    if value is None:
        return None
    try:
        return read_json(value)
    except RegistryError:
        return value


def _text(entry: Entry | None) -> str | None:
    """As short as JSON can be, with as much of its history as a standard parameter has room for."""
    while entry is not None:
        text = json.dumps(entry, separators=(",", ":"))
        shorter = without_oldest(entry) if len(text) > _MAX_BYTES else None
        if shorter is None:
            return text
        entry = shorter
    return None
