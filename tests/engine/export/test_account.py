"""An export tells what the log holds, never what the plan was: evenings broken off anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.export import certificate
from engine.export.narrative import told_course, told_results
from engine.export.record import record
from engine.export.report import Report
from engine.export.xapi import statements
from engine.kinds.reflect.kind import Reflect
from engine.review.fork import before
from engine.rules import events as ev
from engine.rules.events import AnyEvent, Recorded
from engine.scenario.model import Scenario
from tests.support.evenings import evening, report_of, yida

LATER_MS = 12 * 86_400_000
"""Whoever forgets to close an evening does so when the next one is opened."""


@cache
def script() -> Scenario:
    return yida()


@cache
def played(seed: int) -> tuple[Recorded, ...]:
    return tuple(evening(script(), f"account {seed}", wrong_rate=(0.0, 0.3, 0.7)[seed]))


def logged(records: Sequence[Recorded], *more: AnyEvent) -> list[Recorded]:
    """The log with more events of the desk's."""
    found = [*records]
    for number, event in enumerate(more):
        found.append(
            Recorded(seq=len(found) + 1, by="facilitator", command=f"desk{number}", event=event)
        )
    return found


def deck_of(scenario: Scenario, records: Sequence[Recorded]) -> tuple[str, ...]:
    sprung = {r.event.trap for r in records if isinstance(r.event, ev.TrapSprung)}
    debrief = scenario.debrief
    return (
        "ending",
        *(f"trap:{name}" for name in scenario.traps if name in sprung),
        *(f"fact:{name}" for name in debrief.facts),
        *(f"discuss:{number}" for number in range(len(debrief.discuss))),
        "oath",
        "reflect",
    )


@st.composite
def broken_off(draw: st.DrawFn) -> list[Recorded]:
    """An evening up to some moment, perhaps with some of its debrief, perhaps closed."""
    whole = played(draw(st.integers(0, 2)))
    began = next(r.seq for r in whole if isinstance(r.event, ev.RunStarted))
    first = next(r.seq for r in whole[began:] if r.command != whole[began - 1].command)
    cut = draw(st.integers(first, len(whole) + 1))
    records = [*whole] if cut > len(whole) else [*before(whole, cut)]
    at_ms = records[-1].event.at_ms + draw(st.sampled_from([0, 60_000, LATER_MS]))
    more: list[AnyEvent] = []
    if draw(st.booleans()):
        deck = deck_of(script(), records)
        more.append(ev.DebriefOpened(at_ms=at_ms, deck=deck))
        steps = draw(st.lists(st.integers(0, len(deck) - 1), max_size=6))
        more += [ev.DebriefMoved(at_ms=at_ms, step=step) for step in steps]
    if draw(st.booleans()):
        more.append(ev.RunClosed(at_ms=at_ms))
    return logged(records, *more)


def shown(records: Sequence[Recorded]) -> Iterator[str]:
    """Cards of the debrief that stood on the wall."""
    deck: tuple[str, ...] = ()
    for each in records:
        match each.event:
            case ev.DebriefOpened(deck=opened):
                deck = opened
                yield deck[0]
            case ev.DebriefMoved(step=step):
                yield deck[step]


def text_of(report: Report) -> str:
    """All that the record says."""
    (table,) = Document(BytesIO(record(report))).tables
    return "\n".join(p.text for row in table.rows for cell in row.cells for p in cell.paragraphs)


@given(broken_off())
@settings(max_examples=30, deadline=None)
def test_nothing_is_claimed_that_no_event_holds(records: list[Recorded]) -> None:
    scenario, report = script(), report_of(script(), records)
    told, events = text_of(report), [r.event for r in records]
    cards = set(shown(records))
    assert ("重温入党誓词" in told) == ("oath" in cards)
    for number, question in enumerate(scenario.debrief.discuss):
        assert (question in told) == (f"discuss:{number}" in cards)
    endings = {e.ending for e in events if isinstance(e, ev.RunEnded)}
    page = certificate.page(report)
    for scene in scenario.scenes.values():
        if scene.ending is not None:
            assert (f"“{scene.title}”" in told) == (scene.id in endings)
            assert (f"“{scene.title}”" in page) == (scene.id in endings)
    sprung = {e.trap for e in events if isinstance(e, ev.TrapSprung)}
    results = "\n".join(told_results(report))
    for name, trap in scenario.traps.items():
        assert (f"“{trap.belief}”" in results) == (name in sprung), "all of them, and no other"


@given(broken_off())
@settings(max_examples=30, deadline=None)
def test_the_way_and_the_time_are_those_that_were_played(records: list[Recorded]) -> None:
    scenario, report = script(), report_of(script(), records)
    way = next(line for line in told_course(report) if "依次经历" in line)
    names = way.partition("：")[2].partition("（")[0].rstrip("。").split("、")
    entered = [r.event.scene for r in records if isinstance(r.event, ev.SceneEntered)]
    scenes = [scenario.scenes[name] for name in dict.fromkeys(entered)]
    assert names == [scene.title for scene in scenes if scene.main and scene.ending is None]
    (run,) = report.runs
    acted = [r.event.at_ms for r in records if r.by.startswith("s")]
    began = next(r.event.at_ms for r in records if isinstance(r.event, ev.RunStarted))
    opened = [r.event.at_ms for r in records if isinstance(r.event, ev.DebriefOpened)]
    if not any(isinstance(r.event, (ev.RunClosed, ev.DebriefOpened)) for r in records):
        opened = [records[-1].event.at_ms]  # it goes on, and the clock's moves are of it
    assert run.course.play_ms <= max([*acted, *opened, began]) - began
    assert all(pace.longest_ms <= run.course.play_ms for pace in report.paces)


@given(broken_off())
@settings(max_examples=30, deadline=None)
def test_no_objective_is_claimed_that_nobody_showed(records: list[Recorded]) -> None:
    report = report_of(script(), records)
    answered = [r.event for r in records if isinstance(r.event, ev.TaskAnswered)]
    right = {e.seat for e in answered if e.verdict in ("right", "vote", "found")}
    for paper, one in zip(certificate.certificates(report), report.attendants, strict=True):
        assert one.person.seat in right or not (paper.once or paper.learnt)
        assert not {*paper.once} & {*paper.learnt}
    ended = any(isinstance(r.event, ev.RunEnded) for r in records)
    told = statements(report)
    verbs = [one["verb"]["id"].rsplit("/", 1)[1] for one in told]
    assert ("completed" in verbs) == ended
    assert verbs.count("answered") + verbs.count("interacted") == sum(
        bool(e.seat) for e in answered
    )


def test_a_session_closed_in_its_first_scene_says_so() -> None:
    records = before(played(0), next(r.seq + 2 for r in played(0) if "task" in str(r.event)))
    report = report_of(script(), logged(records, ev.RunClosed(at_ms=records[-1].event.at_ms)))
    told = text_of(report)
    assert "没有走到结局" in told
    assert not [word for word in ("复盘", "誓词", "达成") if word in told]


def test_what_people_wrote_in_the_play_is_on_record() -> None:
    report = report_of(script(), played(0))
    (task,) = [
        t for s in script().scenes.values() for t in s.tasks.values() if isinstance(t.body, Reflect)
    ]
    (said,) = [
        r.event
        for r in played(0)
        if isinstance(r.event, ev.TaskAnswered) and r.event.task == task.id
    ]
    assert task.ask in text_of(report)
    assert said.answer[0] in text_of(report)


def test_who_left_before_the_end_did_not_reach_it() -> None:
    records = [*played(0)]
    end = next(r for r in records if isinstance(r.event, ev.RunEnded))
    left = Recorded(
        seq=0, by="s1", command="bye", event=ev.SeatLeft(at_ms=end.event.at_ms - 1, seat="s1")
    )
    place = records.index(end)
    log = [*records[:place], left, *records[place:]]
    report = report_of(script(), [replace(r, seq=n) for n, r in enumerate(log, start=1)])
    assert [bool(one.ending) for one in report.attendants] == [False, True, True, True]
    verbs = [s for s in statements(report) if s["verb"]["id"].endswith("completed")]
    assert len(verbs) == 3
    assert len(report.attendants) == 4, "but took part"
