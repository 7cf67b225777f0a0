"""The example in JavaScript: it keeps the contract, and comes alive in a page of the shop."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from dev import node
from dev.projects import ROOT

from .programs import PATIENCE_SECONDS, Program, Shell, wait_for

FOLDER = ROOT / "examples" / "size_guide_node"
NAME = "size_guide/calculator"
TAG = f'{{% fragment "{NAME}" required=True passthrough="query:length query:width" %}}'


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    node.install(FOLDER)


@pytest.fixture(scope="module")
def example(shell: Shell) -> Iterator[str]:
    """What ``make example`` starts, beside a running shell; its output so far."""
    shell.page("guide", TAG)
    shell.open()
    shell.tell_where_it_runs()
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.example"],
        cwd=ROOT,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("Ready: "), said + process.stdout.read()
        wait_for(lambda: shell.client.get("/guide/").status_code == 200, lambda: shell.log[-2000:])
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=180)
    assert NAME not in (shell.var / "registry.json").read_text()


def test_its_own_tests_pass() -> None:
    done = subprocess.run(["npm", "test"], cwd=FOLDER, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_keeps_the_wire_contract() -> None:
    with Program(["node", str(FOLDER / "server.js")], env={"PORT": "0"}) as service:
        target = f"{NAME}={service.origin}/fragments/calculator"
        suite = [sys.executable, "-m", "fragment_contract.conformance", target, "-p", "length=500"]
        done = subprocess.run(suite, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout


def test_one_command_starts_it_beside_the_shop(example: str, shell: Shell) -> None:
    assert f"registered at {shell.origin} as {NAME}" in example
    response = shell.client.get("/guide/?length=360&width=460")
    assert "A rug of 300 × 400 cm fits a room of 360 × 460 cm." in response.text
    assert response.headers["cache-control"].startswith("public")
    assert shell.client.get("/guide/?length=nonsense").status_code == 400
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', response.text):
        file = shell.client.get(path)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]


def test_it_works_without_script(example: str, shell: Shell, new_context: object) -> None:
    page: Page = new_context(java_script_enabled=False).new_page()  # type: ignore[operator]
    page.goto(f"{shell.origin}/guide/")
    page.get_by_label("Length in cm").fill("360")
    page.get_by_label("Width in cm").fill("460")
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_role("status")).to_contain_text("A rug of 300 × 400 cm")
    expect(page.get_by_role("button", name="Turn the room")).to_be_hidden()


def test_it_wakes_up_in_the_browser_under_the_strict_policy(
    example: str, shell: Shell, page: Page
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{shell.origin}/guide/?length=400&width=310")
    server_made = page.locator(".size-guide h2").element_handle()
    expect(page.locator(".size-guide[data-awake]")).to_be_visible()
    address = page.url
    page.get_by_label("Length in cm").fill("500")
    expect(page.get_by_role("status")).to_contain_text(
        "A rug of 250 × 350 cm fits a room of 500 × 310"
    )
    page.get_by_role("button", name="Turn the room").click()
    expect(page.get_by_label("Length in cm")).to_have_value("310")
    expect(page.get_by_role("status")).to_contain_text("310 × 500 cm")
    assert page.url == address
    # Hydrated, and not rendered anew: the element that the server made is still there.
    assert server_made is not None
    assert server_made.evaluate("element => element.isConnected")
    assert said == []


def test_its_command_says_what_is_missing(shell: Shell) -> None:
    command = [sys.executable, "-m", "dev.example"]
    env = {**shell.environment, "VAR_DIR": str(shell.var / "nowhere")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert "start one first, with `make run`" in done.stderr


def test_its_service_is_reached_directly_too() -> None:
    with Program(
        ["node", str(FOLDER / "server.js")], env={"ASSET_PREFIX": "https://cdn.example/"}
    ) as it:
        address = f"{it.origin}/fragments/calculator/manifest.json"
        manifest = httpx.get(address, timeout=PATIENCE_SECONDS, trust_env=False)
    assert {asset["value"][:20] for asset in manifest.json()["js"]} == {"https://cdn.example/"}
