"""What can't be undone is asked first, on a page of its own: what will happen to whom, what stays,
and where the backup will lie. A form that says `sure` has been asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from engine import civil
from engine.export.report import Report
from engine.store.backup.copies import Act, copies, next_path
from engine.store.people.accounts import Account, Branch
from engine.store.people.privacy import Due, Named
from engine.store.people.retention import LOOKS
from web.door.auth import chrome
from web.pages.page import Page
from web.pages.render import render_page
from web.services import Services

SHOWN_MAX: Final = 12
"""Sessions that are told of one by one."""
UNSURE: Final = 422
"""Asked, and not done yet."""
_GOES: Final = {"activities": "活动信息", "notes": "批注"}
_STAYS: Final = {
    "events": "这一场的作答里 {n} 处：对局记录不改",
    "drafts": "{n} 个剧本的稿子里：和这个人无关的也会同名，不改",
    "accounts": "{n} 个账号的名字：在“账号”页停用",
    "branches": "{n} 个支部的名称：在“账号”页改名",
    "seats": "别的场次里 {n} 个同名的座位：到那一场的“收获”页清除",
}


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """Are you sure?"""

    template: ClassVar[str] = "ask.html"
    title: str
    who: str
    """To whom or what it will happen."""
    happens: tuple[str, ...]
    stays: tuple[str, ...]
    """What it doesn't reach."""
    backup: str
    """Where everything is backed up before; empty: nothing is."""
    backups: tuple[str, ...]
    """Others that hold what will be gone."""
    action: str
    fields: tuple[tuple[str, str], ...]
    """What the form says again."""
    yes: str
    back: str


def asked(request: Request, page: AskPage) -> HTMLResponse:
    """The question, instead of the act."""
    request.state.refusal = "unsure"  # for the audit log
    return HTMLResponse(render_page(page), UNSURE)


def backup_told(services: Services, act: Act) -> str:
    """Where the backup before an act will lie."""
    path = next_path(services.settings.database_url, act)
    return str(path.resolve()) if path is not None else ""


async def _backups(services: Services) -> tuple[str, ...]:
    """Those that lie there, each with its day; they are opened for that, beside the loop."""
    found = await asyncio.to_thread(copies, services.settings.database_url)
    return tuple(f"{one.path.resolve()}{_day(one.made_ms)}" for one in found)


def _day(made_ms: int) -> str:
    return f"（{civil.local(made_ms):%Y年%m月%d日}）" if made_ms else ""


def fewer(was: Branch, now: Branch) -> bool:
    """Names are kept for less long than they were."""
    days = now.retention_days
    return days is not None and (was.retention_days is None or days < was.retention_days)


async def ask_fewer(
    request: Request, services: Services, account: Account, branch: Branch, due: Sequence[Due]
) -> HTMLResponse:
    """Whether a branch is to keep names for less long, so that these sessions' lapse."""
    page = AskPage(
        **chrome(request, services, account),
        title=f"姓名只保留 {branch.retention_days} 天？",
        who=f"{branch.name}：{len(due)} 场已经满了这些天",
        happens=(
            *(_due(one) for one in due[:SHOWN_MAX]),
            *((f"……还有 {len(due) - SHOWN_MAX} 场",) if len(due) > SHOWN_MAX else ()),
            f"这些场次的姓名、合影和活动信息里的人会清除，不能撤回：先等 {LOOKS} 天，每天提醒一次；"
            "这几天里把期限改回去，就不清除。",
        ),
        stays=("已经下载、打印的材料，已送出的学习记录。",),
        backup=backup_told(services, "lapse"),
        backups=await _backups(services),
        action=f"/people/branches/{branch.id}",
        fields=(
            ("name", branch.name),
            ("retention_days", str(branch.retention_days)),
            ("sure", "1"),
        ),
        yes=f"只保留 {branch.retention_days} 天",
        back="/people#branches",
    )
    return asked(request, page)


def _due(one: Due) -> str:
    return f"{civil.local(one.created_ms):%Y年%m月%d日}那一场：{one.people} 人有姓名"


def lapsing(due: Sequence[Due]) -> tuple[str, ...]:
    """What the desk is told of sessions whose names will go by themselves."""
    return tuple(f"{_due(one)}，已提醒 {len(one.noted_ms)} 次" for one in due[:SHOWN_MAX])


async def ask_erase(
    request: Request, services: Services, account: Account, report: Report, person: str, who: str
) -> HTMLResponse:
    """Whether this person's name is to be forgotten."""
    run, seat = person.split("/")
    found = await services.database.privacy.named(run, seat) or Named("", {}, {})
    goes = "、".join(f"{_GOES.get(name, name)}里 {n} 处" for name, n in found.goes.items())
    page = AskPage(
        **chrome(request, services, account),
        title="清除这个人的姓名？",
        who=f"{who}（{report.began:%Y年%m月%d日}，{report.filled.topic}）",
        happens=(
            "名单、签到表、参加证明、Word 和 Excel 里不再有这个名字；人数、成绩照旧。",
            f"写到这个名字的地方换成“（已删名）”：{goes}。"
            if goes
            else "活动信息和批注里没有写到这个名字。",
            "手机的座位凭证作废，正连着的页面会退出。",
            "这件事不能撤回。",
        ),
        stays=(
            *(
                text.format(n=found.stays[name])
                for name, text in _STAYS.items()
                if name in found.stays
            ),
            "已经下载、打印的材料，已送出的学习记录，合影。",
        ),
        backup=backup_told(services, "erase"),
        backups=await _backups(services),
        action=f"/review/sessions/{report.session.id}/erase",
        fields=(("person", person), ("sure", "1")),
        yes="清除姓名",
        back=f"/review/sessions/{report.session.id}#people",
    )
    return asked(request, page)
