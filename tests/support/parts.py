"""Views as clients get them: what JSON has, and nothing of the structs it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson

from engine.errors import Lang
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SeatId
from engine.views.console import console
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from engine.views.team import Names


def sent(part: object) -> Any:
    """A part, or a whole view, as it comes out of the JSON it is sent as."""
    return orjson.loads(msgspec.json.encode(part))


class SentViews:
    """A run's views, as sent."""

    def __init__(self, scenario: Scenario) -> None:
        self.remembered = RunViews(scenario)

    def seat(self, state: State, seat: SeatId, names: Names, lang: Lang = "zh") -> dict[str, Any]:
        """All parts of a seat."""
        parts: dict[str, Any] = sent(self.remembered.seat(state, seat, names, lang))
        return parts


def wall_sent(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> dict[str, Any]:
    """All parts of the wall."""
    parts: dict[str, Any] = sent(projector(session, runs, lang))
    return parts


def desk_sent(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> dict[str, Any]:
    """All parts of the console."""
    parts: dict[str, Any] = sent(console(session, runs, lang))
    return parts
