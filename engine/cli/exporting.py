"""`hongchuan report` and `hongchuan export`: a session's documents without the web."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from engine import home
from engine.boundary import making, tell, write_whole
from engine.errors import AppError, Text
from engine.evening.actors import Operator
from engine.evening.filing import session_called, take_out
from engine.export.bundle import documents
from engine.export.report import NotFiledError, Report
from engine.export.xapi import HOME, statements
from engine.store.backup.archive import backup_error
from engine.store.database import open_database
from engine.store.place.unopened import shown
from engine.store.place.whose import is_missing

UNREADABLE: Final = 2


class UnknownSessionError(AppError):
    """No session goes by that id or code."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "unknown_session",
            Text(f"没有这一场：{name}。", f"There is no session {name}."),
            Text(
                "请用场次的编号（在报告页的网址里）或邀请码；数据库看 HONGCHUAN_DATABASE_URL。",
                "Give its id or join code; HONGCHUAN_DATABASE_URL says which database.",
            ),
        )


async def read_report(name: str, act: str) -> Report:
    """The report of a session, by id or join code; that it is taken out is in the audit log first,
    as the console's `act`. Raises AppError."""
    url = os.environ.get("HONGCHUAN_DATABASE_URL") or home.database_url()
    if is_missing(url):
        raise backup_error("nothing", shown(url))
    database = await open_database(url)
    try:
        session = await session_called(database, name)
        if session is None:
            tell(f"没有这一场：{name}。请用场次的编号（报告页网址里的那一段）或邀请码。")
            raise typer.Exit(UNREADABLE)
        return await take_out(database, Operator(), session, act)
    finally:
        await database.close()


def get_report(name: str, act: str) -> Report:
    """The report of a session; exits 2 and says why if there is none."""
    try:
        return asyncio.run(read_report(name, act))
    except AppError as error:
        tell(f"{error.message.zh} {error.remedy.zh}")
        raise typer.Exit(UNREADABLE) from error


def xapi_home() -> str:
    """Root of the names statements use."""
    return os.environ.get("HONGCHUAN_XAPI_HOME") or HOME


def report(
    session: str, output: Annotated[Path, typer.Option("-o", "--output")] = Path("report")
) -> None:
    """Write all documents of a session (its id, or its join code while it is open)."""
    files = documents(get_report(session, "report"), xapi_home())
    with making(output):
        failed = [name for name, make in files.items() if not _write(output / name, make)]
    if failed:
        tell(f"没有写成：{'、'.join(failed)}。请把上面的原因告诉维护者。")
        raise typer.Exit(1)


def _write(path: Path, make: Callable[[], bytes]) -> bool:
    """Write one document. False: it couldn't be made, and why is told; the others can."""
    try:
        body = make()
    except Exception as error:  # noqa: BLE001 - a fault in one must not take the others along
        tell(f"写不成 {path.name}：{type(error).__name__}: {error}")
        return False
    write_whole(path, body)
    tell(f"写好了：{path}")
    return True


def export(
    session: str,
    push_them: Annotated[bool, typer.Option("--push", help="送到学习记录库")] = False,
) -> None:
    """Print a session's xAPI statements, or send them to the learning record store."""
    found = get_report(session, "export")
    if found.session.trial:
        refused = NotFiledError()
        tell(f"{refused.message.zh}{refused.remedy.zh}")
        raise typer.Exit(1)
    told = statements(found, xapi_home())
    if not push_them:
        typer.echo(msgspec.json.encode(told).decode())
        return
    from engine.export.push import push  # only where something is sent: slow to import

    url, key, secret = (
        os.environ.get(f"HONGCHUAN_LRS_{name}", "") for name in ("URL", "KEY", "SECRET")
    )
    if not url:
        tell(
            "还没有设学习记录库。请设 HONGCHUAN_LRS_URL、HONGCHUAN_LRS_KEY、HONGCHUAN_LRS_SECRET。"
        )
        raise typer.Exit(2)
    try:
        count = push(told, url=url, key=key, secret=secret)
    except AppError as error:
        tell(f"{error.message.zh} {error.remedy.zh}")
        raise typer.Exit(1) from error
    tell(f"送到了：{count} 条。")
