"""``manage.py fragments check``: whether what is registered keeps the contract."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from fragment_contract.manifest import Asset, FragmentInfo
from fragment_contract.testing import FakeFragmentServer, Received, Reply

from site_shell.composer.management.fragments import axe

from .conftest import NAME, release

Check = Callable[..., None]


PRODUCT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["product"],
    "properties": {"product": {"type": "string"}},
}
SECOND = {"metadata": {"version": "2.0.0"}, "deployment": {"traffic": 0, "default": False}}


def release_at(url: str) -> dict[str, Any]:
    return {**release("1.0.0"), "url": url}


def with_etag(request: Received) -> Reply:
    kept = request.headers.get("if-none-match") == '"1"'
    headers = {"podlet-version": "1.0.0", "cache-control": "public, max-age=60", "etag": '"1"'}
    return Reply(status=304 if kept else 200, body="<p>Good</p>", headers=headers)


@pytest.fixture
def output() -> StringIO:
    return StringIO()


@pytest.fixture
def check(tmp_path: Path, output: StringIO) -> Check:
    """Runs the checks of an entry; what they print goes to ``output``."""

    def run(entry: Any, *arguments: str) -> None:
        path = tmp_path / "registry.json"
        path.write_text(json.dumps({"schema": "x", "microFrontends": {NAME: entry}}))
        call_command("fragments", f"--registry={path}", "check", *arguments, stdout=output)

    return run


@pytest.fixture
def service() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        yield server


def test_check_is_content_with_releases_that_keep_the_contract(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    url = service.add_fragment(NAME, parameters=PRODUCT)
    service.respond("/fragments/list/", with_etag)
    check([release_at(url)], f"--files={NAME}", "--parameter=product=h1")
    assert output.getvalue().startswith(f"{NAME} 1.0.0 at {url}\n  ")
    assert "FAIL" not in output.getvalue()
    assert service.requests_for("/fragments/list/")[0].parameters == [("product", "h1")]


def test_check_names_every_release_and_promise_that_is_not_kept(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    url = service.add_fragment(NAME, headers={"etag": "bad"})
    gone = {**release_at(f"{service.url}/gone"), **SECOND}
    with pytest.raises(CommandError, match=f"^not as promised: {NAME}$"):
        check([release_at(url), gone], f"--files={NAME}")
    first, second = output.getvalue().split(f"{NAME} 2.0.0 at {service.url}/gone\n")
    assert re.search(r"FAIL +etag ", first) and "manifest-valid" not in first
    assert re.search(r"FAIL +manifest-valid ", second)


def test_check_names_what_a_fragment_asks_of_the_policy_and_does_not_get(
    service: FakeFragmentServer, check: Check, output: StringIO, settings: LazySettings
) -> None:
    csp = (("img-src", "https://a.example"), ("script-src", "https://b.example"))
    asking = FragmentInfo(name=NAME, parameters=PRODUCT, csp=csp)
    url = service.add_fragment(NAME, fragment=asking)
    service.respond("/fragments/list/", with_etag)
    settings.CSP_ALLOWED = ["img-src=https://a.example"]
    with pytest.raises(CommandError, match="not as promised"):
        check([release_at(url)], f"--files={NAME}", "--parameter=product=h1")
    assert "not in CSP_ALLOWED: script-src=https://b.example\n" in output.getvalue()
    settings.CSP_ALLOWED += ["script-src=https://b.example"]
    check([release_at(url)], f"--files={NAME}", "--parameter=product=h1")


def test_check_names_a_file_that_is_not_what_its_integrity_says(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    style = Asset(value="/static/x.css", type="text/css", integrity="sha256-AAAA")
    url = service.add_fragment(NAME, parameters=PRODUCT, css=(style,))
    service.respond("/fragments/list/", with_etag)
    service.respond("/static/x.css", Reply(body="b {}", content_type="text/css"))
    with pytest.raises(CommandError, match="not as promised"):
        check(
            [release_at(url)],
            f"--files={NAME}",
            "--parameter=product=h1",
            f"--assets={service.url}",
        )
    assert re.search(r"FAIL +assets .*\n.*/static/x\.css has integrity", output.getvalue())


def test_check_fails_for_an_entry_that_cannot_be_understood(check: Check) -> None:
    with pytest.raises(CommandError, match=f"not as promised: {NAME}"):
        check("broken")


def test_a_parameter_of_another_form_is_refused(check: Check) -> None:
    with pytest.raises(CommandError, match="must be NAME=VALUE, not 'product'"):
        check([release()], "--parameter=product")


def test_check_tells_what_is_too_large(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    noise = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(40))
    url = service.add_fragment(
        NAME, html=f"<p>{noise}</p>", css=[Asset(value="/big.css", type="text/css")]
    )
    style = Reply(body=f"/* {noise} */", content_type="text/css")
    service.respond("/big.css", style)
    small = ("--max-html=500", "--max-css=400", f"--assets={service.url}")
    with pytest.raises(CommandError, match="not as promised"):
        check([release_at(url)], f"--files={NAME}", *small)
    found = output.getvalue()
    assert re.search(r"FAIL  budget-html .*\n .* bytes of html, compressed .*; at most 500", found)
    assert re.search(r"FAIL  budget-css .*\n .* bytes of css, compressed .*; at most 400", found)
    assert "budget-js" not in found


def test_check_tells_whom_a_fragment_keeps_out(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    url = service.add_fragment(NAME, html='<p>Look</p>\n<img src="/a.png">')
    with pytest.raises(CommandError, match="not as promised"):
        check([release_at(url)], f"--files={NAME}")
    assert re.search(r"FAIL  accessibility .*\n +line 2: <img> has no alt", output.getvalue())
    assert "for --axe" in output.getvalue()


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_check_looks_with_a_browser_if_it_is_asked_to(
    service: FakeFragmentServer, check: Check, output: StringIO
) -> None:
    html = '<p style="color: #999; background: #fff">Pale</p>'
    url = service.add_fragment(NAME, html=html)
    with pytest.raises(CommandError, match="not as promised"):
        check([release_at(url)], f"--files={NAME}", "--axe")
    assert re.search(r"FAIL  axe .*\n +color-contrast: <p", output.getvalue())
    assert "for --axe" not in output.getvalue()


def test_check_names_what_is_missing_for_a_browser(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(axe, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="needs playwright, axe-playwright-python, Chromium"):
        check([release()], "--axe")
