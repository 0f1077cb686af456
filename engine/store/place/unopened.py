"""Why a database can't be opened, for whoever has to mend it: which one, what is wrong, what to do.

Drivers tell it in words of their own, and Alembic in others. What none of the cases below knows
passes with the driver's own words; what is a bug of ours passes as it is, with its traceback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from engine.errors import Lang, StoreError, StoreUnavailable, Text, reason_of
from engine.plain import real
from engine.store.place.room import FULL_BYTES, room

_WHY: Final[dict[str, tuple[str, str, str, str]]] = {
    "bad_url": ("HONGCHUAN_DATABASE_URL 不是数据库的地址：{what}。",
                "HONGCHUAN_DATABASE_URL is no address of a database: {what}.",
                "请写成 sqlite:///var/hongchuan.db，或 postgresql://用户:密码@主机/库名。",
                "Write sqlite:///var/hongchuan.db, or postgresql://user:password@host/name."),
    "no_folder": ("放数据库的文件夹用不了：{what}（{why}）。",
                  "The folder of the database can't be used: {what} ({why}).",
                  "请建好它并让本程序可写，或改 HONGCHUAN_DATABASE_URL。",
                  "Make it, let the program write there, or change HONGCHUAN_DATABASE_URL."),
    "no_file": ("数据库文件打不开：{what}（{why}）。",
                "The file of the database can't be opened: {what} ({why}).",
                "请检查它是不是一个文件，本程序能不能读写它和同名的 -wal、-shm，"
                "或改 HONGCHUAN_DATABASE_URL。",
                "See that it is a file the program may read and write, with its -wal and -shm,"
                " or change HONGCHUAN_DATABASE_URL."),
    "read_only": ("数据库只能读，不能写：{what}。", "The database can't be written: {what}.",
                  "请让运行本程序的用户可以写这个文件和它的文件夹"
                  "（写保护的 U 盘、只读的共享都不行）。",
                  "Let the program's user write the file and its folder; a read-only disk or share"
                  " won't do."),
    "damaged": ("数据库文件已经损坏，或者不是数据库：{what}（{why}）。",
                "The file of the database is damaged, or is none: {what} ({why}).",
                "什么也没有改。请把它和同名的 -wal、-shm 移到别处，"
                "用 hongchuan restore 恢复最近的备份。",
                "Nothing was changed. Move it aside with its -wal and -shm, and put the last backup"
                " back with `hongchuan restore`."),
    "newer": ("这个数据库是 {version} 版的，这个程序只认识到 {known} 版：{what}。",
              "This database is of version {version}, this program knows {known}: {what}.",
              "什么也没有改。请用新版的程序；要退回旧版，就把升级前自动做的备份恢复到一个空的数据库里"
              "（docs/backup.md）。",
              "Nothing was changed. Use the newer program; or go back by restoring the backup that"
              " was made before the upgrade into an empty database (docs/backup.md)."),
    "foreign": ("这个数据库里已经有别的程序的表：{what}（{why}）。",
                "This database holds another program's tables: {what} ({why}).",
                "什么也没有改。请看 HONGCHUAN_DATABASE_URL 写的是不是红船的数据库；"
                "新装的，请另建一个空的。",
                "Nothing was changed. See whether HONGCHUAN_DATABASE_URL names this program's own;"
                " for a new one, make an empty database."),
    "locked": ("数据库正被别的程序占着：{what}。",
               "The database is held by another program: {what}.",
               "请等它做完，或关掉另一个正在用它的程序（第二个服务器、数据库工具、同步盘）。",
               "Wait, or close the other program that uses it: a second server, a database tool,"
               " a syncing folder."),
    "held": ("红船已经开着：{what}。它用的就是这个数据库：{file}。",
             "The program runs already: {what}. It has this very database: {file}.",
             "请用已经开着的那个；要另开一个，或要恢复备份，请先把它停下"
             "（在它的窗口里按 Ctrl-C）。",
             "Use the one that runs; to start another or to put a backup back, stop it first"
             " (Ctrl-C in its window)."),
    "in_use": ("有别的程序连着这个数据库：{what}（{count} 条连接）。什么也没有恢复。",
               "Others are connected to this database: {what} ({count}). Nothing was restored.",
               "请先停下所有用它的服务器（和 psql 之类），再恢复；或另建一个数据库。",
               "Stop all servers that use it, and psql and the like; or make another database."),
    "emptied": ("数据库文件是空的或不在了，旁边却还有它的记录：{what}。",
                "The file of the database is empty or gone, and its log still lies beside it:"
                " {what}.",
                "什么也没有改。找得到原来的文件，就把它放回来；找不到，请把同名的 -wal、-shm"
                " 移到别处，用 hongchuan restore 恢复最近的备份。",
                "Nothing was changed. Put the file back if you have it; else move -wal and -shm"
                " aside, and put the last backup back with `hongchuan restore`."),
    "full": ("磁盘满了，写不进去：{what}。",
             "The disk is full: {what} can't be written.",
             "请腾出一些空间（清空回收站，移走旧的备份），再试。",
             "Make room (empty the bin, move old backups away), and try again."),
    "unreachable": ("连不上 PostgreSQL：{what}（{why}）。",
                    "PostgreSQL can't be reached: {what} ({why}).",
                    "请检查它是不是在运行，HONGCHUAN_DATABASE_URL 里的主机和端口对不对。",
                    "See that it runs, and check host and port in HONGCHUAN_DATABASE_URL."),
    "no_role": ("PostgreSQL 不让这个用户进来：{what}（{why}）。",
                "PostgreSQL doesn't let this user in: {what} ({why}).",
                "请先建这个用户（createuser --pwprompt 用户名），"
                "检查 HONGCHUAN_DATABASE_URL 里的用户和密码。",
                "Make the role first (createuser --pwprompt NAME); check user and password in"
                " HONGCHUAN_DATABASE_URL."),
    "no_database": ("PostgreSQL 里没有这个数据库：{what}。",
                    "PostgreSQL has no such database: {what}.",
                    "请先建它：createdb --owner 用户名 库名。",
                    "Make it first: createdb --owner ROLE NAME."),
    "no_right": ("这个用户不能在这个数据库里建表：{what}（{why}）。",
                 "This user may not make tables in this database: {what} ({why}).",
                 "请让它当这个数据库的主人：ALTER DATABASE 库名 OWNER TO 用户名。",
                 "Make it the owner: ALTER DATABASE name OWNER TO role."),
    "no_backup": ("升级数据库之前的备份没有做成：{what}（{why}）。",
                  "The backup before the upgrade couldn't be made: {what} ({why}).",
                  "数据库没有动，仍是 {version} 版。{then}",
                  "The database is untouched, of version {version}. {then}"),
    "other": ("数据库打不开：{what}（{why}）。", "The database can't be opened: {what} ({why}).",
              "请检查 HONGCHUAN_DATABASE_URL 和数据库。",
              "Check HONGCHUAN_DATABASE_URL and the database."),
}  # fmt: skip

LANGS: Final[tuple[Lang, Lang]] = ("zh", "en")
PASSING: Final = frozenset({"unreachable", "locked", "full", "held", "in_use"})
"""What may be better in a moment, without anybody changing a setting or a file."""

_BY_SQLSTATE: Final = {
    "28": "no_role",
    "3D": "no_database",
    "42501": "no_right",
    "42P07": "foreign",
    "25006": "read_only",
    "53100": "full",
    "53300": "unreachable",
    "57P": "unreachable",
    "08": "unreachable",
}
"""PostgreSQL's codes, or their classes."""

_BY_WORDS: Final = {
    r"readonly database|read-only": "read_only",
    r"not a database|malformed|file is encrypted": "damaged",
    r"unable to open database file|disk I/O error": "no_file",
    r"database is locked": "locked",
    r"disk is full|No space left": "full",
    r"table \S+ already exists": "foreign",
    r"connection (is|was|has been) closed|closed the connection": "unreachable",
}
"""What SQLite says; and asyncpg, of a server that went away in the middle of something."""


class CantOpen(StoreUnavailable):
    """A database that can't be opened; nothing in it was changed."""

    def __init__(self, code: str, **named: object) -> None:
        """`named`: what the sentences name: `what` (the database), `why`, versions."""
        zh, en, do_zh, do_en = _WHY[code]
        told = [
            {
                key: value.in_(lang) if isinstance(value, Text) else value
                for key, value in named.items()
            }
            for lang in LANGS
        ]
        message = Text(zh.format(**told[0]), en.format(**told[1]))
        remedy = Text(do_zh.format(**told[0]), do_en.format(**told[1]))
        # Not StoreUnavailable's own words: they are for a participant whose answer wasn't saved.
        StoreError.__init__(self, code, message, remedy)
        self.why = str(told[0].get("why", ""))
        self.passing = code in PASSING


@contextmanager
def opening(url: str) -> Iterator[None]:
    """Turns whatever keeps the database of `url` from being opened into CantOpen."""
    try:
        yield
    except Exception as error:
        found = cant_open(url, error)
        if found is None:
            raise
        raise found from error


def shown(url: str) -> str:
    """The address of a database without its password; of a file, its whole path. Raises CantOpen
    bad_url."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            return str(real(Path(parsed.database)))
        return parsed.render_as_string(hide_password=True)
    except (ArgumentError, ValueError) as error:
        raise CantOpen("bad_url", what=without_password(url)) from error


def without_password(url: str) -> str:
    """The address, readable or not, without what may be a password."""
    return re.sub(r"(?<=:)[^:/@]*@", "***@", url)


def cant_open(url: str, error: BaseException) -> CantOpen | None:
    """What `error` means for whoever opens the database of `url`. None: a bug of ours."""
    if isinstance(error, CantOpen):
        return error
    if isinstance(error, StoreUnavailable):
        error = error.__cause__ or error
    if isinstance(error, NoSuchModuleError | ArgumentError | ModuleNotFoundError | ValueError):
        return CantOpen("bad_url", what=without_password(url))
    cause = getattr(error, "orig", None) or error
    code = _by_state(cause) or _by_words(cause)
    if code is None:
        if isinstance(cause, OSError | TimeoutError):
            code = _of_system(url, cause)
        elif not isinstance(error, SQLAlchemyError) or _is_ours(error):
            return None
    if code in (None, "no_file") and _is_full(url):
        code = "full"  # where the index of its log can't be made, SQLite calls it an I/O error
    what = shown(url)
    if code == "no_folder":  # a lock of somebody else's, or the folder itself: that is to be mended
        what = str(getattr(cause, "filename", None) or what)
    return CantOpen(code or "other", what=what, why=_told(cause))


def _is_full(url: str) -> bool:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return False
    try:
        return room(Path(parsed.database)) < FULL_BYTES
    except OSError:
        return False


def _of_system(url: str, cause: object) -> str:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return "unreachable"
    named = str(getattr(cause, "filename", None) or parsed.database)
    return "no_file" if named == str(parsed.database) else "no_folder"


def _is_ours(error: SQLAlchemyError) -> bool:
    """A statement of ours that no database would take."""
    return not isinstance(error, DBAPIError) or type(error).__name__ in (
        "ProgrammingError",
        "IntegrityError",
        "DataError",
    )


def _by_state(cause: object) -> str | None:
    # SQLAlchemy wraps the driver's error once more; its code is on either.
    state = str(getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or "")
    return next((code for key, code in _BY_SQLSTATE.items() if key and state.startswith(key)), None)


def _by_words(cause: object) -> str | None:
    said = str(cause)
    return next((code for words, code in _BY_WORDS.items() if re.search(words, said)), None)


def _told(cause: object) -> str | Text:
    """The driver's own words, on one line; ours, where it is the system's error."""
    if isinstance(cause, OSError):
        return reason_of(cause)
    text = " ".join(str(cause).split()) or type(cause).__name__
    return re.sub(r"^<class '[\w.]+'>: ", "", text)[:200]
