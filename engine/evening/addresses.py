"""The addresses phones can reach this machine at, without asking anybody outside.

An office laptop has many: the room's Wi-Fi, a cable, a VPN, the bridges of containers and virtual
machines. Which of them the room is on can only be guessed: the likeliest comes first, and where
more than one may be right the desk is asked (`likely`).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import ifaddr
import msgspec

LOOPBACK: Final = "仅本机"
ELSEWHERE: Final = "192.0.2.1"
"""An address of nobody's (RFC 5737). Nothing is sent to it: what is asked is the way there."""
_POINT_TO_POINT: Final = 0x10
"""IFF_POINTOPOINT of Linux."""
_VIRTUAL: Final = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|vnic|lxc|lxd|lxdbr|incus|podman|cni|flannel|cali|kube"
    r"|tun|tap|utun|wg|ppp|ipsec|gif|stf|zt|tailscale|nordlynx|proton|mullvad|awdl|llw|bridge\d"
    r"|anpi|dummy|ifb|sit)"
    r"|virtualbox|vmware|vethernet|hyper-v|wsl\b|docker|tap-windows|wintun|wireguard|tailscale"
    r"|zerotier|openvpn|anyconnect|fortinet|easyconnect|sangfor|vpn|virtual|虚拟",
    re.IGNORECASE,
)
_WIRELESS: Final = re.compile(r"^(wl|wifi|ath\d|ra\d)|wi-?fi|wlan|wireless|无线", re.IGNORECASE)


class Address(NamedTuple):
    """Somewhere phones may join."""

    url: str
    label: str
    likely: bool
    """The room may be on it: neither this machine alone nor a VPN's or a container's."""


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """One IPv4 address of this machine, and what carries it."""

    name: str
    address: str
    prefix: int = 24
    wireless: bool = False
    point_to_point: bool = False

    @property
    def virtual(self) -> bool:
        """No network of a room: a tunnel, a bridge of containers, nobody's."""
        return self.point_to_point or self.prefix == 32 or bool(_VIRTUAL.search(self.name))

    @property
    def at(self) -> ipaddress.IPv4Address:
        """The address."""
        return ipaddress.IPv4Address(self.address)

    @property
    def likely(self) -> bool:
        """A room's phones may reach it."""
        return not (self.virtual or self.at.is_loopback or self.at.is_link_local)


def likeliest(found: Sequence[Interface], default: str = "") -> list[Interface]:
    """The likeliest to be the room's first. `default`: the address from which this machine reaches
    others; a VPN that takes everything has it too, so what is virtual comes last all the same."""

    def rank(one: Interface) -> tuple[bool, bool, bool, bool, bool, int]:
        return (
            one.at.is_loopback,
            not one.likely,
            not one.at.is_private,
            one.address != default,
            not one.wireless,
            int(one.at),
        )

    return sorted(found, key=rank)


def addresses(port: int, public_url: str = "", host: str = "") -> list[Address]:
    """Every address, the likeliest first: a set public URL, then the room's, then others, then this
    machine alone. `host`: where the server listens; one address of this machine is all there is."""
    held = interfaces()
    chosen = [one for one in held if one.address == host]
    found = [
        Address(f"http://{one.address}:{port}", _label(one), one.likely)
        for one in likeliest(chosen or held, way_out())
    ]
    if public_url:
        found.insert(0, Address(public_url.rstrip("/"), public_url, likely=True))
    if not found:
        name = socket.gethostname()
        found.append(Address(f"http://{name}:{port}", name, likely=True))
    return found


def _label(one: Interface) -> str:
    if one.at.is_loopback:
        return LOOPBACK
    kind = "虚拟网络或 VPN" if one.virtual else "无线网" if one.wireless else "网卡"
    return f"{kind} {one.name} · {one.address}"


def interfaces() -> list[Interface]:
    """What this machine has."""
    return [
        Interface(
            name=adapter.nice_name,
            address=str(held.ip),
            prefix=held.network_prefix,
            wireless=_is_wireless(adapter.nice_name),
            point_to_point=_is_point_to_point(adapter.nice_name),
        )
        for adapter in ifaddr.get_adapters()
        for held in adapter.ips
        if held.is_IPv4
    ]


def way_out() -> str:
    """The address from which this machine reaches others; empty: it reaches nobody."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((ELSEWHERE, 9))
            return str(asked.getsockname()[0])
        except OSError:
            return ""


def _is_wireless(name: str) -> bool:
    return bool(_WIRELESS.search(name)) or Path(f"/sys/class/net/{name}/wireless").exists()


def _is_point_to_point(name: str) -> bool:
    try:
        flags = int(Path(f"/sys/class/net/{name}/flags").read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        return False
    return bool(flags & _POINT_TO_POINT)
