"""A running site, a client for it, and a browser that finds Debian's Chromium.

With BASE_URL in the environment the site is whatever answers there: README.md.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from dev import chromium
from dev.environment import var_folder
from dev.running_site import RunningSite

from .complaints import Complaints
from .patience import LASTING_TOASTS, WAIT_MS, patient_templates
from .shopper import Account, Shopper
from .states import Who, prepare
from .words import ENGLISH

BASE_URL = os.environ.get("BASE_URL", "").rstrip("/")
# What must come is waited for as long as a busy machine may take.
expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a site that we did not start we can read no log, and break no service."""
    ours = [item for item in items if item.get_closest_marker("ours")] if BASE_URL else []
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """One site for all tests, with the whole demo. Tests may write to it, each to a product of
    its own. A test that harms it uses ``second_site`` or ``fragile_site``."""
    var = tmp_path_factory.mktemp("var")
    # Pictures are named by all that decides how they look, so those drawn already are right.
    drawn = var_folder() / "media"
    if drawn.is_dir():
        shutil.copytree(drawn, var / "media")
    with running(var) as started:
        yield started


@pytest.fixture(scope="session")
def second_site(
    site: RunningSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A site for harm that can be undone: registry files, services that hang for a while."""
    with copy_of(site, tmp_path_factory.mktemp("second")) as started:
        yield started


@pytest.fixture
def fragile_site(
    site: RunningSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A site of one test's own, to be broken."""
    with copy_of(site, tmp_path_factory.mktemp("fragile")) as started:
        yield started


@contextmanager
def copy_of(site: RunningSite, folder: Path, **environ: str) -> Iterator[RunningSite]:
    var = folder / "var"
    shutil.copytree(site.var, var)
    with running(var, **environ) as started:
        yield started


@contextmanager
def running(var: Path, **environ: str) -> Iterator[RunningSite]:
    templates = var.with_name(f"{var.name}-templates")
    site = RunningSite.start(var, {"PAGE_TEMPLATES": str(patient_templates(templates)), **environ})
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> str:
    """What pytest-playwright puts in front of relative addresses."""
    if BASE_URL:
        return BASE_URL
    site: RunningSite = request.getfixturevalue("site")
    return site.origin


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    """Plain HTTP, without following redirects."""
    with httpx.Client(base_url=base_url, timeout=WAIT_MS / 1000) as client:
        yield client


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium.program()
    if not program:
        pytest.skip("chromium is not installed")
    return {**browser_type_launch_args, "executable_path": program, "args": chromium.OPTIONS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Of somebody who asked for little motion, so that no page glides away below a click."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails every test in whose pages the browser had something to complain about."""
    complaints = Complaints()
    yield complaints
    assert complaints.found == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], complaints: Complaints
) -> Callable[..., BrowserContext]:
    """A visitor of the shop; what his browser complains about is noticed."""

    def create(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(LASTING_TOASTS)
        complaints.listen(context)
        return context

    return create


@pytest.fixture
def plain_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A browser that runs no script."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(params=["with script", "without script"])
def shopper(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    """A browser that runs scripts, and one that does not: the same journey for both."""
    return new_context(java_script_enabled=request.param == "with script").new_page()


@pytest.fixture(scope="session")
def account(browser: Browser, base_url: str) -> Account:
    """One for all tests that need any: shops let nobody register as often as tests would."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    shopper = Shopper(context.new_page(), ENGLISH, has_script=False)
    shopper.visit("/")
    email = shopper.create_account()
    expect(shopper.page).not_to_have_url(re.compile("/register/"))
    cookies = context.storage_state()
    context.close()
    return Account(email, cookies)


@pytest.fixture(scope="session")
def cookies(browser: Browser, base_url: str, account: Account) -> dict[Who, StorageState | None]:
    """Of whom states.py tells, each prepared once for everything that looks at pages."""
    found: dict[Who, StorageState | None] = {"newcomer": None}
    known: tuple[tuple[Who, StorageState | None, str], ...] = (
        ("visitor", None, ""),
        ("customer", account.cookies, account.email),
    )
    for who, before, email in known:
        context = browser.new_context(
            base_url=base_url, java_script_enabled=False, storage_state=before
        )
        prepare(Shopper(context.new_page(), ENGLISH, has_script=False), email)
        found[who] = context.storage_state()
        context.close()
    return found
