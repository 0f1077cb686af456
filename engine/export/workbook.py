"""The Excel workbook: sign-in sheet, results, misconceptions, pace, reflections.

Everything people typed goes into cells as quoted strings: no spreadsheet takes `=…` for a formula,
not when it is opened and not when the cell is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from engine.export.narrative import reflections, sayings
from engine.export.report import Report, told_grade, told_tally
from engine.fitting import cell as fitted
from engine.fitting import document_property, sheet_name
from engine.review.attending import present
from engine.review.learning import Meeting
from engine.review.ledger import Played
from engine.views.wording import marked

RED: Final = "#A8231B"
LINE_PT: Final = 15
ROW_PT_MAX: Final = 409
"""Excel's highest row."""
Cell = str | int | float | datetime | None


class _Book:
    """A workbook being written."""

    def __init__(self, file: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(
            file,
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        plain: dict[str, Any] = {
            "font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True, "border": 1,
            "border_color": "#CDBFA4",
        }  # fmt: skip
        self.text = self.book.add_format({**plain, "quote_prefix": True})
        self.number = self.book.add_format({**plain, "num_format": "0", "align": "center"})
        self.share = self.book.add_format({**plain, "num_format": "0%", "align": "center"})
        self.time = self.book.add_format(
            {**plain, "num_format": "yyyy-mm-dd hh:mm", "align": "center"}
        )
        self.head = self.book.add_format(
            {**plain, "bold": True, "bg_color": RED, "font_color": "#FFFFFF", "valign": "vcenter"}
        )
        self.title = self.book.add_format(
            {"font_name": "黑体", "font_size": 16, "bold": True, "font_color": RED,
             "quote_prefix": True}
        )  # fmt: skip
        self.note = self.book.add_format(
            {"font_name": "宋体", "font_size": 10, "font_color": "#5F574A", "quote_prefix": True}
        )

    def sheet(
        self,
        name: str,
        title: str,
        note: str,
        columns: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[Cell]],
    ) -> None:
        """A sheet with a title, a note, a head and rows. `columns`: (heading, width)."""
        sheet = self.book.add_worksheet(sheet_name(name))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, fitted(title), self.title)
        sheet.write_string(1, 0, fitted(note), self.note)
        sheet.set_row(0, 26)
        for place, (heading, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(2, place, fitted(heading), self.head)
        widths = [width for _, width in columns]
        sheet.set_row(2, _height([heading for heading, _ in columns], widths))
        sheet.freeze_panes(3, 0)
        last = 2
        for last, row in enumerate(rows, start=3):
            sheet.set_row(last, _height(row, widths))
            for place, cell in enumerate(row):
                self._write(sheet, last, place, cell)
        sheet.autofilter(2, 0, max(last, 3), len(columns) - 1)

    def _write(self, sheet: Any, row: int, place: int, cell: Cell) -> None:
        if cell is None:
            sheet.write_blank(row, place, None, self.text)
        elif isinstance(cell, str):
            sheet.write_string(row, place, fitted(cell), self.text)
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, place, cell, self.time)
        elif isinstance(cell, float):
            sheet.write_number(row, place, cell, self.share)
        else:
            sheet.write_number(row, place, cell, self.number)


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Points that the row needs: a Chinese character is two wide, and no program is relied upon to
    work it out."""
    lines = 1
    for cell, width in zip(row, widths, strict=True):
        if isinstance(cell, str):
            lines = max(lines, sum(_lines(part, width) for part in cell.split("\n")))
    return min(LINE_PT * lines + 4, ROW_PT_MAX)


def _lines(text: str, width: int) -> int:
    wide = sum(1 if c.isascii() else 2 for c in text)
    return max(1, -(-wide // max(1, width - 1)))


def workbook(report: Report) -> bytes:
    """The workbook's bytes (.xlsx)."""
    file = BytesIO()
    made = _Book(file)
    filled = report.filled
    made.book.set_properties(
        {
            "title": document_property(f"{filled.topic} 签到与成绩"),
            "author": document_property(report.branch or "红船"),
            "created": report.ended,
        }
    )
    where = "  ".join(word for word in (report.branch, filled.held, filled.place) if word)
    _attendance(made, report, where)
    _teams(made, report, where)
    _people(made, report, where)
    _traps(made, report, where)
    _scenes(made, report, where)
    _reflections(made, report, where)
    made.book.close()
    return file.getvalue()


def _attendance(made: _Book, report: Report, where: str) -> None:
    columns = [
        ("序号", 7),
        ("姓名", 16),
        ("队", 6),
        ("角色", 14),
        ("入座", 19),
        ("离开", 19),
        ("签名", 22),
    ]
    rows: list[Sequence[Cell]] = [
        (number, one.called, one.team, one.role, one.came, one.went, None)
        for number, one in enumerate(report.attendants, start=1)
    ]
    rows += [
        ("补课", one.called, None, one.role, one.came, one.went, None)
        for one in report.late_attendants
    ]
    made.sheet("签到表", f"{report.filled.topic} 签到表", where, columns, rows)


def _teams(made: _Book, report: Report, where: str) -> None:
    objectives = list(report.scenario.objectives.items())
    named = any(played.course.called for played in report.runs)
    columns = [
        ("队", 6), ("人数", 7), ("结局", 18), ("", 10), ("用时（分）", 12), ("踩中误区（次）", 15),
        *((text, 18) for _, text in objectives), ("记录链首", 40),
        *((("各人的打算", 40),) if report.scenario.aims else ()),
        *((("队名", 14),) if named else ()),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for played in report.runs:
        tallies = report.tallies(played)
        rows.append(
            (
                played.team,
                len(present(played)),
                report.told_ending(played),
                report.ending_kind(played),
                round(played.course.play_ms / 60_000),
                len(played.course.springs),
                *(told_tally(tallies[name]) for name, _ in objectives),
                report.head(played.run),
                *((report.aims(played),) if report.scenario.aims else ()),
                *((played.course.called,) if named else ()),
            )
        )
    made.sheet("各队成绩", "各队成绩", where, columns, rows)


def _people(made: _Book, report: Report, where: str) -> None:
    objectives = list(report.scenario.objectives.items())
    columns = [
        ("队", 6), ("姓名", 16), ("角色", 14), ("题数", 8), ("一次答对", 10), ("途中学会", 10),
        ("未显示", 9), ("一次答对率", 11), ("踩中误区", 10), ("被解救", 9),
        *((text, 18) for _, text in objectives),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for one in report.attendants:
        person = one.person
        share = person.clean / person.graded if person.graded else None
        grades = (told_grade(person.outcomes[name]) for name, _ in objectives)
        unshown = person.graded - person.clean - person.mended
        rows.append(
            (one.team, one.called, one.role, person.graded, person.clean, person.mended, unshown,
             share, person.traps, person.rescued, *grades)
        )  # fmt: skip
    made.sheet("个人成绩", "个人成绩", where, columns, rows)


def _traps(made: _Book, report: Report, where: str) -> None:
    columns = [
        ("误区", 34), ("遇到", 7), ("踩中", 7), ("比例", 8), ("踩中的人", 26), ("避开的人", 26),
        ("史实", 46), ("把握", 16), ("出处", 40),
    ]  # fmt: skip
    rows = [
        (
            belief.belief,
            belief.met,
            len(belief.fell),
            belief.share,
            _who(report, belief.fell),
            _who(report, belief.avoided),
            belief.learnt.text,
            marked(belief.learnt.marks),
            "；".join(belief.learnt.sources),
        )
        for belief in report.beliefs
    ]
    made.sheet("误区台账", "误区台账", where, columns, rows)


def _who(report: Report, met: Iterable[Any]) -> str:
    shown = []
    for played, meeting in met:
        shown.append(f"第{played.team}队 {_one(report, played, meeting)}")
    return "、".join(shown)


def _one(report: Report, played: Played, meeting: Meeting) -> str:
    if not meeting.seat:
        return "全队表决"
    role = report.scenario.roles[meeting.role].name
    name = played.names.get(meeting.seat, "")
    return f"{name}（{role}）" if name else role


def _scenes(made: _Book, report: Report, where: str) -> None:
    columns = [
        ("场景", 22),
        ("队数", 7),
        ("中位用时（分）", 15),
        ("最长（分）", 11),
        ("最久一处等待（秒）", 17),
        ("超时", 7),
        ("谁等谁", 60),
    ]
    roles = report.scenario.roles
    rows = []
    for pace in report.paces:
        waits = "、".join(
            f"{roles[waiter].name}等{_owing(report, owing)} {ms // 1000} 秒"
            for waiter, owing, ms in pace.waits[:5]
        )
        minutes = (round(pace.median_ms / 60_000, 1), round(pace.longest_ms / 60_000, 1))
        shown = (f"{minutes[0]:.1f}", f"{minutes[1]:.1f}")
        rows.append((pace.title, pace.runs, *shown, pace.waited_ms // 1000, pace.timed_out, waits))
    made.sheet("用时与等待", "用时与等待", where, columns, rows)


def _owing(report: Report, owing: str) -> str:
    role = report.scenario.roles.get(owing)
    return role.name if role is not None else "任何一人"


def _reflections(made: _Book, report: Report, where: str) -> None:
    columns = [("队", 6), ("姓名", 16), ("角色", 14), ("感言", 70), ("题目", 36)]
    roles = report.scenario.roles
    rows = [
        (
            played.team,
            report.called(played, seat),
            roles[played.course.role_by_seat[seat]].name,
            text,
            ask,
        )
        for played, seat, ask, text in (*sayings(report), *reflections(report))
    ]
    made.sheet("感言", "留言和感言", where, columns, rows)
