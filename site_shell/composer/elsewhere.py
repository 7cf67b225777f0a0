"""Machines that no registry names: which of them a member of staff may put in a service's place.

Only what the operator allows (OVERRIDE_ORIGINS) is ever asked, and no request carries a
credential of the release in whose place it is. Host names can lead anywhere, and to another
place at each look (DNS rebinding): so the address that a connection really has is looked at, too,
before anything is sent.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from .errors import StagingError
from .release import Release
from .transport import FetchRequest, FetchResponse, Transport

MAX_URL: Final = 512
_PORTS: Final = {"http": 80, "https": 443}
_PATTERN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]+|\*))?"
)
_NOT_IN_A_URL: Final = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}?#@%]")
# Where clouds keep the credentials of a machine, beside the link-local addresses.
_METADATA: Final = frozenset(
    {"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"}
)
# Translators (RFC 6052, RFC 8215) send what comes here to the IPv4 address in the last 32 bits.
_TRANSLATED: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class Origins:
    """The origins that the operator allows, as ``https://*.dev.example`` or ``http://localhost:*``.

    Raises ValueError if one of the patterns is none.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self._allowed = [_read(pattern) for pattern in patterns]

    def check(self, url: str) -> str:
        """The URL as it is asked, without a slash at its end. Raises StagingError."""
        origin = _origin(url)
        if not any(_matches(pattern, origin) for pattern in self._allowed):
            legal = ", ".join(self.patterns) or "none (OVERRIDE_ORIGINS is empty)"
            raise StagingError(f"{url!r:.200} may not be asked; allowed: {legal}")
        return url.rstrip("/")


def is_forbidden(address: str) -> bool:
    """Whether an IP address is one that nobody may be sent to, whatever name led to it.

    >>> is_forbidden("169.254.169.254"), is_forbidden("::ffff:169.254.1.1"), is_forbidden("::1")
    (True, True, False)
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return any(
        one.is_link_local or one.is_multicast or one.is_unspecified or str(one) in _METADATA
        for one in (ip, _inside(ip))
    )


def _inside(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for; itself if it is one of its own."""
    if isinstance(ip, IPv4Address):
        return ip
    # The last 32 bits, too, of ::a.b.c.d, which is of no use any more, and of :: and ::1 not.
    is_ending = int(ip) >> 32 == 0 and int(ip) > 0xFFFF
    if is_ending or any(ip in network for network in _TRANSLATED):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip


class Elsewhere:
    """Asks such machines: without breaker and concurrency limit, which protect services.

    ``transport`` must refuse forbidden addresses itself: only it knows where it is connected.
    """

    def __init__(self, transport: Transport, origins: Origins) -> None:
        self._transport = transport
        self._origins = origins

    async def fetch(self, release: Release, request: FetchRequest) -> FetchResponse:
        """See ReleaseTransport. The release only tells the name."""
        # Each URL is looked at: a manifest's paths are appended to what was allowed.
        self._origins.check(request.url.partition("?")[0])
        return await self._transport.fetch(request)


def _read(pattern: str) -> tuple[str, str, int]:
    """Scheme, host and port of a pattern; port 0 stands for any."""
    found = _PATTERN.fullmatch(pattern)
    if not found:
        raise ValueError(
            f"OVERRIDE_ORIGINS: {pattern!r} is no origin: write https://host, "
            "https://*.dev.example or http://localhost:*"
        )
    port = found["port"]
    number = 0 if port == "*" else int(port) if port else _PORTS[found["scheme"]]
    return found["scheme"], found["host"].strip("[]"), number


def _origin(url: str) -> tuple[str, str, int]:
    problem = ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in _PORTS or not host or port == 0:
            problem = "an http or https URL with a host"
        elif _NOT_IN_A_URL.search(url) or len(url) > MAX_URL:
            problem = f"at most {MAX_URL} plain characters, without user name, query or fragment"
    except ValueError:
        problem = "a URL"
    if problem:
        shown = "a URL with a user name" if "@" in url else repr(url)[:200]
        raise StagingError(f"{shown} cannot be asked: it must be {problem}")
    if _is_address(host) and is_forbidden(host):
        raise StagingError(f"{url!r:.200} may not be asked: nobody may be sent to that address")
    return parts.scheme, host, port or _PORTS[parts.scheme]


def _matches(pattern: tuple[str, str, int], origin: tuple[str, str, int]) -> bool:
    scheme, host, port = pattern
    is_host = origin[1].endswith(host[1:]) if host.startswith("*.") else origin[1] == host
    return scheme == origin[0] and is_host and port in (0, origin[2])


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
