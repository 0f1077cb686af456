"""Python's garbage collector, as a server wants it.

It looks for cycles after every 700 new objects, and a command makes some hundreds: each look costs,
and now and then one goes through all there is, scripts and modules and all. What is there once a
server is open stays; and most of what commands leave behind holds no cycle, so it goes at once,
unasked. So the former is looked at no more, and the latter only now and then.
"""

from __future__ import annotations

import gc
from typing import Final

NEW_MAX: Final = 50_000
"""New objects between two looks; a few megabytes at most wait for it."""


def settle() -> None:
    """What is there now stays. Called once a process, when it is open."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(NEW_MAX, *gc.get_threshold()[1:])
