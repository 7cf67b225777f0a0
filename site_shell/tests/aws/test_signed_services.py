"""Services that take signed requests only, over real sockets: every signature is recomputed from
what came over the wire."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.credentials import Credentials
from site_shell.composer.transport.guarded import GuardedTransport
from site_shell.composer.transport.http import HttpTransport

from .signatures import Key, problem_of


@dataclass
class Gateway:
    """``seconds_ahead`` is how far its clock is ahead of ours."""

    url: str = ""
    key: Key = field(default_factory=Key)
    seconds_ahead: float = 0.0
    problems: list[str] = field(default_factory=list)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    made = Gateway()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", Key.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", Key.secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", Key.token)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            problem = problem_of(
                self.command,
                self.path,
                headers,
                body,
                key=made.key,
                service="execute-api",
                region="eu-west-1",
                now=time.time() + made.seconds_ahead,
            )
            made.problems.append(problem)
            self.send_response(403 if problem else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/prod"
    yield made
    server.shutdown()
    server.server_close()
    thread.join(60)


async def status_of(gateway: Gateway, target: str = "/", **request: object) -> int:
    release = Release("reviews/list", "1.0.0", gateway.url, credentials="SignatureV4")
    credentials = Credentials({}, identity=AwsIdentity())
    guarded = GuardedTransport(HttpTransport(), credentials=credentials)
    asked = FetchRequest(f"{gateway.url}{target}", timeout=20, **request)  # type: ignore[arg-type]
    response = await guarded.fetch(release, asked)
    await guarded.aclose()
    return response.status


@pytest.mark.parametrize(
    "target",
    [
        "/list/",
        "/list/?product=h1001&q=a+b&q=a%20b",
        "/x?z=1&a=2&a=1&empty=&flag",
        "/x?when=10:30@here,there;(now)!*'$/?",
        "/na%C3%AFve%20path/ünïcode?q=é%26",
    ],
)
async def test_a_signature_holds_for_what_goes_over_the_wire(gateway: Gateway, target: str) -> None:
    assert await status_of(gateway, target) == 200
    assert gateway.problems == [""]


async def test_a_signature_covers_the_body_of_an_action(gateway: Gateway) -> None:
    assert await status_of(gateway, "/actions/submit", method="POST", body=b"title=nice") == 200


@pytest.mark.parametrize("seconds", [-3600, 3600])
async def test_a_clock_that_is_wrong_is_a_refusal(gateway: Gateway, seconds: float) -> None:
    gateway.seconds_ahead = seconds
    assert await status_of(gateway) == 403
    assert gateway.problems == ["InvalidSignatureException expired"]


@pytest.mark.parametrize("key", [Key(secret="another"), Key(token=""), Key(token="rotated")])
async def test_another_key_is_a_refusal(gateway: Gateway, key: Key) -> None:
    gateway.key = key
    assert await status_of(gateway) == 403
