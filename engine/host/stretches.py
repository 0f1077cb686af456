"""Stretches of time, on the process's clock: cut, joined, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Stretch(msgspec.Struct, frozen=True, order=True):
    """From an instant up to another."""

    from_ms: int
    until_ms: int


EVER_MS = 1 << 62
"""An end that hasn't come."""


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time, in order, in as few stretches as it takes."""
    found: list[Stretch] = []
    for one in sorted(stretches):
        if one.until_ms <= one.from_ms:
            continue
        if found and one.from_ms <= found[-1].until_ms:
            last = found.pop()
            one = Stretch(last.from_ms, max(last.until_ms, one.until_ms))
        found.append(one)
    return found


def between(stretches: Iterable[Stretch]) -> list[Stretch]:
    """What lies before and between them, in order; nothing of what comes after the last."""
    found, end_ms = [], 0
    for one in joined(stretches):
        if one.from_ms > end_ms:
            found.append(Stretch(end_ms, one.from_ms))
        end_ms = one.until_ms
    return found


def after(stretches: Iterable[Stretch], at_ms: int) -> list[Stretch]:
    """What is left of them from an instant on, in order."""
    cut = [
        Stretch(max(at_ms, one.from_ms), one.until_ms) for one in stretches if one.until_ms > at_ms
    ]
    return joined(cut) if cut else cut
