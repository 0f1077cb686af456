"""The addresses phones can reach this machine at, without asking anybody outside."""

from __future__ import annotations

import ipaddress
import socket

import ifaddr


def addresses(port: int, public_url: str = "") -> list[tuple[str, str]]:
    """(URL, label) of every address, the likeliest first: a set public URL, then private LAN
    addresses, then others, then this machine alone."""
    found: list[tuple[int, str, str]] = []
    for adapter in ifaddr.get_adapters():
        for held in adapter.ips:
            if not held.is_IPv4:
                continue
            address = ipaddress.ip_address(str(held.ip))
            rank = 3 if address.is_loopback else 1 if address.is_private else 2
            if address.is_link_local or _is_virtual(adapter.nice_name):
                rank = 2
            label = "仅本机" if address.is_loopback else f"{adapter.nice_name} · {address}"
            found.append((rank, f"http://{address}:{port}", label))
    if public_url:
        found.append((0, public_url.rstrip("/"), public_url))
    if not found:
        found.append((3, f"http://{socket.gethostname()}:{port}", socket.gethostname()))
    return [(url, label) for _, url, label in sorted(found)]


def _is_virtual(name: str) -> bool:
    return name.startswith(("docker", "br-", "veth", "virbr", "vmnet"))
