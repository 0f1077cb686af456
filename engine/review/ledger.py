"""The trap ledger: for each misconception, who met it, who avoided it, and what it cost.

Also what many evenings show together: which beliefs persist, which scenes drag, and where a branch
is weak. Runs of different versions of a script may be told together; its newest words are used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Final

import msgspec

from engine.review.course import Course
from engine.review.learning import Meeting, Outcome, Person, meetings, people
from engine.review.lessons import Lessons
from engine.review.reading import read_course
from engine.rules.events import Recorded
from engine.scenario.model import Scenario
from engine.values import RunId, SceneId, SeatId, TrapId
from engine.views.learnt import learnt
from engine.views.parts.shared import Learnt

GRADED_MIN: Final = 3
"""Fewer answers than these tell nothing of a branch."""
DRAG_WAITED: Final = 0.5
"""A scene drags where its slowest wait takes this share of it, or …"""
DRAG_TIMED_OUT: Final = 0.25
"""… where it runs into its limit in this share of runs."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A run as reviews know it."""

    run: RunId
    session: str
    team: int
    branch: str = ""
    """Name of the branch whose session it was; empty: the whole organisation's."""
    period: str = ""
    """When, as trends are told by, e.g. `2026-07`."""
    names: Mapping[SeatId, str] = msgspec.field(default_factory=dict)
    course: Course
    meetings: Sequence[Meeting]
    people: Sequence[Person]
    """Who came (`Course.came`)."""
    struck: frozenset[SeatId] = frozenset()
    """Of those, whom the branch has struck off: documents count them no more."""

    @property
    def told_team(self) -> str:
        """The team by number, and by its name where it was given one."""
        called = self.course.called
        return f"第 {self.team} 队“{called}”" if called else f"第 {self.team} 队"


def read_run(
    lessons: Lessons,
    records: Iterable[Recorded],
    *,
    run: RunId,
    session: str = "",
    branch: str = "",
    period: str = "",
    names: Mapping[SeatId, str] | None = None,
    struck: frozenset[SeatId] = frozenset(),
) -> Played:
    """A run, read from its log."""
    course = read_course(lessons.scenario, records)
    return Played(
        run=run,
        session=session,
        team=course.team,
        branch=branch,
        period=period,
        names=names or {},
        course=course,
        meetings=meetings(lessons, course),
        people=people(lessons, course),
        struck=struck,
    )


def tally(played: Played) -> Played:
    """The run without what only a replay or a comparison asks for: a third of it, so that thousands
    are kept."""
    course = msgspec.structs.replace(
        played.course,
        answers=[],
        moments=[],
        holds=[],
        absences=[],
        reflections={},
        axis=[],
        clocks=[],
    )
    return msgspec.structs.replace(played, course=course)


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """A misconception and everybody who met it."""

    trap: TrapId
    belief: str
    why: str
    learnt: Learnt
    """The truth with status, accounts and sources."""
    fell: tuple[tuple[Played, Meeting], ...]
    avoided: tuple[tuple[Played, Meeting], ...]
    by_period: tuple[tuple[str, int, int], ...]
    """(period, met, fell), in order."""

    @property
    def met(self) -> int:
        """How many met it."""
        return len(self.fell) + len(self.avoided)

    @property
    def share(self) -> float:
        """How many of those who met it fell, 0–1; 0 if nobody met it."""
        return len(self.fell) / self.met if self.met else 0.0

    @property
    def held_ms(self) -> int:
        """All the time people were held for it."""
        return sum(s.held_ms for _, meeting in self.fell for s in meeting.springs)

    @property
    def costs(self) -> dict[str, int]:
        """Sum of what teams paid, by variable; only numbers."""
        paid: dict[str, int] = defaultdict(int)
        for _, meeting in self.fell:
            for var, before, after in (cost for s in meeting.springs for cost in s.costs):
                if type(before) is int and type(after) is int:
                    paid[var] += after - before
        return dict(paid)

    @property
    def warned(self) -> tuple[int, int]:
        """(of those who fell, of those who avoided it) had been shown a fact that tells better."""
        return _warned(self.fell), _warned(self.avoided)


def _warned(met: Sequence[tuple[Played, Meeting]]) -> int:
    return sum(bool(meeting.warned_by) for _, meeting in met)


def ledger(scenario: Scenario, plays: Sequence[Played]) -> list[Belief]:
    """Every misconception of the script; those most fell for first, those nobody met last."""
    met: dict[TrapId, list[tuple[Played, Meeting]]] = defaultdict(list)
    for play in plays:
        for meeting in play.meetings:
            met[meeting.trap].append((play, meeting))
    found = [_belief(scenario, name, met.get(name, [])) for name in scenario.traps]
    return sorted(found, key=lambda belief: (-belief.share, -len(belief.fell), not belief.met))


def _belief(scenario: Scenario, name: TrapId, found: list[tuple[Played, Meeting]]) -> Belief:
    trap = scenario.traps[name]
    periods: dict[str, list[int]] = defaultdict(lambda: [0, 0])  # met, fell
    for play, meeting in found:
        periods[play.period][0] += 1
        periods[play.period][1] += bool(meeting.fell)
    return Belief(
        trap=name,
        belief=trap.belief,
        why=trap.why,
        learnt=learnt(scenario, trap.truth),
        fell=tuple(entry for entry in found if entry[1].fell),
        avoided=tuple(entry for entry in found if not entry[1].fell),
        by_period=tuple((name, met, fell) for name, (met, fell) in sorted(periods.items())),
    )


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────


class ScenePace(msgspec.Struct, frozen=True, kw_only=True):
    """How long a scene took, over one run or many."""

    scene: SceneId
    title: str
    runs: int
    median_ms: int
    longest_ms: int
    waited_ms: int
    """Median of the longest wait of one role for another."""
    timed_out: int
    """In how many runs its limit ended it."""
    waits: tuple[tuple[str, str, int], ...]
    """(who waited, for whom, all the time of all runs), longest first."""

    @property
    def drags(self) -> bool:
        """It keeps people waiting, or runs out of time, more often than is good."""
        waited = self.waited_ms / self.median_ms if self.median_ms else 0.0
        return waited >= DRAG_WAITED or self.timed_out / self.runs >= DRAG_TIMED_OUT


def paces(scenario: Scenario, plays: Sequence[Played]) -> list[ScenePace]:
    """Every scene that was played, in the script's order; endings are none."""
    took: dict[SceneId, dict[RunId, int]] = defaultdict(lambda: defaultdict(int))
    waits: dict[SceneId, dict[tuple[str, str], dict[RunId, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    out: dict[SceneId, set[RunId]] = defaultdict(set)
    for play in plays:
        for band in play.course.bands:
            took[band.scene][play.run] += band.until_ms - band.clock_ms
            if band.left == "limit":
                out[band.scene].add(play.run)
        for wait in play.course.waits:
            scene = play.course.bands[wait.band].scene
            for owing in wait.owing:
                waits[scene][wait.waiter, owing][play.run] += wait.until_ms - wait.clock_ms
    return [
        _pace(scenario, name, took[name], waits[name], len(out[name]))
        for name, scene in scenario.scenes.items()
        if name in took and scene.ending is None
    ]


def _pace(
    scenario: Scenario,
    scene: SceneId,
    took: Mapping[RunId, int],
    waits: Mapping[tuple[str, str], Mapping[RunId, int]],
    timed_out: int,
) -> ScenePace:
    longest = [max((ms.get(run, 0) for ms in waits.values()), default=0) for run in took]
    summed = [(waiter, owing, sum(ms.values())) for (waiter, owing), ms in waits.items()]
    return ScenePace(
        scene=scene,
        title=scenario.scenes[scene].title,
        runs=len(took),
        median_ms=int(median(took.values())),
        longest_ms=max(took.values()),
        waited_ms=int(median(longest)),
        timed_out=timed_out,
        waits=tuple(sorted(summed, key=lambda wait: -wait[2])),
    )


# ── branches ────────────────────────────────────────────────────────────────────────────────────


class WeakPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A branch and an objective on which its people slip too often."""

    branch: str
    objective: str
    text: str
    people: int
    graded: int
    slipped: int
    """Tasks not right at once."""

    @property
    def share(self) -> float:
        """`slipped` of `graded`."""
        return self.slipped / self.graded


def weak_points(scenario: Scenario, plays: Sequence[Played], threshold: float) -> list[WeakPoint]:
    """Where a branch slipped in `threshold` (0–1) of its tasks or more; the worst first."""
    sums: dict[tuple[str, str], Outcome] = {}
    heads: dict[tuple[str, str], int] = defaultdict(int)
    for play in plays:
        for person in play.people:
            for name, outcome in person.outcomes.items():
                key = (play.branch, name)
                total = sums.setdefault(key, Outcome(objective=name))
                total.clean += outcome.clean
                total.mended += outcome.mended
                total.wrong += outcome.wrong
                heads[key] += bool(outcome.graded)
    found = [
        WeakPoint(
            branch=branch,
            objective=name,
            text=scenario.objectives.get(name, name),
            people=heads[branch, name],
            graded=total.graded,
            slipped=total.mended + total.wrong,
        )
        for (branch, name), total in sums.items()
        if total.graded >= GRADED_MIN and total.mended + total.wrong >= threshold * total.graded
    ]
    return sorted(found, key=lambda weak: (-weak.share, weak.branch))
