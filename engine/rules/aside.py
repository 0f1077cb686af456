"""What is remembered of each event only to be shown: `State.aside`.

A scene turns in the same macrostep as its last answer; who gave that answer is still to see what
came of it. So are the votes of a round, who helped whom, and which traps sprang.
Nothing here is ever decided by, and the fingerprint leaves it out (`replay`): what is remembered
may grow while the logs of yesterday still fold to what they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, Literal

from msgspec import UNSET
from msgspec.structs import replace

from engine.rules import events as ev
from engine.rules.state import (
    ASIDES_MAX,
    GOT_MAX,
    Act,
    Aside,
    Got,
    Helped,
    Poll,
    Spring,
    State,
)
from engine.values import Map, SeatId

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
    got = aside.got
    if event.done and event.verdict != "vote":
        had = Got(
            kind="answer",
            scene=scene,
            seat=event.seat,
            task=event.task,
            slot=event.slot,
            answer=event.answer,
        )
        got = _got(aside, had)
    return replace(aside, acts=acts, tried=tried, got=got)


def _got(aside: Aside, had: Got) -> tuple[Got, ...]:
    """With one more, unless it has taught the same before."""
    return aside.got if had in aside.got else (*aside.got[1 - GOT_MAX :], had)


def _task_skipped(state: State, event: ev.TaskSkipped) -> Aside:
    had = Got(kind="skip", scene=_scene(state), task=event.task)
    return replace(state.aside, got=_got(state.aside, had))


def _vote_tied(state: State, event: ev.VoteTied) -> Aside:
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    tried = state.aside.tried
    for slot, was in held.slots.items() if held is not None else ():
        if was.answer:
            tried = _tried(tried, tried_key(_scene(state), event.task, slot), was.answer)
    # Where it had fallen on a trap, it is decided no more.
    here = (_scene(state), event.task)
    polls = state.aside.polls
    if any((poll.scene, poll.task) == here for poll in polls):
        polls = tuple([poll for poll in polls if (poll.scene, poll.task) != here])
    return replace(state.aside, tried=tried, polls=polls)


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
    had = Got(kind="answer", scene=here[1], task=event.task, answer=(event.choice,))
    polls = (*state.aside.polls[1 - ASIDES_MAX :], _poll(state, event))
    return replace(state.aside, acts=acts, got=_got(state.aside, had), polls=polls)


def _poll(state: State, event: ev.VoteDecided) -> Poll:
    """Ordered by the choices, so that nothing tells who voted before whom."""
    held = state.scene.tasks.get(event.task) if state.scene is not None else None
    slots = held.slots.values() if held is not None else ()
    votes = Counter(slot.answer[0] for slot in slots if slot.answer)
    return Poll(
        seq=state.seq + 1,
        at_ms=event.at_ms,
        scene=_scene(state),
        task=event.task,
        decided=event.choice,
        votes=Map(sorted(votes.items())),
    )


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
    helped, got = aside.helped, aside.got
    if event.right:
        had = Got(kind="rescue", scene=act.scene, seat=event.rescuer, trap=act.trap)
        got = _got(aside, had)
        helped = (*helped[1 - ASIDES_MAX :], Helped(state.seq + 1, event.seat, event.rescuer))
    return replace(aside, acts=aside.acts.set(event.rescuer, act), helped=helped, got=got)


def _seat_thanked(state: State, event: ev.SeatThanked) -> Aside:
    ours = (event.rescued, event.seat)
    helped = [
        replace(one, thanked=True) if (one.seat, one.rescuer) == ours else one
        for one in state.aside.helped
    ]
    return replace(state.aside, helped=tuple(helped))


def _card_handed(state: State, event: ev.CardHanded | ev.CardShown) -> Aside:
    """For the giver's seats; whose task it was to hand it has just been told so."""
    kind: Literal["hand", "show"] = "show" if isinstance(event, ev.CardShown) else "hand"
    acts = state.aside.acts
    for seat, held in state.seats.items():
        last = acts.get(seat)
        if held.role != event.giver or held.left or (last is not None and last.seq == state.seq):
            continue
        act = Act(
            seq=state.seq + 1,
            at_ms=event.at_ms,
            kind=kind,
            scene=_scene(state),
            subject=event.card,
            slot=event.to,
            good=True,
        )
        acts = acts.set(seat, act)
    return replace(state.aside, acts=acts)


def _trap_sprung(state: State, event: ev.TrapSprung) -> Aside:
    spring = Spring(state.seq + 1, event.at_ms, event.trap)
    had = Got(kind="fall", scene=_scene(state), seat=event.seat, trap=event.trap)
    springs = (*state.aside.springs[1 - ASIDES_MAX :], spring)
    return replace(state.aside, springs=springs, got=_got(state.aside, had))


def _scene_entered(state: State, event: ev.SceneEntered) -> Aside:
    """What was tried belongs to this visit; a detour comes back to the scene it left."""
    return state.aside if event.detour else replace(state.aside, tried=Map())


def _seat_back(state: State, event: ev.SeatBack) -> Aside:
    came = state.aside.came
    return state.aside if event.seat in came else replace(state.aside, came=(*came, event.seat))


def _speaker_drawn(state: State, event: ev.SpeakerDrawn) -> Aside:
    return replace(state.aside, speaking=event.seat)


def _card_turned(state: State, event: ev.DebriefMoved | ev.DebriefOpened) -> Aside:
    aside = state.aside
    if isinstance(event, ev.DebriefOpened):
        if event.moderated is True:
            aside = replace(aside, moderated=True)
        lay, lies = state.deck[state.step :][:1], event.deck[event.step or 0 :][:1]
        if event.step is not UNSET and lay == lies:
            return aside  # arranged anew: whoever speaks to the card that lies open goes on
    return replace(aside, speaking="")


def on_wall(state: State, seat: SeatId) -> bool:
    """What the seat wrote at the end may be read there."""
    aside = state.aside
    return seat not in aside.hidden and (not aside.moderated or seat in aside.walled)


def _without(seats: tuple[SeatId, ...], seat: SeatId) -> tuple[SeatId, ...]:
    return tuple(one for one in seats if one != seat)


def _reflected(state: State, event: ev.Reflected) -> Aside:
    """Written anew, it is looked at anew."""
    aside = state.aside
    if event.seat not in aside.walled or state.reflections.get(event.seat) == event.text:
        return aside
    return replace(aside, walled=_without(aside.walled, event.seat))


def _reflection_hidden(state: State, event: ev.ReflectionHidden) -> Aside:
    hidden = (*state.aside.hidden, event.seat)
    return replace(state.aside, hidden=hidden, walled=_without(state.aside.walled, event.seat))


def _reflection_shown(state: State, event: ev.ReflectionShown) -> Aside:
    aside = state.aside
    walled = (*aside.walled, event.seat) if aside.moderated else ()
    return replace(aside, hidden=_without(aside.hidden, event.seat), walled=walled)


def _team_named(state: State, event: ev.TeamNamed) -> Aside:
    return replace(state.aside, called=event.name)


ASIDES: Final[dict[type, Callable[[State, Any], Aside]]] = {
    ev.TaskAnswered: _task_answered,
    ev.TaskSkipped: _task_skipped,
    ev.VoteTied: _vote_tied,
    ev.VoteDecided: _vote_decided,
    ev.RescueTried: _rescue_tried,
    ev.SeatThanked: _seat_thanked,
    ev.CardHanded: _card_handed,
    ev.CardShown: _card_handed,
    ev.TrapSprung: _trap_sprung,
    ev.SceneEntered: _scene_entered,
    ev.SeatBack: _seat_back,
    ev.SpeakerDrawn: _speaker_drawn,
    ev.DebriefOpened: _card_turned,
    ev.DebriefMoved: _card_turned,
    ev.Reflected: _reflected,
    ev.ReflectionHidden: _reflection_hidden,
    ev.ReflectionShown: _reflection_shown,
    ev.TeamNamed: _team_named,
}
"""The events something is remembered of; of the others nothing is."""
