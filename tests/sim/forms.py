"""What the language promises of what is scarce or drawn, held against the log by another reading of
the script than the rules': prices, conditions, picks, draws, clocks that eat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.kinds.options import Option
from engine.rules import events as ev
from engine.rules.evolve import evolve
from engine.rules.folds import run_clock
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.script.guards import holds


def check_forms(scenario: Scenario, before: State, events: Sequence[ev.AnyEvent]) -> None:
    """One command's events, from the state before it. Raises AssertionError."""
    state = before
    for event in events:
        match event:
            case ev.TaskAnswered(task=name, answer=answer, verdict=verdict) if verdict != "vote":
                _taken(scenario, _task(scenario, state, name), state, answer)
            case ev.VoteDecided(task=name, choice=choice):
                _taken(scenario, _task(scenario, state, name), state, (choice,))
            case ev.TaskOpened(task=name):
                _shown(_task(scenario, state, name), event.picked or ())
            case ev.VarSet(var=name):
                assert not scenario.vars[name].drawn, f"{name} is drawn, and was set"
            case ev.SceneTicked():
                _ticked(scenario, state, event.at_ms)
        state = evolve(state, event)


def _task(scenario: Scenario, state: State, name: str) -> Task:
    assert state.scene is not None, "tasks are in a scene"
    return scenario.scenes[state.scene.id].tasks[name]


def _taken(scenario: Scenario, task: Task, state: State, answer: Sequence[str]) -> None:
    """What is taken was shown, was open, and can be paid in full."""
    assert state.scene is not None, "tasks are in a scene"
    picked = state.scene.tasks[task.id].picked or ()
    for option in _named(task, answer):
        name = f"{task.id}={option.id}"
        assert not picked or option.id in picked, f"{name} wasn't shown"
        assert option.guard is None or holds(option.guard, state), f"{name} was closed"
        for item in option.price:
            var, paid = scenario.vars[item.var], int(state.vars[item.var]) + (item.delta or 0)
            assert var.low <= paid <= var.high, f"{name} was too dear"


def _named(task: Task, answer: Sequence[str]) -> Iterator[Option]:
    """The options of the answer; of a pair, what is given a partner."""
    said = {one.partition("=")[0] for one in answer}
    yield from (option for option in task.body.options if option.id in said)


def _shown(task: Task, picked: Sequence[str]) -> None:
    """As many as its author says, and all that are right."""
    number = getattr(task.body, "pick", 0)
    assert len(picked) == number, f"{task.id} shows {len(picked)}, not {number}"
    right = {option.id for option in task.body.options if option.right}
    assert not picked or right <= {*picked}, f"{task.id} shows not all that are right"


def _ticked(scenario: Scenario, state: State, at_ms: int) -> None:
    """A tick comes when it is due, and no more often than the limit has room for."""
    scene = state.scene
    assert scene is not None, "clocks eat in scenes"
    time = scenario.scenes[scene.id].time
    assert time is not None, f"{scene.id} has no clock"
    assert scene.ticks_left, f"the clock of {scene.id} has no tick left"
    passed_ms = run_clock(state, at_ms) - scene.entered_ms
    number = time.ticks - scene.ticks_left + 1
    assert passed_ms >= number * time.every_ms, f"{scene.id} ticked too soon"
