"""How often one address, or one socket, may do a thing: token buckets, in memory.

Generous: a whole meeting room sits behind one address.
"""

from __future__ import annotations

import time
from typing import Final

from web.errors import web_error

LOCK_OUT_AFTER: Final = 10
LOCK_OUT_S: Final = 300
KEYS_MAX: Final = 10_000


class Bucket:
    """Lets `burst` things happen at once and `rate_s` a second from then on."""

    __slots__ = ("_burst", "_left", "_rate_s", "_seen_s")

    def __init__(self, rate_s: float, burst: int) -> None:
        self._rate_s = rate_s
        self._burst = burst
        self._left = float(burst)
        self._seen_s = time.monotonic()

    def take(self) -> bool:
        """Take one; False: too fast."""
        now_s = time.monotonic()
        self._left = min(self._burst, self._left + (now_s - self._seen_s) * self._rate_s)
        self._seen_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Limits:
    """Buckets by address, and failed logins by name and address."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}
        self._failures: dict[str, list[float]] = {}

    def seat(self, address: str) -> None:
        """Somebody takes a seat. Raises WebError too_fast."""
        self._take(f"seat:{address}", 20, 200)

    def guess(self, address: str) -> None:
        """Somebody tries a join code that isn't one. Raises WebError too_fast."""
        self._take(f"guess:{address}", 0.5, 60)

    def _take(self, key: str, rate_s: float, burst: int) -> None:
        if len(self._buckets) > KEYS_MAX:
            self._buckets.clear()
        bucket = self._buckets.setdefault(key, Bucket(rate_s, burst))
        if not bucket.take():
            raise web_error("too_fast")

    def check_login(self, name: str, address: str) -> None:
        """May this name be tried from here? Raises WebError locked_out."""
        key = f"{name}|{address}"
        recent = [at for at in self._failures.get(key, []) if time.monotonic() - at < LOCK_OUT_S]
        if recent:
            self._failures[key] = recent
        else:
            self._failures.pop(key, None)
        if len(recent) >= LOCK_OUT_AFTER:
            raise web_error("locked_out")

    def login_failed(self, name: str, address: str) -> None:
        """Remember a failed login."""
        if len(self._failures) > KEYS_MAX:
            self._failures.clear()
        self._failures.setdefault(f"{name}|{address}", []).append(time.monotonic())

    def login_succeeded(self, name: str, address: str) -> None:
        """Forget the failures."""
        self._failures.pop(f"{name}|{address}", None)
