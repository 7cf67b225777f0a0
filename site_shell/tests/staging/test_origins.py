"""Where an override may lead: to the origins that are allowed, and to no forbidden address."""

import pytest
from fragment_contract.testing import FakeFragmentServer

from site_shell.composer.elsewhere import Elsewhere, Origins, is_forbidden
from site_shell.composer.errors import ConnectFailed, StagingError
from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest
from site_shell.composer.transport.http import HttpTransport


async def test_a_manifest_cannot_lead_elsewhere() -> None:
    elsewhere = Elsewhere(HttpTransport(), Origins(("http://127.0.0.1",)))
    release = Release("reviews/list", "override", "http://127.0.0.1")
    with pytest.raises(StagingError, match="may not be asked"):
        await elsewhere.fetch(release, FetchRequest(release.url + ".evil.example/?a=b"))


async def test_a_name_that_leads_to_a_forbidden_address_gets_no_request() -> None:
    with FakeFragmentServer() as server:
        transport = HttpTransport(is_forbidden=lambda address: address == "127.0.0.1")
        port = server.url.rpartition(":")[2]
        with pytest.raises(ConnectFailed, match="nobody may be sent to"):
            await transport.fetch(FetchRequest(f"http://localhost:{port}/", timeout=10))
        assert server.requests == ()
        await transport.aclose()


@pytest.mark.parametrize(
    ("address", "forbidden"),
    [
        ("169.254.169.254", True),
        ("169.254.170.2", True),
        ("fe80::1%eth0", True),
        ("fd00:ec2::254", True),
        ("100.100.100.200", True),
        ("::ffff:169.254.169.254", True),
        ("64:ff9b::a9fe:a9fe", True),
        ("64:ff9b:1::a9fe:a9fe", True),
        ("2002:a9fe:a9fe::1", True),
        ("::169.254.169.254", True),
        ("2001:0:4136:e378:8000:63bf:5601:5601", True),
        ("::ffff:100.100.100.200", True),
        ("fd20:ce::254", True),
        ("0.0.0.0", True),
        ("::", True),
        ("224.0.0.1", True),
        ("no address", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("64:ff9b::10.0.0.7", False),
        ("10.0.0.7", False),
        ("fd12::7", False),
    ],
)
def test_which_addresses_nobody_may_be_sent_to(address: str, forbidden: bool) -> None:
    assert is_forbidden(address) is forbidden


@pytest.mark.parametrize(
    ("pattern", "url", "allowed"),
    [
        ("http://localhost:*", "http://localhost:9100/x", True),
        ("http://localhost:*", "http://LOCALHOST:9100/x", True),
        ("http://localhost:*", "https://localhost:9100/x", False),
        ("http://localhost:*", "http://localhost.evil.example/x", False),
        ("http://localhost", "http://localhost/x", True),
        ("http://localhost", "http://localhost:9100/x", False),
        ("http://localhost:9100", "http://localhost:9100", True),
        ("https://*.dev.example", "https://ada.dev.example/x", True),
        ("https://*.dev.example", "https://a.b.dev.example/x", True),
        ("https://*.dev.example", "https://dev.example/x", False),
        ("https://*.dev.example", "https://evildev.example/x", False),
        ("https://*.dev.example", "https://ada.dev.example.evil.example/", False),
        ("https://*.dev.example", "https://ada.dev.example./x", False),
        ("https://*.dev.example", "https://ada.dev.example:8443/x", False),
        ("https://*.dev.example:*", "https://ada.dev.example:8443/x", True),
        ("http://[::1]:*", "http://[::1]:9100/x", True),
        ("http://127.0.0.1:*", "http://0x7f.1:9100/x", False),
    ],
)
def test_which_origins_a_pattern_allows(pattern: str, url: str, allowed: bool) -> None:
    origins = Origins((pattern,))
    if allowed:
        assert origins.check(url) == url.rstrip("/")
    else:
        with pytest.raises(StagingError, match="may not be asked"):
            origins.check(url)


@pytest.mark.parametrize(
    "pattern", ["*", "localhost", "ftp://x", "https://*", "https://a.*.b", "http://x/path", ""]
)
def test_a_pattern_that_is_none_is_told_at_the_start(pattern: str) -> None:
    with pytest.raises(ValueError, match="OVERRIDE_ORIGINS"):
        Origins((pattern,))
