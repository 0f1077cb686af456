"""`evolve(state, event)`: the state after the event. Total, refuses nothing, decides nothing.

One small function an event says which fields of the state change (here, in `folds_seats.py` and
`folds_scenes.py`); `evolve` itself counts `seq` and keeps the clock. No scenario is needed: events
carry outcomes. A log is therefore folded by a loop, and what the rules decided when it was written
stays decided, whatever the rules say today.

    >>> from engine.rules.events import SeatTaken
    >>> evolve(EMPTY, SeatTaken(at_ms=5, seat="s1", role="host")).seats["s1"].role
    'host'
"""

from __future__ import annotations

from typing import Final, get_args

from msgspec import UNSET
from msgspec.structs import replace

from engine.rules import events as ev
from engine.rules.aside import ASIDES
from engine.rules.folds import Changes, Folds, run_clock
from engine.rules.folds_scenes import FOLDS as SCENES
from engine.rules.folds_seats import FOLDS as SEATS
from engine.rules.state import NEWS_MAX, News, State
from engine.values import Map

EMPTY: Final = State()

STOOD_TOGETHER_MS: Final = 15_000
"""Time that stood twice within so long is told as once: the desk did something meanwhile, or phones
were called away that hadn't come back yet."""


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
        "abreast": event.abreast,
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
        "abreast": UNSET,  # there are no other teams
        "waits": UNSET,
    }


def _run_started(state: State, event: ev.RunStarted) -> Changes:
    return {"phase": "playing", "started_ms": run_clock(state, event.at_ms)}


def _run_paused(state: State, event: ev.RunPaused) -> Changes:
    return {"paused_at_ms": max(event.at_ms, state.now_ms)}


def _run_resumed(state: State, event: ev.RunResumed) -> Changes:
    if state.paused_at_ms is None:
        return {}
    if state.waits:
        return {"paused_at_ms": None}  # the clock stands all the same
    stood_ms = max(event.at_ms, state.now_ms) - state.paused_at_ms
    return {"paused_at_ms": None, "paused_ms": state.paused_ms + stood_ms}


def _clock_stood(state: State, event: ev.ClockStood) -> Changes:
    if state.stands_since_ms is not None:
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


# ── the debrief ─────────────────────────────────────────────────────────────────────────────────


def _debrief_opened(state: State, event: ev.DebriefOpened) -> Changes:
    if event.step is not UNSET:
        return {"deck": event.deck, "step": event.step}
    return {"phase": "debrief", "deck": event.deck, "step": 0, "speakers": ()}


def _debrief_moved(state: State, event: ev.DebriefMoved) -> Changes:
    return {"step": event.step}


def _speaker_drawn(state: State, event: ev.SpeakerDrawn) -> Changes:
    return {"speakers": (*state.speakers, event.seat), "spoke_ms": event.at_ms}


def _reflected(state: State, event: ev.Reflected) -> Changes:
    return {"reflections": state.reflections.set(event.seat, event.text)}


def _only_shown(
    state: State, event: ev.ReflectionHidden | ev.ReflectionShown | ev.TeamNamed
) -> Changes:
    """All there is to it stands in `aside`."""
    return {}


_RUN: Final[Folds] = {
    ev.RunOpened: _run_opened,
    ev.RunForked: _run_forked,
    ev.RunStarted: _run_started,
    ev.RunPaused: _run_paused,
    ev.RunResumed: _run_resumed,
    ev.ClockStood: _clock_stood,
    ev.RunEnded: _run_ended,
    ev.RunClosed: _run_closed,
    ev.DebriefOpened: _debrief_opened,
    ev.DebriefMoved: _debrief_moved,
    ev.SpeakerDrawn: _speaker_drawn,
    ev.Reflected: _reflected,
    ev.ReflectionHidden: _only_shown,
    ev.ReflectionShown: _only_shown,
    ev.TeamNamed: _only_shown,
}

_FOLDS: Final[Folds] = _RUN | SEATS | SCENES

assert set(_FOLDS) == set(get_args(ev.AnyEvent)), "every event needs its fold"
assert len(_FOLDS) == len(_RUN) + len(SEATS) + len(SCENES), "no event has two"
