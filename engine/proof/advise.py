"""`advised(graph, share)`: the second grade beside “sound”. A sound script can't jam; whether it is
guessable, dull or unfounded is told here, each with its place and, where one shows it, a play.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Issue
from engine.proof.counsel import counsel
from engine.proof.dull import dull
from engine.proof.fairness import Fairness
from engine.proof.given_away import given_away
from engine.proof.lopsided import lopsided
from engine.proof.play_graph import Explored
from engine.proof.plays import play_to
from engine.proof.unfounded import unfounded


def advised(graph: Explored, share: Fairness | None) -> tuple[Issue, ...]:
    """All advice, by code and place. `share`: the evening of a team that makes no mistake; None:
    the script jams, and nothing can be said of how the time goes by."""
    found = [*_guessable(graph), *lopsided(graph.scenario), *unfounded(graph.scenario)]
    found += dull(graph, share) if share is not None else ()
    return tuple(sorted(found, key=lambda one: (one.code, one.place.line, one.place.column)))


def _guessable(graph: Explored) -> Iterator[Issue]:
    for one in given_away(graph):
        yield counsel(
            "SC902" if one.rescue else "SC901",
            one.at,
            play_to(graph, one.node),
            task=one.task,
            role=one.role,
            where=one.where,
            words=one.words,
        )
