"""What a team and its people met, fell for and came to know.

A *meeting* is a person's (or, in a vote, the team's) one encounter with a misconception: the task
was answered, and the trap sprang or didn't. An *outcome* is how a person stood with one objective:
how many tasks on it were right at once (`clean`), right after a slip (`mended`) or not shown
(`wrong`), and how many couldn't go wrong (`read`). Stand-ins learn nothing and are left out.

A grade says what was shown, and can fail: who is asked again until nothing else is left to answer
has shown nothing. So a slip counts as mended only while another wrong answer could still have been
given (`Kind.shown_after`); what was taken as done though it was wrong (a trap with `then: accept`)
doesn't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from engine.review.course import Answer, Course, Spring
from engine.review.lessons import Lessons
from engine.rules.events import VoteDecided
from engine.scenario.checks import rights_of
from engine.scenario.model import Task
from engine.values import FactId, RoleId, SceneId, SeatId, TaskId, TrapId

Grade = Literal["once", "learnt", "unshown"]
"""Right at once; learnt on the way; not shown."""
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
    mended: bool = False
    """Fell, and answered the task right afterwards."""


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
        """`once`: all its tasks were right at once; `learnt`: all right, some after a slip;
        `unshown`: one wasn't, or nothing was asked."""
        if self.wrong or not self.graded:
            return "unshown"
        return "learnt" if self.mended else "once"

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
    mended: int
    """Right after a slip."""
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
                    mended=bool(springs) and _mended(lessons, course, answers, springs[-1].seq),
                )
            )
    return found


def _mended(lessons: Lessons, course: Course, answers: list[Answer], seq: int) -> bool:
    """One of the answers after `seq` was right; of a vote's, what was decided after it."""
    first = answers[0]
    task = lessons.scenario.scenes[first.scene].tasks[first.task]
    if not task.body.decides:
        return any(a.seq > seq and a.done and _verdict(task, a) == "right" for a in answers)
    right = {option.id for option in rights_of(task)}
    return any(
        moment.seq > seq and moment.scene == first.scene and moment.event.choice in right
        for moment in course.moments
        if isinstance(moment.event, VoteDecided) and moment.event.task == first.task
    )


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
        mended=sum(result == "mended" for _, result in results),
        graded=sum(result != "read" for _, result in results),
        traps=len(own),
        rescued=sum(spring.freed == "rescue" for spring in own),
    )


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many people stand where with one objective."""

    once: int
    learnt: int
    unshown: int
    unasked: int
    """Of `unshown`, those who were never asked."""


def tally(objectives: Iterable[str], everybody: Sequence[Person]) -> dict[str, Tally]:
    """How many of these people stand where, by objective."""
    made = {}
    for name in objectives:
        outcomes = [person.outcomes[name] for person in everybody]
        grades = [outcome.grade for outcome in outcomes]
        made[name] = Tally(
            once=grades.count("once"),
            learnt=grades.count("learnt"),
            unshown=grades.count("unshown"),
            unasked=sum(not outcome.graded for outcome in outcomes),
        )
    return made


def _results(lessons: Lessons, course: Course) -> Iterator[tuple[Answer, Result]]:
    """(the last answer, what came of it) of every slot and everybody who answered it. Whoever takes
    over after another's slip has been shown what was wrong."""
    found: dict[Key, list[Answer]] = defaultdict(list)
    for answer in course.answers:
        if answer.seat:
            found[answer.scene, answer.task, answer.slot].append(answer)
    for answers in found.values():
        for seat in dict.fromkeys(answer.seat for answer in answers):
            own = [answer for answer in answers if answer.seat == seat]
            before = [answer for answer in answers if answer.seq < own[-1].seq]
            result = _result(lessons, before, own[-1])
            if result is not None:
                yield own[-1], result


def _result(lessons: Lessons, before: list[Answer], last: Answer) -> Result | None:
    """What came of a slot for whoever gave the answer `last` there."""
    task = lessons.scenario.scenes[last.scene].tasks[last.task]
    verdict = _verdict(task, last)
    slips = sum(_verdict(task, answer) in ("missed", "trap") for answer in before)
    if last.done and verdict == "right":
        return ("mended" if task.body.shown_after(slips) else "wrong") if slips else "clean"
    if slips or verdict in ("missed", "trap"):
        return "wrong"
    return "read" if last.done else None


def _verdict(task: Task, answer: Answer) -> str:
    """The verdict on whoever gave the answer."""
    return task.body.grade(answer.verdict, answer.answer)
