"""A registry in AWS's Parameter Store: one parameter per fragment, each written by its own team.

``/shop/prod/mfe/reviews/list`` holds what ``microFrontends["reviews/list"]`` holds in a file: a
JSON list of releases. A thread reads all of them again and again; lookups only read memory.
"""

import json
import logging
import random
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import RegistryError
from ..release import Release
from .atomic import write_atomically
from .contents import Contents
from .parameters import parameter_store, read_all
from .schema import MAX_BYTES, Registered, parse_fragments, parse_registry, read_json

logger = logging.getLogger(__name__)

_JITTER: Final = 0.25  # of the interval
_COPY_SCHEMA: Final = "copy of "


class SsmRegistry:
    """Reads again at least every ``seconds``, earlier by chance, so that processes spread.

    Through an outage it keeps what it knows. ``copy`` is a file in the registry's own schema with
    what was last understood: a process that starts during an outage begins with that.
    """

    def __init__(self, prefix: str, *, copy: Path, seconds: float, patience: float = 5.0) -> None:
        """``patience``: how long the start may wait for the first answer."""
        self._prefix = prefix.rstrip("/")
        self._copy = copy
        self._seconds = seconds
        self._contents = Contents(f"ssm:{self._prefix}")
        # As they were last understood, and what of that is in the copy.
        self._entries: Mapping[str, Any] = {}
        self._copied: Mapping[str, Any] = {}
        self._tried = threading.Event()
        self._ending = threading.Event()
        self._read_copy()
        self._thread = threading.Thread(target=self._run, name="registry", daemon=True)
        self._thread.start()
        self._tried.wait(patience)

    @property
    def generation(self) -> int:
        """Grows whenever the contents change."""
        return self._contents.generation

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with parameters, or why they cannot be read."""
        return self._contents.problems

    @property
    def as_of(self) -> float:
        """When the parameters were last read (epoch seconds); of a copy, when it was."""
        return self._contents.as_of

    def fragments(self) -> tuple[str, ...]:
        """The names of all registered fragments, sorted."""
        return self._contents.fragments()

    def releases(self, fragment: str) -> tuple[Release, ...]:
        """The releases of a fragment, the default one first; raises UnknownFragment."""
        return self._contents.releases(fragment)

    def close(self) -> None:
        """End the thread; a request that is under way ends within its own time limits."""
        self._ending.set()

    def _run(self) -> None:
        client = None
        while not self._ending.is_set():
            try:
                client = client or parameter_store()
                self._follow(read_all(client, self._prefix))
            except Exception as error:
                # Whatever it is: a registry that stops following is worse than one that is late,
                # and the SDK lets errors of parsers and sockets through besides its own.
                self._contents.keep(error)
            self._tried.set()
            self._ending.wait(self._seconds * random.uniform(1 - _JITTER, 1))

    def _follow(self, values: Mapping[str, str]) -> None:
        entries: dict[str, Any] = {}
        unreadable: dict[str, str] = {}
        for name, value in values.items():
            try:
                entries[name] = read_json(value)
            except RegistryError as error:
                unreadable[name] = f"{name}: {error}"
        parsed = parse_fragments(entries)
        refused = parsed.refused | unreadable.keys()
        problems = [*unreadable.values(), *parsed.problems]
        if not values:
            problems.append("there is no parameter under this prefix")

        kept = {name: self._entries[name] for name in refused if name in self._entries}
        good = {name: entries[name] for name in parsed.releases}
        self._entries = {**good, **kept}
        if self._entries != self._copied:
            try:
                self._write_copy()
            except OSError as error:
                problems.append(f"the copy {self._copy} cannot be written: {error}")
        self._contents.take(Registered(parsed.releases, refused, tuple(problems)))

    def _read_copy(self) -> None:
        try:
            with self._copy.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            registered = parse_registry(data)
            document = read_json(data)
        except FileNotFoundError:
            return
        except (OSError, RegistryError) as error:
            logger.error("registry: the copy %s is of no use: %s", self._copy, error)
            return
        # Another prefix is another site.
        if document.get("schema") == f"{_COPY_SCHEMA}ssm:{self._prefix}":
            self._entries = self._copied = document["microFrontends"]
            self._contents.take(registered)

    def _write_copy(self) -> None:
        """Atomically, since every process of the site writes the same file."""
        document = {
            "schema": f"{_COPY_SCHEMA}ssm:{self._prefix}",
            "microFrontends": dict(sorted(self._entries.items())),
        }
        write_atomically(self._copy, json.dumps(document, indent=2) + "\n")
        self._copied = self._entries
