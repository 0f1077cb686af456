"""The story and the misconceptions of the evening, on the wall that all teams read.

The story is that of the team furthest behind, so that the wall tells nobody what comes.

A trap that sprang is told at once, with its team; what is believed and what is so is printed when
no team of the session may still be asked (`views_faced`). A trap stands there once, with every team
that fell in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.rules.state import State
from engine.rules.views_faced import faced
from engine.rules.views_learnt import Part, learnt
from engine.rules.views_team import station_of
from engine.scenario.model import Scenario

TRAPS_MAX: Final = 20


def sprung_traps(runs: Sequence[tuple[Scenario, State]]) -> list[Part]:
    """Traps that sprang in any run, newest first; never who fell in."""
    found = sorted(
        (
            (spring.at_ms, spring.seq, state.team, spring.trap)
            for _, state in runs
            for spring in state.aside.springs
        ),
        reverse=True,
    )
    if not found:
        return []
    lurking = frozenset[str]().union(*(faced(scenario, state) for scenario, state in runs))
    scenario, shown = runs[0][0], dict[object, Part]()
    for at_ms, _, team, name in found:
        # Two hidden ones that were one entry would tell that both teams fell for the same.
        key = (name, team) if name in lurking else name
        if key not in shown:
            told = _hidden() if name in lurking else _told(scenario, name)
            shown[key] = {"at_ms": at_ms, "team": team, "teams": [], **told}
        if team not in shown[key]["teams"]:
            shown[key]["teams"] = sorted((*shown[key]["teams"], team))
    return list(shown.values())[:TRAPS_MAX]


def _told(scenario: Scenario, name: str) -> Part:
    trap = scenario.traps[name]
    truth = learnt(scenario, trap.truth)
    assert truth is not None, "a trap has its truth"
    return {
        "open": True,
        "trap": trap.id,
        "belief": trap.belief,
        "truth": truth["text"],
        "why": trap.why,
        "status": truth["status"],
        "sources": truth["sources"],
    }


def _hidden() -> Part:
    return {
        "open": False, "trap": "", "belief": "", "truth": "", "why": "", "status": "",
        "sources": [],
    }  # fmt: skip


def told_story(runs: Sequence[tuple[Scenario, State]]) -> Part:
    """The story, and the teams that are in it; the script's summary before anybody is."""
    playing = [(script, state) for script, state in runs if state.scene is not None]
    if not playing:
        scenario = runs[0][0]
        return {
            "scene": "", "title": scenario.title, "when": "", "story": scenario.summary,
            "picture": scenario.cover, "scenario": scenario.id, "teams": [],
            "elsewhere": 0,
        }  # fmt: skip
    # A detour's story tells what its question was about; other teams may still be asked that.
    where = {
        state.team: (len(runs) > 1 and state.interrupted) or state.scene for _, state in playing
    }
    scenario, last = min(playing, key=lambda run: station_of(*run))
    begun = where[last.team]
    assert begun is not None, "it plays"
    scene = scenario.scenes[begun.id]
    teams = [team for team, held in where.items() if held and held.id == scene.id]
    return {
        "scene": scene.id,
        "title": scene.title,
        "when": scene.when,
        "story": scene.story,
        "picture": scene.picture,
        "scenario": scenario.id,
        "teams": teams,
        "elsewhere": len(playing) - len(teams),
    }
