"""What the people of the tests know: the right answers, the traps, and which play ends well.

The key is taken from the script itself: one of its own `tests` that reaches a good ending without
a trap is played through, and every answer given is kept by scene, task and role. So the script's
text can change, and the evenings played here change with it.
"""

from __future__ import annotations

from pathlib import Path

from engine.kinds.forms import Answer
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.events import AnyEvent
from engine.scenario.compile import compile_scenario
from engine.scenario.model import PlayTest, Scenario, Task
from tests.support.hands import right_of, trapped

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
        ...Array.from(root.querySelectorAll('[data-side]')).reduce((sides, one) => {
            (sides[one.dataset.side] = sides[one.dataset.side] || []).push(
                { id: one.dataset.id, text: one.textContent.trim() });
            return sides;
        }, {}),
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
        task_ = self.task(scene, task)
        return known[-1] if known else right_of(task_, own="今晚我懂得了警觉从哪里来。") or ()

    def spots(self, scene: str, task: str, role: str) -> Answer:
        """The spots searched in the play, in order; then all that hide a card."""
        tried = [spot for answer in self.known(scene, task, role) for spot in answer]
        options = self.task(scene, task).body.options
        hiding = [one.id for one in options if one.card is not None and one.trap is None]
        return tuple(dict.fromkeys((*tried, *hiding)))

    def trapped(self, scene: str, task: str) -> tuple[str, str] | None:
        """(choice, trap): an answer that gets one held until rescued. None: none such."""
        return trapped(self.scenario, self.task(scene, task))

    def rescue(self, trap: str) -> Answer:
        """The right answer to a trap's rescue question."""
        rescue = self.scenario.traps[trap].rescue
        assert rescue is not None, f"{trap} has no rescue"
        return tuple(choice.id for choice in rescue.choices if choice.right)
