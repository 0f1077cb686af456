"""A session as xAPI 1.0.3 statements, for a learning record store.

Every id is made from the ids of the run and of the event it tells of, and every time is the
event's: the same log gives the same statements for ever, so sending them twice changes nothing.
People go by an account that names a pseudonym, the same over the evenings of a branch where it is
known and none once a name is forgotten; registration is the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from engine.export.report import Report
from engine.fitting import plain
from engine.review.attending import present
from engine.review.course import Answer
from engine.review.learning import Person
from engine.review.ledger import Played
from engine.scenario.model import Task

HOME: Final = "https://hongchuan.invalid"
"""Root of our names where an installation has none of its own (RFC 2606: nobody's)."""
_NAMESPACE: Final = UUID("5f1c9b0e-7c1d-5d1f-9a60-1921072323a0")
_VERB: Final = "http://adlnet.gov/expapi/verbs/"
_KIND: Final = "http://adlnet.gov/expapi/activities/"
VERBS: Final = ("initialized", "interacted", "answered", "scored", "completed")
ASKED: Final = frozenset({"right", "missed", "trap", "vote", "plain"})

Statement = dict[str, Any]


def statements(report: Report, home: str = HOME) -> list[Statement]:
    """All statements of the session, run by run, in the order of the logs."""
    told = (one for played in report.runs for one in _Run(report, played, home).all())
    return [cleaned(one) for one in told]


def cleaned(told: Any) -> Any:
    """The same, its texts without what stores don't take."""
    if isinstance(told, str):
        return plain(told)
    if isinstance(told, dict):
        return {key: cleaned(value) for key, value in told.items()}
    return [cleaned(each) for each in told] if isinstance(told, list) else told


class _Run:
    """The statements of one run."""

    def __init__(self, report: Report, played: Played, home: str) -> None:
        self.report, self.scenario, self.played = report, report.scenario, played
        self.home = home.rstrip("/")
        self.script = f"{self.home}/scenarios/{report.scenario.id}"
        self.persons = report.persons.get(played.run, {})
        self.registration = str(uuid5(_NAMESPACE, played.run))
        self.session = f"{self.home}/sessions/{report.session.id}"

    def all(self) -> Iterator[Statement]:
        """In the order of the log; the scores and completions last."""
        course = self.played.course
        began = course.bands[0]
        for person in present(self.played):
            at_ms = max(began.at_ms, course.taken_ms[person.seat])
            yield self._told("initialized", person.seat, began.seq, at_ms, self._simulation())
        for answer in course.answers:
            if answer.seat and answer.seat not in self.played.struck:
                yield self._answered(answer)
        if not course.ending:
            return
        met = self.report.met.get(self.played.run, {})
        for person in present(self.played):
            if course.stayed(person.seat):
                yield from self._ended(person, met.get(person.role))

    def _told(
        self, verb: str, seat: str, seq: int, at_ms: int, target: Statement, **more: Any
    ) -> Statement:
        # Who was erased, or took part before persons were kept, is one evening's seat and no more.
        alone = str(uuid5(_NAMESPACE, f"{self.played.run}/{seat}"))
        name = self.persons.get(seat, alone)
        return {
            "id": str(uuid5(_NAMESPACE, f"{self.played.run}/{seq}/{seat}/{verb}")),
            "version": "1.0.3",
            "timestamp": _iso(at_ms),
            "actor": {"objectType": "Agent", "account": {"homePage": self.home, "name": name}},
            "verb": {"id": _VERB + verb, "display": {"en-US": verb}},
            "object": target,
            "context": {
                "registration": self.registration,
                "platform": "hongchuan",
                "language": "zh-CN",
                "contextActivities": {
                    "parent": [{"objectType": "Activity", "id": self.script}],
                    "grouping": [{"objectType": "Activity", "id": self.session}],
                },
            },
            **more,
        }

    def _simulation(self) -> Statement:
        return {
            "objectType": "Activity",
            "id": self.script,
            "definition": {
                "type": _KIND + "simulation",
                "name": {"zh-CN": self.scenario.title},
                "description": {"zh-CN": self.scenario.summary},
            },
        }

    def _answered(self, answer: Answer) -> Statement:
        task = self.scenario.scenes[answer.scene].tasks[answer.task]
        asked = answer.verdict in ASKED
        result: Statement = {"completion": answer.done}
        if answer.answer:
            result["response"] = task.body.form.response(answer.answer)
        if answer.verdict in ("right", "missed", "trap"):
            result["success"] = answer.verdict == "right"
        sprung = [s.trap for s in self._springs(answer)]
        if sprung:
            result["extensions"] = {f"{self.home}/extensions/misconceptions": sprung}
        target = {
            "objectType": "Activity",
            "id": f"{self.script}/{answer.scene}/{answer.task}",
            "definition": _definition(task),
        }
        verb = "answered" if asked else "interacted"
        return self._told(verb, answer.seat, answer.seq, answer.at_ms, target, result=result)

    def _springs(self, answer: Answer) -> Iterator[Any]:
        for spring in self.played.course.springs:
            near = 0 < spring.seq - answer.seq
            if near and spring.seat == answer.seat and spring.at_ms == answer.at_ms:
                if (spring.scene, spring.task) == (answer.scene, answer.task):
                    yield spring

    def _ended(self, person: Person, met: bool | None) -> Iterator[Statement]:
        """`met`: whether the person's role got what it wanted for itself; None: it wanted nothing.
        Logs hold nothing of aims, so it is told of the end."""
        course = self.played.course
        seq, at_ms = course.bands[-1].seq, course.ended_ms
        kind = self.scenario.scenes[course.ending].ending
        if person.graded:
            score = {
                "scaled": round(person.clean / person.graded, 4),
                "raw": person.clean,
                "min": 0,
                "max": person.graded,
            }
            result: Statement = {
                "score": score,
                "extensions": {f"{self.home}/extensions/objectives": _objectives(person)},
            }
            yield self._told("scored", person.seat, seq, at_ms, self._simulation(), result=result)
        ends: Statement = {f"{self.home}/extensions/ending": course.ending}
        if met is not None:
            aim = self.scenario.aims[person.role].text
            ends[f"{self.home}/extensions/aim"] = {"text": aim, "met": met}
        result = {
            "completion": not course.jumped,
            "success": kind == "good" and not course.jumped,
            "duration": _duration(course.play_ms - course.late_ms[person.seat]),
            "extensions": ends,
        }
        yield self._told("completed", person.seat, seq, at_ms, self._simulation(), result=result)


def _iso(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def _duration(ms: int) -> str:
    """ISO 8601, in seconds with what is left of a thousandth; no exponent, however long."""
    seconds, rest = divmod(ms, 1000)
    return f"PT{seconds}{f'.{rest:03d}'.rstrip('0') if rest else ''}S"


def _objectives(person: Person) -> dict[str, Statement]:
    """By objective that was asked about: its grade, and how many tasks were right at once, right
    after a slip, and not shown."""
    return {
        name: {
            "grade": outcome.grade,
            "once": outcome.clean,
            "learnt": outcome.mended,
            "unshown": outcome.wrong,
        }
        for name, outcome in person.outcomes.items()
        if outcome.graded
    }


def _definition(task: Task) -> Statement:
    """A task as an interaction (xAPI 1.0.3, 4.1.4.1 "Interaction Activities")."""
    base: Statement = {"type": _KIND + "cmi.interaction", "name": {"zh-CN": task.ask}}
    return base | task.body.interaction()
