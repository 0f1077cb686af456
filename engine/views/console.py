"""A whole session on the facilitator's desk: who waits for whom and why, and what would help."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from engine.errors import Lang
from engine.kinds.held import TaskState
from engine.rules.absence import awaited
from engine.rules.acting import acts_for
from engine.rules.aside import on_wall
from engine.rules.folds import run_clock
from engine.rules.settle import is_over, needed
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.values import ANY, SeatId
from engine.views.called import name_of
from engine.views.dealing import to_arrange
from engine.views.debrief import debrief_card, step_of
from engine.views.outcome import outcome
from engine.views.parts.desk_parts import (
    Address,
    AskedTask,
    Awaited,
    DeskDebrief,
    DeskHold,
    DeskRole,
    DeskRun,
    DeskSeat,
    DeskSession,
    DeskTask,
    DeskView,
    DeskWait,
    How,
    Reflection,
)
from engine.views.parts.shared import Station, Why
from engine.views.prompting import prompted
from engine.views.session import (
    RunInfo,
    SessionInfo,
    called,
    debriefed,
    ends,
    room_speaker,
    team_progress,
    wall_session,
    with_names,
)
from engine.views.tasks import shown_of
from engine.views.team import owing, stands, team, wall_ms, why_waiting
from engine.views.told import told_log
from engine.views.whereabouts import sites


def console(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> DeskView:
    """The parts of the desk. `runs` isn't empty; all play the same scenario."""
    shown = _session(session, runs)
    pairs = [(run.scenario, run.state) for run in runs]
    return DeskView(
        prompt=prompted(pairs, shown.phase, lang),
        session=shown,
        runs=run_parts(runs, lang),
        debrief=_debrief(runs, lang),
        deck=to_arrange(
            session.id, runs[0].scenario, [run.state for run in runs], shown.phase, lang
        ),
    )


def _session(session: SessionInfo, runs: Sequence[RunInfo]) -> DeskSession:
    return DeskSession(
        **msgspec.structs.asdict(wall_session(session, runs)),
        addresses=tuple([Address(*one) for one in session.addresses]),
        asked=session.asked,
        lost=session.lost,
        room_mb=session.room_mb,
        awaited=tuple([_awaited(run, seat) for run in runs for seat in awaited(run.state)]),
        claims=session.claims,
        look_url=session.look_url,
        abreast=True if runs[0].state.abreast else msgspec.UNSET,
    )


def run_parts(runs: Sequence[RunInfo], lang: Lang) -> tuple[DeskRun, ...]:
    """Every run, with what the session's other teams are called that it waits for."""
    shown, states = [run_part(run, lang) for run in runs], [run.state for run in runs]
    return tuple([replace(one, others=with_names(one.others, states)) for one in shown])


def _awaited(run: RunInfo, seat: SeatId) -> Awaited:
    name, role_name = called(run, seat)
    return Awaited(
        run=run.run, seat=seat, team=run.state.team, name=name, role_name=role_name,
        team_name=name_of(run.state),
    )  # fmt: skip


def run_part(run: RunInfo, lang: Lang) -> DeskRun:
    """One run as the facilitator sees it."""
    scenario, state = run.scenario, run.state
    shown = team_progress(run, lang)
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    return DeskRun(
        run=shown.run,
        team=shown.team,
        team_name=shown.team_name,
        phase=shown.phase,
        scene=shown.scene,
        title=shown.title,
        station=shown.station,
        stations=shown.stations,
        ends_at_ms=shown.ends_at_ms,
        remaining_ms=shown.remaining_ms,
        ending=shown.ending,
        ending_title=shown.ending_title,
        ending_kind=shown.ending_kind,
        done=shown.done,
        total=shown.total,
        detour=shown.detour,
        when=scene.when if scene is not None else "",
        story=scene.story if scene is not None else "",
        seats=_seats(run),
        stands=stands(state),
        waiting=tuple(_who_waits(run)),
        tasks=_tasks(scenario, state, lang),
        roles=_roles(scenario, state),
        holds=_holds(run),
        meters=shown.meters,
        scenes=tuple([Station(id=one.id, title=one.title) for one in scenario.scenes.values()]),
        log=told_log(scenario, state, run.names, lang),
        others=shown.others,
        places=(sites(scenario, scene) if scene is not None else ()) or msgspec.UNSET,
    )


def _seats(run: RunInfo) -> tuple[DeskSeat, ...]:
    return tuple(
        [
            DeskSeat(
                **msgspec.structs.asdict(seat), away_since_ms=_away_since(run.state, seat.seat)
            )
            for seat in team(run.scenario, run.state, run.names)
        ]
    )


def _away_since(state: State, seat: SeatId) -> int | None:
    held = state.seats[seat]
    return None if held.online else held.away_since_ms + state.paused_ms


def _holds(run: RunInfo) -> tuple[DeskHold, ...]:
    return tuple(
        [
            DeskHold(
                seat=seat,
                name=run.names.get(seat, ""),
                trap=run.scenario.traps[hold.trap].belief,
                until_ms=wall_ms(run.state, hold.until_ms),
            )
            for seat, hold in run.state.holds.items()
        ]
    )


def _who_waits(run: RunInfo) -> list[DeskWait]:
    """Each seat, or role without seats, the barrier waits for: with what, why, since when; or for
    how long, while the clock that says so doesn't go."""
    scenario, state = run.scenario, run.state
    still = state.stands_since_ms is not None or stands(state)
    assert state.scene is not None or not owing(scenario, state)
    by_role: dict[str, list[tuple[str, str, int]]] = {}
    for task, slot in owing(scenario, state):
        assert state.scene is not None
        opened_ms = state.scene.tasks[task.id].opened_ms
        by_role.setdefault(slot, []).append((task.id, task.ask, opened_ms))
    shown = []
    for slot, tasks in by_role.items():
        opened_ms = min(opened_ms for _, _, opened_ms in tasks)
        asked = tuple([AskedTask(id=name, ask=ask) for name, ask, _ in tasks])
        for seat, why in _answerers(state, slot):
            role = scenario.roles.get(slot)
            shown.append(
                DeskWait(
                    seat=seat,
                    name=run.names.get(seat, "") if seat else "",
                    role=slot,
                    role_name=role.name if role else "",
                    why=why,
                    since_ms=None if still else wall_ms(state, opened_ms),
                    waited_ms=run_clock(state, state.now_ms) - opened_ms if still else None,
                    tasks=asked,
                )
            )
    return shown


def _answerers(state: State, slot: str) -> list[tuple[SeatId | None, Why]]:
    """(seat, why it isn't done) of the slot; one without a seat if nobody is there for it."""
    seats = [name for name in state.seats if slot == ANY or slot in acts_for(state, name)]
    if slot == ANY:
        return [(None, "working")]
    if not seats:
        return [(None, "nobody")]
    own = [name for name in seats if state.seats[name].role == slot] or seats
    return [(name, why_waiting(state, name)) for name in own]


def _tasks(scenario: Scenario, state: State, lang: Lang) -> tuple[DeskTask, ...]:
    if state.scene is None:
        return ()
    scene = scenario.scenes[state.scene.id]
    counting = set()
    if scene.barrier is not None:
        counting = {task.id for task in needed(scene, state.scene)}
    shown = []
    for task in scene.tasks.values():
        held = state.scene.tasks.get(task.id)
        if held is not None and held.status == "out":
            continue
        slots = held.slots if held is not None else {}
        shown.append(
            DeskTask(
                id=task.id,
                ask=task.ask,
                kind=task.kind,
                state="locked" if held is None else "open" if held.status == "open" else "done",
                roles=tuple([scenario.roles[name].name for name in task.who.roles]),
                done=len(task.who.slots)
                if is_over(state.scene, task)
                else sum(slot.done for slot in slots.values()),
                total=len(task.who.slots),
                how=_came(scenario, task, held) if held is not None else "",
                optional=task.optional,
                counts=task.id in counting,
                shown=shown_of(scenario, state, task, "desk", lang),
            )
        )
    return tuple(shown)


def _came(scenario: Scenario, task: Task, held: TaskState) -> How:
    """How a task that is over came to be so, where that wasn't by answering it well."""
    if held.status not in ("done", "skipped"):
        return ""
    came = {outcome(scenario, task, held, slot, own=True) for slot in held.slots.values()}
    if held.status == "skipped" or "skipped" in came:
        return "skipped"
    if "believed" in came:
        return "believed"
    return "stand_in" if "stand_in" in came else ""


def _roles(scenario: Scenario, state: State) -> tuple[DeskRole, ...]:
    shown = []
    for role in scenario.roles.values():
        cover = state.covers.get(role.id)
        shown.append(
            DeskRole(
                id=role.id,
                name=role.name,
                cover=cover.how if cover is not None else None,
                by=cover.seat or None if cover is not None else None,
                seats=tuple([name for name, seat in state.seats.items() if seat.role == role.id]),
            )
        )
    return tuple(shown)


def _debrief(runs: Sequence[RunInfo], lang: Lang) -> DeskDebrief | None:
    led = debriefed(runs)
    if not led:
        return None
    state = led[0].state
    return DeskDebrief(
        step=step_of(state),
        steps=len(state.deck),
        card=debrief_card(led[0].scenario, state, ends(runs), lang),
        speaker=room_speaker(led),
        reflections=tuple(
            [
                _reflection(run, seat, text)
                for run in runs
                for seat, text in run.state.reflections.items()
            ]
        ),
    )


def _reflection(run: RunInfo, seat: SeatId, text: str) -> Reflection:
    name, role_name = called(run, seat)
    return Reflection(
        run=run.run,
        seat=seat,
        team=run.state.team,
        name=name,
        role_name=role_name,
        text=text,
        hidden=seat in run.state.aside.hidden,
        waits=not on_wall(run.state, seat) and seat not in run.state.aside.hidden,
        team_name=name_of(run.state),
    )
