"""A whole session on the wall and on the facilitator's desk: all teams at once.

The wall never shows who fell into a trap, and no task's text; the desk shows who waits for whom and
why, and what would help. Shapes: docs/wire.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from engine.errors import Lang
from engine.kinds.held import TaskState
from engine.rules.absence import awaited
from engine.rules.acting import acts_for
from engine.rules.folds import run_clock
from engine.rules.settle import is_over, needed
from engine.rules.state import State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, RunId, SeatId
from engine.views.debrief import TeamEnd, debrief_card
from engine.views.learnt import Part
from engine.views.outcome import outcome
from engine.views.team import (
    left_ms,
    meters,
    owing,
    phase_of,
    stands,
    station_of,
    stations,
    team,
    waiting,
    wall_ms,
    why_waiting,
)
from engine.views.told import told_log
from engine.views.wall import sprung_traps, told_story


class RunInfo(msgspec.Struct, frozen=True):
    """One run of the session."""

    run: RunId
    scenario: Scenario
    state: State
    names: Mapping[SeatId, str]


class ClaimInfo(msgspec.Struct, frozen=True):
    """Somebody says that this offline seat is theirs."""

    id: str
    run: RunId
    team: int
    seat: SeatId
    name: str
    role_name: str


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
    locked: bool = False
    """Nobody new may sit down."""
    claims: tuple[ClaimInfo, ...] = ()
    """For the desk alone."""


def projector(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> Part:
    """The parts of the wall. `runs` isn't empty; all play the same scenario."""
    pairs = [(run.scenario, run.state) for run in runs]
    return {
        "session": _session(session, runs),
        "progress": _progress(runs),
        "story": told_story(pairs),
        "traps": sprung_traps(pairs),
        "debrief": _debrief(runs, lang, wall=True),
    }


def console(session: SessionInfo, runs: Sequence[RunInfo], lang: Lang = "zh") -> Part:
    """The parts of the desk."""
    shown = _session(session, runs)
    shown["addresses"] = [
        {"url": url, "label": label, "likely": likely} for url, label, likely in session.addresses
    ]
    shown["asked"], shown["lost"] = session.asked, session.lost
    shown["awaited"] = [_whose(run, seat) for run in runs for seat in awaited(run.state)]
    shown["claims"] = [msgspec.structs.asdict(one) for one in session.claims]
    return {
        "session": shown,
        "runs": [run_part(run, lang) for run in runs],
        "debrief": _debrief(runs, lang),
    }


def session_phase(states: Sequence[State]) -> str:
    """The session's phase: its teams' earliest; `paused` only if all that play are paused."""
    phases = [phase_of(state) for state in states]
    if "playing" not in phases and "paused" in phases:
        return "paused"
    if "playing" in phases or ("lobby" in phases and set(phases) != {"lobby"}):
        return "playing"
    order = ("lobby", "ended", "debrief", "closed")
    return min(phases, key=order.index)


def _session(session: SessionInfo, runs: Sequence[RunInfo]) -> Part:
    scenario = runs[0].scenario
    return {
        "id": session.id,
        "code": session.code,
        "join_url": session.join_url,
        "locked": session.locked,
        "scenario": scenario.id,
        "title": scenario.title,
        "summary": scenario.summary,
        "cover": scenario.cover,
        "minutes": scenario.minutes,
        "phase": session_phase([run.state for run in runs]),
        "paused": sum(phase_of(run.state) == "paused" for run in runs),
        "limited": sum(
            run.state.phase == "playing"
            and run.state.scene is not None
            and run.state.scene.limit_at_ms is not None
            for run in runs
        ),
        "teams": [
            {
                "run": run.run,
                "team": run.state.team,
                "seats_max": sum(role.seats_max for role in scenario.roles.values()),
                "seats": [
                    {
                        "seat": seat,
                        "name": run.names.get(seat, ""),
                        "role_name": scenario.roles[held.role].name,
                        "online": held.online,
                        "ready": held.ready,
                    }
                    for seat, held in run.state.seats.items()
                    if not held.left
                ],
            }
            for run in runs
        ],
    }


def _progress(runs: Sequence[RunInfo]) -> Part:
    scenario = runs[0].scenario
    going = len(runs) > 1 and any(run.state.phase == "playing" for run in runs)
    return {
        "stations": [{"id": scene.id, "title": scene.title} for scene in stations(scenario)],
        "teams": [_on_the_wall(run, going) for run in runs],
    }


def _on_the_wall(run: RunInfo, going: bool) -> Part:
    """A team's progress as all may see it. While others still play (`going`), neither an ending's
    name nor a detour's tells them what their own answers lead to."""
    shown = _team_progress(run)
    if going and (shown["ending"] or shown["detour"]):
        shown |= {"title": "", "ending_title": None, "ending_kind": None}
    return shown


def _team_progress(run: RunInfo) -> Part:
    scenario, state = run.scenario, run.state
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    limit_ms = state.scene.limit_at_ms if state.scene is not None else None
    playing, still = state.phase == "playing", stands(state)
    waited, _ = waiting(scenario, state)
    waited_roles = {slot for _, slot in owing(scenario, state) if slot != ANY}
    return {
        "run": run.run,
        "team": state.team,
        "phase": phase_of(state),
        "scene": scene.id if scene else "",
        "title": scene.title if scene else "",
        "station": station_of(scenario, state),
        "stations": len(stations(scenario)),
        "ends_at_ms": wall_ms(state, limit_ms) if playing and not still else None,
        "remaining_ms": left_ms(state, limit_ms) if playing else None,
        "done": waited["done"],
        "total": waited["total"],
        "waiting_roles": [r.name for r in scenario.roles.values() if r.id in waited_roles],
        "meters": meters(scenario, state),
        "ending": state.ending or None,
        "ending_title": scenario.scenes[state.ending].title if state.ending else None,
        "ending_kind": scenario.scenes[state.ending].ending if state.ending else None,
        "detour": scene is not None and not scene.main,
    }


def _scene_of(run: RunInfo) -> Scene | None:
    return run.scenario.scenes[run.state.scene.id] if run.state.scene is not None else None


def _debrief(runs: Sequence[RunInfo], lang: Lang, *, wall: bool = False) -> Part | None:
    """Led by the run furthest on; all runs of a session have the same deck. The `wall` isn't told
    what the facilitator keeps off it."""
    led = [run for run in runs if run.state.phase == "debrief" and run.state.deck]
    if not led:
        return None
    first = led[0]
    ends = [TeamEnd(run.state, run.names) for run in runs]
    part = debrief_card(first.scenario, first.state, ends, lang)
    drawn = [(run, run.state.aside.speaking) for run in led if run.state.aside.speaking]
    latest = max(drawn, key=lambda entry: _drawn_at(entry[0].state), default=None)
    part["speaker"] = None
    if latest is not None:
        run, seat = latest
        part["speaker"] = {**_whose(run, seat, wall=True), "seat": seat}
    part["reflections"] = [
        {**_whose(run, seat, wall), "text": text, **({} if wall else {"hidden": hidden})}
        for run in runs
        for seat, text in run.state.reflections.items()
        if not ((hidden := seat in run.state.aside.hidden) and wall)
    ]
    return part


def _whose(run: RunInfo, seat: SeatId, wall: bool = False) -> Part:
    """Somebody of a whole room, where a name alone may be another's too; not for the `wall`: which
    seat that is."""
    role = run.scenario.roles[run.state.seats[seat].role]
    place = {} if wall else {"run": run.run, "seat": seat}
    told = {"team": run.state.team, "name": run.names.get(seat, ""), "role_name": role.name}
    return {**place, **told}


def _drawn_at(state: State) -> tuple[int, int]:
    return state.spoke_ms, len(state.speakers)


# ── the desk ────────────────────────────────────────────────────────────────────────────────────


def run_part(run: RunInfo, lang: Lang) -> Part:
    """One run as the facilitator sees it."""
    scenario, state = run.scenario, run.state
    shown, scene = _team_progress(run), _scene_of(run)
    return {
        **{key: shown[key] for key in _FROM_PROGRESS},
        "when": scene.when if scene is not None else "",
        "story": scene.story if scene is not None else "",
        "seats": [
            {**seat, "away_since_ms": _away_since(state, seat["seat"])}
            for seat in team(scenario, state, run.names)
        ],
        "stands": stands(state),
        "waiting": _who_waits(run),
        "tasks": _tasks(scenario, state),
        "roles": _roles(scenario, state),
        "holds": [
            {
                "seat": seat,
                "name": run.names.get(seat, ""),
                "trap": scenario.traps[hold.trap].belief,
                "until_ms": wall_ms(state, hold.until_ms),
            }
            for seat, hold in state.holds.items()
        ],
        "meters": shown["meters"],
        "scenes": [{"id": scene.id, "title": scene.title} for scene in scenario.scenes.values()],
        "log": told_log(scenario, state, run.names, lang),
    }


_FROM_PROGRESS = (
    "run", "team", "phase", "scene", "title", "station", "stations", "ends_at_ms", "remaining_ms",
    "ending", "ending_title", "ending_kind", "done", "total", "detour",
)  # fmt: skip


def _away_since(state: State, seat: SeatId) -> int | None:
    held = state.seats[seat]
    return None if held.online else held.away_since_ms + state.paused_ms


def _who_waits(run: RunInfo) -> list[Part]:
    """Each seat, or role without seats, the barrier waits for: with what, why, since when; or for
    how long, while the clock that says so doesn't go."""
    scenario, state = run.scenario, run.state
    still = state.paused_at_ms is not None or stands(state)
    assert state.scene is not None or not owing(scenario, state)
    by_role: dict[str, list[tuple[str, str, int]]] = {}
    for task, slot in owing(scenario, state):
        assert state.scene is not None
        opened_ms = state.scene.tasks[task.id].opened_ms
        by_role.setdefault(slot, []).append((task.id, task.ask, opened_ms))
    shown = []
    for slot, tasks in by_role.items():
        opened_ms = min(opened_ms for _, _, opened_ms in tasks)
        asked = [{"id": name, "ask": ask} for name, ask, _ in tasks]
        for seat, why in _answerers(state, slot):
            role = scenario.roles.get(slot)
            shown.append(
                {
                    "seat": seat,
                    "name": run.names.get(seat, "") if seat else "",
                    "role": slot,
                    "role_name": role.name if role else "",
                    "why": why,
                    "since_ms": None if still else wall_ms(state, opened_ms),
                    "waited_ms": run_clock(state, state.now_ms) - opened_ms if still else None,
                    "tasks": asked,
                }
            )
    return shown


def _answerers(state: State, slot: str) -> list[tuple[SeatId | None, str]]:
    """(seat, why it isn't done) of the slot; one without a seat if nobody is there for it."""
    seats = [name for name in state.seats if slot == ANY or slot in acts_for(state, name)]
    if slot == ANY:
        return [(None, "working")]
    if not seats:
        return [(None, "nobody")]
    own = [name for name in seats if state.seats[name].role == slot] or seats
    return [
        (
            name,
            why_waiting(state, name),
        )
        for name in own
    ]


def _tasks(scenario: Scenario, state: State) -> list[Part]:
    if state.scene is None:
        return []
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
        status = "locked" if held is None else "open" if held.status == "open" else "done"
        shown.append(
            {
                "id": task.id,
                "ask": task.ask,
                "kind": task.kind,
                "state": status,
                "roles": [scenario.roles[name].name for name in task.who.roles],
                "done": len(task.who.slots)
                if is_over(state.scene, task)
                else sum(slot.done for slot in slots.values()),
                "total": len(task.who.slots),
                "how": _came(scenario, task, held) if held is not None else "",
                "optional": task.optional,
                "counts": task.id in counting,
            }
        )
    return shown


def _came(scenario: Scenario, task: Task, held: TaskState) -> str:
    """How a task that is over came to be so, where that wasn't by answering it well: `skipped`,
    `believed` or `stand_in`; else empty."""
    if held.status not in ("done", "skipped"):
        return ""
    came = {outcome(scenario, task, held, slot, own=True) for slot in held.slots.values()}
    if held.status == "skipped":
        came.add("skipped")
    return next((name for name in ("skipped", "believed", "stand_in") if name in came), "")


def _roles(scenario: Scenario, state: State) -> list[Part]:
    shown = []
    for role in scenario.roles.values():
        cover = state.covers.get(role.id)
        shown.append(
            {
                "id": role.id,
                "name": role.name,
                "cover": cover.how if cover is not None else None,
                "by": cover.seat or None if cover is not None else None,
                "seats": [name for name, seat in state.seats.items() if seat.role == role.id],
            }
        )
    return shown
