"""Long reading beside the loop: what was played is folded and written out for a page, one after the
other, in a thread.

Not in the workshop's processes: what is read (every moment of a run, thousands of records) would
have to be carried over there, which takes longer than reading it; and its length is told by what
was played, not by who asks. A thread shares the interpreter with everybody's evening; so there is
one, and the interpreter is handed over ten times as often as Python does by itself.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar, TypeVarTuple

SWITCH_S: Final = 0.0005
"""So long the loop waits for the interpreter while something is read. It asks for it fifteen times
a command, so the 5 ms that are usual would be felt."""

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

Do = Callable[..., Awaitable[Any]]
"""Where a function is done, with what it is given: `Reading.do`, or `here`."""


async def here(function: Callable[[*Ts], T], *given: *Ts) -> T:
    """At once: nobody else waits."""
    return function(*given)


class Reading:
    """The thread in which one thing is read at a time."""

    def __init__(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")

    async def do(self, function: Callable[[*Ts], T], *given: *Ts) -> T:
        """What the function returns. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *given)

    def close(self) -> None:
        """Take nothing more; what waits is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)
