"""All documents of a session, by file name."""

from __future__ import annotations

from typing import Final

import orjson

from engine.export import certificate
from engine.export.record import record
from engine.export.report import Report
from engine.export.workbook import workbook
from engine.export.xapi import HOME, statements
from engine.rules.codec import encode

RECORD: Final = "主题党日活动记录.docx"
WORKBOOK: Final = "签到与成绩.xlsx"
CERTIFICATES: Final = "参加证明.html"
STATEMENTS: Final = "xapi.json"


def bundle(report: Report, home: str = HOME) -> dict[str, bytes]:
    """Every document's bytes: the record, the workbook, the certificates, the statements, and each
    team's log."""
    logs = {
        f"第{played.team}队.jsonl": b"".join(encode(r) + b"\n" for r in report.logs[played.run])
        for played in report.runs
    }
    return {
        RECORD: record(report),
        WORKBOOK: workbook(report),
        CERTIFICATES: certificate.page(report).encode(),
        STATEMENTS: orjson.dumps(statements(report, home), option=orjson.OPT_INDENT_2),
        **logs,
    }
