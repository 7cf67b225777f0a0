"""``python -m fragment_contract.conformance``"""

import json
import subprocess
import sys

import pytest
from conforming import Service, on
from fragment_contract.conformance import CHECKS
from fragment_contract.conformance.__main__ import main
from fragment_contract.testing import FakeFragmentServer


def test_all_well_is_status_0(
    fragment_server: FakeFragmentServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = Service(fragment_server).url
    assert main([f"greeting/hello={url}", "-p", "name=ada"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"greeting/hello at {url}\n")
    assert printed.endswith(f"{len(CHECKS) - 1} passed, 1 not applicable\n\n")
    assert "-     identity" in printed
    for check in (check for check in CHECKS if check.name != "identity"):
        assert f"ok    {check.name}" in printed


def test_a_broken_promise_is_status_1_and_says_what_is_wrong(
    fragment_server: FakeFragmentServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = Service(fragment_server, on("/readyz", status=503)).url
    assert main([url, "--parameter", "name=ada"]) == 1
    printed = capsys.readouterr().out
    assert "FAIL  readyz" in printed
    assert "/readyz answers 503, not 200" in printed
    assert "1 failed" in printed


def test_one_bad_fragment_among_several_is_status_1(
    fragment_server: FakeFragmentServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = Service(fragment_server).url
    assert main([f"greeting/other={url}", url, "-p", "name=ada"]) == 1
    assert "fragment.name is 'greeting/hello', not 'greeting/other'" in capsys.readouterr().out


def test_results_can_be_read_by_programs(
    fragment_server: FakeFragmentServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = Service(fragment_server).url
    assert main([url, "-p", "name=ada", "--json", "--skip", "readyz"]) == 0
    results = json.loads(capsys.readouterr().out)[url]
    assert {"check": "readyz", "verdict": "skipped", "detail": ""} in results
    assert len(results) == len(CHECKS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required: [NAME=]URL"),
        (["localhost:8000"], "must be an http(s) URL, not 'localhost:8000'"),
        (["http://localhost/", "-p", "product"], "must be NAME=VALUE, not 'product'"),
        (["http://localhost/", "--skip", "everything"], "invalid choice: 'everything'"),
    ],
)
def test_wrong_arguments_are_status_2_and_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_the_command_runs_on_its_own(fragment_server: FakeFragmentServer) -> None:
    url = Service(fragment_server).url
    command = [sys.executable, "-m", "fragment_contract.conformance", url, "-p", "name=ada"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
