"""A part as it was built last, and what it is on the wire: whoever sends parts compares and encodes
nothing that hasn't changed.

A `Kept` is the same object for as long as its part is the same, so a look at who it is tells what
has to be sent. It is of one language. What it is on the wire, in a format, is made when somebody
first asks for it, and dies with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_encode: Final = msgspec.json.Encoder().encode


class Kept:
    """A part. `pieces`: of a list whose items are kept singly, those of its items, in order."""

    __slots__ = ("_json", "_wire", "part", "pieces")

    def __init__(self, part: Any, pieces: Sequence[Kept] = ()) -> None:
        self.part = part
        self.pieces = pieces
        self._json: bytes | None = None
        self._wire: dict[str, Any] | None = None
        """By format; there are ten parts a phone, and most are asked for as JSON alone."""

    def wire(self, form: str, make: Callable[..., T], *given: Any) -> T:
        """What it is in the format `form`: where that wasn't asked for yet, what `make` makes of it
        and of what else it is `given`."""
        if self._wire is None:
            self._wire = {}
        known: T | None = self._wire.get(form)
        if known is None:
            known = self._wire[form] = make(self, *given)
        return known

    def json(self) -> bytes:
        """As JSON."""
        if self._json is None:
            self._json = _json(self)
        return self._json


def _json(kept: Kept) -> bytes:
    if kept.pieces:
        return b"[" + b",".join([piece.json() for piece in kept.pieces]) + b"]"
    return _encode(kept.part)
