"""What conditions ask for comes up in every run: traps that only an option springs which a run may
not show (`pick`) are asked for by nobody. The proof plays all options, so it couldn't tell that a
way is closed to a team that was never shown one.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Issue, Place
from engine.scenario.model import Scenario
from engine.script.issues import issue
from engine.script.nodes import And, Guard, Not, Or, Sprung
from engine.values import TrapId


def check_asked(scenario: Scenario) -> Iterator[Issue]:
    """Conditions that ask for a trap which some runs don't show."""
    seldom = set(_seldom(scenario))
    for place, guard in _guards(scenario) if seldom else ():
        for name in dict.fromkeys(_traps_in(guard)):
            if name in seldom:
                yield issue("SC439", place, name=name)


def _seldom(scenario: Scenario) -> Iterator[TrapId]:
    """Traps that are only sprung by options which a run may not show."""
    often, found = set[TrapId](), list[TrapId]()
    for scene in scenario.scenes.values():
        for task in scene.tasks.values():
            left_out = task.body.left_out()
            seldom = [one.trap for one in task.body.options if one.trap and one.id in left_out]
            found += seldom
            shown = [one.trap for one in task.body.options if one.id not in left_out]
            often.update(name for name in shown if name)
            often.update(name for name in task.body.traps() if name not in seldom)
    yield from (name for name in found if name not in often)


def _guards(scenario: Scenario) -> Iterator[tuple[Place, Guard | None]]:
    yield from ((aim.at, aim.met) for aim in scenario.aims.values())
    for scene in scenario.scenes.values():
        yield from ((way.at, way.guard) for way in scene.next)
        for task in scene.tasks.values():
            yield task.at, task.guard
            yield from ((one.at, one.guard) for one in task.body.conditional)


def _traps_in(guard: Guard | None) -> Iterator[TrapId]:
    match guard:
        case Sprung(trap=trap):
            yield trap
        case And(args=args) | Or(args=args):
            for arg in args:
                yield from _traps_in(arg)
        case Not(arg=arg):
            yield from _traps_in(arg)
