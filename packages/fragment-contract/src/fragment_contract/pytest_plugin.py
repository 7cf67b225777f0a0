"""The package's pytest plugin, loaded by its entry point. Imports as little as it can.

Fixtures: ``fragment_server`` for composers; ``fragment_conformance``, ``trusted_visitors`` and
``crowd`` for Django services.
Options: ``--fragment-url`` and its companions, for
``pytest --pyargs fragment_contract.conformance.suite``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conformance.in_process import CheckFragment
    from .testing import FakeFragmentServer
    from .testing.crowd import Crowd


@pytest.fixture
def fragment_server() -> "Iterator[FakeFragmentServer]":
    """A fake fragment service on a real socket, stopped after the test."""
    from .testing import FakeFragmentServer

    with FakeFragmentServer() as server:
        yield server


@pytest.fixture
def fragment_conformance() -> "CheckFragment":
    """``fragment_conformance(review_list, product="h1001")`` checks a fragment in process.

    The test fails with a list of what breaks the contract. Mark it with ``django_db`` if the
    fragment reads a database.
    """
    from .conformance.in_process import check_fragment

    return check_fragment


@pytest.fixture
def trusted_visitors() -> Iterator[None]:
    """The service believes the headers that ``testing.identity.as_visitor`` makes."""
    from .testing.identity import trusted_visitors

    with trusted_visitors():
        yield


@pytest.fixture
def crowd(tmp_path: Path) -> "Iterator[Crowd]":
    """Threads that do things at the same moment, each over a database connection of its own.

    Mark the test with ``django_db(transaction=True)``.
    """
    from .testing.crowd import gathered

    with gathered(tmp_path) as found:
        yield found


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fragments", "conformance of fragment services")
    group.addoption(
        "--fragment-url",
        action="append",
        default=[],
        metavar="[NAME=]URL",
        help="base URL of a fragment to check; with a name the manifest must be that fragment's",
    )
    group.addoption(
        "--fragment-parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value with which the content answers 200",
    )
    group.addoption(
        "--fragment-token", default="", metavar="TOKEN", help="a context token, if one is needed"
    )
    group.addoption("--fragment-assets", metavar="ORIGIN", help="who serves site-relative assets")
