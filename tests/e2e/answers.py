"""What the people of the tests know: the right answers, the traps, and which play ends well.

The key is taken from the script itself: one of its own `tests` that reaches a good ending without
a trap is played through, and every answer given is kept by scene, task and role. So the script's
text can change, and the evenings played here change with it.
"""

from __future__ import annotations

from pathlib import Path

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.events import AnyEvent
from engine.scenario.compile import compile_scenario
from engine.scenario.model import (
    Choose,
    Enter,
    Match,
    Order,
    PlayTest,
    Reflect,
    Scenario,
    Search,
    Select,
    Task,
    Vote,
)

Answer = tuple[str, ...]

OPTIONS = """root => {
    const read = (marks, id, text) => Array.from(root.querySelectorAll(marks)).map(
        one => ({ id: id(one), text: text(one).textContent.trim() }));
    return {
        choices: read('label.option', one => one.querySelector('input').value,
            one => one.querySelector('span').firstChild),
        items: read('[data-item]', one => one.dataset.item, one => one.querySelector('span')),
        left: read('label.pairing', one => one.querySelector('select').dataset.left,
            one => one.querySelector('span')),
        right: read('label.pairing:first-of-type option[value]:not([value=""])',
            one => one.value, one => one),
        spots: read('button[data-answer]:enabled', one => one.dataset.answer,
            one => one.querySelector('b')),
    };
}"""
"""The options that a task or a rescue offers on a page, as in the parts of docs/wire.md."""


def load(folder: Path) -> Scenario:
    """The compiled script of a folder."""
    file = folder / "scenario.yaml"
    return compile_scenario(file.read_bytes(), str(file))


class _Watched(Playthrough):
    """A play that notes every answer taken, by scene, task and role."""

    def decide(self, command: cmd.AnyCommand) -> tuple[AnyEvent, ...]:
        scene = self.state.scene.id if self.state.scene is not None else ""
        events = super().decide(command)
        if isinstance(command, cmd.Submit):
            role = command.role or self.state.seats[command.by].role
            self.answers.setdefault((scene, command.task, role), []).append(command.answer)
        return events

    def play(self, moves: tuple[str, ...]) -> dict[tuple[str, str, str], list[Answer]]:
        self.answers: dict[tuple[str, str, str], list[Answer]] = {}
        for move in moves:
            self.move(move)
        return self.answers


class AnswerKey:
    """The right answers of one script."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.test = self._good_test()
        self._answers = _Watched(scenario).play(self.test.play)

    @property
    def ending(self) -> str:
        """The good ending that these answers lead to."""
        assert self.test.expect.ending is not None
        return self.test.expect.ending

    def _good_test(self) -> PlayTest:
        for test in self.scenario.tests:
            ending = self.scenario.scenes.get(test.expect.ending or "")
            if ending is not None and ending.ending == "good" and test.expect.traps == ():
                return test
        raise AssertionError("the script has no test that ends well without a trap")

    def task(self, scene: str, task: str) -> Task:
        """A task of the script."""
        return self.scenario.scenes[scene].tasks[task]

    def known(self, scene: str, task: str, role: str) -> list[Answer]:
        """The answers `role` gave in the play, in order; anybody's, where it gave none."""
        mine = self._answers.get((scene, task, role))
        if mine is not None:
            return mine
        theirs = (a for (s, t, _), a in self._answers.items() if (s, t) == (scene, task))
        return next(theirs, [])

    def right(self, scene: str, task: str, role: str) -> Answer:
        """The answer that the play ended well with; the right one where the play gave none."""
        known = self.known(scene, task, role)
        return known[-1] if known else right_of(self.task(scene, task))

    def spots(self, scene: str, task: str, role: str) -> Answer:
        """The spots searched in the play, in order; then all that hide a card."""
        tried = [spot for answer in self.known(scene, task, role) for spot in answer]
        body = self.task(scene, task).body
        assert isinstance(body, Search)
        hiding = [spot.id for spot in body.spots if spot.card is not None and spot.trap is None]
        return tuple(dict.fromkeys((*tried, *hiding)))

    def trapped(self, scene: str, task: str) -> tuple[str, str] | None:
        """(choice, trap): an answer that gets one held until rescued. None: none such."""
        body = self.task(scene, task).body
        if not isinstance(body, Choose):
            return None
        for choice in body.choices:
            trap = self.scenario.traps.get(choice.trap or "")
            if trap is not None and trap.hold_ms and trap.rescue and trap.then == "retry":
                return choice.id, trap.id
        return None

    def rescue(self, trap: str) -> Answer:
        """The right answer to a trap's rescue question."""
        rescue = self.scenario.traps[trap].rescue
        assert rescue is not None, f"{trap} has no rescue"
        return tuple(choice.id for choice in rescue.choices if choice.right)


def right_of(task: Task) -> Answer:
    """A right answer to a task, as its script has it; a search's first spot that hides a card."""
    match task.body:
        case Choose(choices=choices) | Vote(choices=choices):
            safe = [choice for choice in choices if not choice.trap]
            return (next((c.id for c in safe if c.right), safe[0].id),)
        case Select(choices=choices):
            return tuple(choice.id for choice in choices if choice.right)
        case Order(items=items):
            return tuple(item.id for item in items)
        case Match(pairs=pairs):
            return tuple(f"{pair.id}={pair.id}" for pair in pairs)
        case Enter(accept=accept):
            return (accept[0],)
        case Search(spots=spots):
            return tuple(spot.id for spot in spots if spot.card is not None)[:1]
        case Reflect():
            return ("今晚我懂得了警觉从哪里来。",)
        case _:
            return ()
