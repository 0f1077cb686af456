"""Who plays goes first: whatever newcomers send is let in piece by piece, as the loop has room.

The loop is fair to callbacks, not to people. Whoever opens fifty connections, or one after the
other, has fifty parts of each turn, and a phone whose command takes fifteen turns waits for all of
them fifteen times. So nothing that a newcomer sends is parsed as it comes. It waits here in one
line, and one piece is let in a turn, as long as turns are short; while they are long, one in a
while. What was let in makes turns longer until it is done, so that the line moves as fast as the
work behind it. Sockets that have been shown something don't wait: they play.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

TURN_S: Final = 0.003
"""A turn that took longer is full."""
HELD_S: Final = 0.02
"""So long nobody is let in at the most, however long the turns are."""


class Weir:
    """The line of one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._time, self._call_soon = loop.time, loop.call_soon
        self._line: deque[Callable[[], None]] = deque()
        self._moving = False
        self._turned_s = 0.0
        self._let_s = 0.0

    def wait(self, piece: Callable[[], None]) -> None:
        """Call it once it is let in."""
        self._line.append(piece)
        if not self._moving:
            self._moving = True
            self._again()

    def _again(self) -> None:
        self._turned_s = self._time()
        self._call_soon(self._turn)

    def _turn(self) -> None:
        now_s = self._time()
        if now_s - self._turned_s <= TURN_S or now_s - self._let_s >= HELD_S:
            try:
                self._line.popleft()()
            finally:
                self._let_s = self._time()
                self._moving = bool(self._line)
                if self._moving:
                    self._again()
        else:
            self._again()


_weirs: WeakKeyDictionary[asyncio.AbstractEventLoop, Weir] = WeakKeyDictionary()


def weir() -> Weir:
    """The running loop's."""
    loop = asyncio.get_running_loop()
    if loop not in _weirs:
        _weirs[loop] = Weir(loop)
    return _weirs[loop]
