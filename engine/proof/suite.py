"""The script's own `tests:`, run: where one went otherwise than it says, and what they saw."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.errors import Rejection
from engine.proof.coverage import KINDS, Item, everything, observed
from engine.proof.dice import turns
from engine.proof.playthrough import Playthrough
from engine.rules.state import State
from engine.scenario.model import PlayTest, Scenario
from engine.scenario.unpicked import unpicked


class Divergence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a test went otherwise."""

    move: int
    """Number of the move from 1; 0: every move was made, but not what was expected came of it."""
    what: str
    """One sentence, in Chinese."""
    scene: str
    open: tuple[str, ...]
    """What could have been done at that point: `role:task`."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one test went."""

    name: str
    divergence: Divergence | None
    seen: frozenset[Item]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the coverage table."""

    kind: str
    """One of `coverage.KINDS`."""
    seen: int
    total: int
    missing: tuple[str, ...]


def run_test(scenario: Scenario, case: PlayTest) -> Outcome:
    """Play one test."""
    scenario = unpicked(scenario)
    table, seen, logged = Playthrough(scenario, draws={}), set[Item](), 0
    scene = scenario.start
    for number, move in enumerate(("", *case.play)):
        refused = ""
        try:
            if move:
                table.move(move)
        except Rejection as refusal:
            refused = f"{move}:{refusal.message.zh}{refusal.remedy.zh}"
        events = [record.event for record in table.records[logged:]]
        seen |= set(observed(scenario, scene, events, table.state))
        logged = len(table.records)
        scene = table.state.scene.id if table.state.scene is not None else scene
        if refused:
            divergence = _here(table, number, refused)
            return Outcome(name=case.name, divergence=divergence, seen=frozenset(seen))
    problem = _unexpected(table.state, case)
    ended = _here(table, 0, problem) if problem else None
    return Outcome(name=case.name, divergence=ended, seen=frozenset(seen))


def _here(table: Playthrough, move: int, what: str) -> Divergence:
    state = table.state
    scene = state.scene.id if state.scene is not None else ""
    free = (f"{turn.role or 'any'}:{turn.task.id}" for turn in turns(table))
    return Divergence(move=move, what=what, scene=scene, open=tuple(dict.fromkeys(free)))


def _unexpected(state: State, case: PlayTest) -> str:
    """What came of it otherwise than the test expects; empty: nothing."""
    expect, scene = case.expect, state.scene.id if state.scene is not None else ""
    if expect.ending is not None and state.ending != expect.ending:
        return f"应到结局 {expect.ending}，实在 {state.ending or scene}"
    if expect.scene is not None and scene != expect.scene:
        return f"应在 {expect.scene}，实在 {scene}"
    if expect.traps is not None and set(state.sprung) != set(expect.traps):
        return f"应踩中 {_list(sorted(expect.traps))}，实为 {_list(sorted(state.sprung))}"
    for name, value in expect.vars.items():
        if state.vars[name] != value:
            return f"变量 {name} 应为 {_word(value)}，实为 {_word(state.vars[name])}"
    return ""


def _list(names: Sequence[str]) -> str:
    return "、".join(names) or "（无）"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def tally(scenario: Scenario, seen: frozenset[Item]) -> tuple[Tally, ...]:
    """The coverage table: one line for each kind of thing that the script has."""
    lines = []
    items = tuple(everything(scenario))
    for kind in KINDS:
        own = [item for item in items if item[0] == kind]
        missing = tuple(".".join(item[1:]) for item in own if item not in seen)
        if own:
            lines.append(
                Tally(kind=kind, seen=len(own) - len(missing), total=len(own), missing=missing)
            )
    return tuple(lines)
