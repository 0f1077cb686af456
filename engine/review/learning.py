"""What a team and its people met, fell for and came to know.

A *meeting* is a person's (or, in a vote, the team's) one encounter with a misconception: the task
was answered, and the trap sprang or didn't. An *outcome* is how a person stood with one objective:
how many tasks on it were right at once (`clean`), right in the end (`mended`) or wrong for good
(`wrong`), and how many only gave something to read (`read`). Stand-ins learn nothing and are left
out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from engine.review.course import Answer, Course, Spring
from engine.review.lessons import Lessons
from engine.rules.events import VoteDecided
from engine.scenario.model import Choose, Select, Vote
from engine.values import FactId, RoleId, SceneId, SeatId, TaskId, TrapId

Grade = Literal["met", "partly", "unmet", "read", ""]
Result = Literal["clean", "mended", "wrong", "read"]
Key = tuple[SceneId, TaskId, str]


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """A person, or a voting team (`seat` and `role` empty), met a misconception."""

    trap: TrapId
    scene: SceneId
    task: TaskId
    seq: int
    """The first answer; of those who fell, the one they fell by."""
    seat: SeatId
    role: RoleId
    fell: int
    """How often the trap sprang; 0: avoided."""
    warned_by: tuple[FactId, ...]
    """Facts that would have told the truth and had been shown before, in the script's order."""
    springs: tuple[Spring, ...]


class Outcome(msgspec.Struct, kw_only=True):
    """How a person, or a team, stood with one objective."""

    objective: str
    clean: int = 0
    mended: int = 0
    wrong: int = 0
    read: int = 0

    @property
    def graded(self) -> int:
        """How many tasks could be right or wrong."""
        return self.clean + self.mended + self.wrong

    @property
    def grade(self) -> Grade:
        """`met`: all right in the end; `read`: nothing was asked; empty: not met with."""
        if not self.graded:
            return "read" if self.read else ""
        if not self.wrong:
            return "met"
        return "partly" if self.clean + self.mended else "unmet"

    def count(self, result: Result) -> None:
        """One task more."""
        setattr(self, result, getattr(self, result) + 1)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A seat's results."""

    seat: SeatId
    role: RoleId
    outcomes: dict[str, Outcome]
    """By objective, in the script's order; all of them."""
    clean: int
    """Graded tasks that were right at once, objective or none."""
    graded: int
    traps: int
    """How often a trap sprang for it."""
    rescued: int
    """How often it was helped out."""


def meetings(lessons: Lessons, course: Course) -> list[Meeting]:
    """Every meeting of the run, by scene and task as they came."""
    sprung: dict[tuple[Key, TrapId], list[Spring]] = defaultdict(list)
    for spring in course.springs:
        sprung[(spring.scene, spring.task, spring.slot), spring.trap].append(spring)
    found = []
    fallen = {
        (moment.scene, moment.event.task)
        for moment in course.moments
        if isinstance(moment.event, VoteDecided)
    }
    for (scene, task, slot), answers in _by_slot(lessons, course).items():
        done = any(answer.done for answer in answers) if slot else (scene, task) in fallen
        for trap in lessons.traps[scene, task]:
            springs = tuple(sprung.get(((scene, task, slot), trap), ()))
            if not springs and not done:
                continue
            first = answers[0]
            asked = (
                [first] if slot else [a for a in answers if not springs or a.seq < springs[0].seq]
            )
            seen = frozenset[FactId]().union(*(answer.seen for answer in asked))
            known = seen & lessons.related[trap]
            found.append(
                Meeting(
                    trap=trap,
                    scene=scene,
                    task=task,
                    seq=springs[0].seq if springs else first.seq,
                    seat=first.seat if slot else "",
                    role=first.role if slot else "",
                    fell=len(springs),
                    warned_by=tuple(name for name in lessons.scenario.facts if name in known),
                    springs=springs,
                )
            )
    return found


def _by_slot(lessons: Lessons, course: Course) -> dict[Key, list[Answer]]:
    """People's answers by slot; a vote's all under the slot ``""``."""
    found: dict[Key, list[Answer]] = defaultdict(list)
    for answer in course.answers:
        if answer.seat:
            slot = "" if answer.verdict == "vote" else answer.slot
            found[answer.scene, answer.task, slot].append(answer)
    return found


def people(lessons: Lessons, course: Course) -> list[Person]:
    """The results of everybody who came, in the order in which the seats were taken."""
    results: dict[SeatId, list[tuple[Answer, Result]]] = defaultdict(list)
    for answer, result in _results(lessons, course):
        results[answer.seat].append((answer, result))
    return [
        _person(lessons, course, seat, role, results[seat])
        for seat, role in course.role_by_seat.items()
        if seat in course.came
    ]


def _person(
    lessons: Lessons,
    course: Course,
    seat: SeatId,
    role: RoleId,
    results: list[tuple[Answer, Result]],
) -> Person:
    outcomes = {name: Outcome(objective=name) for name in lessons.scenario.objectives}
    for answer, result in results:
        for objective in lessons.objectives[answer.scene, answer.task]:
            outcomes[objective].count(result)
    own = [spring for spring in course.springs if spring.seat == seat]
    return Person(
        seat=seat,
        role=role,
        outcomes=outcomes,
        clean=sum(result == "clean" for _, result in results),
        graded=sum(result != "read" for _, result in results),
        traps=len(own),
        rescued=sum(spring.freed == "rescue" for spring in own),
    )


def team_outcomes(objectives: Iterable[str], everybody: Sequence[Person]) -> dict[str, Outcome]:
    """The outcomes of all people together, by objective."""
    made = {name: Outcome(objective=name) for name in objectives}
    for person in everybody:
        for name, outcome in person.outcomes.items():
            for field in ("clean", "mended", "wrong", "read"):
                setattr(made[name], field, getattr(made[name], field) + getattr(outcome, field))
    return made


def _results(lessons: Lessons, course: Course) -> Iterator[tuple[Answer, Result]]:
    """(the last answer, what came of it) of every slot a person answered."""
    found: dict[Key, list[Answer]] = defaultdict(list)
    for answer in course.answers:
        if answer.seat:
            found[answer.scene, answer.task, answer.slot].append(answer)
    for answers in found.values():
        result = _result(lessons, answers)
        if result is not None:
            yield answers[-1], result


def _result(lessons: Lessons, answers: list[Answer]) -> Result | None:
    last = answers[-1]
    verdicts = [_verdict(lessons, answer) for answer in answers]
    slipped = any(verdict in ("missed", "trap") for verdict in verdicts)
    if last.done and verdicts[-1] in ("right", "found"):
        return "mended" if slipped else "clean"
    if slipped:
        return "wrong"
    return "read" if last.done else None


def _verdict(lessons: Lessons, answer: Answer) -> str:
    """The verdict; of a vote, that on one's own choice."""
    if answer.verdict != "vote":
        return answer.verdict
    body = lessons.scenario.scenes[answer.scene].tasks[answer.task].body
    assert isinstance(body, Choose | Select | Vote), "only these are voted on"
    mine = next(choice for choice in body.choices if choice.id in answer.answer)
    return "trap" if mine.trap else "right" if mine.right else "vote"
