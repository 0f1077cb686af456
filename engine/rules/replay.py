"""Folding a log, and the fingerprint that two folds are compared by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from engine.errors import ReplayError, Text
from engine.rules.codec import tag_of
from engine.rules.events import Recorded, RunOpened
from engine.rules.evolve import EMPTY, evolve
from engine.rules.state import State

_encoder: Final = msgspec.json.Encoder(order="sorted")


_OPENS: Final = Text(
    "run.opened 只能是第 1 条，也必须是第 1 条", "run.opened comes first, and only there"
)


def gap(seq: int) -> Text:
    """Why a record can't follow: another one, of this seq, is missing."""
    return Text(f"这里该是第 {seq} 条，中间缺了", f"{seq} was expected here, some are missing")


def replay(run: str, records: Iterable[Recorded], state: State = EMPTY) -> State:
    """The state after `records`, which follow `state` without a gap.

    Raises:
        ReplayError: a gap, a log that doesn't begin with `run.opened`, an event that doesn't fold.
    """
    for recorded in records:
        tag = tag_of(recorded.event)
        if recorded.seq != state.seq + 1:
            raise ReplayError(run, recorded.seq, tag, gap(state.seq + 1))
        if (recorded.seq == 1) != isinstance(recorded.event, RunOpened):
            raise ReplayError(run, recorded.seq, tag, _OPENS)
        try:
            state = evolve(state, recorded.event)
        except Exception as error:
            raise ReplayError(run, recorded.seq, tag, error) from error
    return state


def fingerprint(state: State) -> str:
    """SHA-256 of the state, hex. Equal for equal states, on any machine, under any hash seed. What
    is remembered only to be shown (`aside`) isn't in it, nor what older logs don't have."""
    fields = {
        name: value
        for name in State.__struct_fields__
        if name != "aside" and (value := getattr(state, name)) is not msgspec.UNSET
    }
    return hashlib.sha256(_encoder.encode(fields)).hexdigest()
