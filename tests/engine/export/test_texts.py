"""Whatever people type and scripts say reaches every document: cleaned, cut, and never an error."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import msgspec
import orjson
import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]
from msgspec.structs import fields, replace
from openpyxl import load_workbook

from engine.export.bundle import CERTIFICATES, RECORD, WORKBOOK, bundle, documents, download_name
from engine.export.report import Report
from engine.export.workbook import LINE_PT, ROW_PT_MAX
from engine.export.xapi import _duration
from engine.fitting import (
    CELL_MAX,
    FILE_MAX,
    attachment,
    cell,
    document_property,
    file_name,
    plain,
    sheet_name,
)  # fmt: skip
from engine.rules.events import Reflected, TeamNamed
from engine.store.sessions.activities import Activity
from tests.support.depth import depth
from tests.support.evenings import evening, report_of, yida

NASTY = (
    "主题" * 250, "题\x07目", "\x00", "\ud800", "=1+1", "+1", "-1", "@A1", "\u202e反", "a\r\nb\rc",
    "😀" * 300, "<b>&amp;</b>", "]]>", "../../etc", 'a"b\\c', "con", "CON.txt", "。. . ", "\ufffe\uffff",
    "一行\n" * 60, "长" * 40_000, "\x85\x9f\x7f", "{{ 7*7 }}", "%s%n", "\u2028\u2029",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=600))
WORDS = [field.name for field in fields(Activity) if field.name not in ("session", "photo")]


@cache
def log() -> Any:
    return evening(yida(), "texts", wrong_rate=0.5)


@cache
def plainly() -> Report:
    return report_of(yida(), log())


def typed(text: str) -> Report:
    """An evening in which everybody is called so, wrote so, and filed so; the script says so too."""
    logged = text.encode(errors="ignore").decode()  # what isn't UTF-8 gets into no log
    said = Reflected(at_ms=log()[-1].event.at_ms, seat="s1", text=logged)
    last, seq = log()[-1], len(log())
    named = TeamNamed(at_ms=last.event.at_ms, name=logged)
    records = [
        *log(),
        replace(last, seq=seq + 1, by="s1", command="said", event=said),
        replace(last, seq=seq + 2, command="named", event=named),
    ]
    script = yida()
    script = replace(
        script,
        title=text,
        summary=text,
        objectives=type(script.objectives)((name, text) for name in script.objectives),
        roles=type(script.roles)((n, replace(role, name=text)) for n, role in script.roles.items()),
        traps=type(script.traps)(
            (n, replace(trap, belief=text)) for n, trap in script.traps.items()
        ),
    )
    filed = msgspec.convert({"session": "session1", **dict.fromkeys(WORDS, text)}, Activity)
    return report_of(script, records, names=[text] * 4, activity=filed)


@given(TEXTS)
@example("主题" * 250)
@example("题\x07目\x00\ud800")
@settings(max_examples=depth(8, 25), deadline=None)
def test_every_document_takes_every_text(text: str) -> None:
    files = bundle(typed(text))
    record, book = Document(BytesIO(files[RECORD])), load_workbook(BytesIO(files[WORKBOOK]))
    shown = "".join(
        p.text for row in record.tables[0].rows for c in row.cells for p in c.paragraphs
    )
    kept = plain(text).replace("\n", "").strip()[:100]
    assert kept in shown, "nothing of it is lost but what can't be written"
    assert len(record.core_properties.title) <= 255
    for name in (RECORD, WORKBOOK):
        with ZipFile(BytesIO(files[name])) as parts:
            for part in parts.namelist():
                if part.endswith((".xml", ".rels")):
                    etree.fromstring(parts.read(part))
    for sheet in book:
        assert len(sheet.title) <= 31
        for row in sheet.iter_rows():
            assert all(c.data_type != "f" for c in row)
            assert (sheet.row_dimensions[row[0].row or 1].height or 0) <= ROW_PT_MAX
    etree.fromstring(files[CERTIFICATES].decode(), etree.HTMLParser())
    assert orjson.loads(files["xapi.json"])


@given(TEXTS, TEXTS)
@settings(max_examples=depth(50, 200), deadline=None)
def test_limits_of_formats_are_kept(one: str, other: str) -> None:
    assert len(cell(one).encode("utf-16-le")) // 2 <= CELL_MAX
    assert len(document_property(one)) <= 255
    assert 1 <= len(sheet_name(one)) <= 31
    assert not re.search(r"[\[\]:*?/\\]", sheet_name(one))
    name = file_name(one, other, suffix=".docx")
    assert len(name.encode()) <= FILE_MAX + 10
    assert not re.search(r'[\x00-\x1f<>:"/\\|?*]', name)
    assert name.removesuffix(".docx").strip(" .")
    assert not re.match(r"(con|prn|aux|nul)\.", name, re.IGNORECASE)
    header = attachment(name)
    assert header.isascii()
    assert "\n" not in header
    assert header.count('"') == 2


def test_downloads_of_two_evenings_have_two_names() -> None:
    at = log()[0].event.at_ms
    other = report_of(yida(), evening(yida(), "texts", at_ms=at + 3_600_000))
    for document in documents(plainly()):
        assert download_name(plainly(), document) != download_name(other, document)
        assert download_name(plainly(), document).endswith(document[document.rindex(".") :])


@given(st.integers(0, 10**13))
@example(1_037_010_123)
@example(1_000_000_000)
def test_a_duration_is_what_iso_8601_says(ms: int) -> None:
    told = re.fullmatch(r"PT(\d+)(?:\.(\d{1,3}))?S", _duration(ms))
    assert told is not None
    assert int(told[1]) * 1000 + int((told[2] or "0").ljust(3, "0")) == ms


@pytest.mark.parametrize(
    ("text", "lines"), [("一", 1), ("一\n二\n三", 3), ("字" * 200, 6), ("一\n" * 99, 99)]
)
def test_rows_are_as_high_as_what_stands_in_them(text: str, lines: int) -> None:
    said = Reflected(at_ms=log()[-1].event.at_ms, seat="s1", text=text)
    records = [*log(), replace(log()[-1], seq=len(log()) + 1, by="s1", command="said", event=said)]
    book = load_workbook(BytesIO(bundle(report_of(yida(), records))[WORKBOOK]))
    sheet = book["感言"]
    height = sheet.row_dimensions[sheet.max_row].height
    assert height >= min(LINE_PT * lines, ROW_PT_MAX) - 1, "files keep quarters of a point"
    assert height <= ROW_PT_MAX
