"""What an evening on a laptop doesn't need isn't imported: it would cost every start its time, and
a package that is broken or missing there would keep everybody from playing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

DOCUMENTS = ("docx", "lxml", "xlsxwriter", "engine.export.record", "engine.export.workbook")
CITY = ("redis", "asyncpg", "async_timeout", "engine.host.relay")
STORE_OF_RECORDS = ("httpx", "tenacity", "engine.export.push")
AUTHORS = ("ruamel", "engine.author.fmt", "engine.author.terminal")
TESTS = ("pytest", "hypothesis", "playwright", "packaging")
UNNEEDED = {*DOCUMENTS, *CITY, *STORE_OF_RECORDS, *TESTS, "ruamel", "engine.author.fmt"}

SERVED = """
import asyncio, json, sys
{first}
import server
from web.app import create_app
from web.settings import Settings

async def get(app, path):
    status = []
    async def receive():
        return {{"type": "http.request", "body": b"", "more_body": False}}
    async def send(message):
        status.append(message.get("status"))
    await app({{
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "scheme": "http",
        "query_string": b"", "headers": [(b"host", b"127.0.0.1:8000")], "http_version": "1.1",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "root_path": "",
    }}, receive, send)
    return status[0]

async def serve():
    app = create_app(Settings())
    async with app.router.lifespan_context(app):
        return [await get(app, path) for path in ("/", "/login", "/readyz")]

json.dump([asyncio.run(serve()), sorted(sys.modules)], sys.stdout)
"""


def served(first: str, folder: Path) -> tuple[list[int], set[str]]:
    """(what its first pages answered, every module that was imported) of a server on SQLite."""
    own = {name: value for name, value in os.environ.items() if "HONGCHUAN" not in name}
    set_here = {
        "HONGCHUAN_DATABASE_URL": f"sqlite:///{folder / 'kept.db'}",
        "HONGCHUAN_SECRET_FILE": str(folder / "secret"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", SERVED.format(first=first)],
        cwd=ROOT,
        env=own | set_here,
        capture_output=True,
        check=True,
    )
    status, modules = json.loads(ran.stdout.splitlines()[-1])
    return status, set(modules)


@pytest.mark.parametrize(
    ("first", "more"),
    [("", {"typer", "engine.cli", *AUTHORS}), ("import engine.cli", set())],
    ids=["server.py", "hongchuan serve"],
)
def test_an_evening_on_sqlite_imports_what_it_needs(
    first: str, more: set[str], tmp_path: Path
) -> None:
    status, modules = served(first, tmp_path)
    assert status == [200, 200, 200]
    assert {"server", "aiosqlite", "engine.store.database"} <= modules  # it did serve
    assert modules & (UNNEEDED | more) == set()


def test_a_start_on_a_database_of_today_imports_no_migrations(tmp_path: Path) -> None:
    """They are a seventh of all that a server imports, and most starts have nothing to migrate."""
    _, modules = served("", tmp_path)
    assert "alembic.command" in modules, "there was nothing yet"
    status, modules = served("", tmp_path)
    assert status == [200, 200, 200]
    assert modules & {"alembic", "mako", "engine.store.migrations"} == set()
