"""Passwords: how they are hashed and verified, a few at a time, in a fair line.

Each takes 64 MiB and a fifth of a second, so that guessing is slow; two threads of their own keep
guesses from taking the memory and the threads of everything else. Who waits for them goes by turns
of whoever asks, so that many guesses from a few addresses delay nobody else by more than one of
each; and not many wait, so that nobody waits long in vain.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from engine.errors import StoreError, Text

AT_ONCE: Final = 2
EACH_MAX: Final = 20
"""How many of one address wait: an office that logs in at once."""
WAITING_MAX: Final = 60
"""How many wait in all, of those who are known and of those who aren't: six seconds' worth."""
UNUSED: Final = "first:"
"""Before the hash of a password that was made up, until somebody has logged in with it."""

_hasher: Final = PasswordHasher()
_threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")


class LineFull(StoreError):
    """Too many wait already: this one isn't looked at."""

    def __init__(self) -> None:
        super().__init__(
            "too_fast",
            Text("同时登录的人太多了。", "Too many log in at once."),
            Text("请稍等几秒再试。", "Wait a few seconds."),
        )


class _Side:
    """Those who wait, by whose they are; each of those in turn."""

    def __init__(self) -> None:
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def enter(self, whose: str) -> asyncio.Future[None]:
        """One more waits. Where all places are taken, one of whoever has most must go for somebody
        who has fewer. Raises LineFull."""
        own = len(self._queues.get(whose, ()))
        if own >= EACH_MAX:
            raise LineFull
        if self._count >= WAITING_MAX:
            longest = max(self._queues, key=lambda key: len(self._queues[key]))
            if len(self._queues[longest]) <= own + 1:
                raise LineFull
            last = self._queues[longest].pop()  # two at least: its queue stays
            self._count -= 1
            if not last.done():
                last.set_exception(LineFull())
        waiter = asyncio.get_running_loop().create_future()
        self._queues.setdefault(whose, deque()).append(waiter)
        self._count += 1
        return waiter

    def next(self) -> asyncio.Future[None]:
        """Whose turn it is; then it is the others'."""
        whose, queue = self._queues.popitem(last=False)
        waiter = queue.popleft()
        if queue:
            self._queues[whose] = queue  # at the end
        self._count -= 1
        return waiter


class Line:
    """Whose password is looked at: two at a time. Belongs to one loop."""

    def __init__(self) -> None:
        self._running = 0
        self._known, self._others = _Side(), _Side()
        self._known_next = True

    @asynccontextmanager
    async def turn(self, whose: str, *, known: bool) -> AsyncIterator[None]:
        """Wait until it is the turn of `whose` (an address, or an account); it lasts until the
        block ends. Those who are known take turns with all the others together. Raises
        LineFull."""
        await self._turn(self._known if known else self._others, whose)
        try:
            yield
        finally:
            self._running -= 1
            self._go_on()

    async def _turn(self, side: _Side, whose: str) -> None:
        if self._running < AT_ONCE:
            self._running += 1
            return
        waiter = side.enter(whose)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._running -= 1  # it was its turn just now
                self._go_on()
            raise

    def _go_on(self) -> None:
        while self._running < AT_ONCE and (self._known or self._others):
            known = bool(self._known) and (self._known_next or not self._others)
            self._known_next = not known
            waiter = (self._known if known else self._others).next()
            if not waiter.done():
                self._running += 1
                waiter.set_result(None)


@cache
def _nobodys() -> str:
    """Verified against where there is no such account, so that time tells nothing. Made when first
    needed: importing this module must not cost a hash."""
    return _hasher.hash("nobody's password")


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verified(known: str | None, password: str) -> bool:
    """The password is that of the hash; None: there is no account, which takes as long."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, known, password)


def _verify(known: str | None, password: str) -> bool:
    try:
        return _hasher.verify(known or _nobodys(), password) and known is not None
    except Argon2Error:
        return False
