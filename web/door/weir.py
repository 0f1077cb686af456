"""Who plays goes first: whatever newcomers send is let in piece by piece, as the loop has room.

The loop is fair to callbacks, not to people. Whoever opens fifty connections, or one after the
other, has fifty parts of each turn, and a phone whose command takes fifteen turns waits for all of
them fifteen times. So nothing that a newcomer sends is parsed as it comes, and no step of a request
is taken as soon as it can be. Both wait here. While the loop has nothing else to do, one is let in
a turn. As soon as it has, whoever plays gets as long as the last piece took before the next one is
let in: a command's fifteen turns pass between two pieces, not beside fifteen. Sockets that have
been shown something don't wait: they play. Addresses take turns, lest one phone's loop stand before
a facilitator's page.

A limit on requests under way was tried on paper and left: one that waits for a long job in another
process would take a place and cost nothing. Nor does it wait who has a connection to the database:
what they hold, players may need (`engine/store/precedence.py`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.store.precedence import holds

IDLE_S: Final = 0.0005
"""In a turn that took less, nobody played."""
HELD_S: Final = 0.02
"""So long nobody is let in at the most, however long the last piece took."""


class Weir:
    """The lines of one loop, one an address."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._time, self._call_soon = loop.time, loop.call_soon
        self._lines: OrderedDict[str, deque[Callable[[], None]]] = OrderedDict()
        self._moving = False
        self._turned_s = 0.0
        self._next_s = 0.0
        """Whoever plays has the loop until then."""

    def wait(self, piece: Callable[[], None], whose: str = "") -> None:
        """Call it once it is let in. `whose`: the address it came from."""
        self._lines.setdefault(whose, deque()).append(piece)
        if not self._moving:
            self._moving = True
            self._again()

    def _again(self) -> None:
        self._turned_s = self._time()
        self._call_soon(self._turn)

    def _turn(self) -> None:
        now_s = self._time()
        if now_s - self._turned_s <= IDLE_S or now_s >= self._next_s:
            try:
                self._next()()
            finally:
                done_s = self._time()
                self._next_s = done_s + min(HELD_S, done_s - now_s)
                self._moving = bool(self._lines)
                if self._moving:
                    self._again()
        else:
            self._again()

    def _next(self) -> Callable[[], None]:
        """The first piece of the address whose turn it is, which goes behind the others."""
        whose, line = self._lines.popitem(last=False)
        piece = line.popleft()
        if line:
            self._lines[whose] = line
        return piece


_weirs: WeakKeyDictionary[asyncio.AbstractEventLoop, Weir] = WeakKeyDictionary()


def weir() -> Weir:
    """The running loop's."""
    loop = asyncio.get_running_loop()
    if loop not in _weirs:
        _weirs[loop] = Weir(loop)
    return _weirs[loop]


class _Steps:
    """A coroutine each of whose steps is let in by the weir, until `plays`."""

    def __init__(
        self, inner: Coroutine[Any, Any, None], whose: str, plays: Callable[[], bool]
    ) -> None:
        self._inner, self._whose, self._plays = inner, whose, plays

    def __await__(self) -> Generator[Any, Any, None]:
        step: Callable[[], Any] = partial(self._inner.send, None)
        while True:
            if not self._plays() and not holds():
                try:
                    yield from self._let_in()
                except BaseException as error:  # noqa: BLE001 - it is the coroutine's: cancelled
                    step = partial(self._inner.throw, error)
            try:
                awaited = step()
            except StopIteration:
                return
            try:
                step = partial(self._inner.send, (yield awaited))
            except BaseException as error:  # noqa: BLE001 - it is the coroutine's
                step = partial(self._inner.throw, error)

    def _let_in(self) -> Generator[Any, Any, None]:
        turn = asyncio.get_running_loop().create_future()
        weir().wait(partial(_let_go, turn), self._whose)
        yield from turn


def _let_go(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


class Paced:
    """ASGI: a request goes on step by step beside those who play; a socket until it plays too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        plays = False

        async def telling(message: Message) -> None:
            nonlocal plays
            plays = plays or message["type"] == "websocket.send"
            await send(message)

        client = scope.get("client") or ("",)
        told: Coroutine[Any, Any, None] = self._app(scope, receive, telling)  # type: ignore[assignment]
        await _Steps(told, client[0], lambda: plays)
