"""`pick`: a run shows some of a longer list, as it draws; what can't be missed is always there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.kinds.forms import Answer
from engine.kinds.keys import At, Count, Key
from engine.kinds.kind import Draw

PICKED_MAX: Final = 12


def pick_key(told: str) -> Key:
    """The key, with a word on what is shown then."""
    return Key("pick", Count(low=0, high=PICKED_MAX, default=0), told, example="2")


PICK_THINGS: Final = pick_key("只出这么多项，每一局另抽；不写就全部都出")


def check_pick(at: At, number: int, listed: int, least: int) -> None:
    """Note a pick of fewer than `least`, or of all that are listed. 0: nothing is picked."""
    if number and not least <= number < listed:
        at.issue("SC437", at.node("pick"), found=number, least=least, number=listed)


def picked(ids: Answer, number: int, draw: Draw, kept: Iterable[str] = ()) -> Answer:
    """So many of the ids, in the author's order: those that are kept, and others as drawn. 0: all,
    which is nothing to keep a record of."""
    if not number:
        return ()
    always = {*kept}
    others = draw(tuple([name for name in ids if name not in always]))
    shown = {*always, *others[: number - len(always)]}
    return tuple([name for name in ids if name in shown])
