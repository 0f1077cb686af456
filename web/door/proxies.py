"""A proxy in front of the server that is set wrong: who is told what.

Two mistakes are common, and both look to a participant as if the phone were at fault. The proxy
sends another `Host` than the browser asked for, so that our own pages look foreign; or it drops the
`Upgrade` headers, so that no socket ever opens. The page asks which of the two it is (`GET /live`);
the operator gets a line in the log that says what to set.
"""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers

from engine.errors import Refused
from web.door.statuses import web_error

SAY_AGAIN_S: Final = 60
"""The same mistake is logged once in so long: every phone in the room makes it."""
SEEN_S: Final = 120
"""For so long a handshake without its headers explains why a page's socket doesn't open."""
ORIGINS_MAX: Final = 100

log = structlog.get_logger()


class ProxyWatch:
    """What was seen of a proxy's mistakes, and said of them."""

    def __init__(self) -> None:
        self._said_s: dict[str, float] = {}
        self._stripped_s = -float(SEEN_S)

    def foreign(self, origin: str, headers: Headers) -> Refused:
        """A request from a page that isn't ours, or no longer looks so; the operator is told."""
        host = headers.get("host", "")
        if self._first(f"{host_of(origin)} {host}"):
            log.warning(
                "proxy.foreign_origin",
                origin=origin[:200],
                host=host[:200],
                remedy="If this is your own site: let the proxy pass the address on "
                "(nginx: proxy_set_header Host $http_host;), or set HONGCHUAN_PUBLIC_URL to it.",
            )
        return web_error("proxy_host" if _by_proxy(origin, headers) else "foreign_origin")

    def foreign_host(self, host: str) -> Refused:
        """A request by a name that isn't ours; the operator is told how to make it so."""
        if self._first(f"host {host[:200]}"):
            log.warning(
                "proxy.foreign_host",
                host=host[:200],
                remedy="If people are to come by this name: set HONGCHUAN_PUBLIC_URL to it, or "
                "HONGCHUAN_HOSTS where there are several.",
            )
        return web_error("wrong_host", what=host[:80])

    def stripped(self) -> Refused:
        """A socket's handshake that came without its Upgrade header."""
        self._stripped_s = time.monotonic()
        if self._first("upgrade"):
            log.warning(
                "proxy.no_upgrade",
                remedy="Let the proxy pass WebSockets on (nginx: proxy_http_version 1.1; "
                "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection; "
                "see deploy/nginx.conf).",
            )
        return web_error("no_upgrade")

    def why_no_socket(self) -> Refused:
        """Why a page that is reached gets no socket, as far as it is known here."""
        recent = time.monotonic() - self._stripped_s < SEEN_S
        return web_error("no_upgrade" if recent else "socket_blocked")

    def _first(self, what: str) -> bool:
        """It wasn't said just now."""
        now_s = time.monotonic()
        if now_s - self._said_s.get(what, -float(SAY_AGAIN_S)) < SAY_AGAIN_S:
            return False
        if len(self._said_s) >= ORIGINS_MAX:  # made up by somebody: forget, and go on
            self._said_s.clear()
        self._said_s[what] = now_s
        return True


def host_of(origin: str) -> str:
    """The host and port that an origin names; empty: none can be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def is_own(origin: str, headers: Headers, allowed: frozenset[str]) -> bool:
    """A page of this origin is ours: the request came to the same host, or we are reached so."""
    host = host_of(origin)
    own = host != "" and host == headers.get("host", "").lower()
    return own or (host != "" and origin.lower() in allowed)


def _by_proxy(origin: str, headers: Headers) -> bool:
    """It was our own page: the browser says so, or only the port was lost, or the proxy names the
    address that was asked for. No page can write these headers."""
    host, ours = host_of(origin), headers.get("host", "").lower()
    return (
        headers.get("sec-fetch-site") == "same-origin"
        or _name(host) == _name(ours) != ""
        or host == headers.get("x-forwarded-host", "").lower() != ""
    )


def _name(host: str) -> str:
    """A host without its port."""
    return host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
