"""Whose a database is: this program's, nobody's yet, or another's.

Looked at before anything is done to it, by whoever opens one: to set up a connection is to write
already (`journal_mode`), and tables that happen to have our names would be taken for ours. What
lies there says it by its tables, and by the revision they were brought to (Alembic's mark, which
other programs use too, with numbers like ours).
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import URL, Connection, inspect, make_url, text

from engine.errors import Text
from engine.plain import real
from engine.store.place.unopened import CantOpen, shown

MARK: Final = "alembic_version"
SIGNATURE: Final = frozenset({"events", "runs", "seats"})
"""Tables that every version of this program has had; so will those to come."""
TOLD_MAX: Final = 3
HALF: Final = Text("没有表，或没有版本号", "tables without a version, or a version without")
_MIGRATIONS: Final = Path(__file__).parents[1] / "migrations" / "versions"
_MARKED: Final = "SELECT * FROM alembic_version"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def revisions_known() -> list[str]:
    """The revisions of this program, oldest first: the files of its migrations say them."""
    return sorted(file.name[1:5] for file in _MIGRATIONS.glob("r[0-9][0-9][0-9][0-9]_*.py"))


def judge(
    url: str, tables: Collection[str], marked: Sequence[str], *, shared: bool = False
) -> None:
    """Returns where the database of `url` is ours or nobody's. `marked`: what its mark says;
    `shared`: others' tables may stand beside ours, as in one PostgreSQL database of a house.

    Raises CantOpen foreign, newer, damaged.
    """
    others = sorted(set(tables) - {MARK})
    known, ours = revisions_known(), set(tables) >= SIGNATURE
    if not marked and (shared or not others):
        return
    if others and not ours:
        raise CantOpen("foreign", what=shown(url), why=_told(others))
    if len(marked) != 1 or (marked[0] in known and not ours):
        raise CantOpen("damaged", what=shown(url), why=HALF)
    if marked[0] not in known:
        raise CantOpen("newer", version=marked[0], known=known[-1], what=shown(url))


def _told(others: Sequence[str]) -> Text:
    names = others[:TOLD_MAX]
    more = "" if len(others) <= TOLD_MAX else " …"
    return Text("、".join(names) + more, ", ".join(names) + more)


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None: there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def judge_connected(connection: Connection, url: str) -> None:
    """`judge`, by a connection. Raises CantOpen foreign, newer, damaged."""
    tables = inspect(connection).get_table_names()
    marked: list[str] = []
    if MARK in tables:
        found = connection.exec_driver_sql(_MARKED)
        marked = [str(row[0]) for row in found]
    judge(url, tables, marked, shared=connection.dialect.name != "sqlite")


def probe(url: str, busy_ms: int, opened: URL | None = None) -> None:
    """Looks into a SQLite file, before anything is built on it: a connection that fails while it is
    being set up leaves a thread behind that outlives the loop, and says so. `opened`: how it is
    opened, where that isn't by its `url`.

    Raises CantOpen foreign, newer, damaged, no_file; sqlite3.Error.
    """
    parsed = opened or make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return
    name, by_uri = str(parsed.database), bool(parsed.query.get("uri"))
    if by_uri:
        options = {key: value for key, value in parsed.query.items() if key != "uri"}
        name = f"{name}?{urlencode(options)}"
    else:
        _check_file(url, Path(name))
    with closing(sqlite3.connect(name, timeout=busy_ms / 1000, uri=by_uri)) as connection:
        tables = {str(table) for (table,) in connection.execute(_TABLES)}
        marked: list[str] = []
        if MARK in tables:
            marked = [str(row[0]) for row in connection.execute(_MARKED)]
    judge(url, tables, marked)


def _check_file(url: str, file: Path) -> None:
    """What is there is a file: a pipe would be waited for. Raises CantOpen no_file."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return  # opening it says why
    if not stat.S_ISREG(mode):
        why = Text("不是普通的文件", "no plain file")
        raise CantOpen("no_file", what=shown(url), why=why)


def check_whole(file: Path) -> None:
    """SQLite takes away a log whose database is empty or gone. Raises CantOpen emptied."""
    wal = file.with_name(f"{file.name}-wal")
    if wal.exists() and wal.stat().st_size and not (file.exists() and file.stat().st_size):
        raise CantOpen("emptied", what=real(file))


def is_missing(url: str) -> bool:
    """A SQLite file that isn't there, or is empty; looking into it would make one. Raises CantOpen
    bad_url, emptied."""
    shown(url)
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return False
    file = Path(parsed.database)
    if parsed.database != ":memory:":
        check_whole(file)
    return not file.exists() or (file.is_file() and not file.stat().st_size)
