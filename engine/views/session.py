"""A whole session: what wall and desk are told alike, and all parts of the wall.

The wall never shows the name of who fell into a trap, nor a task's text before all are in it.
Shapes: `parts/wall_parts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from engine.errors import Lang
from engine.rules.absence import seats_of
from engine.rules.aside import on_wall
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import ANY, RunId, SeatId
from engine.views.called import name_of, names_of
from engine.views.debrief import TeamEnd, debrief_card, step_of
from engine.views.paging import Size, paged
from engine.views.parts.desk_parts import Claim
from engine.views.parts.shared import OtherTeams, Phase, Station
from engine.views.parts.wall_parts import (
    Progress,
    RoomSpeaker,
    Sitting,
    TeamProgress,
    WallDebrief,
    WallReflection,
    WallSession,
    WallTask,
    WallTeam,
    WallView,
)
from engine.views.staging import act_until_ms, staged, together
from engine.views.tasks import shown_of
from engine.views.team import (
    eats,
    left_ms,
    meters,
    owing,
    phase_of,
    stands,
    station_of,
    stations,
    waiting,
    wall_ms,
)
from engine.views.wall import sprung_traps, told_story


class RunInfo(msgspec.Struct, frozen=True):
    """One run of the session."""

    run: RunId
    scenario: Scenario
    state: State
    names: Mapping[SeatId, str]


class SessionInfo(msgspec.Struct, frozen=True):
    """What is known of the session besides its runs."""

    id: str
    code: str
    join_url: str
    addresses: tuple[tuple[str, str, bool], ...] = ()
    """(URL, label, whether the room may be on it) of every address phones may join at."""
    asked: bool = False
    """The desk has to say which: more than one may be right, and none was chosen."""
    lost: str = ""
    """The address phones had and that is gone; empty: none."""
    unreachable: bool = False
    """This machine is in no network: it alone opens the address."""
    room_mb: int | None = None
    """For the desk alone: so little is left on the disk; None: enough."""
    locked: bool = False
    """Nobody new may sit down."""
    claims: tuple[Claim, ...] = ()
    """For the desk alone."""
    look_url: str = ""
    """For the desk alone: where whoever isn't in the room looks on."""


def projector(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> WallView:
    """The parts of the wall. `runs` isn't empty; all play the same scenario."""
    pairs = [(run.scenario, run.state) for run in runs]
    shown, story = wall_session(session, runs), told_story(pairs)
    return WallView(
        stage=staged(pairs, story, shown.phase, lang),
        session=shown,
        progress=_progress(runs, lang),
        story=story,
        traps=sprung_traps(pairs),
        debrief=_debrief(runs, lang),
    )


def session_phase(states: Sequence[State]) -> Phase:
    """The session's phase: its teams' earliest; `paused` only if all that play are paused."""
    phases = [phase_of(state) for state in states]
    if "playing" not in phases and "paused" in phases:
        return "paused"
    if "playing" in phases or ("lobby" in phases and set(phases) != {"lobby"}):
        return "playing"
    order = ("lobby", "ended", "debrief", "closed")
    return min(phases, key=order.index)


def wall_session(session: SessionInfo, runs: Sequence[RunInfo]) -> WallSession:
    """The session, as everybody in the room may know it."""
    scenario = runs[0].scenario
    return WallSession(
        id=session.id,
        code=session.code,
        join_url=session.join_url,
        unreachable=session.unreachable,
        locked=session.locked,
        scenario=scenario.id,
        title=scenario.title,
        summary=scenario.summary,
        cover=scenario.cover,
        minutes=scenario.minutes,
        phase=session_phase([run.state for run in runs]),
        paused=sum(phase_of(run.state) == "paused" for run in runs),
        limited=sum(
            run.state.phase == "playing"
            and run.state.scene is not None
            and run.state.scene.limit_at_ms is not None
            for run in runs
        ),
        teams=tuple([_arrived(run) for run in runs]),
    )


def _arrived(run: RunInfo) -> WallTeam:
    scenario = run.scenario
    return WallTeam(
        run=run.run,
        team=run.state.team,
        seats_max=sum(seats_of(run.state, role) for role in scenario.roles.values()),
        seats=tuple(
            [
                Sitting(
                    seat=seat,
                    name=run.names.get(seat, ""),
                    role_name=scenario.roles[held.role].name,
                    online=held.online,
                    ready=held.ready,
                )
                for seat, held in run.state.seats.items()
                if not held.left
            ]
        ),
        team_name=name_of(run.state),
    )


def _progress(runs: Sequence[RunInfo], lang: Lang) -> Progress:
    scenario, states = runs[0].scenario, [run.state for run in runs]
    going = len(runs) > 1 and any(state.phase == "playing" for state in states)
    shown = [_on_the_wall(run, going, lang) for run in runs]
    return Progress(
        stations=tuple(
            [Station(id=name, title=scenario.scenes[name].title) for name in stations(scenario)]
        ),
        teams=tuple([replace(one, others=with_names(one.others, states)) for one in shown]),
    )


def _on_the_wall(run: RunInfo, going: bool, lang: Lang) -> TeamProgress:
    """A team's progress as all may see it. While others still play (`going`), neither an ending's
    name nor a detour's tells them what their own answers lead to."""
    shown = team_progress(run, lang)
    if going and (shown.ending or shown.detour):
        shown = replace(shown, title="", ending_title=None, ending_kind=None)
    tasks = _shown_to_all(run, lang)
    return replace(shown, tasks=tasks) if tasks else shown


def _shown_to_all(run: RunInfo, lang: Lang) -> tuple[WallTask, ...]:
    """The team's tasks of which a kind shows the wall something."""
    scenario, state = run.scenario, run.state
    if state.scene is None or state.phase != "playing" or state.waits:
        return ()
    tasks = scenario.scenes[state.scene.id].tasks.values()
    found = [(task, shown_of(scenario, state, task, "wall", lang)) for task in tasks]
    return tuple(
        [
            WallTask(id=task.id, kind=task.kind, shown=shown)
            for task, shown in found
            if not isinstance(shown, UnsetType)
        ]
    )


def team_progress(run: RunInfo, lang: Lang = "zh") -> TeamProgress:
    """How far a team is, as whoever leads may know it."""
    scenario, state = run.scenario, run.state
    held = {state.seats[seat].role for seat in state.holds} if not state.waits else set()
    frees_ms = min([hold.until_ms for hold in state.holds.values()], default=None)
    act = together(scenario, state)
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    limit_ms = state.scene.limit_at_ms if state.scene is not None else None
    playing, still = state.phase == "playing", stands(state)
    waited = waiting(scenario, state)
    waited_roles = {slot for _, slot in owing(scenario, state) if slot != ANY}
    ending = scenario.scenes[state.ending] if state.ending else None
    return TeamProgress(
        run=run.run,
        team=state.team,
        phase=phase_of(state),
        scene=scene.id if scene else "",
        title=scene.title if scene else "",
        station=station_of(scenario, state),
        stations=len(stations(scenario)),
        ends_at_ms=wall_ms(state, limit_ms) if playing and not still else None,
        remaining_ms=left_ms(state, limit_ms) if playing else None,
        done=waited.done,
        total=waited.total,
        waiting_roles=tuple([r.name for r in scenario.roles.values() if r.id in waited_roles]),
        held_roles=tuple([r.name for r in scenario.roles.values() if r.id in held]),
        held_until_ms=None if still else wall_ms(state, frees_ms),
        act=act[0].body.label.in_(lang) if act else "",
        act_until_ms=act_until_ms(state, *act) if act else None,
        meters=meters(scenario, state),
        ending=state.ending or None,
        ending_title=ending.title if ending else None,
        ending_kind=ending.ending if ending else None,
        detour=scene is not None and not scene.main,
        eats=eats(scenario, state) if playing else UNSET,
        team_name=name_of(state),
        others=waited.others,
    )


def with_names(others: OtherTeams | UnsetType, states: Sequence[State]) -> OtherTeams | UnsetType:
    """What they are called, too; `states`: the session's."""
    if isinstance(others, UnsetType):
        return UNSET
    return replace(others, team_names=names_of(states, others.teams))


# ── the debrief ─────────────────────────────────────────────────────────────────────────────────


def debriefed(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """The runs whose debrief has begun: the first leads, and all of a session have one deck."""
    return [run for run in runs if run.state.phase == "debrief" and run.state.deck]


def ends(runs: Sequence[RunInfo]) -> list[TeamEnd]:
    """What a debrief tells of each."""
    return [TeamEnd(run.state, run.names) for run in runs]


def called(run: RunInfo, seat: SeatId) -> tuple[str, str]:
    """(name, role) of somebody of a whole room, where a name alone may be another's too."""
    return run.names.get(seat, ""), run.scenario.roles[run.state.seats[seat].role].name


def room_speaker(led: Sequence[RunInfo]) -> RoomSpeaker | None:
    """Who was drawn last, in any of these runs; None: nobody."""
    drawn = [(run, run.state.aside.speaking) for run in led if run.state.aside.speaking]
    latest = max(drawn, key=lambda entry: _drawn_at(entry[0].state), default=None)
    if latest is None:
        return None
    run, seat = latest
    name, role_name = called(run, seat)
    return RoomSpeaker(
        team=run.state.team, name=name, role_name=role_name, seat=seat,
        team_name=name_of(run.state),
    )  # fmt: skip


def _drawn_at(state: State) -> tuple[int, int]:
    return state.spoke_ms, len(state.speakers)


def _debrief(runs: Sequence[RunInfo], lang: Lang) -> WallDebrief | None:
    """Not told what the facilitator keeps off the wall."""
    led = debriefed(runs)
    if not led:
        return None
    state = led[0].state
    return WallDebrief(
        step=step_of(state),
        steps=len(state.deck),
        card=debrief_card(led[0].scenario, state, ends(runs), lang),
        speaker=room_speaker(led),
        reflections=_reflections(runs),
    )


def _reflections(runs: Sequence[RunInfo]) -> tuple[WallReflection, ...]:
    written = [
        (run, seat, text)
        for run in runs
        for seat, text in run.state.reflections.items()
        if on_wall(run.state, seat)
    ]
    places = paged([text for _, _, text in written])
    return tuple(
        [
            _reflection(run, seat, text, page, size)
            for (run, seat, text), (page, size) in zip(written, places, strict=True)
        ]
    )


def _reflection(run: RunInfo, seat: SeatId, text: str, page: int, size: Size) -> WallReflection:
    name, role_name = called(run, seat)
    return WallReflection(
        team=run.state.team,
        name=name,
        role_name=role_name,
        text=text,
        page=page,
        size=size,
        team_name=name_of(run.state),
    )
