"""Refusals that are told of in the audit log: the first of its kind, then how often it came again.

Kinds that are ever new are limited, so that nobody fills the disk by being refused.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.store.audit.entries import Entry
from engine.store.networks import host_of

BURST: Final = 2_000
RATE_S: Final = 1.0
"""Entries for refusals: so many at once, then so many a second; more are only counted. A flood all
day long is 86,400 entries, some 25 MB."""
KEYS_MAX: Final = 5_000


class Refusals:
    """The refusals of a window, of those who share one budget."""

    def __init__(self, now_ms: int) -> None:
        self._left, self._seen_ms = float(BURST), now_ms
        self._folds: dict[Entry, int] = {}
        self._many = 0

    def is_first(self, entry: Entry, now_ms: int) -> bool:
        """To be written at once; else it is counted."""
        key = _key(entry)
        if key in self._folds:
            self._folds[key] += entry.count
            return False
        if not self._affordable(now_ms):
            self._many += entry.count
            return False
        self._folds[key] = 0
        return True

    def _affordable(self, now_ms: int) -> bool:
        earned = max(0, now_ms - self._seen_ms) / 1000 * RATE_S
        self._left, self._seen_ms = min(float(BURST), self._left + earned), now_ms
        if self._left < 1 or len(self._folds) >= KEYS_MAX:
            return False
        self._left -= 1
        return True

    def lost(self, entry: Entry) -> None:
        """It couldn't be written: that there was one is told later."""
        self._many += entry.count

    @property
    def waiting(self) -> bool:
        """There is something to count up."""
        return bool(self._folds or self._many)

    def count_up(self, at_ms: int) -> list[Entry]:
        """The end of a window: what came again, and how many were too many."""
        counts = {key: count for key, count in self._folds.items() if count}
        told = [replace(key, at_ms=at_ms, count=count) for key, count in counts.items()]
        # Kinds that went on stay, so that a steady flood costs one entry a window.
        self._folds = dict.fromkeys(counts, 0)
        if self._many:
            many = Entry(kind="many", act="*", at_ms=at_ms, outcome="refused", count=self._many)
            told.append(many)
            self._many = 0
        return told


def _key(entry: Entry) -> Entry:
    """What refusals alike have in common. What somebody unknown aimed at is theirs to make up."""
    target = "" if entry.kind == "nobody" else entry.target
    return replace(entry, at_ms=0, count=1, target=target, address=host_of(entry.address))
