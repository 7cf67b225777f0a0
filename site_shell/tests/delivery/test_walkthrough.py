"""docs/shell-operators/delivery.md: its commands, and what it says that they show."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from fragment_contract.testing import Gate, Reply

from ..composing.kit import World

PAGE = Path(__file__).resolve().parents[3] / "docs" / "shell-operators" / "delivery.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_deferred_fragment_under_the_csp(world: World) -> None:
    text = PAGE.read_text().partition("## Walkthrough")[2]
    template, shown = re.findall(r"```html\n(.*?)\n```", text, re.DOTALL)
    ask, look = re.findall(r"```console\n\$ (.*?)\n```", text, re.DOTALL)
    gate = Gate()
    content = world.fragment("weather/today")
    headers = {"cache-control": "max-age=600"}
    rain = Reply(body="<p>Rain</p>", gate=gate, headers=headers)
    world.services["weather"].respond(content, rain)
    world.page(template)
    with world.open("lane") as client:
        origin = str(client.base_url).rstrip("/")
        command = ask.replace("http://127.0.0.1:8000", origin)
        with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as asking:
            assert asking.stdout is not None
            early = ""
            while "All the rest" not in early:
                early += asking.stdout.read(1)
            assert "Rain" not in early
            gate.open()
            assert asking.stdout.read().endswith(shown)
        policy = subprocess.run(
            ["sh", "-c", look.replace("http://127.0.0.1:8000", origin)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "script-src 'self'" in policy
        assert not re.search("unsafe-inline|nonce-|sha(256|384|512)-", policy)
        again = client.get("/shop/")
        assert "<p>Rain</p>" in again.text
        assert "fragment-part" not in again.text
        assert again.headers["etag"]
