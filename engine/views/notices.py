"""What a seat is to hear: the run's news in words, newest last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from engine.errors import Lang
from engine.rules.state import News, State
from engine.scenario.model import Scenario
from engine.values import RoleId, SeatId, TrapId
from engine.views.learnt import learnt
from engine.views.parts.seat_parts import Notice
from engine.views.parts.shared import Learnt
from engine.views.whereabouts import sees
from engine.views.wording import NOTICES, TOLD_MS, TONES, length, say


class Hearing(msgspec.Struct, frozen=True):
    """Whose ears a run's news are for."""

    seat: SeatId
    roles: tuple[RoleId, ...]
    """That the seat acts for: what was said to an absent role is said to whoever covers it."""
    names: Mapping[SeatId, str]
    faced: frozenset[TrapId]
    """Traps the team may still fall into (`faced`)."""
    own: frozenset[TrapId]
    """Those among them that the seat itself may."""
    lang: Lang


def notices(scenario: Scenario, state: State, hearing: Hearing) -> tuple[Notice, ...]:
    """The seat's notices: what concerns everybody, its roles, or itself."""
    shown = []
    for item in state.news:
        if item.kind in ("away", "back", "missed") or not worth_telling(item):
            continue
        if item.kind in ("nudged", "thanked") and item.seat != hearing.seat:
            continue
        if item.role and item.role not in hearing.roles:
            continue
        if item.kind in ("decided", "tied") and _elsewhere(scenario, state, item, hearing):
            continue
        shown.append(_notice(scenario, state, item, hearing))
    return tuple(shown)


def _elsewhere(scenario: Scenario, state: State, item: News, hearing: Hearing) -> bool:
    """It is about a task of this scene, done out of the seat's sight."""
    name, task = item.subject.split(".")[:2]
    here = state.scene is not None and state.scene.id == name
    scene = scenario.scenes[name]
    return here and not sees(scene, scene.tasks[task], hearing.roles)


def worth_telling(item: News) -> bool:
    """Time that stood for a moment, as it does whenever the server is started anew, isn't news."""
    return item.kind != "stood" or int(item.subject) >= TOLD_MS


def covered_how(state: State, item: News) -> Literal["share", "stand_in", "seat"]:
    """How the role of this news was covered: to whom it was handed, else as the run's log says. The
    script may say otherwise: who makes up an evening alone plays with stand-ins."""
    if item.how:
        return item.how
    if item.seat:
        return "seat"
    return "stand_in" if state.absence == "stand_in" else "share"


def _notice(scenario: Scenario, state: State, item: News, hearing: Hearing) -> Notice:
    kind, detail, fact = item.kind, "", None
    about = item.subject if kind == "thanked" else item.seat
    values: dict[str, object] = {"name": _called(scenario, state, about, hearing)}
    wording: str = kind
    if kind == "trap":
        wording = "trap_own" if item.seat and item.seat == hearing.seat else "trap"
        detail, fact = _of_trap(scenario, item, hearing)
    elif kind == "told":
        detail = scenario.tells[item.subject].text
    elif kind == "shown":
        values["title"] = scenario.cards[item.subject].title
        values["name"] = scenario.roles[item.by].name if item.by else ""
    elif kind == "card":
        values["title"] = scenario.cards[item.subject].title
    elif kind == "rescued":
        wording, values["helper"] = _helped(scenario, state, item, hearing)
    elif kind in ("covered", "uncovered"):
        values["role"] = scenario.roles[item.subject].name
        if kind == "covered":
            wording = f"covered_{covered_how(state, item)}"
    elif kind in ("extended", "stood"):
        ms = int(item.subject)
        values |= {"seconds": ms // 1000, "length": length(ms, hearing.lang)}
    elif kind == "decided":
        values["choice"] = _choice_text(scenario, item.subject)
    return Notice(
        id=item.seq,
        at_ms=item.at_ms,
        kind=kind,
        tone=TONES.get(wording, TONES.get(kind, "info")),
        text=say(NOTICES, wording, hearing.lang, **values),
        detail=detail,
        learnt=fact,
        thank=_to_thank(state, item, hearing) if kind == "rescued" else UNSET,
    )


def _to_thank(state: State, item: News, hearing: Hearing) -> SeatId | UnsetType:
    """Who pulled the seat out by this, and wasn't thanked yet."""
    if item.seat != hearing.seat:
        return UNSET
    by = [one for one in state.aside.helped if one.seq == item.seq - 1 and not one.thanked]
    return by[0].rescuer if by else UNSET


def _of_trap(scenario: Scenario, item: News, hearing: Hearing) -> tuple[str, Learnt | None]:
    """(what was believed, what is so) as far as a seat may know: whoever may still be asked the
    same doesn't hear the answer from a teammate's fall."""
    trap = scenario.traps[item.subject]
    if item.seat in (hearing.seat, "") or trap.id not in hearing.faced:
        return trap.belief, learnt(scenario, trap.truth, trap)
    return (trap.belief if trap.id not in hearing.own else ""), None


def _called(scenario: Scenario, state: State, seat: SeatId, hearing: Hearing) -> str:
    """A teammate by name, with the role that tells namesakes apart."""
    held, name = state.seats.get(seat), hearing.names.get(seat, "")
    if held is None:
        return name
    role = scenario.roles[held.role].name
    return role if not name else role_beside(name, role, hearing.lang)


def role_beside(name: str, role: str, lang: Lang) -> str:
    """A name with its role in brackets."""
    return f"{name}（{role}）" if lang == "zh" else f"{name} ({role})"


def _helped(scenario: Scenario, state: State, item: News, hearing: Hearing) -> tuple[str, str]:
    """(key of what is said of a rescue, who it was that helped)."""
    by = [one.rescuer for one in state.aside.helped if one.seq == item.seq - 1]
    if not by:
        return "rescued", ""
    wording = "rescued_own" if item.seat == hearing.seat else "rescued_by"
    return wording, _called(scenario, state, by[0], hearing)


def _choice_text(scenario: Scenario, address: str) -> str:
    """The text of `scene.task.choice`."""
    scene, task, wanted = address.split(".")
    options = scenario.scenes[scene].tasks[task].body.options
    return next(option.text for option in options if option.id == wanted)


def task_ask(scenario: Scenario, address: str) -> str:
    """What the task `scene.task` asks."""
    scene, task = address.split(".")[:2]
    return scenario.scenes[scene].tasks[task].ask
