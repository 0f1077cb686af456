"""The Word record 《主题党日活动记录》, as a branch files it."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from engine.export.report import GRADES_ZH, Report

BAD_PHOTOS: Final = (
    UnrecognizedImageError,
    UnexpectedEndOfFileError,
    InvalidImageStreamError,
    ValueError,
    ZeroDivisionError,
)
TITLE: Final = "主题党日活动记录"
HEAD_WIDTH: Final = Cm(2.7)
BODY_WIDTH: Final = Cm(5.4)
BODY_FONT: Final = "仿宋"
HEAD_FONT: Final = "黑体"


def record(report: Report) -> bytes:
    """The document's bytes (.docx)."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _font(document.styles["Normal"], BODY_FONT, 12)
    document.core_properties.title = f"{TITLE} {report.filled.topic}"
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(TITLE)
    _font(run, HEAD_FONT, 22)
    run.bold = True
    _table(document, report)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _table(document: Any, report: Report) -> None:
    filled = report.filled
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, column in enumerate(table.columns):
        column.width = HEAD_WIDTH if place % 2 == 0 else BODY_WIDTH
    present = [one.shown for one in report.attendants if one.name]
    _pair(table, "党支部", report.branch, "活动时间", filled.held)
    _pair(table, "活动地点", filled.place, "主 持 人", filled.host)
    _pair(table, "记 录 人", filled.recorder, "实到人数", f"{len(present)} 人")
    _wide(table, "活动主题", [filled.topic])
    _wide(table, "参加人员", ["、".join(present)])
    _wide(table, "缺席人员\n及原因", [filled.absent])
    if report.make_ups:
        late = "、".join(f"{one.shown}（{one.came:%m月%d日}）" for one in report.late_attendants)
        _wide(table, "补课人员", [late])
    _wide(table, "活动过程", _course(report))
    _wide(table, "活动成效", _results(report))
    _wide(table, "学习感言", _reflections(report))
    written = report.branch_written
    as_written = f"党支部，如表上所写：{written}。" if written else ""
    _wide(table, "备  注", [line for line in (filled.remarks, as_written) if line])
    _photo(table, filled.photo)


def _pair(table: Any, *words: str) -> None:
    cells = table.add_row().cells
    for place, (cell, text) in enumerate(zip(cells, words, strict=True)):
        cell.width = HEAD_WIDTH if place % 2 == 0 else BODY_WIDTH
        _fill(cell, [text], head=place % 2 == 0)


def _wide(table: Any, name: str, paragraphs: Sequence[str]) -> Any:
    cells = table.add_row().cells
    cells[0].width = HEAD_WIDTH
    _fill(cells[0], [name], head=True)
    body = cells[1].merge(cells[3])
    _fill(body, paragraphs, head=False)
    return body


def _fill(cell: Any, paragraphs: Sequence[str], *, head: bool) -> None:
    for place, text in enumerate(paragraphs or [""]):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
        run = paragraph.add_run(_clean(text))
        _font(run, HEAD_FONT if head else BODY_FONT, 12)
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if head:
        _shade(cell)


def _clean(text: str) -> str:
    """Text without what XML can't hold."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "F3EAD6")
    cell._tc.get_or_add_tcPr().append(shade)


def _font(target: Any, name: str, size: int) -> None:
    target.font.name = name
    target.font.size = Pt(size)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def _course(report: Report) -> list[str]:
    """What was done, in the order in which it was done."""
    scenario, first = report.scenario, report.runs[0]
    scenes = dict.fromkeys(
        scenario.scenes[band.scene].title
        for band in first.course.bands
        if scenario.scenes[band.scene].ending is None and scenario.scenes[band.scene].main
    )
    teams = f"分 {len(report.runs)} 队" if len(report.runs) > 1 else "全员一队"
    told = [
        f"采用情景式主题党日剧本《{scenario.title}》，{teams}，每人扮演一个角色，"
        "在手机上完成各自的任务，齐心才能进入下一幕。",
        f"依次经历：{'、'.join(scenes)}。" if scenes else "",
    ]
    if scenario.debrief.discuss:
        told.append("复盘讨论：" + " ".join(scenario.debrief.discuss))
    if scenario.debrief.oath:
        told.append("重温入党誓词。")
    return [line for line in told if line]


def _results(report: Report) -> list[str]:
    told = []
    for played in report.runs:
        minutes = round(played.course.play_ms / 60_000)
        ending = f"“{report.ending(played)}”" if report.ending(played) else "未到结局"
        grades = report.grades(played)
        reached = [
            f"{text}（{GRADES_ZH[grades[name]]}）"
            for name, text in report.scenario.objectives.items()
            if grades[name]
        ]
        told.append(
            f"第 {played.team} 队：用时 {minutes} 分钟，结局{ending}，"
            f"踩中误区 {len(played.course.springs)} 次。学习目标：{'；'.join(reached) or '—'}。"
        )
    fell = [belief for belief in report.beliefs if belief.fell]
    for belief in fell[:5]:
        basis = "；".join(belief.learnt["sources"])
        told.append(
            f"当场纠正的误区：“{belief.belief}”。史实：{belief.learnt['text']}（出处：{basis}）"
        )
    return told


def _reflections(report: Report) -> list[str]:
    shown = report.shown
    return [
        f"{shown.get((played.run, seat)) or '（已删名）'}：{text}"
        for played in report.runs
        for seat, text in played.course.reflections.items()
        if seat not in played.struck
    ]


def _photo(table: Any, photo: bytes | None) -> None:
    body = _wide(table, "活动合影", ["" if photo else "（贴合影）"])
    if photo is None:
        body.add_paragraph("\n\n\n\n")
        return
    paragraph = body.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    try:
        paragraph.add_run().add_picture(BytesIO(photo), width=Cm(12.5))
    except BAD_PHOTOS:
        paragraph.add_run("（合影的文件读不了，请重新上传 PNG 或 JPEG）")
