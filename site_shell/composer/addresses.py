"""Addresses of the network, as those who count requests see them."""

from ipaddress import IPv6Address, ip_address


def network(address: str) -> str:
    """What one customer of a provider has: an IPv4 address, or the 64 bits before his own.

    RFC 6177 gives a whole network to whoever has one IPv6 address. A socket for both kinds shows
    IPv4 addresses inside of IPv6 ones (RFC 4291, 2.5.5.2).

    >>> network("::ffff:192.0.2.7"), network("2001:db8:1:2:3:4:5:6"), network("unix")
    ('192.0.2.7', '2001:db8:1:2::', 'unix')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
