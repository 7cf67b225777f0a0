"""Real podlets, a real layout and a real shell, each in a process of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import expect

from dev import chromium, node

from .programs import HERE, PATIENCE_SECONDS, Program, Shell

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Node.js there is nothing to test against."""
    if shutil.which("npm") and shutil.which("node"):
        return
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.skip(reason="node and npm are missing: install Node.js 20"))


@pytest.fixture(scope="session")
def modules() -> None:
    """The npm packages of the lock."""
    node.install(HERE)


@pytest.fixture(scope="module")
def start(modules: None) -> Iterator[Callable[..., Program]]:
    """Starts scripts of this folder; ends them after the last test of the module."""
    with ExitStack() as stack:

        def run(script: str, *arguments: str) -> Program:
            command = ["node", str(HERE / script), *arguments]
            return stack.enter_context(Program(command, env={"NODE_ENV": "production"}))

        yield run


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A shell with nothing on it; a module registers fragments, writes pages and opens it."""
    made = Shell(tmp_path_factory.mktemp("site") / "var")
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium.program()
    if not program:
        pytest.skip("chromium is not installed")
    return {**browser_type_launch_args, "executable_path": program, "args": chromium.OPTIONS}
