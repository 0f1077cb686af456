"""Where an old log would go otherwise under an edited script.

A log keeps what commands brought about, not the commands. Each can be told from its events: who
acted, and what the first event of the macrostep says was asked. It is decided anew, at its own
instant, on the state the log itself led to, and the events are compared. So one edit is reported
once, at the first record it would have changed, and a log replays as it was whatever is edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final, cast, get_args

import msgspec

from engine.errors import Rejection
from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.rules.deadlines import What
from engine.rules.decide import decide
from engine.rules.evolve import EMPTY, evolve
from engine.rules.settle import EndlessError
from engine.rules.state import State
from engine.scenario.model import Scenario


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first record that would be otherwise."""

    seq: int
    was: str
    now: str


def first_difference(scenario: Scenario, records: Sequence[ev.Recorded]) -> Difference | None:
    """The first record that the script as it is now would not have brought about; None: every one
    would be as it was. Acts of the facilitator's desk are taken as they were: they follow no
    script."""
    state = EMPTY
    for _, group in groupby(records, key=lambda record: (record.by, record.command)):
        step = list(group)
        found = _step(scenario, state, step)
        if found is not None:
            return found
        for record in step:
            state = evolve(state, record.event)
    return None


def _step(scenario: Scenario, state: State, step: list[ev.Recorded]) -> Difference | None:
    opened = step[0].event
    if isinstance(opened, ev.RunOpened):
        return _opened(scenario, opened, step[0].seq)
    command = _asked(scenario, state, step)
    if command is None:
        return None
    try:
        now: Sequence[ev.AnyEvent] = decide(scenario, state, command)
    except Rejection as refusal:
        return Difference(seq=step[0].seq, was=_told(opened), now=f"拒绝：{refusal.message.zh}")
    except (EndlessError, KeyError) as error:
        return Difference(seq=step[0].seq, was=_told(opened), now=f"走不下去：{error}")
    for number, record in enumerate(step):
        if number >= len(now) or now[number] != record.event:
            instead = _told(now[number]) if number < len(now) else "（到此为止）"
            return Difference(seq=record.seq, was=_told(record.event), now=instead)
    if len(now) > len(step):
        return Difference(seq=step[-1].seq, was="（到此为止）", now=_told(now[len(step)]))
    return None


def _opened(scenario: Scenario, event: ev.RunOpened, seq: int) -> Difference | None:
    start = {var.id: var.start for var in scenario.vars.values()}
    if tuple(scenario.roles) != event.roles:
        was, now = "角色 " + "、".join(event.roles), "角色 " + "、".join(scenario.roles)
        return Difference(seq=seq, was=was, now=now)
    if start != event.vars:
        return Difference(seq=seq, was=f"变量 {dict(event.vars)}", now=f"变量 {start}")
    return None


_PASSED_ON: Final[dict[type, type[cmd.HandCard | cmd.ShowCard]]] = {
    ev.CardHanded: cmd.HandCard,
    ev.CardShown: cmd.ShowCard,
}


def _asked(scenario: Scenario, state: State, step: list[ev.Recorded]) -> cmd.AnyCommand | None:
    """The command of a macrostep; None for those that follow no script."""
    first, by = step[0].event, step[0].by
    common: dict[str, Any] = {"id": step[0].command, "at_ms": first.at_ms, "by": by}
    if by == cmd.CLOCK:
        return _clock(step[0].command, common)
    match first:
        case ev.RunStarted():
            return cmd.Start(**common)
        case ev.TaskAnswered(task=task, slot=slot):
            role = slot if slot in state.roles else None
            answer = _given(scenario, state, first)
            return cmd.Submit(task=task, answer=answer, role=role, **common)
        case ev.HintTaken(task=task, slot=slot):
            role = slot if slot in state.roles else None
            return cmd.TakeHint(task=task, role=role, **common)
        case ev.RescueTried(seat=seat, answer=answer):
            return cmd.TryRescue(seat=seat, answer=answer, **common)
        case ev.CardHanded(card=card, to=to) | ev.CardShown(card=card, to=to):
            return _PASSED_ON[type(first)](card=card, to=to, **common)
        case ev.SeatTaken(role=role):
            return cmd.TakeSeat(role=role, **common)
        case ev.SeatLeft():
            return cmd.LeaveSeat(**common)
        case ev.SeatBack():
            return cmd.ComeBack(**common)
    return None


def _given(scenario: Scenario, state: State, event: ev.TaskAnswered) -> tuple[str, ...]:
    """The answer as it was sent: where answers add up, whoever ends it names nothing, and the event
    all that was named."""
    scene = scenario.scenes.get(state.scene.id) if state.scene is not None else None
    task = scene.tasks.get(event.task) if scene is not None else None
    ends = event.verdict == "confirmed" and task is not None and task.body.gathers
    return () if ends else event.answer


def _clock(name: str, common: dict[str, Any]) -> cmd.TimeUp | None:
    """A deadline's command, by its id: `what:subject:…`."""
    what, _, rest = name.partition(":")
    subject = rest.partition(":")[0]
    if what not in get_args(What):
        return None
    return cmd.TimeUp(what=cast(What, what), subject=subject, **common)


def _told(event: ev.AnyEvent) -> str:
    """An event in one line: its tag and what it carries."""
    fields = msgspec.to_builtins(event)
    tag = fields.pop("tag")
    fields.pop("at_ms")
    return " ".join([tag, *(f"{name}={_short(value)}" for name, value in fields.items() if value)])


def _short(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
