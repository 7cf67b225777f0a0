"""Page templates published as an operator does it, and the site that serves them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.core.management import call_command

from site_shell.tests.composing.kit import Face, World


def pages(*arguments: str) -> str:
    out = io.StringIO()
    call_command("pages", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def publish(world: World, *options: str) -> str:
    """Publish what the test has written; returns the version."""
    out = pages("publish", str(world.folder / "pages"), *options)
    return next(word for line in out.splitlines() for word in line.split() if "Z-" in word)


@contextmanager
def opened(world: World, face: Face = "lane") -> Iterator[httpx.Client]:
    with world.open(face) as client:
        yield client
