"""A shared cache in front of the shell, set up as docs/shell-operators/rollouts.md says."""

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from .kit import PATIENCE, World, free_port, wait_until
from .rolling_out import NAME, page_of, roll_out

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")

CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {origin};
      proxy_set_header Host $host;
      proxy_cache pages;
      proxy_cache_key $request_uri$cookie_cohort;
      proxy_ignore_headers Vary;
      add_header X-Edge $upstream_cache_status always;
    }}
  }}
}}
"""


@contextmanager
def edge(origin: str) -> Iterator[httpx.Client]:
    port = free_port()
    # Not below pytest's own folder: nginx gives up root, and that folder is root's.
    folder = Path(tempfile.mkdtemp(prefix="edge-"))
    folder.chmod(0o777)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, origin=origin))
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(file)])
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def answers() -> bool:
        try:
            return client.get("/nothing/").status_code == 404
        except httpx.TransportError:
            assert process.poll() is None
            return False

    try:
        wait_until(answers)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder)


def visit(client: httpx.Client, cohort: str | None = None) -> httpx.Response:
    client.cookies.clear()
    cookies = f"session={time.monotonic_ns()}" + (f"; cohort={cohort}" if cohort else "")
    return client.get("/shop/", headers={"cookie": cookies})


def test_an_edge_shares_pages_among_visitors_of_a_cohort_and_never_a_first_visit(
    world: World,
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=30)
    with (
        world.open("lane") as shell,
        edge(str(shell.base_url).rstrip("/")) as client,
    ):
        # What is fetched for a page is streamed; what is kept comes with the second visit.
        for digit in [*range(10), *range(10)]:
            visit(client, str(digit))
        seen = [(visit(client, str(digit)), str(digit)) for digit in range(10) for _ in range(3)]
        assert {answer.headers["x-edge"] for answer, _ in seen} == {"HIT"}
        assert Counter(page_of(answer) for answer, _ in seen) == {"old": 21, "new": 9}
        firsts = [visit(client) for _ in range(20)]
        assert {answer.headers["x-edge"] for answer in firsts} == {"MISS"}
        for answer in firsts:
            found = re.match(r"cohort=(\d);", answer.headers["set-cookie"])
            assert found and page_of(visit(client, found[1])) == page_of(answer)


def test_outside_of_a_rollout_an_edge_has_one_page_for_all(world: World) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0)
    with (
        world.open("lane") as shell,
        edge(str(shell.base_url).rstrip("/")) as client,
    ):
        visit(client)
        visit(client)
        assert {visit(client).headers["x-edge"] for _ in range(5)} == {"HIT"}
