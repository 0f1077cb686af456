"""What every fold of an event is made with: its changes, the run clock, the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.rules import events as ev
from engine.rules.state import NEWS_MAX, News, State

Changes = dict[str, Any]
"""Fields of the state, and what they become."""

Folds = dict[type, Callable[[State, Any], Changes]]
"""What each type of event changes; `evolve` joins the tables of the `folds_…` modules."""


def run_clock(state: State, at_ms: int) -> int:
    """The run-clock instant of a wall instant: it never goes back, and stands in a pause and while
    the team waits for others."""
    wall = state.now_ms if at_ms < state.now_ms else at_ms
    since_ms = state.stands_since_ms
    if since_ms is not None:
        wall = since_ms
    return wall - state.paused_ms


def news(state: State, event: ev.AnyEvent, kind: Any, subject: str, **more: Any) -> Changes:
    """One more thing that the team is told of."""
    item = News(state.seq + 1, event.at_ms, kind, subject, **more)
    return {"news": (*state.news[1 - NEWS_MAX :], item)}
