"""The default transport over TLS, with a certificate made for the test."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from site_shell.composer.errors import ConnectFailed
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport

from .hostile_server import response

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the program openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=test"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


@asynccontextmanager
async def serving(certificate: Path) -> AsyncIterator[tuple[int, list[int]]]:
    """A TLS server's port, and one entry for each connection it took."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    connections: list[int] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(response(b"<p>private</p>"))
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context) as listener:
        yield listener.sockets[0].getsockname()[1], connections


async def test_a_trusted_service_is_asked_over_one_kept_connection(certificate: Path) -> None:
    transport = HttpTransport(tls=ssl.create_default_context(cafile=str(certificate)))
    async with serving(certificate) as (port, connections):
        for _ in range(3):
            got = await transport.fetch(FetchRequest(f"https://127.0.0.1:{port}/", timeout=10))
            assert got.body == b"<p>private</p>"
        await transport.aclose()
    assert len(connections) == 1


async def test_a_certificate_nobody_vouches_for_is_connect_failed(certificate: Path) -> None:
    async with serving(certificate) as (port, _):
        with pytest.raises(ConnectFailed, match=r"(?i)certificate"):
            await HttpTransport().fetch(FetchRequest(f"https://127.0.0.1:{port}/", timeout=10))


async def test_a_certificate_of_another_host_is_connect_failed(certificate: Path) -> None:
    transport = HttpTransport(tls=ssl.create_default_context(cafile=str(certificate)))
    async with serving(certificate) as (port, _):
        with pytest.raises(ConnectFailed, match=r"(?i)certificate"):
            await transport.fetch(FetchRequest(f"https://localhost:{port}/", timeout=10))
