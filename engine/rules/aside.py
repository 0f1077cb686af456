"""What is remembered of each event only to be shown: `State.aside`.

A scene turns in the same macrostep as its last answer; who gave that answer is still to see what
came of it. So are the votes of a round without a result, who helped whom, and which traps sprang.
Nothing here is ever decided by, and the fingerprint leaves it out (`replay`): what is remembered
may grow while the logs of yesterday still fold to what they were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from engine.rules import events as ev
from engine.rules.state import ASIDES_MAX, Act, Aside, Helped, Spring, State
from engine.values import Map

Tried = Map[str, tuple[tuple[str, ...], ...]]


def tried_key(scene: str, task: str, slot: str) -> str:
    """Where a slot's answers stand in `Aside.tried`."""
    return f"{scene}.{task}.{slot}"


def _scene(state: State) -> str:
    return state.scene.id if state.scene is not None else ""


def _tried(tried: Tried, key: str, answer: tuple[str, ...]) -> Tried:
    return tried.set(key, (*tried.get(key, ()), answer))


def _task_answered(state: State, event: ev.TaskAnswered) -> Aside:
    aside, scene = state.aside, _scene(state)
    acts, tried = aside.acts, aside.tried
    if event.seat:
        act = Act(
            seq=state.seq + 1,
            at_ms=event.at_ms,
            kind="answer",
            scene=scene,
            subject=event.task,
            slot=event.slot,
            answer=event.answer,
            good=event.done,
        )
        acts = acts.set(event.seat, act)
    if event.verdict in ("missed", "trap") and not event.done:
        tried = _tried(tried, tried_key(scene, event.task, event.slot), event.answer)
    return replace(aside, acts=acts, tried=tried)


def _vote_tied(state: State, event: ev.VoteTied) -> Aside:
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    tried = state.aside.tried
    for slot, was in held.slots.items() if held is not None else ():
        if was.answer:
            tried = _tried(tried, tried_key(_scene(state), event.task, slot), was.answer)
    return replace(state.aside, tried=tried)


def _vote_decided(state: State, event: ev.VoteDecided) -> Aside:
    here = ("answer", _scene(state), event.task)
    acts = Map(
        (
            seat,
            replace(act, decided=event.choice)
            if (act.kind, act.scene, act.subject) == here
            else act,
        )
        for seat, act in state.aside.acts.items()
    )
    return replace(state.aside, acts=acts)


def _rescue_tried(state: State, event: ev.RescueTried) -> Aside:
    aside, hold = state.aside, state.holds.get(event.seat)
    act = Act(
        seq=state.seq + 1,
        at_ms=event.at_ms,
        kind="rescue",
        scene=_scene(state),
        subject=event.seat,
        answer=event.answer,
        trap=hold.trap if hold is not None else "",
        good=event.right,
    )
    helped = aside.helped
    if event.right:
        helped = (*helped[1 - ASIDES_MAX :], Helped(state.seq + 1, event.seat, event.rescuer))
    return replace(aside, acts=aside.acts.set(event.rescuer, act), helped=helped)


def _card_handed(state: State, event: ev.CardHanded) -> Aside:
    """For the giver's seats; whose task it was to hand it has just been told so."""
    acts = state.aside.acts
    for seat, held in state.seats.items():
        last = acts.get(seat)
        if held.role != event.giver or held.left or (last is not None and last.seq == state.seq):
            continue
        act = Act(
            seq=state.seq + 1,
            at_ms=event.at_ms,
            kind="hand",
            scene=_scene(state),
            subject=event.card,
            slot=event.to,
            good=True,
        )
        acts = acts.set(seat, act)
    return replace(state.aside, acts=acts)


def _trap_sprung(state: State, event: ev.TrapSprung) -> Aside:
    spring = Spring(state.seq + 1, event.at_ms, event.trap)
    return replace(state.aside, springs=(*state.aside.springs[1 - ASIDES_MAX :], spring))


def _scene_entered(state: State, event: ev.SceneEntered) -> Aside:
    """What was tried belongs to this visit; a detour comes back to the scene it left."""
    return state.aside if event.detour else replace(state.aside, tried=Map())


def _seat_back(state: State, event: ev.SeatBack) -> Aside:
    came = state.aside.came
    return state.aside if event.seat in came else replace(state.aside, came=(*came, event.seat))


def _speaker_drawn(state: State, event: ev.SpeakerDrawn) -> Aside:
    return replace(state.aside, speaking=event.seat)


def _card_turned(state: State, event: ev.DebriefMoved | ev.DebriefOpened) -> Aside:
    return replace(state.aside, speaking="")


def _reflection_hidden(state: State, event: ev.ReflectionHidden) -> Aside:
    return replace(state.aside, hidden=(*state.aside.hidden, event.seat))


def _reflection_shown(state: State, event: ev.ReflectionShown) -> Aside:
    kept = tuple(seat for seat in state.aside.hidden if seat != event.seat)
    return replace(state.aside, hidden=kept)


ASIDES: Final[dict[type, Callable[[State, Any], Aside]]] = {
    ev.TaskAnswered: _task_answered,
    ev.VoteTied: _vote_tied,
    ev.VoteDecided: _vote_decided,
    ev.RescueTried: _rescue_tried,
    ev.CardHanded: _card_handed,
    ev.TrapSprung: _trap_sprung,
    ev.SceneEntered: _scene_entered,
    ev.SeatBack: _seat_back,
    ev.SpeakerDrawn: _speaker_drawn,
    ev.DebriefOpened: _card_turned,
    ev.DebriefMoved: _card_turned,
    ev.ReflectionHidden: _reflection_hidden,
    ev.ReflectionShown: _reflection_shown,
}
"""The events something is remembered of; of the others nothing is."""
