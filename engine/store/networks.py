"""Which addresses are one and the same, as far as limits go."""

from __future__ import annotations

import ipaddress
from typing import Final

HOST_BITS: Final = 64
"""Of an IPv6 address: whoever has one has all of its /64."""
NETWORK_BITS: Final = 24
"""Of an IPv4 address: its neighbours."""


def host_of(address: str) -> str:
    """One subscriber: an IPv4 address, or the first address of an IPv6 /64. What is no address is
    taken as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), HOST_BITS), strict=False).network_address)


def network_of(address: str) -> str:
    """A neighbourhood, written with its length: an IPv4 /24, or an IPv6 /64."""
    host = host_of(address)
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return f"{host}/"
    bits = NETWORK_BITS if found.version == 4 else HOST_BITS
    return str(ipaddress.ip_network((int(found), bits), strict=False))
