"""The story and the misconceptions of the evening, on the wall that all teams read.

The story is that of the team furthest behind; of the others it is told where they are, and their
story too unless some team has that scene still to come: the wall tells nobody what comes.

A trap that sprang is told at once, with its team; what is believed and what is so is printed when
no team of the session may still be asked (`faced`). A trap stands there once, with every team
that fell in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SceneId, TrapId
from engine.views.called import names_of
from engine.views.faced import faced, to_come
from engine.views.learnt import learnt
from engine.views.parts.wall_parts import OtherScene, SprungTrap, Story
from engine.views.team import station_of
from engine.views.whereabouts import sites

TRAPS_MAX: Final = 20


def sprung_traps(runs: Sequence[tuple[Scenario, State]]) -> tuple[SprungTrap, ...]:
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
        return ()
    lurking = frozenset[str]().union(*(faced(scenario, state) for scenario, state in runs))
    # Two hidden ones that were one entry would tell that both teams fell for the same.
    fallen: dict[tuple[TrapId, int | None], list[tuple[int, int]]] = {}
    for at_ms, _, team, name in found:
        fallen.setdefault((name, team if name in lurking else None), []).append((at_ms, team))
    scenario = runs[0][0]
    told = [
        _hidden(*fell) if name in lurking else _told(scenario, name, *fell)
        for (name, _), fell in [*fallen.items()][:TRAPS_MAX]
    ]
    states = [state for _, state in runs]
    return tuple([replace(one, team_names=names_of(states, one.teams)) for one in told])


def _told(scenario: Scenario, name: TrapId, *fell: tuple[int, int]) -> SprungTrap:
    """`fell`: when, and the team; the last first."""
    trap = scenario.traps[name]
    truth = learnt(scenario, trap.truth)
    at_ms, team = fell[0]
    return SprungTrap(
        at_ms=at_ms,
        cues=trap.cues,
        team=team,
        teams=tuple(sorted({team for _, team in fell})),
        open=True,
        trap=trap.id,
        belief=trap.belief,
        truth=truth.text,
        why=trap.why,
        status=truth.status,
        marks=truth.marks,
        sources=truth.sources,
    )


def _hidden(*fell: tuple[int, int]) -> SprungTrap:
    at_ms, team = fell[0]
    return SprungTrap(
        at_ms=at_ms, cues=(), team=team, teams=(team,), open=False, trap="", belief="", truth="",
        why="", status="", marks=(), sources=(),
    )  # fmt: skip


def told_story(runs: Sequence[tuple[Scenario, State]]) -> Story:
    """The story, and the teams that are in it; then where the others are. The script's summary
    before anybody plays."""
    playing = [(script, state) for script, state in runs if state.scene is not None]
    if not playing:
        scenario = runs[0][0]
        return Story(
            scene="", title=scenario.title, when="", story=scenario.summary,
            picture=scenario.cover, scenario=scenario.id, teams=(), elsewhere=0, cues=(), others=(),
        )  # fmt: skip
    scenes = {state.team: _of_scene(state, alone=len(runs) == 1) for _, state in playing}
    ahead = set[SceneId]().union(*(to_come(script, state) for script, state in runs))
    # A way round leads no further on, yet others may still have it before them.
    scenario, last = min(playing, key=lambda run: (scenes[run[1].team] in ahead, station_of(*run)))
    scene = scenario.scenes[scenes[last.team]]
    teams = [team for team, name in scenes.items() if name == scene.id]
    return Story(
        scene=scene.id,
        title=scene.title,
        when=scene.when,
        story=scene.story,
        picture=scene.picture,
        scenario=scenario.id,
        teams=tuple(teams),
        elsewhere=len(playing) - len(teams),
        cues=scene.cues,
        others=_others(scenario, scenes, ahead, teams),
        places=sites(scenario, scene) or UNSET,
    )


def _of_scene(state: State, *, alone: bool) -> SceneId:
    """The scene whose story may be told of a team. A detour's tells what its question was about;
    other teams may still be asked that."""
    shown = (not alone and state.interrupted) or state.scene
    assert shown is not None, "it plays"
    return shown.id


def _others(
    scenario: Scenario,
    scene_by_team: Mapping[int, SceneId],
    ahead: Collection[SceneId],
    told_already: Collection[int],
) -> tuple[OtherScene, ...]:
    """The scenes other teams are in, in the script's order: by their titles, and with the story
    unless it is `ahead` of some team. An ending isn't named while anybody plays."""
    shown = []
    for scene in scenario.scenes.values():
        teams = [
            team
            for team, name in scene_by_team.items()
            if name == scene.id and team not in told_already
        ]
        if not teams or (scene.ending is not None and scene.id in ahead):
            continue
        told = scene.id not in ahead
        shown.append(
            OtherScene(
                scene=scene.id,
                title=scene.title,
                when=scene.when if told else "",
                story=scene.story if told else "",
                teams=tuple(teams),
            )
        )
    return tuple(shown)
