"""What a seat is to hear: the run's news in words, newest last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.errors import Lang
from engine.rules.state import News, State
from engine.rules.views_learnt import Part, learnt
from engine.rules.wording import NOTICES, TONES, say
from engine.scenario.model import Scenario, Vote
from engine.values import SeatId


def notices(
    scenario: Scenario, state: State, seat: SeatId, names: Mapping[SeatId, str], lang: Lang
) -> list[Part]:
    """The seat's notices: what concerns everybody, its role, or itself."""
    held = state.seats.get(seat)
    role = held.role if held is not None else ""
    shown = []
    for item in state.news:
        if item.kind in ("away", "back", "missed"):
            continue
        if item.role and item.role != role:
            continue
        if item.kind == "nudged" and item.seat != seat:
            continue
        shown.append(_notice(scenario, state, item, seat, names, lang))
    return shown


def covered_how(state: State, item: News) -> Literal["share", "stand_in", "seat"]:
    """How the role of this news was covered: to whom it was handed, else as the run's log says. The
    script may say otherwise: who makes up an evening alone plays with stand-ins."""
    if item.seat:
        return "seat"
    return "stand_in" if state.absence == "stand_in" else "share"


def _notice(
    scenario: Scenario,
    state: State,
    item: News,
    seat: SeatId,
    names: Mapping[SeatId, str],
    lang: Lang,
) -> Part:
    kind, detail, fact = item.kind, "", None
    values: dict[str, object] = {"name": names.get(item.seat, "")}
    wording: str = kind
    if kind == "trap":
        trap = scenario.traps[item.subject]
        wording = "trap_own" if item.seat and item.seat == seat else "trap"
        detail, fact = trap.belief, learnt(scenario, trap.truth, trap)
    elif kind == "told":
        detail = scenario.tells[item.subject].text
    elif kind == "card":
        values["title"] = scenario.cards[item.subject].title
    elif kind in ("covered", "uncovered"):
        values["role"] = scenario.roles[item.subject].name
        if kind == "covered":
            wording = f"covered_{covered_how(state, item)}"
    elif kind == "extended":
        values["seconds"] = int(item.subject) // 1000
    elif kind == "decided":
        values["choice"] = _choice_text(scenario, item.subject)
    return {
        "id": item.seq,
        "at_ms": item.at_ms,
        "kind": kind,
        "tone": TONES.get(wording, "info"),
        "text": say(NOTICES, wording, lang, **values),
        "detail": detail,
        "learnt": fact,
    }


def _choice_text(scenario: Scenario, address: str) -> str:
    """The text of `scene.task.choice`."""
    scene, task, wanted = address.split(".")
    body = scenario.scenes[scene].tasks[task].body
    assert isinstance(body, Vote), "only votes are decided"
    return next(choice.text for choice in body.choices if choice.id == wanted)


def task_ask(scenario: Scenario, address: str) -> str:
    """What the task `scene.task` asks."""
    scene, task = address.split(".")[:2]
    return scenario.scenes[scene].tasks[task].ask
