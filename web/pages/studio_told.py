"""What the workshop's pages say of drafts, of the menu and of a proof, and how one is made."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from fastapi import Request

from engine import civil
from engine.evening.publishing import Standing
from engine.store.people.accounts import Account
from engine.store.scripts.drafts import Saved
from engine.store.scripts.puts import Put
from web.pages import studio_work
from web.pages.work import PROVE, work
from web.services import Services


def told_draft(draft: Saved | None) -> str:
    """Number, author and time; empty: there is none."""
    return _told(draft.number, draft.author, draft.at_ms) if draft is not None else ""


def told_put(put: Put | None, *, named: bool = True) -> str:
    """Which draft is in the menu, by whom (if that may be `named`), since when; empty: none."""
    return _told(put.number, put.who if named else "", put.at_ms) if put is not None else ""


def _told(number: int, who: str, at_ms: int) -> str:
    at = f"{civil.local(at_ms):%m月%d日 %H:%M}"
    return " · ".join(part for part in (f"第 {number} 稿", who, at) if part)


def told_standing(found: Standing) -> str:
    """How a script stands in the menu."""
    if found.put is not None:
        there = f"菜单里是第 {found.put.number} 稿"
        if found.draft is not None and found.changed:
            return f"{there}，您已改到第 {found.draft.number} 稿"
        return f"已经放进菜单（第 {found.put.number} 稿）"
    if not found.folder:
        return "还没有放进菜单"
    return "草稿比菜单里的新" if found.changed else "在菜单里（scenarios 文件夹）"


async def proved(
    request: Request, services: Services, account: Account, text: str, name: str
) -> dict[str, Any]:
    """What the proof says of the text; that nothing was found is remembered."""
    found = await work(request, services, account.id, PROVE, studio_work.proof, text, name)
    if found["proved"]:
        services.proved.keep(sha256(text.encode()).hexdigest(), True)
    return found


def told_proof(found: dict[str, Any]) -> str:
    """What the proof has against a text, in a sentence; empty: nothing."""
    if found["proved"]:
        return ""
    issues = found["issues"]
    if not issues:
        return f"还没有看完（{found['line']}）。"
    first = issues[0]
    return f"证明有 {len(issues)} 处发现，第一处在第 {first['line']} 行：{first['message']}"
