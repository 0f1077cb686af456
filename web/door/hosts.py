"""Which names this server answers to.

A page of anybody's can give its own name our address, and its scripts then speak to us as if they
were ours ("rebinding"): the name they came by is all that tells. An address can't be given away so:
whoever types one means this machine, in whichever network, behind whichever container's bridge.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from web.settings import Settings

LOCAL: Final = "localhost"
SUFFIXES: Final = ("", ".local", ".lan", ".home.arpa")
"""What a room's router or the machines themselves hang on to this machine's own name."""


class Hosts:
    """The names of one server."""

    def __init__(self, settings: Settings) -> None:
        listed = [one.strip() for one in settings.hosts.split(",")]
        named = [urlsplit(one).hostname or "" for one in settings.allowed_origins()]
        own = socket.gethostname().lower()
        self._names = frozenset(
            name.lower().rstrip(".")
            for name in (LOCAL, *listed, *named, *(own + suffix for suffix in SUFFIXES))
            if name
        )

    def is_ours(self, host: str) -> bool:
        """A request with this Host is for us: an address, or a name of ours, with any port."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if not name or "@" in host or "/" in host:
            return False
        return name.rstrip(".") in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
