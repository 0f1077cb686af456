"""All documents of a session, by file name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import orjson

from engine.export import certificate
from engine.export.report import Report
from engine.export.xapi import HOME, statements
from engine.fitting import cut, file_name
from engine.rules.chain import exported
from engine.values import RunId

RECORD: Final = "主题党日活动记录.docx"
WORKBOOK: Final = "签到与成绩.xlsx"
CERTIFICATES: Final = "参加证明.html"
STATEMENTS: Final = "xapi.json"
WORD_MAX: Final = 24
"""Characters of a branch or a topic in a file's name."""


def documents(report: Report, home: str = HOME) -> dict[str, Callable[[], bytes]]:
    """By file name what makes each document: the record, the workbook, the certificates, the
    statements, and each team's log. Of what was tried out there are only the logs."""
    logs: dict[str, Callable[[], bytes]] = {
        f"第{run.team}队.jsonl": partial(_log, report, run.run) for run in report.runs
    }
    if report.session.trial:
        return logs
    indent = orjson.OPT_INDENT_2
    return {
        RECORD: partial(_record, report),
        WORKBOOK: partial(_workbook, report),
        CERTIFICATES: lambda: certificate.page(report).encode(),
        STATEMENTS: lambda: orjson.dumps(statements(report, home), option=indent),
        **logs,
    }


# Word's and Excel's libraries are slow to import, and an evening is played without them: they come
# with the first document.
def _record(report: Report) -> bytes:
    from engine.export.record import record

    return record(report)


def _workbook(report: Report) -> bytes:
    from engine.export.workbook import workbook

    return workbook(report)


def bundle(report: Report, home: str = HOME) -> dict[str, bytes]:
    """Every document's bytes."""
    return {name: make() for name, make in documents(report, home).items()}


def download_name(report: Report, document: str) -> str:
    """What a document is called on the computer that it is saved to, beside those of other
    evenings: with date, time, branch and topic."""
    stem, _, suffix = document.rpartition(".")
    filled = report.filled
    words = (stem, f"{report.began:%Y-%m-%d-%H%M}", report.branch, filled.topic)
    return file_name(*(cut(word, WORD_MAX) for word in words), suffix=f".{suffix}")


def _log(report: Report, run: RunId) -> bytes:
    return b"".join(map(exported, report.written[run]))
