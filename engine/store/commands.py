"""What is kept, at an operator's hand: `hongchuan backup restore verify erase lapse`."""

from __future__ import annotations

import asyncio
import getpass
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from engine.boundary import UNREADABLE, tell_error
from engine.errors import AppError, StoreUnavailable
from engine.store import backup as backups
from engine.store.archive import Manifest, backup_error
from engine.store.audit import Entry
from engine.store.database import DEFAULT_URL, Database, open_database
from engine.store.opening import cant_open, shown
from engine.store.secret import secrets_known
from engine.store.sessions import Run, Session
from engine.store.verify import Findings, verify_database, verify_file

out = Console(soft_wrap=True, highlight=False)

T = TypeVar("T")


def database_url() -> str:
    """The database that the environment names."""
    return os.environ.get("HONGCHUAN_DATABASE_URL") or DEFAULT_URL


def refuse(error: AppError | OSError) -> NoReturn:
    """Say why, and exit: 2 where something can't be read or reached, else 1."""
    if isinstance(error, StoreUnavailable):
        error = cant_open(database_url(), error) or error
    tell_error(error)
    far = isinstance(error, StoreUnavailable | OSError) or error.code == "nothing"
    raise typer.Exit(UNREADABLE if far else 1) from error


def run(doing: Coroutine[Any, Any, T]) -> T:
    """What it returns; exits and says why if it can't be done."""
    try:
        return asyncio.run(doing)
    except (AppError, OSError) as error:
        refuse(error)


def _tell(manifest: Manifest) -> None:
    for name, part in manifest.parts.items():
        out.print(f"  {name:<14}{part.rows:>9}  {part.sha256[:16]}", markup=False)


def backup(file: Path) -> None:
    """Write everything kept to FILE, in one snapshot; the server may go on meanwhile."""
    manifest = run(backups.backup(database_url(), file, time.time_ns() // 1_000_000))
    out.print(f"备份好了：{file}（{file.stat().st_size} 字节）", markup=False)
    _tell(manifest)


def restore(file: Path) -> None:
    """Put a backup into an empty database (HONGCHUAN_DATABASE_URL). All or nothing."""
    manifest = run(backups.restore(database_url(), file))
    out.print(f"恢复好了：{shown(database_url())}", markup=False)
    _tell(manifest)


def verify(
    file: Annotated[Path | None, typer.Argument(help="备份；不写就查数据库")] = None,
    head: Annotated[
        str, typer.Option("--head", help="记在别处的链首（审计的，或一局的），查它还在不在")
    ] = "",
) -> None:
    """Fold every log, follow its chain and the audit log's; exit 0 sound, 1 not, 2 unreadable."""
    try:
        if file is None:
            found = run(verify_database(database_url(), head.strip(), known_secrets()))
        else:
            found = verify_file(file, head.strip(), known_secrets())
    except (AppError, OSError) as error:
        refuse(error)
    tell_findings(found)
    raise typer.Exit(1 if found.problems else 0)


def known_secrets() -> tuple[str, ...]:
    """The installation's secret and those before it; empty: there is none here. Exits and says why
    if it can't be read."""
    try:
        return secrets_known()
    except OSError as error:
        refuse(error)


def _who() -> str:
    """Who sits at the terminal, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


async def _opened(doing: Callable[[Database], Awaitable[T]]) -> T:
    if backups.missing(database_url()):
        raise backup_error("nothing", shown(database_url()))
    database = await open_database(database_url())
    try:
        return await doing(database)
    finally:
        await database.close()


async def _find(database: Database, name: str, team: int | None) -> tuple[Session, Run]:
    """By the id or join code of a session, of which the first team unless one is named; or by the
    id of a run."""
    sessions = database.sessions
    found = await sessions.find_session(name) or await sessions.find_session_by_code(name)
    runs = found.runs if found is not None else ()
    if found is None:
        found = await sessions.session_of_run(name)
        runs = tuple(run for run in found.runs if run.id == name) if found is not None else ()
    if found is None:
        out.print(
            f"没有这一场：{name}。请用场次的编号（收获页网址里）、邀请码，或审计日志里那一局的编号。",
            markup=False,
        )
        raise typer.Exit(UNREADABLE)
    for run in runs:
        if team in (None, run.team):
            return found, run
    out.print(f"没有第 {team} 队：{name}。不写座位，就列出各队的座位。", markup=False)
    raise typer.Exit(UNREADABLE)


def erase(
    session: Annotated[str, typer.Argument(help="场次编号、邀请码，或一局的编号")],
    seat: Annotated[str, typer.Argument(help="座位，如 s3；不写就列出来")] = "",
    team: Annotated[int | None, typer.Option(min=1, help="第几队；不写是第 1 队")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再问")] = False,
) -> None:
    """Forget a participant's name: it can't be undone. The run's log stays, it knows no names."""

    async def forget(database: Database) -> None:
        found, chosen = await _find(database, session, team)
        if seat:
            await _erase(database, found, chosen, seat, yes=yes)
            return
        for run in found.runs:
            for held, name in (await database.sessions.names(run.id)).items():
                out.print(f"第 {run.team} 队  {held}  {name or '（已删名）'}", markup=False)

    run(_opened(forget))


async def _erase(database: Database, session: Session, run: Run, seat: str, *, yes: bool) -> None:
    names = await database.sessions.names(run.id)
    if seat not in names:
        out.print(f"第 {run.team} 队没有座位 {seat}。不写座位，就列出各队的座位。", markup=False)
        raise typer.Exit(UNREADABLE)
    name = names[seat]
    if name and not yes:
        asked = f"清除第 {run.team} 队 {seat} {name}的姓名？不能恢复；对局记录不变。"
        typer.confirm(asked, abort=True)
    await database.audit.ready()
    if await database.privacy.erase(run.id, seat) is None:
        out.print(f"第 {run.team} 队 {seat} 没有姓名可清除。", markup=False)
        raise typer.Exit(1)
    entry = Entry(
        kind="server",
        who=_who(),
        act="console erase",
        branch=session.branch,
        target=f"{run.id}/{seat}",
    )
    await database.audit.act(entry)
    out.print("清除了。正在运行的服务器几秒之内也会忘掉。")


def lapse() -> None:
    """Forget everybody whose branch keeps them no longer. The server does it once a day."""
    done = run(_opened(lambda database: database.lapse(_who())))
    for lapsed in done:
        out.print(f"场次 {lapsed.session}：清除 {lapsed.people} 人的姓名", markup=False)
    out.print(f"到期的场次：{len(done)}")


def tell_findings(found: Findings) -> None:
    """Print counts, problems, fingerprint and the head of the audit chain."""
    for name, count in found.rows.items():
        out.print(f"  {name:<14}{count:>9}", markup=False)
    for problem in found.problems:
        out.print(problem, markup=False)
    if found.found > len(found.problems):
        out.print(f"……一共 {found.found} 处问题", markup=False)
    out.print(f"结构版本 {found.revision}；{found.runs} 局的记录都能从头重放", markup=False)
    for line in found.told_links:
        out.print(line, markup=False)
    out.print(f"指纹 {found.fingerprint}", markup=False)
    out.print(f"审计链首 {found.chain.seq} {found.chain.hash}", markup=False)
    if not found.problems and not found.runs:
        out.print("还没有对局，没有可以重放的。", markup=False)
        return
    out.print("一切完好。" if not found.problems else f"有 {found.found} 处问题。", markup=False)
