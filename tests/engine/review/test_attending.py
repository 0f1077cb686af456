"""Documents count people who came, not seats; and a list of names tells people apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import load_workbook

from engine.export.certificate import certificates, page
from engine.export.record import record
from engine.export.report import Report
from engine.export.workbook import workbook
from engine.export.xapi import statements
from engine.proof.playthrough import START_MS
from engine.review.attending import present, told_apart
from engine.review.ledger import read_run
from engine.review.lessons import Lessons
from engine.rules.events import Recorded, SeatBack, SeatLeft, SeatTaken
from tests.support.evenings import evening, report_of, yida

GHOST = "鬼影"


def with_a_ghost(log: list[Recorded], *, came: bool = False, removed: bool = False) -> Report:
    """An evening in which one more seat was taken just before the start."""
    place = next(i for i, r in enumerate(log) if r.event.__class__.__name__ == "RunStarted")
    first = log[place - 1].event
    assert isinstance(log[1].event, SeatTaken)
    seat, at_ms = "s99", first.at_ms
    more = [Recorded(seq=0, by=seat, command="t", event=SeatTaken(
        at_ms=at_ms, seat=seat, role=log[1].event.role))]  # fmt: skip
    if came:
        more.append(Recorded(seq=0, by=seat, command="b", event=SeatBack(at_ms=at_ms, seat=seat)))
    if removed:
        left = SeatLeft(at_ms=at_ms, seat=seat)
        more.append(Recorded(seq=0, by="facilitator", command="r", event=left))
    whole = [*log[:place], *more, *log[place:]]
    numbered = [replace(r, seq=n) for n, r in enumerate(whole, start=1)]
    report = report_of(yida(), numbered)
    (played,) = report.runs
    names = {**played.names, seat: GHOST}
    return replace(report, runs=[replace(played, names=names)])


LOG = evening(yida(), "attending", at_ms=START_MS)


def struck_off(report: Report) -> Report:
    (played,) = report.runs
    return replace(report, runs=[replace(played, struck=frozenset({"s99"}))])


DOCUMENTS: dict[str, Callable[[Report], str]] = {
    "record": lambda report: "\n".join(
        cell.text for row in Document(BytesIO(record(report))).tables[0].rows for cell in row.cells
    ),
    "workbook": lambda report: "\n".join(
        str(cell)
        for sheet in load_workbook(BytesIO(workbook(report)))
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ),
    "certificates": page,
    "statements": lambda report: str(
        len({told["actor"]["account"]["name"] for told in statements(report)})
    ),
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_counts_a_seat_that_nobody_came_to(document: str) -> None:
    made = DOCUMENTS[document]
    ghost = with_a_ghost(LOG)
    assert GHOST not in made(ghost)
    if document != "workbook":  # its own sheets say when it was made
        assert _people(made(ghost)) == _people(made(report_of(yida(), LOG)))


def _people(text: str) -> list[tuple[str, ...]]:
    return re.findall(r"实到人数\n(\d+)|共 (\d+) 张|^(\d+)$", text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_who_was_shown_out_counts_until_struck_off(document: str) -> None:
    made, removed = DOCUMENTS[document], with_a_ghost(LOG, came=True, removed=True)
    without = made(struck_off(removed))
    assert GHOST not in without
    if document == "statements":
        assert int(made(removed)) == int(without) + 1
    else:
        assert GHOST in made(removed)


def test_what_became_of_each_seat_is_known() -> None:
    report = with_a_ghost(LOG, came=True, removed=True)
    assert [(one.came, one.removed) for one in report.seats if one.name == GHOST] == [(True, True)]
    report = with_a_ghost(LOG)
    assert [one.came for one in report.seats if one.name == GHOST] == [False]
    assert len(certificates(report)) == len(report.attendants) == len(report.seats) - 1


def test_whoever_acted_was_there_though_no_connection_is_told() -> None:
    unheard = [r for r in LOG if not isinstance(r.event, SeatBack)]
    numbered = [replace(r, seq=n) for n, r in enumerate(unheard, start=1)]
    played = read_run(Lessons(yida()), numbered, run="r")
    acted = {a.seat for a in played.course.answers if a.seat}
    assert acted
    assert acted <= {person.seat for person in present(played)}


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["张伟", "李娜", ""]), st.integers(1, 2), st.sampled_from("甲乙"))
)


@given(PEOPLE)
def test_names_on_a_list_are_told_apart(people: list[tuple[str, int, str]]) -> None:
    shown = told_apart(people)
    named = [name for name in shown if name]
    assert len(named) == len(set(named))
    for (name, _, _), as_shown in zip(people, shown, strict=True):
        assert as_shown.startswith(name)
        if [name for name, _, _ in people].count(name) == 1:
            assert as_shown == name


def test_two_of_one_name_have_team_and_role() -> None:
    two = [("张伟", 1, "李达"), ("张伟", 2, "李达"), ("李娜", 2, "董必武")]
    assert told_apart(two) == ["张伟（第 1 队 李达）", "张伟（第 2 队 李达）", "李娜"]
    assert told_apart([("张伟", 1, "李达")] * 2) == ["张伟（李达 1）", "张伟（李达 2）"]
