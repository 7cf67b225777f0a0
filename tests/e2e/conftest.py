"""A running site, a client for it, and a browser that finds Debian's Chromium."""

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dev import chromium
from dev.running_site import RunningSite


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """One site for all tests, with the whole demo. A test that harms it starts its own:
    see ``fragile_site``."""
    running = RunningSite.start(tmp_path_factory.mktemp("var"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture
def fragile_site(
    site: RunningSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A second site with a copy of the first one's data, to be broken by one test."""
    var = tmp_path_factory.mktemp("fragile") / "var"
    shutil.copytree(site.var, var)
    running = RunningSite.start(var)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def base_url(site: RunningSite) -> str:
    """What pytest-playwright puts in front of relative addresses."""
    return site.origin


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    """Plain HTTP, without following redirects."""
    with httpx.Client(base_url=base_url, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium.program()
    if not program:
        pytest.skip("chromium is not installed")
    return {**browser_type_launch_args, "executable_path": program, "args": chromium.OPTIONS}
