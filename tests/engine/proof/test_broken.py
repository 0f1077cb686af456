"""Broken scripts: each has the finding its name says, no other, and a play that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Issue, ScenarioError
from engine.proof.explore import explore
from engine.proof.findings import FINDINGS
from engine.proof.play_graph import Edge, Explored, backwards, endings
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.rules.settle import EndlessError
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario

FOLDER = Path(__file__).resolve().parents[2] / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))
PLAYED = {
    "SC601", "SC602", "SC603", "SC604", "SC605", "SC621", "SC622", "SC623", "SC631",
}  # fmt: skip
"""Findings that a play shows; the others say that there is none, or are arithmetic."""


def found(file: Path) -> tuple[Scenario | None, tuple[Issue, ...]]:
    try:
        scenario = compile_scenario(file.read_bytes(), file.name)
    except ScenarioError as error:
        return None, error.issues
    proof = prove(scenario)
    too_many = any(issue.code == "SC624" for issue in proof.issues)
    assert proof.complete or too_many or any(issue.code in PLAYED for issue in proof.issues)
    return scenario, proof.issues


def test_there_are_enough_and_every_finding_is_among_them() -> None:
    assert len(FILES) >= 40
    assert {file.name[:5] for file in FILES} >= set(FINDINGS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_has_its_finding_and_the_play_shows_it(file: Path) -> None:
    scenario, issues = found(file)
    assert {issue.code for issue in issues} == {file.name[:5]}
    for issue in issues:
        assert (issue.play is not None) == (issue.code in PLAYED)
        if issue.play is not None:
            assert scenario is not None
            shows(scenario, issue)


def shows(scenario: Scenario, issue: Issue) -> None:
    """Replay the play, and see the defect without the proof's own verdicts."""
    play = issue.play or ()
    if issue.code == "SC605":
        with pytest.raises(EndlessError):
            _go_round(scenario, play)
        return
    table = played(scenario, play)
    ahead = explore(scenario, reduce=False, start=table)
    if issue.code in ("SC601", "SC602", "SC603", "SC631"):
        assert not endings(ahead), "an ending can still be reached"
    elif issue.code == "SC604":
        assert 0 not in backwards(ahead, endings(ahead), along=_by_hand)
        assert endings(ahead), "the limit leads on"
    elif issue.code == "SC622":
        ends = {ahead.nodes[n].state.ending for n in endings(ahead)}
        assert {scenario.scenes[name].ending for name in ends} == {"bad"}
    elif issue.code == "SC621":
        _unavoidable(scenario, play)


def played(scenario: Scenario, play: tuple[str, ...]) -> Playthrough:
    table = Playthrough(scenario)
    for move in play:
        table.move(move)
    return table


def _by_hand(edge: Edge) -> bool:
    return edge.move.kind != "limit"


def _go_round(scenario: Scenario, play: tuple[str, ...]) -> None:
    """The play, and then every move there is: one of them goes round for ever."""
    table = played(scenario, play)
    graph = explore(scenario, reduce=False, start=table)
    assert graph.endless
    raise EndlessError


def _unavoidable(scenario: Scenario, play: tuple[str, ...]) -> None:
    """Before its last move no way to an ending spares the trap; the last move springs it."""
    before, after = played(scenario, play[:-1]), played(scenario, play)
    sprung = set(after.state.sprung) - set(before.state.sprung)
    assert len(sprung) == 1
    ahead: Explored = explore(scenario, reduce=False, start=before)
    spared = backwards(ahead, endings(ahead), along=lambda edge: not edge.sprung & sprung)
    assert 0 not in spared
