"""One thing that ``manage.py fragments`` does."""

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.management.base import OutputWrapper
from django.core.management.color import Style

from ...registry.opening import open_writer
from ...registry.schema import Registered
from ...registry.writing import RegistryWriter


@dataclass
class Job:
    """What was asked for, and where to say what came of it."""

    options: dict[str, Any]
    stdout: OutputWrapper
    stderr: OutputWrapper
    style: Style

    @cached_property
    def writer(self) -> RegistryWriter:
        """The registry that the options name. Raises RegistryError."""
        return open_writer(self.options["registry"])

    def tell_problems(self, found: Registered) -> None:
        for problem in found.problems:
            self.stderr.write(problem)


@dataclass(frozen=True, slots=True)
class Action:
    """A subcommand. ``run`` may raise RegistryError or CommandError."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Job], None]
