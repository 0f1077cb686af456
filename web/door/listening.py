"""The listening socket: who comes is taken a few at a time, and turned away while there is room to.

A process may have so many files open and no more. Where connections take all of them, nobody gets
in who leads, no database is opened, and each further one is an error with a traceback. So some are
kept free: newcomers are told to come back while there are descriptors to tell it with, sockets of
phones (which stay) sooner than requests (which go), so that whoever leads still gets in.

The system gives the lowest number that is free, so a number tells how many are taken: none is
counted.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import suppress
from multiprocessing import reduction
from typing import Any, Final

import structlog

from web.door.bare import HEADERS, page_of
from web.logs import Seldom

STALLED_MS: Final = 10_000
"""A phone that acknowledges nothing for so long is dropped by the kernel."""
UNSENT_BYTES: Final = 16 * 1024
"""So much the kernel keeps for a phone that doesn't read, rather than four megabytes: the rest
waits in its outbox, where it is counted and bounded."""
AT_ONCE: Final = 4
"""Connections taken in one turn of the loop."""
SPARE_MIN: Final = 8
SPARE_MAX: Final = 64
SPARE_SHARE: Final = 6
"""A sixth of what a process may open is kept for files, the database, other processes; as much
again for requests."""
_OUT: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
    + b"".join(b"%s: %s\r\n" % header for header in HEADERS)
    + b"Content-Length: %d\r\n\r\n%s" % (len(page_of(503)), page_of(503))
)

log = structlog.get_logger()
_seldom: Final = Seldom()


def say_crowded(what: str) -> None:
    """One line a minute, however many are turned away."""
    more = _seldom.again(what)
    if more is not None:
        log.error("连接太多 too many connections", what=what, may_open=may_open(), more=more)


def may_open() -> int:
    """Files that this process may have open at once."""
    if sys.platform == "win32":
        return 8192
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def bounds(limit: int) -> tuple[int, int]:
    """(for sockets that stay, for requests): from this number of a descriptor on none is taken."""
    spare = min(SPARE_MAX, max(SPARE_MIN, limit // SPARE_SHARE))
    return limit - 2 * spare, limit - spare


def has_room() -> bool:
    """Whether one more socket may stay; it has a descriptor already."""
    try:
        lowest = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return False
    os.close(lowest)
    return lowest <= bounds(may_open())[0]


class Paced(socket.socket):
    """A listening socket of which asyncio takes a few connections a turn, and not all that wait:
    two thousand would be two thousand times as much work before anybody is heard."""

    _taken = 0
    _reserve: int | None = None
    """A descriptor to turn somebody away with, where there is no other left."""

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Raises BlockingIOError: none waits, or it is the others' turn, or
        there was no room for the one that came; OSError: not even to say so."""
        if self._reserve is None:
            with suppress(OSError):
                self._reserve = os.open(os.devnull, os.O_RDONLY)
        self._taken = (self._taken + 1) % (AT_ONCE + 1)
        if not self._taken:
            raise BlockingIOError
        try:
            came, address = super().accept()
        except BlockingIOError:
            self._taken = 0
            raise
        except OSError as error:
            if error.errno not in _OUT or self._reserve is None:
                raise
            self._turn_away_by_reserve()
            raise BlockingIOError from error
        if came.fileno() >= bounds(may_open())[1]:
            turn_away(came)
            raise BlockingIOError
        return came, address

    def _turn_away_by_reserve(self) -> None:
        """asyncio would wait a second, and write a page about each try."""
        assert self._reserve is not None, "it was asked"
        os.close(self._reserve)
        self._reserve = None
        with suppress(OSError):
            came, _ = super().accept()
            turn_away(came)

    def close(self) -> None:
        """Let go of the reserve as well."""
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None
        super().close()


def turn_away(came: socket.socket) -> None:
    """Say that there is no room, and hang up."""
    say_crowded("connection")
    with came, suppress(OSError):
        came.setblocking(False)
        came.send(BUSY)
        came.shutdown(socket.SHUT_WR)
        came.recv(64 * 1024)  # what isn't read would cut off what was said


def _sent(one: Paced) -> tuple[Any, ...]:
    return _came, (reduction.DupFd(one.fileno()), one.family, one.type, one.proto)


def _came(fd: Any, family: int, sort: int, protocol: int) -> Paced:
    return Paced(family, sort, protocol, fd.detach())


reduction.register(Paced, _sent)  # workers are given theirs


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections don't hang on phones that stopped reading."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol said, asyncio sets TCP_NODELAY; without it each answer waits 40 ms.
    listening = Paced(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except BaseException:
        listening.close()
        raise
    return listening
