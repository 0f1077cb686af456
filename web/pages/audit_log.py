"""`/audit`: who did what, and what was refused to whom. For administrators and auditors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from engine import civil, typed
from engine.evening.seeking import day_ms
from engine.store.audit.entries import EVERY
from engine.store.audit.trail import Written, found_by
from engine.store.people.accounts import Account
from web.door.acts import ACTS, act_zh, outcome_zh
from web.door.audit import touches
from web.door.auth import chrome
from web.door.doors import staff
from web.pages.page import Page
from web.pages.render import render_page
from web.services import Services, ServicesDep

router = APIRouter(prefix="/audit", include_in_schema=False)
PAGE: Final = 100
CHUNK: Final = 1_000
_BY_NAME: Final = {name: act for act, name in reversed(ACTS.items())}
"""The first act of each name, to choose from: entries have that one."""
KINDS: Final = {"seat": "参加者", "nobody": "不明", "many": "多人", "server": "程序", "staff": ""}


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """An entry of the audit log."""

    seq: int
    at: str
    """Local date and time."""
    who: str
    branch: str
    act: str
    target: str
    count: int
    outcome: str
    """Empty: done."""
    address: str


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """Who did what, and what was refused to whom."""

    template: ClassVar[str] = "audit.html"
    rows: tuple[AuditRow, ...]
    acts: tuple[tuple[str, str], ...]
    """(act, what it is called) to choose from."""
    who: str
    act: str
    refused: bool
    day: str
    """`2026-07-01`; empty: all."""
    older: str
    """Query of the next page; empty: this is the last."""
    query: str
    """What was asked for, for the download."""


class Wanted(msgspec.Struct, frozen=True):
    """What somebody looks for."""

    who: str = ""
    act: str = ""
    refused: str = ""
    day: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    def conditions(self, account: Account) -> list[Any]:
        """As the log is asked. Raises Refused invalid."""
        return found_by(
            who=typed.shown(self.who),
            act=self.act,
            refused=bool(self.refused),
            since_ms=day_ms(self.day),
            until_ms=day_ms(self.day, after=True),
            branch=account.scope,
        )


@router.get("")
async def get_audit(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("read_audit", page=True))],
    who: str = "",
    act: str = "",
    refused: str = "",
    day: str = "",
    below: int | None = None,
) -> Response:
    """The newest entries that fit."""
    wanted = Wanted(who, act, refused, day)
    audit = services.database.audit
    found = await audit.read(*wanted.conditions(account), below=below, limit=PAGE + 1)
    shown = found[:PAGE]
    older = {**wanted.query, "below": str(shown[-1].seq)} if len(found) > PAGE else {}
    branches = await services.people.branch_names()
    page = AuditPage(
        **chrome(request, services, account),
        rows=tuple(_row(entry, branches) for entry in shown),
        acts=tuple((act, name) for name, act in _BY_NAME.items()),
        who=who,
        act=act,
        refused=bool(refused),
        day=day,
        older=urlencode(older),
        query=urlencode(wanted.query),
    )
    return HTMLResponse(render_page(page))


def _row(entry: Written, branches: dict[str, str]) -> AuditRow:
    at = civil.local(entry.at_ms)
    return AuditRow(
        seq=entry.seq,
        at=f"{at:%Y-%m-%d %H:%M:%S}",
        who=" ".join(word for word in (KINDS.get(entry.kind, entry.kind), entry.who) if word),
        branch="各支部" if entry.branch == EVERY else branches.get(entry.branch or "", ""),
        act=act_zh(entry.act),
        target=entry.target,
        count=entry.count,
        outcome="" if entry.outcome == "ok" else outcome_zh(entry.outcome),
        address=entry.address,
    )


@router.get("/log.jsonl")
async def get_log(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("read_audit", gives="file"))],
    who: str = "",
    act: str = "",
    refused: str = "",
    day: str = "",
) -> Response:
    """All entries that fit, newest first, with their hashes; one a line."""
    conditions = Wanted(who, act, refused, day).conditions(account)
    headers = {"Content-Disposition": "attachment; filename=audit.jsonl"}
    touches(request, account.scope or EVERY)
    first = await services.database.audit.read(*conditions, limit=CHUNK)  # without this very act
    lines = _lines(services, conditions, first)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


async def _lines(
    services: Services, conditions: list[Any], found: list[Written]
) -> AsyncIterator[bytes]:
    while found:
        yield b"".join(msgspec.json.encode(entry) + b"\n" for entry in found)
        below = found[-1].seq
        found = await services.database.audit.read(*conditions, below=below, limit=CHUNK)
