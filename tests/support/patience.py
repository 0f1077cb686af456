"""How long a test waits for what has to come: one generous limit, the same everywhere.

It is no measure of speed and no promise: it only ends a test that would wait for ever, and is far above
what a machine needs that has six other things to do. Times are asserted where they are the point, in
`make faults` and `make bench`, which are run alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

Found = TypeVar("Found")

PATIENCE_S: Final = 300.0
PATIENCE_MS: Final = PATIENCE_S * 1000

UNSAVED: Final = frozenset({"not_saved", "concurrent"})
"""Refusals after which the same is said again with the same id (docs/wire.md): the store was busy. Whoever stands for a phone or a desk does so too, on a machine that is busy."""
AGAIN_S: Final = 0.2
"""They wait so long first."""

_LOOKS_S: Final = (0.002, 0.25)
"""Between two looks, at first and at last: a wait must not take the processor from what it is for."""


async def soon(coming: Awaitable[Found]) -> Found:
    """What comes. Raises TimeoutError: it doesn't."""
    return await asyncio.wait_for(coming, PATIENCE_S)


def until(look: Callable[[], Found | None], what: Callable[[], object] = lambda: "") -> Found:
    """What `look` finds, once it does. Raises AssertionError with what `what` says then."""
    ends_s, pause_s = time.monotonic() + PATIENCE_S, _LOOKS_S[0]
    while not (found := look()):
        assert time.monotonic() < ends_s, what()
        time.sleep(pause_s)
        pause_s = min(_LOOKS_S[1], pause_s * 1.5)
    return found


async def comes(look: Callable[[], object]) -> None:
    """Returns once it is so, of what tells nobody; others on the loop go on meanwhile."""

    async def looking() -> None:
        while not look():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    await soon(looking())
