"""How long a job may take and how much it may hold, and what is said of one that needs more."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from engine.errors import AppError, Text

Lane = Literal["quick", "trial", "long", "paper", "send"]
"""`quick`: somebody is typing and waits for it; `trial`: what follows upon that by itself; `long`:
somebody pressed a button; `paper`: a document is wanted, which no proof may keep; `send`: somebody
else's server is waited for, which may hang."""

NICE: Final = 10
"""An evening is served first; what is left of the processors is for work."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one job may take."""

    lane: Lane
    wall_s: float
    """From the moment it begins; what waits in line isn't counted."""
    memory_mb: int
    """On top of what a hand holds before it begins. Systems other than Linux don't keep to it."""
    result_mb: int = 16
    what: Text
    """What it is called when people are told of it."""
    remedy: Text
    """What to do where it needs more."""

    @property
    def cpu_s(self) -> int:
        """Processor time, of threads and of programs that it starts as well: what a hand whose
        server was killed can still take at the most."""
        return int(self.wall_s) + 2


class WorkError(AppError):
    """A job that came to no end: `work_long`, `work_large`, `work_lost`, `work_waiting`."""


_TOLD: Final = {
    "work_long": Text(
        "{zh}做了 {seconds:g} 秒还没有做完，已经停下了。",
        "{en}: stopped, for it wasn't done within {seconds:g} s.",
    ),
    "work_large": Text(
        "{zh}要用的内存太多，已经停下了。", "{en}: stopped, for it needed too much memory."
    ),
    "work_lost": Text("{zh}中途断了。", "{en}: broken off."),
    "work_waiting": Text(
        "您前面交的还没有做完，{zh}没有再排上。", "{en}: not taken, for yours before it isn't done."
    ),
}
_WAIT: Final = Text(
    "请等它做完，或先取消它，再试。", "Wait until it is done, or cancel it, and try again."
)
_AGAIN: Final = Text("请再试一次；还是这样：", "Try again; and if it happens again: ")


def work_error(code: str, limits: Limits) -> WorkError:
    """The WorkError with this code, of a job with these limits. Raise it."""
    message = _TOLD[code].format(zh=limits.what.zh, en=limits.what.en, seconds=limits.wall_s)
    remedy = limits.remedy
    if code == "work_waiting":
        remedy = _WAIT
    elif code == "work_lost":
        remedy = Text(_AGAIN.zh + remedy.zh, _AGAIN.en + remedy.en)
    return WorkError(code, message, remedy)


CODES: Final = frozenset(_TOLD)
"""Every code of a WorkError."""
