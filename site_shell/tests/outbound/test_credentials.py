import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from site_shell.composer.errors import RegistryError
from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.credentials import (
    _botocore_session,
    credentials_problem,
    with_credentials,
)

URL = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/list"
RELEASE = Release("reviews/list", "1.0.0", URL, secret="env:REVIEWS_KEY")
REQUEST = FetchRequest(f"{URL}?product=h1001&q=a+b", (("podium-locale", "en"),))
ENVIRON = {"REVIEWS_KEY": "Bearer hunter2"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    _botocore_session.cache_clear()
    yield
    _botocore_session.cache_clear()


async def test_without_credentials_the_request_is_left_alone() -> None:
    assert await with_credentials(RELEASE, REQUEST, {}) is REQUEST


async def test_an_api_key_travels_in_its_header() -> None:
    release = replace(RELEASE, credentials="ApiKey")
    got = await with_credentials(release, REQUEST, {"REVIEWS_KEY": "key-1"})
    assert got.headers == (("podium-locale", "en"), ("x-api-key", "key-1"))


async def test_authorization_replaces_what_a_browser_sent() -> None:
    release = replace(RELEASE, credentials="Authorization")
    request = replace(REQUEST, headers=(("authorization", "Basic browser"),))
    got = await with_credentials(release, request, ENVIRON)
    assert got.headers == (("authorization", "Bearer hunter2"),)


@pytest.mark.parametrize(
    ("secret", "environ", "says"),
    [
        ("env:REVIEWS_KEY", {}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": ""}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": "hunter2\n"}, "REVIEWS_KEY"),
        ("env:REVIEWS_KEY", {"REVIEWS_KEY": "hunter2\r\nx: y"}, "REVIEWS_KEY"),
        (None, {}, "extras.secret"),
        ("hunter2", {}, "extras.secret"),
    ],
)
async def test_a_missing_secret_is_a_registry_error_that_names_where_but_never_what(
    secret: str | None, environ: dict[str, str], says: str
) -> None:
    release = replace(RELEASE, credentials="ApiKey", secret=secret)
    with pytest.raises(RegistryError, match=says) as caught:
        await with_credentials(release, REQUEST, environ)
    assert "reviews/list 1.0.0" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert credentials_problem(release, environ) == str(caught.value)


def test_credentials_that_are_there_are_no_problem() -> None:
    assert credentials_problem(RELEASE, {}) is None
    assert credentials_problem(replace(RELEASE, credentials="Authorization"), ENVIRON) is None


@pytest.mark.usefixtures("aws")
async def test_a_signature_covers_the_request_without_showing_the_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    signed = await with_credentials(replace(RELEASE, credentials="SignatureV4"), REQUEST)
    headers = dict(signed.headers)
    assert headers["podium-locale"] == "en"
    assert headers["x-amz-security-token"] == "session"
    assert len(headers["x-amz-date"]) == len("20261121T100000Z")
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-west-1/execute-api/aws4_request" in headers["authorization"]
    assert "SignedHeaders=host;x-amz-date" in headers["authorization"]
    # AWS does not take a plus sign for a space.
    assert signed.url.endswith("?product=h1001&q=a%20b")
    assert "hunter2" not in caplog.text + repr(signed)


@pytest.mark.usefixtures("aws")
async def test_signatures_differ_with_the_body() -> None:
    release = replace(RELEASE, credentials="SignatureV4")
    signatures = {
        dict((await with_credentials(release, replace(REQUEST, method="POST", body=body))).headers)[
            "authorization"
        ].rpartition("=")[2]
        for body in (b"a", b"b")
    }
    assert len(signatures) == 2


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("url", "scope"),
    [
        ("https://x.lambda-url.us-east-1.on.aws", "/us-east-1/lambda/"),
        ("https://x.execute-api.eu-west-1.amazonaws.com:8443/prod", "/eu-west-1/execute-api/"),
        ("https://fragments.example", "/eu-central-1/execute-api/"),
        ("https://evil.example/x.lambda-url.us-east-1.on.aws", "/eu-central-1/execute-api/"),
    ],
)
async def test_service_and_region_come_from_the_host_or_the_environment(
    url: str, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    release = replace(RELEASE, url=url, credentials="SignatureV4")
    signed = await with_credentials(release, FetchRequest(f"{url}/"))
    assert scope in dict(signed.headers)["authorization"]


async def test_a_signature_without_a_region_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    release = replace(RELEASE, url="https://fragments.example", credentials="SignatureV4")
    assert "AWS_REGION" in (credentials_problem(release) or "")


async def test_a_signature_without_aws_credentials_is_a_registry_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    _botocore_session.cache_clear()
    with pytest.raises(RegistryError, match="no AWS credentials"):
        await with_credentials(replace(RELEASE, credentials="SignatureV4"), REQUEST)
    _botocore_session.cache_clear()
