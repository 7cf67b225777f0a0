"""Certificates on both sides, over real sockets; all of them are made for the test."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from site_shell.composer.errors import ConnectFailed, RegistryError
from site_shell.composer.release import ClientCertificate, Release
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.client_tls import ClientContexts
from site_shell.composer.transport.credentials import Credentials
from site_shell.composer.transport.guarded import GuardedTransport
from site_shell.composer.transport.http import HttpTransport

from .certificates import Authority, Pair
from .hostile_server import response

OURS, THEIRS = Authority("ours"), Authority("theirs")
SERVER, CLIENT = OURS.issue("service"), OURS.issue("shell")


@dataclass
class Server:
    """``visitors``: the names in the certificates of who connected."""

    url: str = ""
    visitors: list[str] = field(default_factory=list)


@contextmanager
def demanding(tmp_path: Path) -> Iterator[Server]:
    """A service that answers only whom its authority vouches for.

    In threads, because asyncio's own servers close without the alert that says why.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=OURS.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(SERVER.write(tmp_path, "server"))
    server = Server()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            with context.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            ) as tls:
                try:
                    tls.do_handshake()
                except OSError:
                    # Closing with something unread would make the kernel forget the alert.
                    socket.socket.shutdown(tls, socket.SHUT_WR)
                    with suppress(OSError):
                        while os.read(tls.fileno(), 4096):
                            pass
                    return
                certificate: Any = tls.getpeercert()
                server.visitors.append(certificate["subject"][0][0][1])
                with suppress(OSError):
                    while tls.recv(4096):
                        tls.sendall(response(b"<p>private</p>"))

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        server.url = f"https://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield server
        listener.shutdown()
        thread.join(60)


class Shell:
    """A transport with secrets in its environment, and a release that refers to them."""

    def __init__(self, client: Pair = CLIENT, authority: str = OURS.certificate) -> None:
        self.environ = {"CERT": client.certificate, "KEY": client.key, "CA": authority}
        references = ClientCertificate("env:CERT", "env:KEY", "env:CA" if authority else None)
        self.release = Release(
            "reviews/list", "1.0.0", "https://x.example", credentials="mTLS", client=references
        )
        credentials = Credentials(self.environ)
        self.transport = GuardedTransport(HttpTransport(), credentials=credentials)

    async def ask(self, url: str, release: Release | None = None) -> FetchResponse:
        request = FetchRequest(f"{url}/list", timeout=10)
        return await self.transport.fetch(release or self.release, request)


async def test_a_service_sees_our_certificate_over_one_kept_connection(tmp_path: Path) -> None:
    with demanding(tmp_path) as server:
        shell = Shell()
        for _ in range(3):
            assert (await shell.ask(server.url)).body == b"<p>private</p>"
        await shell.transport.aclose()
    assert server.visitors == ["shell"]


async def test_who_has_no_certificate_gets_nothing(tmp_path: Path) -> None:
    with demanding(tmp_path) as server:
        tls = ssl.create_default_context(cadata=OURS.certificate)
        transport = HttpTransport(tls=tls)
        with pytest.raises(ConnectFailed, match=r"(?i)certificate"):
            await transport.fetch(FetchRequest(server.url, timeout=10))
    assert server.visitors == []


@pytest.mark.parametrize(
    "client",
    [THEIRS.issue("stranger"), OURS.issue("yesterday", days=-1)],
    ids=["of another authority", "expired"],
)
async def test_a_certificate_that_the_service_refuses_is_connect_failed(
    tmp_path: Path, client: Pair
) -> None:
    with demanding(tmp_path) as server, pytest.raises(ConnectFailed, match=r"(?i)TLS"):
        await Shell(client).ask(server.url)
    assert server.visitors == []


@pytest.mark.parametrize("authority", [THEIRS.certificate, ""], ids=["another", "the machine's"])
async def test_a_service_that_no_authority_vouches_for_is_told_nothing(
    tmp_path: Path, authority: str
) -> None:
    verify_failed = r"(?i)certificate verify failed"
    with demanding(tmp_path) as server, pytest.raises(ConnectFailed, match=verify_failed):
        await Shell(authority=authority).ask(server.url)


async def test_two_releases_of_one_service_never_share_a_connection(tmp_path: Path) -> None:
    with demanding(tmp_path) as server:
        shell, other = Shell(), OURS.issue("other")
        shell.environ.update(CERT2=other.certificate, KEY2=other.key)
        second = replace(shell.release, client=ClientCertificate("env:CERT2", "env:KEY2", "env:CA"))
        for release in (shell.release, second, shell.release, second):
            await shell.ask(server.url, release)
        await shell.transport.aclose()
    assert sorted(server.visitors) == ["other", "shell"]


async def test_a_new_certificate_is_used_from_the_next_request_on(tmp_path: Path) -> None:
    with demanding(tmp_path) as server:
        shell = Shell()
        await shell.ask(server.url)
        renewed = OURS.issue("renewed")
        shell.environ.update(CERT=renewed.certificate, KEY=renewed.key)
        await shell.ask(server.url)
        await shell.transport.aclose()
    assert server.visitors == ["shell", "renewed"]


@pytest.mark.parametrize(
    ("client", "says"),
    [
        (Pair(CLIENT.certificate, OURS.issue("x").key), "not that of the certificate"),
        (Pair(CLIENT.certificate, OURS.issue("x", password="hunter2").key), "without a password"),
        (Pair("rubbish hunter2", CLIENT.key), "PEM"),
        (Pair(CLIENT.certificate, "rubbish hunter2"), "PEM"),
        (Pair("", CLIENT.key), "CERT is not set"),
        (Pair(CLIENT.certificate, ""), "KEY is not set"),
    ],
    ids=["another's key", "encrypted key", "certificate", "key", "no certificate", "no key"],
)
async def test_what_makes_no_certificate_is_told_without_showing_it(
    client: Pair, says: str
) -> None:
    with pytest.raises(RegistryError, match=says) as caught:
        await Shell(client).ask("https://127.0.0.1:1")
    assert "hunter2" not in str(caught.value) and "PRIVATE" not in str(caught.value)


async def test_an_authority_that_is_none_is_told() -> None:
    with pytest.raises(RegistryError, match="authority"):
        await Shell(authority="rubbish").ask("https://127.0.0.1:1")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "lambda:reviews"])
async def test_a_certificate_cannot_be_shown_without_tls(url: str) -> None:
    with pytest.raises(RegistryError, match="not https"):
        await Shell().ask(url)


def test_no_key_stays_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_shell.composer.transport.client_tls._MEMORY", str(tmp_path))
    ClientContexts().get(CLIENT.certificate, CLIENT.key, None)
    assert not any(tmp_path.glob("*"))
