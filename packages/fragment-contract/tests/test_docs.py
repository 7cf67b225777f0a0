"""What the documentation says is true, and what is there is documented."""

import doctest
import json
import random
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import fragment_contract
import httpx
import pytest
from django.test import Client, override_settings
from fragment_contract import caching, checks, manifest, parse_manifest, testing, wire
from fragment_contract.conformance import CHECKS, arguments
from fragment_contract.conformance.__main__ import main
from fragment_contract.testing.crowd import Crowd

PACKAGE = Path(__file__).parents[1]
DOCS = PACKAGE.parents[1] / "docs" / "fragment-teams"
README = (PACKAGE / "README.md").read_text()
WRITING = (DOCS / "writing-a-fragment.md").read_text()
TESTING = (DOCS / "testing-a-fragment.md").read_text()
WIRE = (DOCS / "wire-contract.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def free_port() -> int:
    """Below those that the system gives to whoever asks for any, so that it stays free."""
    while True:
        port = random.randrange(20_000, 32_768)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_until_alive(url: str, browser: httpx.Client) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            browser.get(f"{url}/healthz").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def test_the_readmes_quickstart_runs_and_conforms(
    tmp_path: Path, browser: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks(README, "python")
    (tmp_path / "hello.py").write_text(code)
    _, serve, check = re.findall(r"^\$ (.*)$", blocks(README, "console")[0], re.MULTILINE)
    port = str(free_port())
    command = serve.replace("9001", port).replace("python", sys.executable, 1).split()
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as service:
        try:
            wait_until_alive(f"http://127.0.0.1:{port}", browser)
            status = main(check.replace("9001", port).split()[3:])
        finally:
            service.terminate()
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("module", [wire, manifest, caching, arguments])
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_guides_fragment_works(tmp_path: Path) -> None:
    (tmp_path / "weather").mkdir()
    for name in ("forecast.css", "forecast.js"):
        (tmp_path / "weather" / name).write_text("")
    for name in ("forecast", "forecast_fallback", "subscribe", "thanks"):
        (tmp_path / "weather" / f"{name}.html").write_text(f"{name} {{{{ city }}}}")
    guide: dict[str, Any] = {"__name__": "weather"}
    sys.modules["weather"] = module = ModuleType("weather")
    vars(module).update(guide)
    view, urls, save, action, *_ = blocks(WRITING, "python")
    templates = {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}
    try:
        for code in (view, save, action, urls):
            exec(code, vars(module))  # noqa: S102  # the guide's own words
        with override_settings(
            ROOT_URLCONF="weather", STATICFILES_DIRS=[tmp_path], TEMPLATES=[templates]
        ):
            ask_the_guides_fragment(Client())
    finally:
        del sys.modules["weather"]


def ask_the_guides_fragment(service: Client) -> None:
    def status(city: str) -> int:
        return service.get("/fragments/forecast/", {"city": city}).status_code

    assert [status(city) for city in ("oslo", "paris", "atlantis", "kristiania")] == [
        200,
        404,
        204,
        301,
    ]
    tags = service.get("/fragments/forecast/", {"city": "oslo", "days": "2"})["surrogate-key"]
    assert tags == "sky:sun sky:snow weather:oslo"
    assert service.get("/fragments/forecast/fallback").content.strip() == b"forecast_fallback"
    action = "/fragments/forecast/actions/subscribe"
    assert service.post(action).status_code == 422
    assert service.post(action, {"email": "a@b"}).status_code == 303
    enhanced = service.post(action, {"email": "a@b"}, headers={"hx-request": "true"})
    assert json.loads(enhanced["hx-trigger"]) == {"weather:subscribed": {}}


@pytest.mark.django_db(transaction=True)
def test_the_examples_of_the_test_kit_run(crowd: Crowd) -> None:
    _, tree, together, composer = blocks(TESTING, "python")
    exec(tree, {})  # noqa: S102  # the guide's own words
    exec(composer, {})  # noqa: S102  # the guide's own words
    exec(together, names := {})  # noqa: S102  # the guide's own words
    names["test_a_crowd_is_answered"](crowd)


def test_the_example_manifest_is_valid_and_complete() -> None:
    (example,) = blocks(WIRE, "json")
    assert parse_manifest(example.encode()).as_dict() == json.loads(example)


@pytest.mark.parametrize(
    "name", [name for name, value in vars(wire).items() if name.isupper() and value != "text/html"]
)
def test_every_wire_name_is_documented(name: str) -> None:
    assert str(getattr(wire, name)) in WIRE


def test_every_manifest_field_is_documented() -> None:
    for field in (*manifest.Asset.__slots__, *manifest.FragmentInfo.__slots__):
        assert f"`{field.rstrip('_')}`" in WIRE or f"`fragment.{field}`" in WIRE


def test_every_exported_name_is_in_the_guide() -> None:
    for name in fragment_contract.__all__:
        assert f"`{name}" in WRITING
    for name in testing.__all__:
        assert f"`{name}`" in TESTING


def test_every_check_is_listed_with_its_promise() -> None:
    for check in CHECKS:
        assert f"| `{check.name}` | {check.promise} |" in TESTING


def test_every_option_of_the_command_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    for option in re.findall(r"--[a-z]+", capsys.readouterr().out):
        assert option == "--help" or f"`{option}" in TESTING.replace("`, `", "` `")


def test_every_system_check_is_documented() -> None:
    source = Path(checks.__file__).read_text()
    for number in re.findall(r'id="fragment_contract\.(E\d+)"', source):
        assert number in WRITING
