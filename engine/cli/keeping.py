"""What is kept, at an operator's hand: `hongchuan backup restore verify erase lapse`."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from engine import home
from engine.boundary import UNREADABLE, tell, tell_error
from engine.civil import local
from engine.cli.sealing import known_secrets
from engine.errors import AppError, StoreUnavailable
from engine.evening import forgetting
from engine.evening.actors import Operator
from engine.evening.filing import session_called
from engine.store.audit.entries import typed
from engine.store.audit.trail import Audit
from engine.store.backup import backup as backups
from engine.store.backup.archive import Manifest, backup_error
from engine.store.backup.contents import of_backup, of_database
from engine.store.backup.copies import copied, copies, copy_before, next_path
from engine.store.backup.verify import Findings, verify_database, verify_file
from engine.store.database import Database, make_engine, open_database
from engine.store.people.privacy import Lapsed
from engine.store.place.custody import holding
from engine.store.place.unopened import CantOpen, cant_open, shown
from engine.store.place.whose import is_missing
from engine.store.sessions.sessions import Run, Session

SCRUBS_MAX = 20
"""So often old pages are tried to be let go, while others read."""

T = TypeVar("T")


def database_url() -> str:
    """The database that the environment names."""
    return os.environ.get("HONGCHUAN_DATABASE_URL") or home.database_url()


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


def day(at_ms: int) -> str:
    """An instant's day, as people here write it."""
    return f"{local(at_ms):%Y年%m月%d日}"


def _tell(manifest: Manifest) -> None:
    for name, part in manifest.parts.items():
        tell(f"  {name:<14}{part.rows:>9}  {part.sha256[:16]}")


def backup(file: Path) -> None:
    """Write everything kept to FILE, in one snapshot; the server may go on meanwhile."""
    manifest = run(_backed_up(file))
    tell(f"备份好了：{file}（{file.stat().st_size} 字节）")
    _tell(manifest)


async def _backed_up(file: Path) -> Manifest:
    manifest = await backups.backup(database_url(), file, time.time_ns() // 1_000_000)
    await _noted("console backup", file.name)
    return manifest


async def _noted(act: str, target: str) -> None:
    """Leave word in the audit log of what was done. A medium that can't be written takes none, and
    is one more reason to have a backup of it: that is said."""
    try:
        engine = make_engine(database_url())
        try:
            await Audit(engine, lambda: time.time_ns() // 1_000_000).act(typed(act, target=target))
        finally:
            await engine.dispose()
    except (AppError, OSError) as error:
        tell(f"做好了，但没有记进审计日志：{error}")


def restore(
    file: Path,
    yes: Annotated[bool, typer.Option("--yes", help="不再问；原有的先备份，再换掉")] = False,
) -> None:
    """Put a backup into the database (HONGCHUAN_DATABASE_URL). All or nothing; what is there is
    backed up first, and asked about."""
    manifest = run(_restored(file, yes=yes))
    tell(f"恢复好了：{shown(database_url())}")
    _tell(manifest)


async def _restored(file: Path, *, yes: bool) -> Manifest:
    url = database_url()
    await backups.unused(url)
    with holding(url):  # a server that runs is told apart before anything is asked
        return await _restored_over(url, file, yes=yes)


async def _restored_over(url: str, file: Path, *, yes: bool) -> Manifest:
    there = await of_database(url)
    if not there.rows:
        return await backups.restore(url, file)
    comes = of_backup(file)
    tell(f"{shown(url)} 里已经有 {there}。")
    tell(f"{file} 是 {comes}。")
    tell(f"先做一份备份：{next_path(url, 'restore')}，再整个换掉。")
    if not yes:
        typer.confirm("换掉现在的？", abort=True)
    kept = await copy_before(url, "restore")
    with copied(url, "restore", kept) as deed:
        try:
            manifest = await backups.restore(url, file, over=True, deed=deed)
        except Exception:
            if not deed.changed:
                tell("没有换，原有的都还在。")
            raise
    tell(f"换掉以前的备份在：{kept}")
    await _noted("console restore", file.name)
    return manifest


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


async def _opened(doing: Callable[[Database], Awaitable[T]]) -> T:
    if is_missing(database_url()):
        raise backup_error("nothing", shown(database_url()))
    database = await open_database(database_url())
    try:
        return await doing(database)
    finally:
        await database.close()


async def _find(database: Database, name: str, team: int | None) -> tuple[Session, Run]:
    """By the id or join code of a session, of which the first team unless one is named; or by the
    id of a run."""
    found = await session_called(database, name)
    runs = found.runs if found is not None else ()
    if found is None:
        found = await database.sessions.session_of_run(name)
        runs = tuple(run for run in found.runs if run.id == name) if found is not None else ()
    if found is None:
        tell(
            f"没有这一场：{name}。请用场次的编号（收获页网址里）、邀请码，或审计日志里那一局的编号。"
        )
        raise typer.Exit(UNREADABLE)
    for run in runs:
        if team in (None, run.team):
            return found, run
    tell(f"没有第 {team} 队：{name}。不写座位，就列出各队的座位。")
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
        await database.audit.ready()
        await database.audit.act(typed("console names", found.branch, found.id))
        for run in found.runs:
            for held, name in (await database.sessions.names(run.id)).items():
                tell(f"第 {run.team} 队  {held}  {name or '（已删名）'}")

    run(_opened(forget))


async def _erase(database: Database, session: Session, run: Run, seat: str, *, yes: bool) -> None:
    names = await database.sessions.names(run.id)
    if seat not in names:
        tell(f"第 {run.team} 队没有座位 {seat}。不写座位，就列出各队的座位。")
        raise typer.Exit(UNREADABLE)
    found = await database.privacy.named(run.id, seat)
    if found is None:
        tell(f"第 {run.team} 队 {seat} 没有姓名可清除。")
        raise typer.Exit(1)
    goes, stays = sum(found.goes.values()), sum(found.stays.values())
    tell(f"写到这个名字的活动信息和批注：{goes} 处，会换掉；作答、剧本稿等：{stays} 处，不改。")
    tell(f"先做一份备份：{next_path(database.url, 'erase')}")
    if not yes:
        asked = f"清除第 {run.team} 队 {seat} {found.name}的姓名？不能恢复；对局记录不变。"
        typer.confirm(asked, abort=True)
    await forgetting.erase(database, Operator(), session, run.id, seat)
    await _scrub(database)
    tell("清除了。正在运行的服务器几秒之内也会忘掉。")
    for one in copies(database.url):
        tell(f"这份备份里还有，不再需要时请删掉：{one.path}")


async def _scrub(database: Database) -> None:
    """Let nothing of it stay in old pages; whole where no server is kept waiting by that."""
    try:
        with holding(database.url):
            whole = True
    except CantOpen:
        whole = False
    for _ in range(SCRUBS_MAX):
        if await database.scrub(whole=whole):
            return


def lapse(
    yes: Annotated[bool, typer.Option("--yes", help="不问，直接清除")] = False,
) -> None:
    """Forget everybody whose branch keeps them no longer, without days of grace. Asks first."""

    async def ask(database: Database) -> list[Lapsed]:
        due = await database.privacy.due()
        for each in due:
            tell(f"场次 {each.session}：{day(each.created_ms)} 开场，{each.people} 人有姓名")
        if due:
            tell(f"先做一份备份：{next_path(database.url, 'lapse')}")
        if due and not yes:
            today = local(time.time_ns() // 1_000_000).strftime("%Y-%m-%d %H:%M")
            asked = f"这台电脑的时间是 {today}。清除 {len(due)} 场到期的姓名？不能恢复。"
            typer.confirm(asked, abort=True)
        done = await database.lapse(due, typed("lapse").who)
        if done:
            await _scrub(database)
        return done

    done = run(_opened(ask))
    for lapsed in done:
        tell(f"场次 {lapsed.session}：清除 {lapsed.people} 人的姓名")
    tell(f"到期的场次：{len(done)}")


def tell_findings(found: Findings) -> None:
    """Print counts, problems, fingerprint and the head of the audit chain."""
    for name, count in found.rows.items():
        tell(f"  {name:<14}{count:>9}")
    for problem in found.problems:
        tell(problem)
    if found.found > len(found.problems):
        tell(f"……一共 {found.found} 处问题")
    tell(f"结构版本 {found.revision}；{found.runs} 局的记录都能从头重放")
    for line in found.told_links:
        tell(line)
    tell(f"指纹 {found.fingerprint}")
    tell(f"审计链首 {found.chain.seq} {found.chain.hash}")
    if not found.problems and not found.runs:
        tell("还没有对局，没有可以重放的。")
        return
    tell("一切完好。" if not found.problems else f"有 {found.found} 处问题。")
