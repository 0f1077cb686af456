"""`evolve(state, event)`: the state after the event. Total, refuses nothing, decides nothing.

One small function an event says which fields of the state change; `evolve` itself counts `seq` and
keeps the clock. No scenario is needed: events carry outcomes. A log is therefore folded by a loop,
and what the rules decided when it was written stays decided, whatever the rules say today.

    >>> from engine.rules.events import SeatTaken
    >>> evolve(EMPTY, SeatTaken(at_ms=5, seat="s1", role="host")).seats["s1"].role
    'host'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from msgspec.structs import replace

from engine.kinds.held import SlotState, TaskState
from engine.rules import events as ev
from engine.rules.aside import ASIDES
from engine.rules.state import NEWS_MAX, Cover, Hold, News, SceneState, SeatState, State
from engine.values import Map

EMPTY: Final = State()

PATH_MAX: Final = 64

STOOD_TOGETHER_MS: Final = 15_000
"""Time that stood twice within so long is told as once: the desk did something meanwhile, or phones
were called away that hadn't come back yet."""

Changes = dict[str, Any]


def evolve(state: State, event: ev.AnyEvent) -> State:
    """The state after `event`. One that makes no sense in `state` changes only `seq`."""
    at_ms = event.at_ms
    changes = _FOLDS[type(event)](state, event)
    aside = ASIDES.get(type(event))
    if aside is not None:
        changes["aside"] = aside(state, event)
    return replace(
        state,
        seq=state.seq + 1,
        now_ms=at_ms if at_ms > state.now_ms else state.now_ms,
        **changes,
    )


def run_clock(state: State, at_ms: int) -> int:
    """The run-clock instant of a wall instant: it never goes back, and stands in a pause."""
    wall = state.now_ms if at_ms < state.now_ms else at_ms
    if state.paused_at_ms is not None:
        wall = state.paused_at_ms
    return wall - state.paused_ms


def _news(state: State, event: ev.AnyEvent, kind: Any, subject: str, **more: Any) -> Changes:
    item = News(state.seq + 1, event.at_ms, kind, subject, **more)
    return {"news": (*state.news[1 - NEWS_MAX :], item)}


# ── the run ─────────────────────────────────────────────────────────────────────────────────────


def _run_opened(state: State, event: ev.RunOpened) -> Changes:
    return {
        "scenario": event.scenario,
        "digest": event.digest,
        "seed": event.seed,
        "team": event.team,
        "vars": event.vars,
        "roles": event.roles,
        "grace_ms": event.grace_ms,
        "absence": event.absence,
        "stands": event.stands,
        "drawn": event.drawn,
    }


def _run_forked(state: State, event: ev.RunForked) -> Changes:
    at_ms, clock_ms = max(event.at_ms, state.now_ms), run_clock(state, state.now_ms)
    nobody = (
        (name, replace(s, online=False, away_since_ms=clock_ms)) for name, s in state.seats.items()
    )
    return {
        "paused_at_ms": at_ms,
        "paused_ms": at_ms - clock_ms,
        "seats": Map(nobody),
        "covers": Map(),
        "absence": "stand_in",
        "grace_ms": event.grace_ms,
    }


def _run_started(state: State, event: ev.RunStarted) -> Changes:
    return {"phase": "playing", "started_ms": run_clock(state, event.at_ms)}


def _run_paused(state: State, event: ev.RunPaused) -> Changes:
    return {"paused_at_ms": max(event.at_ms, state.now_ms)}


def _run_resumed(state: State, event: ev.RunResumed) -> Changes:
    if state.paused_at_ms is None:
        return {}
    stood_ms = max(event.at_ms, state.now_ms) - state.paused_at_ms
    return {"paused_at_ms": None, "paused_ms": state.paused_ms + stood_ms}


def _clock_stood(state: State, event: ev.ClockStood) -> Changes:
    if state.paused_at_ms is not None:
        return {}  # it stands anyway
    told_ms, news, began_ms = event.stood_ms, state.news, event.at_ms - event.stood_ms
    if news and news[-1].kind == "stood" and began_ms - news[-1].at_ms <= STOOD_TOGETHER_MS:
        told_ms, news = told_ms + int(news[-1].subject), news[:-1]
    item = News(state.seq + 1, event.at_ms, "stood", str(told_ms))
    return {"paused_ms": state.paused_ms + event.stood_ms, "news": (*news[1 - NEWS_MAX :], item)}


def _run_ended(state: State, event: ev.RunEnded) -> Changes:
    return {
        "phase": "ended",
        "ending": event.ending,
        "ended_ms": run_clock(state, event.at_ms),
        "holds": Map(),
        "interrupted": None,
    }


def _run_closed(state: State, event: ev.RunClosed) -> Changes:
    return {"phase": "closed", "holds": Map()}


# ── seats and roles ─────────────────────────────────────────────────────────────────────────────


def _seat_taken(state: State, event: ev.SeatTaken) -> Changes:
    seat = SeatState(event.role, away_since_ms=run_clock(state, event.at_ms))
    return {"seats": state.seats.set(event.seat, seat)}


def _seat(state: State, seat: str, **changes: Any) -> Changes:
    held = state.seats.get(seat)
    return {} if held is None else {"seats": state.seats.set(seat, replace(held, **changes))}


def _role_changed(state: State, event: ev.RoleChanged) -> Changes:
    return _seat(state, event.seat, role=event.role, ready=False)


def _seat_ready(state: State, event: ev.SeatReady) -> Changes:
    return _seat(state, event.seat, ready=True)


def _seat_away(state: State, event: ev.SeatAway) -> Changes:
    return _seat(state, event.seat, online=False, away_since_ms=run_clock(state, event.at_ms))


def _seat_back(state: State, event: ev.SeatBack) -> Changes:
    return _seat(state, event.seat, online=True, left=False)


def _seat_left(state: State, event: ev.SeatLeft) -> Changes:
    at_ms = run_clock(state, event.at_ms)
    return _seat(state, event.seat, online=False, left=True, ready=False, away_since_ms=at_ms)


def _role_covered(state: State, event: ev.RoleCovered) -> Changes:
    cover = Cover(event.how, event.seat, run_clock(state, event.at_ms))
    return {
        "covers": state.covers.set(event.role, cover),
        **_news(state, event, "covered", event.role, seat=event.seat, **_how(state, event)),
    }


def _how(state: State, event: ev.RoleCovered) -> dict[str, str]:
    return {"how": event.how} if state.stands else {}


def _role_uncovered(state: State, event: ev.RoleUncovered) -> Changes:
    return {
        "covers": state.covers.without(event.role),
        **_news(state, event, "uncovered", event.role),
    }


def _seat_nudged(state: State, event: ev.SeatNudged) -> Changes:
    held = state.seats.get(event.seat)
    if held is None:
        return {}
    return _news(state, event, "nudged", event.seat, role=held.role, seat=event.seat)


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────


def _scene_entered(state: State, event: ev.SceneEntered) -> Changes:
    at_ms = run_clock(state, event.at_ms)
    limit_at_ms = None if event.limit_ms is None else at_ms + event.limit_ms
    changes: Changes = {
        "scene": SceneState(event.scene, at_ms, limit_at_ms),
        "path": (*state.path[1 - PATH_MAX :], event.scene),
        "interrupted": None,
    }
    if event.detour:
        changes |= {"interrupted": state.scene, "left_ms": at_ms}
    return changes


def _scene_resumed(state: State, event: ev.SceneResumed) -> Changes:
    kept = state.interrupted
    if kept is None:
        return {}
    if kept.limit_at_ms is not None:
        away_ms = run_clock(state, event.at_ms) - state.left_ms
        kept = replace(kept, limit_at_ms=kept.limit_at_ms + away_ms)
    return {"scene": kept, "interrupted": None, "path": (*state.path[1 - PATH_MAX :], kept.id)}


def _scene(state: State, **changes: Any) -> Changes:
    return {} if state.scene is None else {"scene": replace(state.scene, **changes)}


def _scene_extended(state: State, event: ev.SceneExtended) -> Changes:
    if state.scene is None or state.scene.limit_at_ms is None:
        return {}
    return {
        **_scene(state, limit_at_ms=state.scene.limit_at_ms + event.by_ms),
        **_news(state, event, "extended", str(event.by_ms)),
    }


def _scene_timed_out(state: State, event: ev.SceneTimedOut) -> Changes:
    return _news(state, event, "timed_out", event.scene)


def _barrier_opened(state: State, event: ev.BarrierOpened) -> Changes:
    changes = _scene(state, barrier_open=True)
    if event.by == "facilitator":
        changes |= _news(state, event, "opened", event.scene)
    return changes


# ── tasks ───────────────────────────────────────────────────────────────────────────────────────


def _with_task(state: State, task: str, value: TaskState) -> Changes:
    return {} if state.scene is None else _scene(state, tasks=state.scene.tasks.set(task, value))


def _task(state: State, task: str, **changes: Any) -> Changes:
    held = state.scene.tasks.get(task) if state.scene is not None else None
    return {} if held is None else _with_task(state, task, replace(held, **changes))


def _slot(state: State, task: str, slot: str, **changes: Any) -> Changes:
    held = state.scene.tasks.get(task) if state.scene is not None else None
    if held is None or slot not in held.slots:
        return {}
    return _task(state, task, slots=held.slots.set(slot, replace(held.slots[slot], **changes)))


def _slot_of(state: State, task: str, slot: str) -> SlotState:
    held = state.scene.tasks.get(task) if state.scene is not None else None
    return (held.slots.get(slot) if held is not None else None) or SlotState()


def _task_opened(state: State, event: ev.TaskOpened) -> Changes:
    opened = TaskState(
        "open",
        run_clock(state, event.at_ms),
        Map((slot, SlotState()) for slot in event.slots),
        event.shuffled,
        event.order,
    )
    return _with_task(state, event.task, opened)


def _task_dropped(state: State, event: ev.TaskDropped) -> Changes:
    return _with_task(state, event.task, TaskState("out", run_clock(state, event.at_ms)))


def _task_answered(state: State, event: ev.TaskAnswered) -> Changes:
    held = _slot_of(state, event.task, event.slot)
    answer = (*held.answer, *event.answer) if event.verdict == "found" else event.answer
    return _slot(
        state,
        event.task,
        event.slot,
        done=event.done,
        answer=answer,
        seat=event.seat,
        tries=held.tries + 1,
        missed=event.verdict == "missed",
    )


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
        **_news(state, event, "skipped", _address(state, event.task)),
    }


def _vote_decided(state: State, event: ev.VoteDecided) -> Changes:
    return {
        **_task(state, event.task, decided=event.choice),
        **_news(state, event, "decided", f"{_address(state, event.task)}.{event.choice}"),
    }


def _vote_tied(state: State, event: ev.VoteTied) -> Changes:
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    if held is None:
        return {}
    again = Map((slot, SlotState(tries=was.tries)) for slot, was in held.slots.items())
    return {
        **_task(state, event.task, slots=again, rounds=held.rounds + 1),
        **_news(state, event, "tied", _address(state, event.task)),
    }


def _hint_taken(state: State, event: ev.HintTaken) -> Changes:
    return _slot(state, event.task, event.slot, hinted=True)


# ── traps, holds, effects ───────────────────────────────────────────────────────────────────────


def _trap_sprung(state: State, event: ev.TrapSprung) -> Changes:
    return {
        "sprung": state.sprung.set(event.trap, state.sprung.get(event.trap, 0) + 1),
        **_news(state, event, "trap", event.trap, seat=event.seat),
    }


def _hold_began(state: State, event: ev.HoldBegan) -> Changes:
    return {"holds": state.holds.set(event.seat, Hold(event.trap, event.until_ms))}


def _hold_ended(state: State, event: ev.HoldEnded) -> Changes:
    changes: Changes = {"holds": state.holds.without(event.seat)}
    if event.how == "rescue":
        changes |= _news(state, event, "rescued", event.seat, seat=event.seat)
    elif event.how == "facilitator":
        changes |= _news(state, event, "released", event.seat, seat=event.seat)
    return changes


def _rescue_tried(state: State, event: ev.RescueTried) -> Changes:
    hold = state.holds.get(event.seat)
    if hold is None:
        return {}
    tried = replace(hold, tried=(*hold.tried, event.rescuer))
    return {"holds": state.holds.set(event.seat, tried)}


def _var_set(state: State, event: ev.VarSet) -> Changes:
    return {"vars": state.vars.set(event.var, event.value)}


def _card_given(state: State, event: ev.CardGiven) -> Changes:
    held = state.holders.get(event.card, ())
    if event.role in held:
        return {}
    return {
        "holders": state.holders.set(event.card, (*held, event.role)),
        **_news(state, event, "card", event.card, role=event.role),
    }


def _card_handed(state: State, event: ev.CardHanded) -> Changes:
    left = tuple(r for r in state.holders.get(event.card, ()) if r not in (event.giver, event.to))
    return {
        "holders": state.holders.set(event.card, (*left, event.to)),
        **_news(state, event, "card", event.card, role=event.to),
    }


def _told(state: State, event: ev.Told) -> Changes:
    told = state.told if event.tell in state.told else (*state.told, event.tell)
    return {"told": told, **_news(state, event, "told", event.tell, role=event.role)}


# ── the debrief ─────────────────────────────────────────────────────────────────────────────────


def _debrief_opened(state: State, event: ev.DebriefOpened) -> Changes:
    return {"phase": "debrief", "deck": event.deck, "step": 0, "speakers": ()}


def _debrief_moved(state: State, event: ev.DebriefMoved) -> Changes:
    return {"step": event.step}


def _speaker_drawn(state: State, event: ev.SpeakerDrawn) -> Changes:
    return {"speakers": (*state.speakers, event.seat), "spoke_ms": event.at_ms}


def _reflected(state: State, event: ev.Reflected) -> Changes:
    return {"reflections": state.reflections.set(event.seat, event.text)}


def _only_shown(state: State, event: ev.ReflectionHidden | ev.ReflectionShown) -> Changes:
    """All there is to it stands in `aside`."""
    return {}


_FOLDS: Final[dict[type, Callable[[State, Any], Changes]]] = {
    ev.RunOpened: _run_opened,
    ev.RunForked: _run_forked,
    ev.RunStarted: _run_started,
    ev.RunPaused: _run_paused,
    ev.RunResumed: _run_resumed,
    ev.ClockStood: _clock_stood,
    ev.RunEnded: _run_ended,
    ev.RunClosed: _run_closed,
    ev.SeatTaken: _seat_taken,
    ev.RoleChanged: _role_changed,
    ev.SeatReady: _seat_ready,
    ev.SeatAway: _seat_away,
    ev.SeatBack: _seat_back,
    ev.SeatLeft: _seat_left,
    ev.RoleCovered: _role_covered,
    ev.RoleUncovered: _role_uncovered,
    ev.SeatNudged: _seat_nudged,
    ev.SceneEntered: _scene_entered,
    ev.SceneResumed: _scene_resumed,
    ev.SceneExtended: _scene_extended,
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
    ev.TrapSprung: _trap_sprung,
    ev.HoldBegan: _hold_began,
    ev.HoldEnded: _hold_ended,
    ev.RescueTried: _rescue_tried,
    ev.VarSet: _var_set,
    ev.CardGiven: _card_given,
    ev.CardHanded: _card_handed,
    ev.Told: _told,
    ev.DebriefOpened: _debrief_opened,
    ev.DebriefMoved: _debrief_moved,
    ev.SpeakerDrawn: _speaker_drawn,
    ev.Reflected: _reflected,
    ev.ReflectionHidden: _only_shown,
    ev.ReflectionShown: _only_shown,
}

assert set(_FOLDS) == set(get_args(ev.AnyEvent)), "every event needs its fold"
