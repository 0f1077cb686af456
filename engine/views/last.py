"""What a seat did last, and what came of it: shown wherever the team has gone since.

The last answer of a scene turns it; the page that would have said so is gone in the same instant.
So it is kept until the seat does something else, through scenes, detours, pauses, the end and the
debrief. While its own task still stands on the page, that says it, and `here` is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from engine.errors import Lang
from engine.kinds.held import SlotState
from engine.rules.state import Act, State
from engine.scenario.model import Scenario
from engine.values import SeatId, TrapId
from engine.views.learnt import learnt, learnt_by
from engine.views.outcome import trap_in
from engine.views.parts.seat_parts import Last
from engine.views.parts.shared import Tone
from engine.views.tallied import poll_of, sides
from engine.views.wording import LAST, say


def last_act(
    scenario: Scenario,
    state: State,
    seat: SeatId,
    names: Mapping[SeatId, str],
    faced: frozenset[TrapId],
    lang: Lang,
) -> Last | None:
    """The seat's last act; None if it has done nothing yet. `faced`: as of `faced`."""
    act = state.aside.acts.get(seat)
    if act is None:
        return None
    if act.kind == "answer":
        return _answered(scenario, state, seat, act, lang)
    if act.kind == "rescue":
        part = _rescued(scenario, state, act, names, lang)
        return part if act.trap not in faced else replace(part, learnt=None)
    card, to = scenario.cards[act.subject], scenario.roles[act.slot]
    wording = "shown" if act.kind == "show" else "handed"
    return _part(act, wording, lang, card=card.title, to=to.name)


def _part(act: Act, wording: str, lang: Lang, **values: object) -> Last:
    """The part, its sentence filled in; callers add what else there is."""
    return Last(
        id=act.seq,
        at_ms=act.at_ms,
        kind=act.kind,
        tone=_TONES.get(wording, "info"),
        text=say(LAST, wording, lang, **values),
        where="",
        here=False,
        learnt=None,
    )


_TONES: Final[dict[str, Tone]] = {
    "done": "good",
    "rescue_right": "good",
    "handed": "good",
    "shown": "good",
    "fell": "warn",
    "believed": "warn",
    "missed": "warn",
    "rescue_wrong": "warn",
}


def _answered(scenario: Scenario, state: State, seat: SeatId, act: Act, lang: Lang) -> Last:
    task = scenario.scenes[act.scene].tasks[act.subject]
    counted = (act.decided,) if act.decided else act.answer
    trap = trap_in(scenario, task, counted)
    voted = task.body.decides and not act.decided
    if trap is not None and not voted:
        wording = "believed" if act.good else "fell"
    else:
        wording = "voted" if voted else "done" if act.good else "missed"
    known = None
    if wording == "fell":
        assert trap is not None, "somebody fell"
        known = learnt(scenario, trap.truth, trap)
    elif act.good and not voted:
        known = learnt_by(scenario, task, counted)
    poll = poll_of(state, act)
    votes, first = sides(scenario, state, poll) if poll is not None else (UNSET, None)
    return replace(
        _part(act, wording, lang),
        # No words of the question: the scene is over, and what was asked there with it.
        where=scenario.scenes[act.scene].title,
        here=still_shown(state, seat, act),
        learnt=known,
        votes=votes,
        first=first if first is not None else UNSET,
    )


def still_shown(state: State, seat: SeatId, act: Act) -> bool:
    """The task with this answer stands among the seat's tasks."""
    if state.phase != "playing" or state.scene is None or state.scene.id != act.scene:
        return False
    if state.waits:
        return False
    held = state.scene.tasks.get(act.subject)
    slot = held.slots.get(act.slot, SlotState()) if held is not None else SlotState()
    return slot.tries > 0 and slot.seat in (seat, "")


def _rescued(
    scenario: Scenario, state: State, act: Act, names: Mapping[SeatId, str], lang: Lang
) -> Last:
    trap = scenario.traps[act.trap]
    held = state.seats.get(act.subject)
    role = scenario.roles[held.role].name if held is not None else ""
    name = names.get(act.subject, "") or role
    wording = "rescue_right" if act.good else "rescue_wrong"
    part = _part(act, wording, lang, name=name)
    return replace(part, learnt=learnt(scenario, trap.truth, trap)) if act.good else part
