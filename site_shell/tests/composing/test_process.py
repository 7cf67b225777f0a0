"""Health, start and stop of the shell's process."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from fragment_contract.testing import Hang

from site_shell.composer import bridge, conf
from site_shell.composer.lane import Lane

from .conftest import Open
from .kit import World, wait_until

ROOT = Path(__file__).resolve().parents[3]


def test_healthz_answers_whatever_is_wrong(world: World, open_site: Open) -> None:
    world.template("pages.toml", "not toml")
    response = open_site().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["cache-control"] == "no-store"


def test_readyz_is_ready_when_templates_parse_and_fragments_are_registered(
    world: World, open_site: Open
) -> None:
    world.fragment("reviews/list")
    world.page("Hello")
    response = open_site().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize("broken", ["registry", "template", "pages"])
def test_readyz_says_what_is_missing(world: World, open_site: Open, broken: str) -> None:
    world.page("Hello")
    if broken != "registry":
        world.fragment("reviews/list")
    if broken == "template":
        world.template("x.html", "{% if %}")
    if broken == "pages":
        world.template("pages.toml", "")
    response = open_site().get("/readyz")
    assert response.status_code == 503
    (problem,) = response.json()["problems"]
    expected = {"registry": "no fragment", "template": "x.html:1", "pages": "no pages"}[broken]
    assert expected in problem


def test_readyz_is_ready_with_one_broken_entry_in_the_registry(
    world: World, open_site: Open
) -> None:
    world.fragment("reviews/list")
    path = world.folder / "registry.json"
    document = json.loads(path.read_text())
    document["microFrontends"]["cart/mini"] = "broken"
    path.write_text(json.dumps(document))
    world.page("Hello")
    assert open_site().get("/readyz").status_code == 200


def test_the_lane_starts_and_stops_with_its_server(world: World) -> None:
    world.page("Hello")
    conf.forget_runtime()
    sent: list[dict[str, Any]] = []
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    app: Any = None
    asyncio.run(Lane(app, conf.runtime())({"type": "lifespan"}, receive, send))
    expected = ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [message["type"] for message in sent] == expected
    conf.forget_runtime()


def test_a_forked_child_starts_a_bridge_of_its_own() -> None:
    async def answer() -> str:
        return "answered"

    assert bridge.run(answer()) == "answered"
    child = os.fork()
    if not child:
        os._exit(0 if bridge.run(answer()) == "answered" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    bridge.stop()


def test_there_is_one_runtime_however_many_threads_ask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    conf.forget_runtime()
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: id(conf.runtime()), range(32)))
    assert len(made) == 1
    conf.forget_runtime()


def test_without_a_secret_key_nothing_starts() -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import site_shell.settings"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode
    assert "SECRET_KEY" in done.stderr


def test_the_pure_parts_import_no_django() -> None:
    """They can be read, tested and timed without a Django project around them."""
    names = (
        "slot page page_templates.config request outcome head headers assets budget markup logs"
        " passthrough"
    )
    code = "import sys\n" + "".join(
        f"import site_shell.composer.{name}\n" for name in names.split()
    )
    code += "sys.exit('django' in sys.modules)"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, cwd=ROOT, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("origin", "is_secure"), [("https://a.example", True), ("http://a.example", False)]
)
def test_transport_security_follows_the_origin(
    world: World, open_site: Open, settings: LazySettings, origin: str, *, is_secure: bool
) -> None:
    settings.SITE_ORIGIN = origin
    world.page("Hello")
    headers = open_site().get("/shop/").headers
    assert ("strict-transport-security" in headers) is is_secure
    assert ("upgrade-insecure-requests" in headers["content-security-policy"]) is is_secure


def test_a_loop_ends_what_is_its_own_and_leaves_other_loops_alone(world: World) -> None:
    """Error pages of Django are made in the background loop; stopping the lane's must not fail."""
    headers = {"cache-control": "max-age=0, stale-while-revalidate=600"}
    content = world.fragment("reviews/list", headers=headers)
    world.template("error.html", '{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/nowhere/")
        world.services["reviews"].respond(content, Hang())
        client.get("/nowhere/")
        wait_until(lambda: len(world.services["reviews"].requests_for(content)) == 2)
        asyncio.run(conf.runtime().resolver.aclose())


def test_the_last_lines_of_a_background_loop_are_written_when_the_process_ends() -> None:
    code = """
import asyncio, threading
from site_shell.composer.logs import LineLog
log, added = LineLog(), threading.Event()
async def add():
    log.add("request-1", (log.tail("info", {"event": "page"}),))
    added.set()
    await asyncio.sleep(60)
threading.Thread(target=lambda: asyncio.run(add()), daemon=True).start()
added.wait(60)
"""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)
    assert "request-1 INFO event=page" in done.stderr
