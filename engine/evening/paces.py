"""How often somebody at one address may try a code, take a seat or ask for one back: token buckets,
in memory.

Generous: a whole meeting room sits behind one address.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

from engine.evening.refusing import refused
from engine.store.networks import host_of

KEYS_MAX: Final = 10_000
GUESSES_PER_S: Final = 1 / 20
GUESSES_MAX: Final = 60
"""Wrong join codes of one address: everybody of a meeting room once."""
ALL_GUESSES_PER_S: Final = 1.0
ALL_GUESSES_MAX: Final = 600
"""Wrong join codes of all addresses."""
CLAIMS_PER_S: Final = 20
CLAIMS_BURST: Final = 200
FULL_PER_S: Final = 1 / 10
FULL_MAX: Final = 8
SEATS_PER_S: Final = 10
SEATS_BURST: Final = 300
"""Seats of one address that are made; who may take one at all: `engine/evening/lobby.py`."""


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


class Paces:
    """Buckets by address; an IPv6 /64 is one."""

    def __init__(self) -> None:
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._buckets: dict[str, Bucket] = {}
        self._guesses = Bucket(ALL_GUESSES_PER_S, ALL_GUESSES_MAX)

    def seats(self, address: str) -> Bucket:
        """How fast an address may take seats: who asks and gets none puts back what it took."""
        return self._bucket(f"seat:{host_of(address)}", SEATS_PER_S, SEATS_BURST)

    def in_vain(self, session: str) -> Bucket:
        """How often every seat of a session is found taken; empty: somebody asks over and over."""
        return self._bucket(f"full:{session}", FULL_PER_S, FULL_MAX)

    def claim(self, address: str) -> None:
        """Somebody asks for the seat they had. Raises Refused too_fast."""
        self._take(f"claim:{host_of(address)}", CLAIMS_PER_S, CLAIMS_BURST)

    def may_guess(self, address: str) -> None:
        """May this address try a join code? Asked before it is looked up, so that a right guess is
        worth no more than a wrong one. Raises Refused too_fast.

        The whole process's guesses are counted too: once they are used up, whoever hasn't guessed
        wrong lately still comes in. The arithmetic is in `engine/store/tokens.py`.
        """
        own = self._bucket(f"guess:{host_of(address)}", GUESSES_PER_S, GUESSES_MAX)
        if own.empty or (self._guesses.empty and not own.full):
            raise refused("too_fast")

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
            raise refused("too_fast")
