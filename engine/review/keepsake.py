"""What one seat takes home of an evening (纪念卡): read off the team's log, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.rules.events import Recorded, Reflected, RescueTried, TrapSprung
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SeatId


class Keepsake(msgspec.Struct, frozen=True, kw_only=True):
    """A seat's; what is empty didn't happen, and isn't told."""

    role: str
    ending: str
    """Where the team came to."""
    belief: str = ""
    """That the seat fell for, and left behind."""
    truth: str = ""
    """What is so, as the seat was told then."""
    helper: SeatId = ""
    """Who pulled it out of that."""
    helper_role: str = ""
    said: str = ""
    """Its sentence at the debrief, as it was written last."""


def keepsake(
    scenario: Scenario, state: State, records: Iterable[Recorded], seat: SeatId
) -> Keepsake:
    """The seat's, of a run that has ended (`state`). Of several beliefs it is the last from which a
    teammate pulled it, else the last."""
    fell, told, said = "", ("", ""), ""
    for event in (record.event for record in records):
        if isinstance(event, TrapSprung) and event.seat == seat:
            fell = event.trap
            told = told if told[1] else (fell, "")
        elif isinstance(event, RescueTried) and event.seat == seat and event.right:
            told = fell, event.rescuer
        elif isinstance(event, Reflected) and event.seat == seat:
            said = event.text
    trap, helper = scenario.traps.get(told[0]), state.seats.get(told[1])
    ending = scenario.scenes.get(state.ending)
    return Keepsake(
        role=scenario.roles[state.seats[seat].role].name,
        ending=ending.title if ending is not None else "",
        belief=trap.belief if trap is not None else "",
        truth=scenario.facts[trap.truth].text if trap is not None else "",
        helper=told[1],
        helper_role=scenario.roles[helper.role].name if helper is not None else "",
        said=said,
    )
