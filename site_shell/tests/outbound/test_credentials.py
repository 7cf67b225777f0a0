"""Which credentials a request gets, and what is said where they are missing."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from site_shell.composer.errors import RegistryError
from site_shell.composer.release import CredentialsOption, Release
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.aws_identity import AwsIdentity
from site_shell.composer.transport.credentials import Credentials
from site_shell.composer.transport.secrets import Secrets

from ..aws.signatures import Key, problem_of

URL = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/list"
RELEASE = Release("reviews/list", "1.0.0", URL, secret="env:REVIEWS_KEY")
# Time enough to import botocore on a busy machine.
REQUEST = FetchRequest(f"{URL}?product=h1001&q=a+b", (("podium-locale", "en"),), timeout=20)
ENVIRON = {"REVIEWS_KEY": "Bearer hunter2"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", Key.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", Key.secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", Key.token)


async def add(
    release: Release, request: FetchRequest = REQUEST, environ: dict[str, str] | None = None
) -> FetchRequest:
    identity = AwsIdentity()
    return await Credentials(environ or {}, identity=identity).add(release, request)


def signature_problem(request: FetchRequest, service: str, region: str) -> str:
    """What the receiving side has to say about a signed request."""
    parts = urlsplit(request.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"host": parts.netloc, **dict(request.headers)}
    return problem_of(
        request.method, target, headers, request.body, key=Key(), service=service, region=region
    )


async def test_an_api_key_travels_in_its_header() -> None:
    release = replace(RELEASE, credentials="ApiKey")
    got = await add(release, environ={"REVIEWS_KEY": "key-1"})
    assert got.headers == (("podium-locale", "en"), ("x-api-key", "key-1"))


async def test_authorization_replaces_what_a_browser_sent() -> None:
    release = replace(RELEASE, credentials="Authorization")
    request = replace(REQUEST, headers=(("authorization", "Basic browser"),))
    got = await add(release, request, ENVIRON)
    assert got.headers == (("authorization", "Bearer hunter2"),)


async def test_a_secret_may_be_in_a_file_with_a_line_break_at_its_end(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("hunter2\n")
    got = await add(replace(RELEASE, credentials="ApiKey", secret=f"file:{secret}"))
    assert ("x-api-key", "hunter2") in got.headers


@pytest.mark.parametrize("option", ["ApiKey", "Authorization"])
@pytest.mark.parametrize(
    ("secret", "environ", "says"),
    [
        ("env:REVIEWS_KEY", {}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": ""}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": "hunter2\n"}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": "hunter2\r\nx: y"}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": "hunter2š"}, "REVIEWS_KEY"),
        ("file:/nonexistent/key", {}, "/nonexistent/key"),
        (None, {}, "extras.secret"),
        ("hunter2", {}, "env:REVIEWS_API_KEY"),
    ],
)
async def test_a_missing_secret_is_a_registry_error_that_names_where_but_never_what(
    option: CredentialsOption, secret: str | None, environ: dict[str, str], says: str
) -> None:
    release = replace(RELEASE, credentials=option, secret=secret)
    with pytest.raises(RegistryError, match=says) as caught:
        await add(release, environ=environ)
    assert f"reviews/list 1.0.0 ({option})" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("release", "says"),
    [
        (replace(RELEASE, credentials="ApiKey"), "REVIEWS_KEY is not set"),
        (replace(RELEASE, credentials="ApiKey", secret="hunter2"), "env:REVIEWS_API_KEY"),
        (replace(RELEASE, credentials="ApiKey", secret="file:/nonexistent"), "/nonexistent"),
        (replace(RELEASE, credentials="ApiKey", secret=None), "extras.secret"),
        (replace(RELEASE, credentials="mTLS"), "extras.certificate"),
    ],
)
def test_a_check_tells_what_is_missing_without_asking_anybody(release: Release, says: str) -> None:
    problem = Credentials({}).problem(release)
    assert problem is not None
    assert says in problem and "hunter2" not in problem


def test_credentials_that_are_there_are_no_problem() -> None:
    assert Credentials({}).problem(RELEASE) is None
    assert Credentials(ENVIRON).problem(replace(RELEASE, credentials="Authorization")) is None
    stored = replace(RELEASE, credentials="ApiKey", secret="ssm:/shop/key")
    assert Credentials({}).problem(stored) is None


@pytest.mark.usefixtures("aws")
async def test_a_signature_covers_the_request_without_showing_the_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    signed = await add(replace(RELEASE, credentials="SignatureV4"))
    assert dict(signed.headers)["podium-locale"] == "en"
    assert signature_problem(signed, "execute-api", "eu-west-1") == ""
    assert "hunter2" not in caplog.text + repr(signed)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("url", "service", "region"),
    [
        ("https://x.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
        ("https://x.execute-api.eu-west-1.amazonaws.com:8443/prod", "execute-api", "eu-west-1"),
        ("https://fragments.example", "execute-api", "eu-central-1"),
        ("https://evil.example/x.lambda-url.us-east-1.on.aws", "execute-api", "eu-central-1"),
    ],
)
async def test_service_and_region_come_from_the_host_or_the_environment(
    url: str, service: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    release = replace(RELEASE, url=url, credentials="SignatureV4")
    signed = await add(release, FetchRequest(f"{url}/", timeout=20))
    assert signature_problem(signed, service, region) == ""


async def test_a_signature_without_a_region_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    release = replace(RELEASE, url="https://fragments.example", credentials="SignatureV4")
    assert "AWS_REGION" in (Credentials({}).problem(release) or "")


async def test_functions_need_no_signature_of_their_own() -> None:
    release = Release("reviews/list", "1.0.0", "lambda:reviews", credentials="SignatureV4")
    request = FetchRequest("lambda:reviews/list")
    assert (await add(release, request)).headers == ()
    assert Credentials({}).problem(release) is None


async def test_finding_credentials_takes_from_the_time_of_the_request() -> None:
    class Slow(Secrets):
        async def read(self, reference: str, *, timeout: float) -> str:
            await asyncio.sleep(0.01)
            return "x"

    release = replace(RELEASE, credentials="ApiKey")
    got = await Credentials(secrets=Slow()).add(release, REQUEST)
    assert 0 < got.timeout < REQUEST.timeout


@pytest.mark.parametrize(
    ("release", "is_prepared"),
    [
        (RELEASE, False),
        (replace(RELEASE, credentials="SignatureV4"), True),
        (replace(RELEASE, url="lambda:reviews"), True),
        (replace(RELEASE, url="states:x"), True),
    ],
)
def test_aws_is_made_ready_where_a_release_needs_it(release: Release, is_prepared: bool) -> None:
    prepared: list[bool] = []

    class Identity(AwsIdentity):
        def prepare(self) -> None:
            prepared.append(True)

    Credentials({}, identity=Identity()).prepare([RELEASE, release, release])
    assert bool(prepared) is is_prepared and len(prepared) <= 1
