"""The Word record 《主题党日活动记录》, as a branch files it.

Page, margins, faces and spacing are those of GB/T 9704-2012, which Party papers keep to: 37 mm
above and 28 mm beside the text, 仿宋 in size 三号 at 28 points a line, the page's number between
dashes. A row never breaks over two pages; a long section is a row for each of its paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt

from engine.export.narrative import Saying, reflections, sayings, told_course, told_results
from engine.export.photo import PhotoError, fitted
from engine.export.report import Report
from engine.fitting import document_property, plain
from engine.store.people.privacy import GONE

TITLE: Final = "主题党日活动记录"
HEAD_WIDTH: Final = Cm(2.8)
BODY_WIDTH: Final = Cm(5.0)
TITLE_FONT: Final = "方正小标宋简体"
HEAD_FONT: Final = "黑体"
BODY_FONT: Final = "仿宋_GB2312"
LATIN_FONT: Final = "Times New Roman"
STAND_INS: Final = {TITLE_FONT: "黑体", BODY_FONT: "仿宋"}
"""What Word shows where a face isn't installed."""
BODY_PT, TITLE_PT, PAGE_PT, LINE_PT = 16, 22, 14, 28  # 三号、二号、四号
SIGNED_CM: Final = 1.6
PHOTO_CM: Final = (12, 15)
"""Room for the photo, across and down."""


def record(report: Report) -> bytes:
    """The document's bytes (.docx)."""
    document = Document()
    _set_page(document)
    _set_properties(document, report)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_after = Pt(LINE_PT / 2)
    _font(heading.add_run(TITLE), TITLE_FONT, TITLE_PT)
    _table(document, report)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    normal = document.styles["Normal"]
    _font(normal, BODY_FONT, BODY_PT)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(LINE_PT)
    normal.paragraph_format.space_after = Pt(0)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    (fonts,) = (
        p for p in document.part.package.iter_parts() if p.partname.endswith("/fontTable.xml")
    )
    fonts._blob = _with_stand_ins(fonts.blob)


def _number(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """The page's number, `— 1 —`, at the outer side."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        _font(run, "宋体", PAGE_PT)
        if text is None:
            for kind in ("begin", None, "end"):
                run._r.append(_field(kind))


def _field(kind: str | None) -> Any:
    if kind is None:
        code = OxmlElement("w:instrText")
        code.text = "PAGE"
        return code
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _with_stand_ins(table: bytes) -> bytes:
    """The document's table of fonts, with what stands in for those that few computers have."""
    root = parse_xml(table)
    for name, other in STAND_INS.items():
        xml = f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        root.append(parse_xml(xml))
    return serialize_part_xml(root)


def _set_properties(document: Any, report: Report) -> None:
    """The document's own: the evening's, and nothing of the library that made it."""
    properties, filled = document.core_properties, report.filled
    properties.title = document_property(f"{TITLE} {filled.topic}")
    properties.subject = document_property(filled.topic)
    properties.author = properties.last_modified_by = document_property(report.branch or "红船")
    properties.comments = properties.keywords = properties.category = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = report.ended
    properties.revision = 1


def _table(document: Any, report: Report) -> None:
    filled = report.filled
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, column in enumerate(table.columns):
        column.width = HEAD_WIDTH if place % 2 == 0 else BODY_WIDTH
    _pair(table, "党支部", report.branch, "活动时间", filled.held)
    _pair(table, "活动地点", filled.place, "主 持 人", filled.host)
    _pair(table, "记 录 人", filled.recorder, "实到人数", f"{len(report.attendants)} 人")
    _wide(table, "活动主题", [filled.topic])
    _wide(table, "参加人员", [_present(report)])
    _wide(table, "缺席人员\n及原因", [filled.absent])
    if report.make_ups:
        late = "、".join(
            f"{one.shown or GONE}（{one.came:%m月%d日}）" for one in report.late_attendants
        )
        _wide(table, "补课人员", [late])
    _wide(table, "活动过程", told_course(report), indent=True)
    _wide(table, "活动成效", told_results(report), indent=True)
    if written := sayings(report):
        _wide(table, "现场留言", _sayings(report, written))
    _wide(table, "学习感言", _sayings(report, reflections(report)))
    written_so = report.branch_written
    as_written = f"党支部，如表上所写：{written_so}。" if written_so else ""
    _wide(table, "备  注", [line for line in (filled.remarks, as_written) if line])
    _wide(table, "记录链首", report.told_heads)
    _photo(table, filled.photo)
    _pair(table, "记录人\n签字", "", "支部书记\n签字", "", height=SIGNED_CM)


def _present(report: Report) -> str:
    """Everybody by name; how many have none any more."""
    named = [one.shown for one in report.attendants if one.name]
    gone = len(report.attendants) - len(named)
    told = "、".join(named)
    if not gone:
        return told
    return f"{told}；另有 {gone} 人的姓名已经清除" if told else f"{gone} 人，姓名已经清除"


def _sayings(report: Report, written: Sequence[Saying]) -> list[str]:
    """Sentences put on record, under what they answered."""
    told, asked, shown = [], "", report.shown
    for played, seat, ask, text in written:
        if ask and ask != asked:
            asked = ask
            told.append(f"【{ask}】")
        told.append(f"{shown.get((played.run, seat)) or report.called(played, seat)}：{text}")
    return told


# ── rows ────────────────────────────────────────────────────────────────────────────────────────


def _row(table: Any) -> Any:
    """Another row, which stays on one page."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _pair(table: Any, *words: str, height: float = 0) -> None:
    row = _row(table)
    if height:
        row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    for place, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
        cell.width = HEAD_WIDTH if place % 2 == 0 else BODY_WIDTH
        _fill(cell, text, head=place % 2 == 0)


def _wide(table: Any, name: str, paragraphs: Sequence[str], *, indent: bool = False) -> Any:
    """A section: its name beside a row for each paragraph; the last one's cell."""
    body, rows = None, list(paragraphs) or [""]
    for place, text in enumerate(rows):
        cells = _row(table).cells
        cells[0].width = HEAD_WIDTH
        body = cells[1].merge(cells[3])
        if len(rows) > 1:
            _tie(cells[0], first=place == 0)
            _open(body, above=place > 0, below=place < len(rows) - 1)
        if place == 0:
            _fill(cells[0], name, head=True)
        _fill(body, text, head=False, indent=indent)
    return body


def _tie(cell: Any, *, first: bool) -> None:
    """The cell goes on in the one below it."""
    merged = OxmlElement("w:vMerge")
    merged.set(qn("w:val"), "restart" if first else "continue")
    cell._tc.get_or_add_tcPr().append(merged)


def _open(cell: Any, *, above: bool, below: bool) -> None:
    """A faint line towards its neighbours in one section."""
    borders = OxmlElement("w:tcBorders")
    for side, wanted in (("top", above), ("bottom", below)):
        if wanted:
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "dotted"), ("sz", "4"), ("color", "BFBFBF")):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _fill(cell: Any, text: str, *, head: bool, indent: bool = False) -> None:
    for place, words in enumerate(plain(text).split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        _font(paragraph.add_run(words), HEAD_FONT if head else BODY_FONT, BODY_PT)
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_PT)  # two characters


def _font(target: Any, name: str, size: int) -> None:
    target.font.name = LATIN_FONT
    target.font.size = Pt(size)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")  # quotes and dashes as Chinese has them


def _photo(table: Any, photo: bytes | None) -> None:
    body = _wide(table, "活动合影", ["" if photo else "（贴合影）"])
    if photo is None:
        for _ in range(5):
            body.add_paragraph()
        return
    paragraph = body.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    try:
        shown = fitted(photo)  # again: it may have been kept before photos were written anew
    except PhotoError as error:
        paragraph.add_run(f"（合影没有放进来：{error.message.zh}{error.remedy.zh}）")
        return
    picture = paragraph.add_run().add_picture(BytesIO(shown))
    scale = min(PHOTO_CM[0] / picture.width.cm, PHOTO_CM[1] / picture.height.cm)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
