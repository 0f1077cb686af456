"""How often one address, seat or account may do a thing: token buckets, in memory.

Generous: a whole meeting room sits behind one address.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Final

from engine.evening.paces import Bucket, Paces
from engine.store.networks import host_of
from web.door.statuses import web_error

PACES_MAX: Final = 50_000
REQUESTS_PER_S: Final = 100
REQUESTS_MAX: Final = 2_000
"""Requests of one address: sixty phones that all reload, thirty times over."""

COMMANDS_PER_S: Final = 20
COMMANDS_BURST: Final = 40
"""Messages of one socket."""
PACE_BURST: Final = 200
"""Of one seat, or of one account's consoles and walls, over all their sockets. A cut may use it up:
a phone, its second tab and the line that hangs yet each send again what they kept."""
DESK_PER_S: Final = 50
DESK_BURST: Final = 600
"""Commands of one account by HTTP: a program that starts a city's evenings."""
LOGINS_PER_S: Final = 1.0
LOGINS_MAX: Final = 20
"""Tries to log in of one address that don't succeed, whatever the name: each costs a fifth of a
second of a core."""


class Limits(Paces):
    """Buckets by address; an IPv6 /64 is one. Those of seats and codes are the evening's own."""

    def __init__(self) -> None:
        super().__init__()
        self._paces: OrderedDict[str, Bucket] = OrderedDict()
        self._sockets: Counter[str] = Counter()

    def pace(self, whose: str, rate_s: float = COMMANDS_PER_S, burst: int = PACE_BURST) -> Bucket:
        """How fast whoever that is may go: a seat, an account. Never a socket, of which anybody can
        have as many as they like. Only whom the door let in has one, so nobody crowds them out."""
        found = self._paces.get(whose)
        if found is None:
            found = self._paces[whose] = Bucket(rate_s, burst)
        self._paces.move_to_end(whose)
        while len(self._paces) > PACES_MAX:
            self._paces.popitem(last=False)
        return found

    def socket(self, whose: str, most: int) -> None:
        """A socket more of a seat or an account, until `socket_gone`. Raises Refused too_fast:
        there are `most` already."""
        if self._sockets[whose] >= most:
            raise web_error("too_fast")
        self._sockets[whose] += 1

    def socket_gone(self, whose: str) -> None:
        """One less."""
        self._sockets[whose] -= 1
        if not self._sockets[whose]:
            del self._sockets[whose]

    def desk(self, account: str) -> None:
        """An account's program sends a command. Raises Refused too_fast."""
        if not self.pace(f"desk {account}", DESK_PER_S, DESK_BURST).take():
            raise web_error("too_fast")

    def request(self, address: str) -> None:
        """Somebody asks for anything. Raises Refused too_fast."""
        self._take(f"request:{host_of(address)}", REQUESTS_PER_S, REQUESTS_MAX)

    def login(self, address: str) -> None:
        """Somebody tries to log in. Raises Refused too_fast."""
        self._take(_login_key(address), LOGINS_PER_S, LOGINS_MAX)

    def logged_in(self, address: str) -> None:
        """They did: a whole office may."""
        self._bucket(_login_key(address), LOGINS_PER_S, LOGINS_MAX).put_back()


def _login_key(address: str) -> str:
    return f"login:{host_of(address)}"
