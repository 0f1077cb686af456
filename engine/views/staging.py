"""Which state the wall is in: a pure function of all runs, and the only place that decides it.

A state stands as long as what it shows is so: the lobby, the lanes, a talk, a pause, the papers …
Over it lies at most one *interlude*, which has a length of its own: the curtain over a scene that
the last team has entered, a fall, a rescue, how a vote fell, the end. The latest to begin is shown.
What comes after it is said with it, so that the wall goes on by its own clock and needn't be told.
A vote turns its scene: how it fell is told first, and the curtain, or the end, waits for it.

While one team plays, it has the wall to itself. A task that a team does together has the wall only
if all that play are in it, with every role: nobody reads a question before they come to it, and
none that isn't theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from engine.errors import Lang
from engine.kinds.held import TaskState
from engine.rules.state import News, State
from engine.scenario.model import Scenario, Task
from engine.values import SeatId
from engine.views.called import name_of
from engine.views.debrief import step_of
from engine.views.parts.shared import Phase
from engine.views.parts.stage_parts import (
    Fall,
    Following,
    Light,
    Paper,
    Pull,
    Stage,
    TeamLights,
    WallAsked,
    WallState,
    WallTally,
)
from engine.views.parts.wall_parts import Story
from engine.views.tallied import tallies
from engine.views.team import meters, owing, phase_of, played, stands, wall_ms
from engine.views.wording import CARDS, PAPERS, say

CURTAIN_MS: Final = 16_000
"""A title that is written downwards, and three sentences."""
FALL_MS: Final = 12_000
"""A fall, while others play on: then the team's lane says it."""
FALL_ALONE_MS: Final = 60_000
"""A fall, where there is no other team."""
FALL_UNHELD_MS: Final = 7_000
"""A fall that keeps nobody."""
RESCUE_MS: Final = 7_000
TALLY_MS: Final = 10_000
"""How a vote fell."""
FALLEN_MS: Final = 8_000
"""The end, before the papers are laid down."""

Runs = Sequence[tuple[Scenario, State]]


class Interlude(msgspec.Struct, frozen=True):
    """Something that has the wall for a while."""

    state: WallState
    since_ms: int
    until_ms: int
    fall: Fall | None = None
    pull: Pull | None = None
    tally: WallTally | UnsetType = UNSET


def staged(runs: Runs, story: Story, phase: Phase, lang: Lang = "zh") -> Stage:
    """What the wall shows. `runs` isn't empty; `story`: the one told on it; `phase`: the
    session's."""
    asked = _asked(runs, lang) if phase == "playing" else None
    rest = _rest(runs, phase, asked[0] if asked else None)
    passing, after = _passing(runs, story, rest)
    shown = passing.state if passing else rest
    states = {shown, rest, *([after.state] if after else [])}
    return Stage(
        state=shown,
        until_ms=passing.until_ms if passing else None,
        then=rest,
        fall=passing.fall if passing else None,
        pull=passing.pull if passing else None,
        asked=asked[1] if asked and asked[0] in states else None,
        papers=tuple([_paper(*run, lang) for run in runs]) if "ending" in states else (),
        tally=passing.tally if passing else UNSET,
        next=Following(state=after.state, until_ms=after.until_ms) if after else UNSET,
    )


# ── what stands ─────────────────────────────────────────────────────────────────────────────────


def _rest(runs: Runs, phase: Phase, asked: WallState | None) -> WallState:
    if phase == "playing":
        return asked or "play"
    if phase == "paused" or phase == "lobby":
        return phase
    led = next((state for _, state in runs if state.phase == "debrief" and state.deck), None)
    if led is not None:
        return _of_card(led)
    return "thanks" if phase == "closed" else "ending"


def _of_card(state: State) -> WallState:
    kind = state.deck[step_of(state)].partition(":")[0]
    own: dict[str, WallState] = {"ending": "ending", "oath": "oath", "reflect": "written"}
    return own.get(kind, "card")


# ── what has the wall for a while ───────────────────────────────────────────────────────────────


def _passing(
    runs: Runs, story: Story, rest: WallState
) -> tuple[Interlude | None, Interlude | None]:
    """(the latest to begin of those that aren't over, what has the wall when that one is); None:
    none."""
    led = rest == "ending" and any(state.phase == "debrief" for _, state in runs)
    if led or rest in ("lobby", "paused", "card", "written", "oath", "thanks"):
        return None, None
    found = _interludes(runs, story, rest)
    shown = _latest(found, max(state.now_ms for _, state in runs))
    return shown, _latest(found, shown.until_ms) if shown else None


def _latest(found: list[Interlude], at_ms: int) -> Interlude | None:
    """The latest to have begun by then that isn't over."""
    here = [one for one in reversed(found) if one.since_ms <= at_ms < one.until_ms]
    return max(here, key=lambda one: one.since_ms, default=None)


def _interludes(runs: Runs, story: Story, rest: WallState) -> list[Interlude]:
    told = _tallies(runs)
    if rest == "ending":
        found = [*_after(told, _end(runs)), *told]
    else:
        found = [*_after(told, _curtain(runs, story)), *told]
        for scenario, state in runs:
            if phase_of(state) == "playing":
                found += _falls(scenario, state, alone=len(runs) == 1)
                found += _rescues(scenario, state)
    return found


def _tallies(runs: Runs) -> list[Interlude]:
    now_ms = max(state.now_ms for _, state in runs)
    return [
        Interlude("tally", since_ms, since_ms + TALLY_MS, tally=tally)
        for since_ms, tally in tallies(runs, now_ms - TALLY_MS - CURTAIN_MS)
    ]


def _after(told: list[Interlude], coming: list[Interlude]) -> list[Interlude]:
    """The same, whole, once what is told as they begin has been."""
    found = []
    for one in coming:
        held_ms = [each.until_ms for each in told if each.since_ms <= one.since_ms < each.until_ms]
        late_ms = max(held_ms, default=one.since_ms) - one.since_ms
        found.append(Interlude(one.state, one.since_ms + late_ms, one.until_ms + late_ms))
    return found


def _curtain(runs: Runs, story: Story) -> list[Interlude]:
    """It rises once the last team of those in the story has come to its scene."""
    came = [
        wall_ms(state, state.scene.entered_ms)
        for _, state in runs
        if state.phase == "playing" and state.scene is not None and state.scene.id == story.scene
    ]
    since_ms = max([at_ms for at_ms in came if at_ms is not None], default=None)
    if since_ms is None:
        return []
    return [Interlude("curtain", since_ms, since_ms + CURTAIN_MS)]


def _end(runs: Runs) -> list[Interlude]:
    ended = [wall_ms(state, state.ended_ms) for _, state in runs if state.phase == "ended"]
    since_ms = max([at_ms for at_ms in ended if at_ms is not None], default=None)
    return [] if since_ms is None else [Interlude("fallen", since_ms, since_ms + FALLEN_MS)]


def _falls(scenario: Scenario, state: State, *, alone: bool) -> list[Interlude]:
    return [
        one
        for news in state.news
        if news.kind == "trap"
        for one in _fall(scenario, state, news, alone=alone)
    ]


def _fall(scenario: Scenario, state: State, news: News, *, alone: bool) -> list[Interlude]:
    """While whoever fell is held, yet not for longer than the wall can spare; for a moment where
    nobody is. Whether it would hold is the script's plan, and isn't asked."""
    hold = state.holds.get(news.seat)
    until_ms: int | None = None
    if hold is not None and hold.trap == news.subject:
        until_ms = wall_ms(state, hold.until_ms)
        if until_ms is None or stands(state):
            return []
        ends_ms = min(until_ms, news.at_ms + (FALL_ALONE_MS if alone else FALL_MS))
    else:
        ends_ms = news.at_ms + FALL_UNHELD_MS
    down = {news.seat, *state.holds} if news.seat else set()
    fell = {state.seats[seat].role for seat in down}
    names = scenario.roles
    return [
        Interlude(
            "trap",
            news.at_ms,
            ends_ms,
            fall=Fall(
                team=state.team,
                roles=tuple(
                    [
                        Light(role_name=names[role].name, lit=role not in fell, now=role in fell)
                        for role in played(state)
                    ]
                ),
                fell=tuple([names[role].name for role in played(state) if role in fell]),
                until_ms=until_ms,
                team_name=name_of(state),
            ),
        )
    ]


def _rescues(scenario: Scenario, state: State) -> list[Interlude]:
    return [
        Interlude(
            "rescue",
            news.at_ms,
            news.at_ms + RESCUE_MS,
            pull=Pull(
                team=state.team,
                helper=_role_name(scenario, state, _helper(state, news)),
                helped=_role_name(scenario, state, news.seat),
                team_name=name_of(state),
            ),
        )
        for news in state.news
        if news.kind == "rescued"
    ]


def _helper(state: State, news: News) -> SeatId:
    """Who did it: the latest to help this one before it was told."""
    for one in reversed(state.aside.helped):
        if one.seat == news.seat and one.seq <= news.seq:
            return one.rescuer
    return ""


def _role_name(scenario: Scenario, state: State, seat: SeatId) -> str:
    held = state.seats.get(seat)
    return scenario.roles[held.role].name if held is not None else ""


# ── what all are asked ──────────────────────────────────────────────────────────────────────────


def together(scenario: Scenario, state: State) -> tuple[Task, TaskState] | None:
    """The task that this team does together and that it waits for alone; None: there is none."""
    owed = {task.id: task for task, _ in owing(scenario, state)}
    if len(owed) != 1 or state.scene is None or state.stands_since_ms is not None:
        return None
    (task,) = owed.values()
    return (task, state.scene.tasks[task.id]) if task.body.together else None


def act_of(task: Task) -> WallState:
    """The state of the wall that such a task has."""
    if task.body.decides:
        return "vote"
    return "turn" if task.body.in_turn else "talk"


def act_until_ms(state: State, task: Task, held: TaskState) -> int | None:
    """How long they talk at the least; else until when the scene has time, if it has a limit."""
    if stands(state):
        return None
    if task.body.least_ms():
        return wall_ms(state, held.opened_ms + task.body.least_ms())
    return wall_ms(state, state.scene.limit_at_ms) if state.scene is not None else None


def _asked(runs: Runs, lang: Lang) -> tuple[WallState, WallAsked] | None:
    """What all that play are asked; None: they aren't in one task, some team has yet to come, or
    somebody of a team has no part in it and isn't told what it is."""
    playing = [(script, state) for script, state in runs if state.phase == "playing"]
    waits = any(
        state.phase == "lobby" and any(not seat.left for seat in state.seats.values())
        for _, state in runs
    )
    found = [(state, together(script, state)) for script, state in playing]
    inside = [(state, one) for state, one in found if one is not None]
    where = {(state.scene.id, one[0].id) for state, one in inside if state.scene is not None}
    if waits or len(where) != 1 or len(inside) != len(playing):
        return None
    if any(not set(played(state)) <= set(one[0].who.slots) for state, one in inside):
        return None
    scenario, (_, (task, _)) = playing[0][0], inside[0]
    ends = [act_until_ms(state, *one) for state, one in inside]
    return act_of(task), WallAsked(
        label=task.body.label.in_(lang),
        ask=task.ask,
        options=_shown(task, [one[1] for _, one in inside]),
        until_ms=max([at_ms for at_ms in ends if at_ms is not None], default=None),
        again=any(one[1].rounds for _, one in inside),
        teams=tuple([_lights(scenario, state, one[1]) for state, one in inside]),
    )


def _shown(task: Task, held: list[TaskState]) -> tuple[str, ...]:
    """What may be chosen, in some team at the least; in an order that says nothing."""
    texts = task.body.sides.get("choices", {})
    ids = {name for one in held for name in one.picked or texts}
    return tuple(sorted([text for name, text in texts.items() if name in ids]))


def _lights(scenario: Scenario, state: State, held: TaskState) -> TeamLights:
    order = held.order or tuple(held.slots)
    turn = next((slot for slot in order if not held.slots[slot].done), None)
    return TeamLights(
        team=state.team,
        team_name=name_of(state),
        lights=tuple(
            [
                Light(
                    role_name=scenario.roles[slot].name,
                    lit=held.slots[slot].done,
                    now=bool(held.order) and slot == turn,
                )
                for slot in order
                if slot in scenario.roles
            ]
        ),
    )


# ── the end ─────────────────────────────────────────────────────────────────────────────────────


def _paper(scenario: Scenario, state: State, lang: Lang) -> Paper:
    scene = scenario.scenes.get(state.ending)
    says, by = _own_words(scenario, state)
    return Paper(
        team=state.team,
        title=scene.title if scene is not None else say(CARDS, "unfinished", lang),
        kind=scene.ending if scene is not None else None,
        story=scene.story if scene is not None else "",
        why=_why(scenario, state, lang),
        says=says,
        by=by,
        team_name=name_of(state),
    )


def _why(scenario: Scenario, state: State, lang: Lang) -> tuple[str, ...]:
    """What a team's way came to: its variables as they stood, its falls and its rescues."""
    told = [
        f"{meter.label} {meter.value}" for meter in meters(scenario, state) if meter.kind == "int"
    ]
    falls, pulls = sum(state.sprung.values()), len(state.aside.helped)
    told.append(say(PAPERS, "falls" if falls else "no_falls", lang, n=falls))
    if pulls:
        told.append(say(PAPERS, "pulls", lang, n=pulls))
    return tuple(told)


def _own_words(scenario: Scenario, state: State) -> tuple[str, str]:
    """(the last thing the team wrote in its own words, the role that did); empty: nothing."""
    written = [
        (act.seq, act.answer[0], seat)
        for seat, act in state.aside.acts.items()
        if act.kind == "answer" and act.answer and seat not in state.aside.hidden
        for task in [scenario.scenes[act.scene].tasks.get(act.subject)]
        if task is not None and task.body.own_words
    ]
    if not written:
        return "", ""
    _, text, seat = max(written)
    return text, _role_name(scenario, state, seat)
