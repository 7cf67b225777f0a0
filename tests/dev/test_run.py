"""``make run``, seen from outside: what it starts, says and leaves behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from dev.projects import SERVICES

from .conftest import StartSite
from .small_site import PATIENCE_SECONDS, Run, write

END_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def pids(run: Run) -> dict[str, int]:
    state = json.loads((run.tree / "var" / "site.json").read_text())
    found: dict[str, int] = state["pids"]
    return found


def group_exists(leader: int) -> bool:
    """Whether any process of a group still runs, its leader's children included. One that has
    ended and only waits for somebody to ask how (state Z) leaves nothing behind."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split() for line in listing.splitlines())
    return any(int(group) == leader and "Z" not in state for group, state in rows)


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=PATIENCE_SECONDS) as response:
        body: bytes = response.read()
    return body


def services(run: Run) -> dict[str, str]:
    state = json.loads((run.tree / "var" / "site.json").read_text())
    found: dict[str, str] = state["services"]
    return found


def test_every_project_answers_when_the_url_is_printed(start: StartSite) -> None:
    run = start()
    origin = run.ready()
    assert fetch(f"{origin}/") == b"shell"
    answers = {name: fetch(f"{url}/") for name, url in services(run).items()}
    assert answers == {service.name: b"first" for service in SERVICES}


def test_the_front_page_was_opened_once_before_the_url_is_printed(start: StartSite) -> None:
    run = start()
    run.ready()
    assert "site_shell      | asked for /" in run.lines


def test_the_ready_line_names_the_admin_desks_and_where_the_password_is(start: StartSite) -> None:
    run = start()
    run.ready()
    for url in services(run).values():
        assert f"{url}/admin/" in run.lines[-1]
    password = run.tree / "var" / "demo-password"
    assert "password in var/demo-password" in run.lines[-1]
    assert password.stat().st_mode & 0o777 == 0o600


def test_the_registry_follows_the_ports(start: StartSite) -> None:
    run = start()
    origin = run.ready()
    fragments = json.loads((run.tree / "var" / "registry.json").read_text())["microFrontends"]
    assert fragments["reviews/list"][0]["url"] == f"{services(run)['reviews']}/fragments/list"
    toasts = fragments["notifications/toasts"][0]
    assert toasts["url"] == f"{origin}/static/notifications_static"


def test_output_carries_the_name_of_its_process(start: StartSite) -> None:
    run = start()
    run.ready()
    assert "site_shell      | shell says hello" in run.lines


def test_a_second_start_prepares_nothing_again(start: StartSite) -> None:
    first = start()
    first.ready()
    first.close()
    second = start()
    second.ready()
    assert "Preparing" in first.text
    assert "Preparing" not in second.text
    assert (second.tree / "var" / "static" / "reviews" / "seeded").read_text() == "x"


def test_a_copy_of_what_was_written_is_prepared_already(start: StartSite, tmp_path: Path) -> None:
    first = start()
    first.ready()
    first.close()
    copy = shutil.copytree(first.tree / "var", tmp_path / "copy")
    second = start(environ={"VAR_DIR": str(copy)})
    second.ready()
    assert "Preparing" not in second.text


def test_a_new_migration_is_applied_at_the_next_start(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    run.close()
    write(tree / "reviews" / "migrations" / "__init__.py", "")
    again = start()
    again.ready()
    assert "Preparing reviews: database ..." in again.lines


def test_what_works_beside_a_service_does_so_here_too(start: StartSite) -> None:
    run = start()
    run.ready()
    for name, does in (
        ("cart.settle_orders", "settles orders"),
        ("site_shell.forget_shoppers", "forgets shoppers"),
    ):
        assert name in pids(run)
        if does not in run.text:
            run.until(does)
        assert f"{name} | {does} every 60 s" in run.lines


@pytest.mark.parametrize("number", END_SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_everything(start: StartSite, number: signal.Signals) -> None:
    run = start()
    run.ready()
    leaders = pids(run).values()
    run.process.send_signal(number)
    assert run.ended() == 0
    assert not any(group_exists(leader) for leader in leaders)


def test_a_grandchild_that_ignores_signals_is_ended_too(start: StartSite, tree: Path) -> None:
    stubborn = "trap '' TERM INT HUP; while :; do sleep 1; done"
    lines = f"import subprocess\nsubprocess.Popen(['sh', '-c', {stubborn!r}])\n"
    wsgi = tree / "reviews" / "wsgi.py"
    wsgi.write_text(lines + wsgi.read_text())
    run = start()
    run.ready()
    leader = pids(run)["reviews"]
    run.process.terminate()
    assert run.ended() == 0
    assert not group_exists(leader)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_children_end_even_when_the_runner_is_killed(start: StartSite) -> None:
    run = start()
    run.ready()
    leaders = pids(run).values()
    run.process.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(group_exists(leader) for leader in leaders) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(group_exists(leader) for leader in leaders)


def test_a_process_that_dies_is_named_and_ends_the_others(start: StartSite) -> None:
    run = start()
    run.ready()
    leaders = pids(run)
    os.kill(leaders["site_shell"], signal.SIGKILL)
    assert run.ended() == 1
    assert (
        f"site_shell (pid {leaders['site_shell']}) ended by signal 9. Its last lines:" in run.text
    )
    assert "    shell says hello" in run.lines
    assert not any(group_exists(leader) for leader in leaders.values())


def test_a_project_that_cannot_start_is_named_with_its_exit_code(
    start: StartSite, tree: Path
) -> None:
    (tree / "reviews" / "wsgi.py").write_text("raise RuntimeError('no such wine')")
    run = start()
    assert run.ended() == 1
    assert "ended with exit code 3" in run.text
    assert "RuntimeError: no such wine" in run.text


def test_a_preparation_that_fails_is_named_with_its_last_lines(
    start: StartSite, tree: Path
) -> None:
    seed = tree / "reviews" / "management" / "commands" / "seed_demo.py"
    seed.write_text("raise RuntimeError('no such reviewer')")
    run = start()
    assert run.ended() == 1
    assert "Preparing failed: reviews" in run.text
    assert "    RuntimeError: no such reviewer" in run.lines


def test_without_one_service_the_site_goes_on_when_asked_to(start: StartSite) -> None:
    run = start("--port", "0", "--keep-going")
    origin = run.ready()
    url = services(run)["reviews"]
    os.killpg(pids(run)["reviews"], signal.SIGKILL)
    run.until(r"reviews \(pid \d+\) ended by signal 9")
    assert fetch(f"{origin}/") == b"shell"
    # Reset, where the kernel had taken the call for a worker that was just ending, too.
    with pytest.raises(OSError, match=r"refused|reset"):
        fetch(f"{url}/")


def test_a_taken_port_is_named_with_the_way_out(start: StartSite, tree: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start("--port", str(port))
        assert run.ended() == 1
    assert run.lines == [
        f"Port {port} is taken by another process. Choose another one: make run PORT={port + 1}"
    ]
    assert not (tree / "var" / "site.json").exists()


@pytest.mark.parametrize("port", ["eighty", "-1", "65536"])
def test_a_port_that_is_none_is_named(start: StartSite, port: str) -> None:
    run = start("--reload", environ={"PORT": port})
    assert run.ended() == 1
    assert f"PORT='{port}' is not a port: use a number from 0 to 65535." in run.text


def test_everything_written_goes_where_var_dir_says(start: StartSite, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    run = start(environ={"VAR_DIR": str(elsewhere)})
    run.ready()
    assert (elsewhere / "reviews.sqlite3").exists()
    assert (elsewhere / "registry.json").exists()
    assert not (run.tree / "var").exists()
