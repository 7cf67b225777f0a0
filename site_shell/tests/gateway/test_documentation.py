"""What docs/shell-operators/actions.md says is so."""

import re
from pathlib import Path

from site_shell.gateway import bodies, handling, stream
from site_shell.gateway.sentences import APOLOGIES

PAGE = (Path(__file__).parents[3] / "docs/shell-operators/actions.md").read_text()


def test_every_status_of_an_apology_is_documented() -> None:
    told = {int(number) for number in re.findall(r"\b[45]\d\d\b", PAGE)}
    assert set(APOLOGIES) <= told


def test_limits_are_documented_as_they_are() -> None:
    assert f"more than {bodies.MAX_BODY_BYTES // 1_048_576} MiB" in PAGE
    assert f"{bodies.MAX_BODY_BYTES // 1_048_576} MiB in the same time" in PAGE
    assert f"{stream.SECONDS:.0f} seconds to begin with" in PAGE
    assert f"one more for each {stream.LEAST_RATE // 1024} KiB" in PAGE
    assert f"nothing within {handling.SECONDS:.0f} seconds" in PAGE


def test_checks_are_documented() -> None:
    source = Path(bodies.__file__).with_name("checks.py").read_text()
    for found in re.findall(r'id="(gateway\.\w+)"', source):
        assert f"`{found}`" in PAGE
