"""A change of an editor, from the commit to every process and to the CDN: with real processes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from fragment_contract.testing import Reply

from site_shell.tests.composing.conftest import world
from site_shell.tests.composing.kit import PATIENCE, World, free_port
from site_shell.tests.discovery.conftest import aws, aws_environment
from site_shell.tests.store.conftest import needs_redis

from .test_cloudfront import distribution, invalidations

__all__ = ["aws", "aws_environment", "world"]

ROOT = Path(__file__).parents[3]
TOKEN = "purge-token-of-the-tests"
KEPT = {"cache-control": "max-age=86400", "surrogate-key": "product:h1 products"}


def eventually(is_true: Any, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A redis-server of its own; a CACHE_URL names hosts and ports, and no sockets."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)

    def answers() -> bool:
        assert server.poll() is None, "redis-server ended at once"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        eventually(answers)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(60)


@contextmanager
def shell(world: World, number: int, environ: dict[str, str]) -> Iterator[httpx.Client]:
    """A process of uvicorn with the site, as in production."""
    place = world.folder / f"shell{number}.sock"
    command = [sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools"]
    command += ["--uds", str(place), "--log-level", "warning", "site_shell.asgi:application"]
    log = (world.folder / f"shell{number}.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    transport = httpx.HTTPTransport(uds=str(place))
    try:
        with httpx.Client(
            transport=transport, base_url="http://localhost", timeout=PATIENCE
        ) as client:

            def answers() -> bool:
                assert process.poll() is None, Path(log.name).read_text()
                with socket.socket(socket.AF_UNIX) as probe:
                    if not place.exists() or probe.connect_ex(str(place)):
                        return False
                return client.get("/readyz").status_code == 200

            eventually(answers)
            yield client
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def purge(shell: httpx.Client) -> httpx.Response:
    return shell.post(
        "/_composer/purge",
        json={"tags": ["product:h1"]},
        headers={"authorization": f"Bearer {TOKEN}"},
    )


@needs_redis
def test_a_change_is_live_in_every_process_and_at_the_cdn(
    world: World,
    aws: str,
    aws_environment: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    cdn = boto3.session.Session().client("cloudfront", region_name="us-east-1")
    identifier = distribution(cdn)
    content = world.fragment("product/page", "<p>9.00</p>", headers=KEPT)
    slot = '{% fragment "product/page" required=True timeout=60000 %}'
    world.page(slot, extra="budget = 60000")
    with ExitStack() as stack:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "site_shell.settings",
            "CACHE_URL": stack.enter_context(redis(world.folder)),
            "FRAGMENT_REGISTRY": str(world.folder / "registry.json"),
            "PAGE_TEMPLATES": str(world.folder / "pages"),
            "CLOUDFRONT_DISTRIBUTION": identifier,
            "AWS_ENDPOINT_URL": aws,
            "ALLOWED_HOSTS": "localhost",
            "STATIC_HASHES": "false",
            "FRAGMENT_PURGE_TOKEN": TOKEN,
        }
        shells = [stack.enter_context(shell(world, number, environ)) for number in (1, 2)]
        for one in (*shells, *shells):
            assert "<p>9.00</p>" in one.get("/shop/").text

        # The editor's transaction is committed; then the service purges.
        world.services["product"].respond(content, Reply(body="<p>8.00</p>", headers=KEPT))
        for one in shells:
            assert "<p>9.00</p>" in one.get("/shop/").text
        # As services do: again, where a busy machine's cache was too slow to be told.
        eventually(lambda: purge(shells[0]).status_code == 204)
        assert "<p>8.00</p>" in shells[0].get("/shop/").text
        eventually(lambda: "<p>8.00</p>" in shells[1].get("/shop/").text)
        eventually(lambda: invalidations(cdn, identifier))
    (made,) = invalidations(cdn, identifier)
    assert made["InvalidationBatch"]["Paths"]["Items"] == ["/*"]
