"""What was learnt is worked out of what has come since, and is what it would be if worked out anew."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from engine.proof.dice import Dice, turns
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.acting import acts_for
from engine.rules.stand_in import moment_of
from engine.rules.state import Got, State
from engine.scenario.model import Scenario
from engine.views.learnt_so_far import SoFar
from tests.support.counted import calls
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.turns import ROLES, rounds

SCENARIO = compile_text(MINI_TEXT)
NOTHING = frozenset[str]()


def answered(state: State, often: int) -> State:
    """So many others have answered a question of the first scene."""
    scene = SCENARIO.scenes[SCENARIO.start]
    task = next(iter(scene.tasks))
    got = [
        Got(kind="answer", scene=scene.id, seat=f"x{number}", task=task, slot="recorder")
        for number in range(often)
    ]
    return replace(state, aside=replace(state.aside, got=tuple(got)))


def look(so_far: SoFar, scenario: Scenario, state: State) -> int:
    """How many facts the first seat has learnt."""
    return len(so_far.of(scenario, state, "s1", ("recorder",), NOTHING))


def test_one_more_costs_the_same_after_few_and_after_many() -> None:
    state, costs = Playthrough(SCENARIO).state, []
    for often in (5, 80):
        so_far = SoFar()
        look(so_far, SCENARIO, answered(state, often))
        costs.append(calls(partial(look, so_far, SCENARIO, answered(state, often + 1))))
    assert costs[0] == costs[1]


def test_it_is_what_it_would_be_anew() -> None:
    table, dice, kept, most = Playthrough(SCENARIO), Dice("so far"), dict[str, SoFar](), 0
    for _ in range(60):
        state = table.state
        for seat in state.seats:
            acts = acts_for(state, seat)
            for faced in (NOTHING, frozenset(SCENARIO.traps)):
                told = kept.setdefault(seat, SoFar()).of(SCENARIO, state, seat, acts, faced)
                assert told == SoFar().of(SCENARIO, state, seat, acts, faced)
                most = max(most, len(told))
        if not (able := turns(table)) or state.scene is None:
            break
        turn = dice.pick(able)
        guesses = turn.task.body.guesses(
            moment_of(state, turn.task, state.scene.tasks[turn.task.id], turn.slot)
        )
        answer = dice.pick(guesses)
        table.advance(60_000)
        table.do(cmd.Submit, turn.seat, task=turn.task.id, answer=answer, role=turn.role)
    assert most > 0, "nothing was learnt"


def test_what_teaches_the_same_again_is_not_kept_twice() -> None:
    table = Playthrough(compile_text(rounds()))
    for number in range(5 * len(ROLES)):
        role, scene = ROLES[number % len(ROLES)], table.state.scene
        assert scene is not None, "it goes round"
        table.move(f"{scene.id}{role}=go")
    assert len(table.state.aside.got) == 2 * len(ROLES)
