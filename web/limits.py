"""How often one address, seat or account may do a thing: token buckets, in memory.

Generous: a whole meeting room sits behind one address.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.store.networks import host_of
from web.errors import web_error

KEYS_MAX: Final = 10_000
PACES_MAX: Final = 50_000
GUESSES_PER_S: Final = 1 / 20
GUESSES_MAX: Final = 60
"""Wrong join codes of one address: everybody of a meeting room once."""
ALL_GUESSES_PER_S: Final = 1.0
ALL_GUESSES_MAX: Final = 600
"""Wrong join codes of all addresses."""
REQUESTS_PER_S: Final = 100
REQUESTS_MAX: Final = 2_000
"""Requests of one address: sixty phones that all reload, thirty times over."""

CLAIMS_PER_S: Final = 20
CLAIMS_BURST: Final = 200
FULL_PER_S: Final = 1 / 10
FULL_MAX: Final = 8
SEATS_PER_S: Final = 10
SEATS_BURST: Final = 300
"""Seats of one address that are made; who may take one at all: `web/lobby.py`."""
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


class Bucket:
    """Lets `burst` things happen at once and `rate_s` a second from then on."""

    __slots__ = ("_burst", "_left", "_rate_s", "_seen_s")

    def __init__(self, rate_s: float, burst: int) -> None:
        self._rate_s = rate_s
        self._burst = burst
        self._left = float(burst)
        self._seen_s = time.monotonic()

    def _fill(self) -> None:
        now_s = time.monotonic()
        self._left = min(self._burst, self._left + (now_s - self._seen_s) * self._rate_s)
        self._seen_s = now_s

    @property
    def empty(self) -> bool:
        """Nothing can be taken now."""
        self._fill()
        return self._left < 1

    @property
    def full(self) -> bool:
        """Nothing was taken for a while."""
        self._fill()
        return self._left >= self._burst

    def take(self) -> bool:
        """Take one; False: too fast."""
        self._fill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def put_back(self) -> None:
        """What was taken doesn't count."""
        self._left = min(self._burst, self._left + 1)


class Limits:
    """Buckets by address; an IPv6 /64 is one."""

    def __init__(self) -> None:
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._buckets: dict[str, Bucket] = {}
        self._guesses = Bucket(ALL_GUESSES_PER_S, ALL_GUESSES_MAX)
        self._paces: OrderedDict[str, Bucket] = OrderedDict()
        self._sockets: Counter[str] = Counter()

    def pace(self, whose: str, rate_s: float = COMMANDS_PER_S, burst: int = PACE_BURST) -> Bucket:
        """How fast whoever that is may go: a seat, an account. Never a socket, of which anybody can
        have as many as they like. Only whom the door let in has one, so nobody crowds them out."""
        found = self._paces.setdefault(whose, Bucket(rate_s, burst))
        self._paces.move_to_end(whose)
        while len(self._paces) > PACES_MAX:
            self._paces.popitem(last=False)
        return found

    @contextmanager
    def socket(self, whose: str, most: int) -> Iterator[None]:
        """A socket more of a seat or an account, until the block ends. Raises WebError too_fast:
        there are `most` already."""
        if self._sockets[whose] >= most:
            raise web_error("too_fast")
        self._sockets[whose] += 1
        try:
            yield
        finally:
            self._sockets[whose] -= 1
            if not self._sockets[whose]:
                del self._sockets[whose]

    def desk(self, account: str) -> None:
        """An account's program sends a command. Raises WebError too_fast."""
        if not self.pace(f"desk {account}", DESK_PER_S, DESK_BURST).take():
            raise web_error("too_fast")

    def seats(self, address: str) -> Bucket:
        """How fast an address may take seats: who asks and gets none puts back what it took."""
        return self._bucket(f"seat:{host_of(address)}", SEATS_PER_S, SEATS_BURST)

    def in_vain(self, session: str) -> Bucket:
        """How often every seat of a session is found taken; empty: somebody asks over and over."""
        return self._bucket(f"full:{session}", FULL_PER_S, FULL_MAX)

    def claim(self, address: str) -> None:
        """Somebody asks for the seat they had. Raises WebError too_fast."""
        self._take(f"claim:{host_of(address)}", CLAIMS_PER_S, CLAIMS_BURST)

    def may_guess(self, address: str) -> None:
        """May this address try a join code? Asked before it is looked up, so that a right guess is
        worth no more than a wrong one. Raises WebError too_fast.

        The whole process's guesses are counted too: once they are used up, whoever hasn't guessed
        wrong lately still comes in. The arithmetic is in `engine/store/tokens.py`.
        """
        own = self._bucket(f"guess:{host_of(address)}", GUESSES_PER_S, GUESSES_MAX)
        if own.empty or (self._guesses.empty and not own.full):
            raise web_error("too_fast")

    def guessed_right(self, address: str, code: str) -> None:
        """Somebody at this address has the code of a session, or leads it from there."""
        key = (host_of(address), code)
        self._right[key] = None
        self._right.move_to_end(key)
        while len(self._right) > KEYS_MAX:
            self._right.popitem(last=False)

    def knows(self, address: str, code: str) -> bool:
        """Somebody at this address had this code before: whoever types it there now guesses
        nothing, however often their neighbours behind one NAT mistype it."""
        return (host_of(address), code) in self._right

    def guessed_wrong(self, address: str) -> None:
        """It wasn't one."""
        self._bucket(f"guess:{host_of(address)}", GUESSES_PER_S, GUESSES_MAX).take()
        self._guesses.take()

    def request(self, address: str) -> None:
        """Somebody asks for anything. Raises WebError too_fast."""
        self._take(f"request:{host_of(address)}", REQUESTS_PER_S, REQUESTS_MAX)

    def login(self, address: str) -> None:
        """Somebody tries to log in. Raises WebError too_fast."""
        self._take(_login_key(address), LOGINS_PER_S, LOGINS_MAX)

    def logged_in(self, address: str) -> None:
        """They did: a whole office may."""
        self._bucket(_login_key(address), LOGINS_PER_S, LOGINS_MAX).put_back()

    def _bucket(self, key: str, rate_s: float, burst: int) -> Bucket:
        if len(self._buckets) > KEYS_MAX:
            self._forget()
        return self._buckets.setdefault(key, Bucket(rate_s, burst))

    def _forget(self) -> None:
        """Drop the buckets that are full again: they say nothing. All of them, if none is."""
        kept = {key: bucket for key, bucket in self._buckets.items() if not bucket.full}
        self._buckets = kept if len(kept) <= KEYS_MAX // 2 else {}

    def _take(self, key: str, rate_s: float, burst: int) -> None:
        if not self._bucket(key, rate_s, burst).take():
            raise web_error("too_fast")


def _login_key(address: str) -> str:
    return f"login:{host_of(address)}"
