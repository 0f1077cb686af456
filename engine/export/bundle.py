"""All documents of a session, by file name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import orjson
from msgspec.structs import replace

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
        _log_name(run.team): partial(_log, report, run.run) for run in report.runs
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


def lean(report: Report, document: str = "") -> Report:
    """As much of the report as its document needs, or its statements (empty): what is handed on to
    another process needn't carry the logs of all teams."""
    own = {run.run for run in report.runs if document == _log_name(run.team)}
    logs = {run: log if run in own else log[-1:] for run, log in report.logs.items()}
    return replace(report, logs=logs)


def made(report: Report, home: str, document: str) -> bytes:
    """The bytes of one of its documents."""
    return documents(report, home)[document]()


def sent(report: Report, home: str, url: str, key: str, secret: str) -> int:
    """Send the statements to a record store, as `push` does."""
    # Few installations have a record store, and its client is slow to import.
    from engine.export.push import push

    return push(statements(report, home), url=url, key=key, secret=secret)


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


def _log_name(team: int) -> str:
    return f"第{team}队.jsonl"


def _log(report: Report, run: RunId) -> bytes:
    return b"".join(map(exported, report.written[run]))
