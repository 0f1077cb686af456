"""What a branch files: parsed back as Excel and Word would read it."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.shared import Pt
from msgspec.structs import replace
from openpyxl import load_workbook

from engine.export import certificate
from engine.export.bundle import RECORD, WORKBOOK, bundle
from engine.export.record import record
from engine.export.report import Report
from engine.export.workbook import workbook
from engine.rules.codec import decode_log
from engine.rules.events import Reflected, TeamNamed
from engine.rules.replay import replay
from engine.store.sessions.activities import Activity
from tests.support.evenings import evening, report_of, yida

HOSTILE = (
    '=HYPERLINK("http://x/?"&A1,"x")', "+1+1|cmd", "@SUM(1)", "-2+3", "\t=1", "http://a.b", "007", "<b>粗</b>&amp;",
)  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    """Two teams; one of them slipped."""
    scenario = yida()
    logs = [
        evening(scenario, "one", wrong_rate=0.05),
        evening(scenario, "two", team=2, wrong_rate=0.6),
    ]
    said = Reflected(at_ms=logs[1][-1].event.at_ms, seat="s1", text="=1+1 警觉是学来的")
    more = replace(logs[1][-1], seq=len(logs[1]) + 1, by="s1", command="said", event=said)
    activity = Activity(
        session="session1",
        branch_written="机关第一党支部",
        place="三楼会议室",
        host="老周",
        absent="小吴(病假)",
    )
    return report_of(scenario, logs[0], [*logs[1], more], activity=activity)


def sheets(report: Report) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(workbook(report)))
    return {
        sheet.title: [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
        for sheet in book
    }


def test_the_workbook_tells_who_came_and_how_it_went(report: Report) -> None:
    found = sheets(report)
    assert list(found) == ["签到表", "各队成绩", "个人成绩", "误区台账", "用时与等待", "感言"]
    head, *rows = found["签到表"]
    assert head == ["序号", "姓名", "队", "角色", "入座", "离开", "签名"]
    assert [row[1:4] for row in rows[:2]] == [["赵春兰", 1, "李汉俊"], ["钱卫国", 1, "李达"]]
    assert isinstance(rows[0][4], datetime)
    assert len(rows) == 8
    teams = found["各队成绩"]
    assert [row[0] for row in teams[1:]] == [1, 2]
    assert [row[5] for row in teams[1:]] == [len(run.course.springs) for run in report.runs]
    assert re.fullmatch(r"一次答对 \d 人，途中学会 \d 人，未显示 \d 人.*", str(teams[1][6]))
    people = found["个人成绩"]
    assert {str(cell)[:4].rstrip("（") for row in people[1:] for cell in row[10:]} <= {
        "一次答对", "途中学会", "未显示",
    }  # fmt: skip
    assert teams[0][6:] == [*report.scenario.objectives.values(), "记录链首"]
    assert [row[-1] for row in teams[1:]] == [report.head(run.run) for run in report.runs]
    traps = found["误区台账"]
    assert len(traps) - 1 == len(report.beliefs)
    assert all(row[6] and row[7] for row in traps[1:]), "each with its fact and its sources"
    assert found["感言"][-1][:4] == [2, "赵春兰", "李汉俊", "=1+1 警觉是学来的"]
    assert len(found["感言"]) == 4, "and what each team wrote in the play"


def test_documents_call_a_team_by_its_name(report: Report) -> None:
    log = report.logs["run1"]
    named = TeamNamed(at_ms=log[-1].event.at_ms, name="赶考队")
    more = replace(log[-1], seq=len(log) + 1, by="facilitator", command="named", event=named)
    found = report_of(report.scenario, [*log, more], report.logs["run2"])
    assert "第 1 队“赶考队” 4 人" in texts(found)["活动成效"]
    assert [row[-1] for row in sheets(found)["各队成绩"]] == ["队名", "赶考队", ""]
    page = "".join(certificate.page(found).split())
    assert "在第1队“赶考队”担任" in page
    assert "在第2队担任" in page
    alone = report_of(report.scenario, [*log, more])
    assert "，在“赶考队”担任" in "".join(certificate.page(alone).split())


def test_no_cell_is_a_formula_whatever_people_are_called(report: Report) -> None:
    hostile = report_of(
        report.scenario,
        *report.logs.values(),
        names=HOSTILE,
        activity=Activity(session="session1", branch_written="=2+2", topic="@题", absent="+病"),
    )
    book = load_workbook(BytesIO(workbook(hostile)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                if isinstance(cell.value, str) and cell.row > 3:
                    assert cell.quotePrefix, f"{sheet.title} {cell.coordinate} may become one"
                assert cell.hyperlink is None
    names = [row[1].value for row in book["签到表"].iter_rows(min_row=4)]
    assert names[:4] == list(HOSTILE[:4]), "and nothing of them is lost"


def texts(report: Report) -> dict[str, str]:
    """What the record says, by the name beside it."""
    (table,) = Document(BytesIO(record(report))).tables
    found: dict[str, str] = {}
    for row in table.rows:
        cells = [cell.text for cell in dict.fromkeys(row.cells)]
        for head, body in zip(cells[::2], cells[1::2], strict=True):
            found[head] = f"{found[head]}\n{body}" if head in found else body
    return found


def test_the_record_has_what_a_record_has(report: Report) -> None:
    told = texts(report)
    assert Document(BytesIO(record(report))).paragraphs[0].text == "主题党日活动记录"
    assert told["党支部"] == "机关第一党支部"
    assert told["活动地点"] == "三楼会议室"
    assert told["实到人数"] == "8 人"
    assert told["活动主题"] == report.scenario.title
    assert told["参加人员"].startswith("赵春兰（第 1 队 李汉俊）、钱卫国（第 1 队 李达）")
    assert told["现场留言"].count("\n") == 2, "what each team left to those who come after"
    assert told["缺席人员\n及原因"] == "小吴(病假)"
    assert "第 2 队" in told["活动成效"]
    assert "史实：" in told["活动成效"]
    assert "出处：" in told["活动成效"]
    assert told["学习感言"].endswith("赵春兰（第 2 队 李汉俊）：=1+1 警觉是学来的")
    assert {"记录人\n签字", "支部书记\n签字"} <= set(told)
    assert told["活动时间"].startswith("2020年09月1")


def test_the_record_is_set_as_such_papers_are(report: Report) -> None:
    document = Document(BytesIO(record(report)))
    section = document.sections[0]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(side.mm) for side in margins if side] == [37, 28, 26, 35]
    normal = document.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing == Pt(28)
    xml = document.element.xml
    assert 'w:eastAsia="仿宋_GB2312"' in xml
    assert 'w:eastAsia="方正小标宋简体"' in xml
    for footer in (section.footer, section.even_page_footer):
        assert "PAGE" in footer.paragraphs[0]._p.xml
    rows = document.tables[0].rows
    assert all(row._tr.trPr.xpath("w:cantSplit") for row in rows)
    properties = document.core_properties
    assert (properties.author, properties.comments) == ("机关第一党支部", "")
    assert properties.created.year == 2020


def png(width: int = 4, height: int = 3) -> bytes:
    """A small white picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("photo", "pictures"), [(png(), 1), (None, 0), (b"\x89PNG\r\n\x1a\nno", 0)]
)
def test_the_photo_is_in_it_or_room_for_one(
    report: Report, photo: bytes | None, pictures: int
) -> None:
    with_photo = replace(report, activity=replace(report.activity, photo=photo))
    document = Document(BytesIO(record(with_photo)))
    assert len(document.inline_shapes) == pictures


def test_text_that_xml_cannot_hold_spoils_nothing(report: Report) -> None:
    odd = replace(report, activity=replace(report.activity, remarks="一\x00二\x0b三"))
    assert texts(odd)["备  注"] == "一二三"


def test_a_certificate_for_everybody_with_a_name(report: Report) -> None:
    found = certificate.certificates(report)
    assert [one.name for one in found[:2]] == ["赵春兰", "钱卫国"]
    assert len(found) == 8
    assert found[0].branch == "机关第一党支部"
    unnamed = report_of(report.scenario, report.logs["run1"], names=["只有一人"])
    assert [one.name for one in certificate.certificates(unnamed)] == ["只有一人"]


def test_certificates_are_one_page_of_html_that_nobody_writes_into(report: Report) -> None:
    page = certificate.page(report)
    assert page.count("<article>") == 8
    assert "<script" not in page
    named = report_of(report.scenario, report.logs["run1"], names=HOSTILE[-1:])
    assert "&lt;b&gt;粗" in certificate.page(named)
    # Browsers take the style by this alone; one space more or less and the sheet is bare.
    style = page.split("<style>")[1].split("</style>")[0]
    assert (
        certificate.style_hash() == f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}"
    )


def test_the_bundle_holds_them_all_and_its_logs_fold(report: Report) -> None:
    files = bundle(report)
    assert set(files) == {
        RECORD,
        WORKBOOK,
        "参加证明.html",
        "xapi.json",
        "第1队.jsonl",
        "第2队.jsonl",
    }
    records = list(decode_log("r", files["第1队.jsonl"].splitlines()))
    assert records == list(report.logs["run1"])
    assert replay("r", records).ending == report.runs[0].course.ending
