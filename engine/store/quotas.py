"""How much somebody may fill: each table that people's acts add rows to has its bound here, or says
where it has. What is over is refused before it is kept, and what there is stays.

Bounds are far above what people need, and far below what fills a disk: they are for a script that
loops, and for an account in the wrong hands.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.errors import QuotaError, Text
from engine.store.repository import alone, table_of
from engine.store.tables import (
    AccountTable,
    AsideTable,
    BranchTable,
    DraftFileTable,
    DraftTable,
    NoteTable,
    PutTable,
    RunTable,
    SessionTable,
)

MB: Final = 1024 * 1024
DAY_MS: Final = 24 * 3_600_000
SCRIPT_BYTES_MAX: Final = 64 * MB
"""Of one script, all its drafts and files: hundreds of drafts, or forty megabytes of pictures."""
SHELF_BYTES_MAX: Final = 512 * MB
"""Of a branch's scripts together."""
SCRIPTS_MAX: Final = 300
"""On one branch's shelf."""
PUTS_MAX: Final = 1_000
"""Of one script into the menu."""
SESSIONS_A_DAY: Final = 1_000
"""Opened by one account: a program that opens a city's evenings."""
TEAMS_A_DAY: Final = 10_000
NOTES_MAX: Final = 1_000
"""Of one run."""
ACCOUNTS_MAX: Final = 10_000
BRANCHES_MAX: Final = 5_000
LOGINS_MAX: Final = 200
"""Of one account; a new one ends the oldest."""

ELSEWHERE: Final = {
    "events": "commands by a seat's pace (web/door/limits.py), and by what a script lets happen",
    "logins": "`LOGINS_MAX`, in people.py: a new one ends the oldest",
    "attempts": "tries by address (web/door/limits.py); forgotten after a day",
    "scenarios": "kept by digest, with a session",
    "strings": "kept by digest, with a session",
    "pictures": "kept by digest, with a session, 5 MB each (engine/evening/library.py)",
    "session_pictures": "those that a session's script names",
    "put_files": "what lies beside a draft, by `SCRIPT_BYTES_MAX`",
    "runs": "`TEAMS_A_DAY`; one more team at a time, up to 60 of a session",
    "participants": "one a seat",
    "seats": "places of a team's roles (engine/rules), by address (web/door/limits.py)",
    "receipts": "one a request; forgotten after a day",
    "audit": "one an act; refusals are folded (refusals.py)",
    "activities": "one a session, its texts and its photo bounded (web/pages/reports.py)",
    "alive": "one row",
    "claims": "one a seat that is offline (claims.py)",
}
"""Where the tables have their bounds that have none here."""
HERE: Final = (
    "accounts", "branches", "drafts", "draft_files", "draft_files_aside", "notes", "puts",
    "sessions",
)  # fmt: skip

_accounts, _branches = table_of(AccountTable), table_of(BranchTable)
_session, _run, _notes = table_of(SessionTable), table_of(RunTable), table_of(NoteTable)
_puts = table_of(PutTable)
_drafts, _files, _aside = table_of(DraftTable), table_of(DraftFileTable), table_of(AsideTable)


NAMED: Final = "names of branches"


def shelf_of(name: str) -> str:
    """What is held while the shelf of this script (as it is kept) is looked at and added to."""
    return f"shelf {name.partition('@')[2]}"


def _on_shelf(table: Any, name: str) -> Any:
    """Rows of the shelf on which the script of this name (as it is kept) stands."""
    _, at, branch = name.partition("@")
    return table.c.name.like(f"%@{branch}") if at else table.c.name.not_like("%@%")


async def check_script(db: AsyncConnection, name: str, more: int, *, new: bool = False) -> None:
    """So many bytes more may be kept of a script and on its shelf, and a `new` one be begun. Raises
    QuotaError."""
    await alone(db, shelf_of(name))
    own, all_ = more, more
    for table, what in ((_drafts, "text"), (_files, "body"), (_aside, "body")):
        sizes = select(table.c.name, func.sum(func.length(table.c[what])))
        for row in await db.execute(sizes.where(_on_shelf(table, name)).group_by(table.c.name)):
            all_ += row[1]
            own += row[1] if row[0] == name else 0
    if own > SCRIPT_BYTES_MAX:
        raise QuotaError(
            Text(
                f"这个剧本的草稿和图片满 {SCRIPT_BYTES_MAX // MB} MB 了，没有再存。",
                f"This script's drafts and pictures have {SCRIPT_BYTES_MAX // MB} MB already.",
            ),
            Text(
                "请导出剧本包，换一个 id 再导入，接着写；原来的都还在。",
                "Export it, and import it under another id; what there is stays.",
            ),
        )
    count = select(func.count(_drafts.c.name.distinct())).where(_on_shelf(_drafts, name))
    many = new and (await db.execute(count)).scalar_one() >= SCRIPTS_MAX
    if many or all_ > SHELF_BYTES_MAX:
        raise QuotaError(
            Text("本支部的剧本太多了，没有再存。", "There are too many scripts on this shelf."),
            Text("请接着写已有的剧本，或找管理员。", "Go on with one there is, or ask."),
        )


async def check_sessions(db: AsyncConnection, owner: str, now_ms: int, teams: int) -> None:
    """An account may open a session more. Raises QuotaError."""
    await alone(db, f"sessions of {owner}")
    opened = (_session.c.owner == owner) & (_session.c.created_ms > now_ms - DAY_MS)
    both = select(func.count(_session.c.id.distinct()), func.count())
    found = (await db.execute(both.join_from(_session, _run).where(opened))).one()
    if found[0] >= SESSIONS_A_DAY or found[1] + teams > TEAMS_A_DAY:
        raise QuotaError(
            Text("您一天里开的场次太多了，没有再开。", "You have opened too many sessions today."),
            Text("请用已经开好的，或明天再开。", "Use those that are open, or come back tomorrow."),
        )


async def check_notes(db: AsyncConnection, run: str) -> None:
    """A run may have a note more. Raises QuotaError."""
    await alone(db, f"notes {run}")
    count = select(func.count()).where(_notes.c.run == run)
    if (await db.execute(count)).scalar_one() >= NOTES_MAX:
        raise QuotaError(
            Text("这一局的批注太多了，没有再记。", "This run has too many notes."),
            Text("请先删去用不着的。", "Remove some first."),
        )


async def check_puts(db: AsyncConnection, name: str) -> None:
    """A script may be put into the menu once more. Raises QuotaError."""
    await alone(db, shelf_of(name))
    count = select(func.count()).where(_puts.c.name == name)
    if (await db.execute(count)).scalar_one() >= PUTS_MAX:
        raise QuotaError(
            Text(
                f"这个剧本放进菜单已经有 {PUTS_MAX} 次，没有再放。",
                f"This script was put into the menu {PUTS_MAX} times already.",
            ),
            Text("请照着它另存一部，接着写。", "Go on with a copy under another id."),
        )


async def check_accounts(db: AsyncConnection) -> None:
    """There may be an account more. Raises QuotaError."""
    await alone(db, "names of accounts")
    await _check_count(db, _accounts, ACCOUNTS_MAX, Text("账号", "accounts"))


async def check_branches(db: AsyncConnection) -> None:
    """There may be a branch more. Raises QuotaError."""
    await alone(db, NAMED)
    await _check_count(db, _branches, BRANCHES_MAX, Text("支部", "branches"))


async def _check_count(db: AsyncConnection, table: Any, most: int, what: Text) -> None:
    if (await db.execute(select(func.count()).select_from(table))).scalar_one() >= most:
        raise QuotaError(
            Text(f"{what.zh}已经有 {most} 个，没有再加。", f"There are {most} {what.en} already."),
            Text("请改用已有的。", "Use one there is."),
        )
