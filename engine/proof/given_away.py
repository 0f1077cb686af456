"""Questions whose answer stands before whoever is asked: a trap nobody falls into teaches nothing.

Each question with a right answer is looked at in the first moment at which it can be answered, as
its role sees it then; a rescue's as any teammate does, in the scenes where somebody may be held.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.errors import Place, Text
from engine.proof import overlap
from engine.proof.overlap import Asked, Reading, read
from engine.proof.play_graph import Explored
from engine.proof.sight import Seen, sight
from engine.rules.state import State
from engine.scenario.checks import traps_of
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Rescue, Trap
from engine.values import ANY, RoleId, TaskId


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is answered on the screen."""

    at: Place
    node: int
    """The moment, in the graph."""
    scene: str
    task: str
    """Of a rescue: the trap's."""
    role: RoleId
    words: str
    """What stands there."""
    where: Text
    rescue: bool = False


def given_away(graph: Explored) -> Iterator[Given]:
    """Every question whose right answer stands before the role that is asked, in script order."""
    scenario = graph.scenario
    moments = moments_of(graph)
    for scene in scenario.scenes.values():
        for task in scene.tasks.values():
            number = moments.get((scene.id, task.id))
            if number is not None:
                yield from _task(scenario, graph.nodes[number].state, task, number)
    for trap in scenario.traps.values():
        yield from _rescue(graph, trap, moments)


def moments_of(graph: Explored) -> dict[tuple[str, TaskId], int]:
    """(scene, task) → the nearest node in which it can be answered."""
    found: dict[tuple[str, TaskId], int] = {}
    for number, node in enumerate(graph.nodes):
        if node.state.phase == "playing" and node.state.scene is not None:
            for name, held in node.state.scene.tasks.items():
                if held.status == "open":
                    found.setdefault((node.scene, name), number)
    return found


def _task(scenario: Scenario, state: State, task: Task, number: int) -> Iterator[Given]:
    for role in (task.who.roles if task.who.slots == (ANY,) else task.who.slots)[:1]:
        found = told(scenario, state, task, role)
        if found is not None:
            words, seen = found
            yield Given(
                at=task.at, node=number, scene=task.scene, task=task.id, role=role, words=words,
                where=seen.where,
            )  # fmt: skip


def told(scenario: Scenario, state: State, task: Task, role: RoleId) -> tuple[str, Seen] | None:
    """(what gives the task's right answers away, where it stands before the role); None: nothing
    does, or there is nothing to guess."""
    before = [*sight(scenario, state, role)]
    if task.body.form.typed:
        return _typed([read(text) for text in task.body.taken()], before)
    rights = [one for one in task.body.options if one.right]
    wrong = tuple(read(one.text) for one in task.body.options if one.alone and not one.right)
    if not rights or not wrong:
        return None
    question, found = read(task.ask), None
    for one in rights:
        asked = Asked(read(one.text), wrong, question)
        found = _stands(asked, before, _since(scenario, task.scene))
        if found is None:
            return None
    return found


def _typed(answers: list[Reading], before: list[Seen]) -> tuple[str, Seen] | None:
    for seen in before:
        text = read(seen.text)
        for answer in answers:
            if overlap.holds(text, answer):
                return answer.line, seen
    return None


def _stands(asked: Asked, before: list[Seen], since: int) -> tuple[str, Seen] | None:
    """(what stands there, in which of the texts)."""
    for seen in before:
        text = read(seen.text)
        words = (
            asked.told_by(text, heading=seen.heading)
            or overlap.adds_up(asked.right, text)
            or overlap.years_on(asked.right, text, since)
        )
        if words:
            return words, seen
    return None


def _since(scenario: Scenario, scene: str) -> int:
    """The last year named by the headings of the scenes before this one."""
    since = 0
    for name, one in scenario.scenes.items():
        if name == scene:
            return since
        since = overlap.year_in(one.when) or since
    return since


def _rescue(graph: Explored, trap: Trap, moments: dict[tuple[str, TaskId], int]) -> Iterator[Given]:
    """The trap's rescue question, where it may first be asked."""
    scenario = graph.scenario
    if trap.rescue is None:
        return
    for task in (task for scene in scenario.scenes.values() for task in scene.tasks.values()):
        number = moments.get((task.scene, task.id))
        if trap.id not in traps_of(task) or number is None:
            continue
        roles = [role for role in trap.rescue.roles if role not in task.who.slots]
        for role in roles[:1]:
            found = rescue_told(scenario, graph.nodes[number].state, trap.rescue, role)
            if found is not None:
                yield Given(
                    at=trap.rescue.at, node=number, scene=task.scene, task=trap.id, role=role,
                    words=found[0], where=found[1].where, rescue=True,
                )  # fmt: skip
        return


def rescue_told(
    scenario: Scenario, state: State, rescue: Rescue, role: RoleId
) -> tuple[str, Seen] | None:
    """As `told`, of a rescue's question, asked in the state's scene."""
    assert state.scene is not None, "somebody is held"
    before = [*sight(scenario, state, role)]
    right = next(one for one in rescue.choices if one.right)
    wrong = tuple(read(one.text) for one in rescue.choices if not one.right)
    asked = Asked(read(right.text), wrong, read(rescue.ask))
    return _stands(asked, before, _since(scenario, state.scene.id)) if wrong else None
