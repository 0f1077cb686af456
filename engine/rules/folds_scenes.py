"""Folds of what happens in scenes: barriers and time limits, tasks and what they are answered."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import replace

from engine.kinds.held import SlotState, TaskState
from engine.rules import events as ev
from engine.rules.folds import Changes, Folds, news, run_clock
from engine.rules.state import SceneState, State, Waiting
from engine.values import Map

PATH_MAX: Final = 64

# ── scenes ──────────────────────────────────────────────────────────────────────────────────────


def _scene_entered(state: State, event: ev.SceneEntered) -> Changes:
    at_ms = run_clock(state, event.at_ms)
    limit_at_ms = None if event.limit_ms is None else at_ms + event.limit_ms
    changes: Changes = {
        "scene": _begun(event, at_ms, limit_at_ms),
        "path": (*state.path[1 - PATH_MAX :], event.scene),
        "interrupted": None,
    }
    if event.detour:
        changes |= {"interrupted": state.scene, "left_ms": at_ms}
    elif state.shown:
        changes["shown"] = ()
    return changes


def _begun(event: ev.SceneEntered, at_ms: int, limit_at_ms: int | None) -> SceneState:
    scene = SceneState(event.scene, at_ms, limit_at_ms)
    if not event.every_ms or not event.ticks:
        return scene
    first_ms = at_ms + event.every_ms
    return replace(scene, every_ms=event.every_ms, ticks_left=event.ticks, tick_at_ms=first_ms)


def _scene_ticked(state: State, event: ev.SceneTicked) -> Changes:
    scene = state.scene
    if scene is None or not scene.ticks_left or not scene.tick_at_ms or not scene.every_ms:
        return {}
    next_ms = scene.tick_at_ms + scene.every_ms
    return _scene(state, ticks_left=scene.ticks_left - 1, tick_at_ms=next_ms)


def _scene_resumed(state: State, event: ev.SceneResumed) -> Changes:
    kept = state.interrupted
    if kept is None:
        return {}
    if kept.limit_at_ms is not None:
        away_ms = run_clock(state, event.at_ms) - state.left_ms
        kept = replace(kept, limit_at_ms=kept.limit_at_ms + away_ms)
        if kept.tick_at_ms:
            kept = replace(kept, tick_at_ms=kept.tick_at_ms + away_ms)
    return {"scene": kept, "interrupted": None, "path": (*state.path[1 - PATH_MAX :], kept.id)}


def _scene(state: State, **changes: Any) -> Changes:
    return {} if state.scene is None else {"scene": replace(state.scene, **changes)}


def _scene_waits(state: State, event: ev.SceneWaits) -> Changes:
    """In a pause the clock stands already, since that began."""
    since_ms = max(event.at_ms, state.now_ms)
    if state.paused_at_ms is not None:
        since_ms = state.paused_at_ms
    return {"waits": Waiting(state.seq + 1, event.next, since_ms)}


def _teams_awaited(state: State, event: ev.TeamsAwaited) -> Changes:
    return {"waits": replace(state.waits, teams=event.teams)} if state.waits else {}


def _scene_released(state: State, event: ev.SceneReleased) -> Changes:
    """In a pause the clock stands on, from where the pause began."""
    if not state.waits:
        return {}
    until_ms = max(event.at_ms, state.now_ms)
    if state.paused_at_ms is not None:
        until_ms = state.paused_at_ms
    stood_ms = until_ms - state.waits.since_ms
    return {"waits": UNSET, "paused_ms": state.paused_ms + stood_ms}


def _scene_extended(state: State, event: ev.SceneExtended) -> Changes:
    if state.scene is None or state.scene.limit_at_ms is None:
        return {}
    return {
        **_scene(state, limit_at_ms=state.scene.limit_at_ms + event.by_ms),
        **news(state, event, "extended", str(event.by_ms)),
    }


def _scene_timed_out(state: State, event: ev.SceneTimedOut) -> Changes:
    return news(state, event, "timed_out", event.scene)


def _barrier_opened(state: State, event: ev.BarrierOpened) -> Changes:
    changes = _scene(state, barrier_open=True)
    if event.by == "facilitator":
        changes |= news(state, event, "opened", event.scene)
    return changes


# ── tasks ───────────────────────────────────────────────────────────────────────────────────────


def _with_task(state: State, task: str, value: TaskState) -> Changes:
    scene = state.scene
    return {} if scene is None else {"scene": replace(scene, tasks=scene.tasks.set(task, value))}


def _task(state: State, task: str, **changes: Any) -> Changes:
    held = state.scene.tasks.get(task) if state.scene is not None else None
    return {} if held is None else _with_task(state, task, replace(held, **changes))


def _slot(state: State, task: str, slot: str, **changes: Any) -> Changes:
    held = state.scene.tasks.get(task) if state.scene is not None else None
    if held is None or slot not in held.slots:
        return {}
    return _task(state, task, slots=held.slots.set(slot, replace(held.slots[slot], **changes)))


def _task_opened(state: State, event: ev.TaskOpened) -> Changes:
    opened = TaskState(
        "open",
        run_clock(state, event.at_ms),
        Map((slot, SlotState()) for slot in event.slots),
        event.shuffled,
        event.order,
        picked=event.picked,
    )
    return _with_task(state, event.task, opened)


def _task_dropped(state: State, event: ev.TaskDropped) -> Changes:
    return _with_task(state, event.task, TaskState("out", run_clock(state, event.at_ms)))


def _task_answered(state: State, event: ev.TaskAnswered) -> Changes:
    scene = state.scene
    held = scene.tasks.get(event.task) if scene is not None else None
    slot = held.slots.get(event.slot) if held is not None else None
    if scene is None or held is None or slot is None:
        return {}
    answered = SlotState(
        event.done,
        (*slot.answer, *event.answer) if event.verdict == "found" else event.answer,
        event.seat,
        slot.tries + 1,
        event.verdict == "missed",
        slot.hinted,
    )
    held = replace(held, slots=held.slots.set(event.slot, answered))
    return {"scene": replace(scene, tasks=scene.tasks.set(event.task, held))}


def _address(state: State, task: str) -> str:
    return f"{state.scene.id}.{task}" if state.scene is not None else task


def _finished(state: State, task: str) -> Changes:
    if state.scene is None:
        return {}
    name = _address(state, task)
    return {} if name in state.done else {"done": (*state.done, name)}


def _task_done(state: State, event: ev.TaskDone) -> Changes:
    return {**_task(state, event.task, status="done"), **_finished(state, event.task)}


def _task_skipped(state: State, event: ev.TaskSkipped) -> Changes:
    at_ms = run_clock(state, event.at_ms)
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    skipped = TaskState("skipped", at_ms) if held is None else replace(held, status="skipped")
    return {
        **_with_task(state, event.task, skipped),
        **_finished(state, event.task),
        **news(state, event, "skipped", _address(state, event.task)),
    }


def _vote_decided(state: State, event: ev.VoteDecided) -> Changes:
    return {
        **_task(state, event.task, decided=event.choice),
        **news(state, event, "decided", f"{_address(state, event.task)}.{event.choice}"),
    }


def _vote_tied(state: State, event: ev.VoteTied) -> Changes:
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    if held is None:
        return {}
    again = Map((slot, SlotState(tries=was.tries)) for slot, was in held.slots.items())
    return {
        **_task(state, event.task, slots=again, rounds=held.rounds + 1),
        **news(state, event, "tied", _address(state, event.task)),
    }


def _hint_taken(state: State, event: ev.HintTaken) -> Changes:
    return _slot(state, event.task, event.slot, hinted=True)


FOLDS: Final[Folds] = {
    ev.SceneEntered: _scene_entered,
    ev.SceneResumed: _scene_resumed,
    ev.SceneWaits: _scene_waits,
    ev.TeamsAwaited: _teams_awaited,
    ev.SceneReleased: _scene_released,
    ev.SceneExtended: _scene_extended,
    ev.SceneTicked: _scene_ticked,
    ev.SceneTimedOut: _scene_timed_out,
    ev.BarrierOpened: _barrier_opened,
    ev.TaskOpened: _task_opened,
    ev.TaskDropped: _task_dropped,
    ev.TaskAnswered: _task_answered,
    ev.TaskDone: _task_done,
    ev.TaskSkipped: _task_skipped,
    ev.VoteDecided: _vote_decided,
    ev.VoteTied: _vote_tied,
    ev.HintTaken: _hint_taken,
}
