"""A command brings along what it needs, and nothing else: an author types `check` fifty times an
evening, and each time waits for all that is imported. What each may load is its own short list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

import pytest
from typer.main import get_command

from engine.cli import main
from engine.rules.codec import encode
from tests.support.evenings import evening, keep_logs
from tests.support.scripts import MINI, MINI_TEXT, compile_text
from tests.support.server import ROOT

TYPER: Final = {
    "typer", "annotated_doc", "shellingham", "pydantic", "pydantic_core", "annotated_types",
    "typing_extensions", "typing_inspection",
}  # fmt: skip
"""What typer itself brings."""
WRITTEN: Final = TYPER | {
    "msgspec", "yaml", "engine.author", "engine.boundary", "engine.channels", "engine.cli",
    "engine.errors", "engine.kinds", "engine.normal", "engine.scenario", "engine.script", "engine.values",
    "engine.work",
}  # fmt: skip
"""What it takes to read a script."""
WRITES: Final = {"engine.atomic"}
PLAYED: Final = WRITTEN | {"engine.proof", "engine.rules"}
TABLES: Final = {"rich"}
MARKDOWN: Final = {"markdown_it", "mdurl", "pygments", "logging"}
KEPT: Final = PLAYED - {"engine.author", "engine.proof"} | {
    "sqlalchemy", "sqlmodel", "alembic", "aiosqlite", "greenlet", "argon2", "pyotp", "structlog",
    "mako", "markupsafe", "rich", "pygments", "ifaddr",
    "engine.atomic", "engine.civil", "engine.home", "engine.store", "engine.evening", "engine.host",
    "engine.export", "engine.fitting", "engine.review", "engine.rights", "engine.typed",
    "engine.views", "engine.guessable", "engine.lookalikes", "engine.plain",
    "asyncio", "concurrent", "sqlite3", "ssl", "logging",
}  # fmt: skip
"""What it takes to open a database."""
SLOW: Final = {"asyncio", "concurrent", "sqlite3", "ssl", "logging", "multiprocessing", "http"}
"""Of Python's own, what is slow to import."""

MAY: Final[dict[str, tuple[list[str], set[str]]]] = {
    "check": (["scenario.yaml"], WRITTEN),
    "strings": (["scenario.yaml"], WRITTEN),
    "schema": ([], WRITTEN),
    "new": (["begin"], WRITTEN | WRITES),
    "sources": (["scenario.yaml"], WRITTEN | {"engine.views"}),
    "fmt": (["--check", "scenario.yaml"], WRITTEN | {"ruamel"}),
    "prove": (["scenario.yaml"], PLAYED | TABLES),
    "test": (["scenario.yaml"], PLAYED | TABLES),
    "play": (["scenario.yaml"], PLAYED | TABLES | WRITES | MARKDOWN),
    "graph": (["scenario.yaml"], PLAYED | TABLES | WRITES | {"engine.fitting"}),
    "replay": (
        ["log.jsonl", "--scenario", "scenario.yaml"],
        PLAYED | WRITES | {"engine.home", "engine.plain", "engine.store"},
    ),
    "report": (
        ["{session}"],
        KEPT | {"docx", "lxml", "xlsxwriter", "jinja2", "PIL", "segno", "orjson"},
    ),
    "export": (["{session}"], KEPT | {"jinja2", "orjson"}),
    "backup": (["a.backup"], KEPT),
    "restore": (["a.backup", "--yes"], KEPT),
    "verify": ([], KEPT),
    "erase": (["{session}"], KEPT),
    "lapse": (["--yes"], KEPT),
    "doctor": ([], KEPT | {"segno", "http"}),
    "upgrade-check": ([], KEPT | {"segno", "http"}),
}
"""What each is given here, and what it may load."""

LOADED: Final = """
import json, os, sys

def loaded(words):
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.argv = ["hongchuan", *words]
    from engine.cli import main
    try:
        main()
    except SystemExit as end:
        code = end.code
    names = {
        ".".join(name.split(".")[:2]) if name.startswith("engine.") else name.split(".")[0]
        for name, module in sys.modules.items()
        if name.startswith("engine.") or "site-packages" in str(getattr(module, "__file__", ""))
    }
    names = {name for name in names if name[0] != "_"}  # of the installation, not of ours
    slow = set(json.loads(sys.orig_argv[-1])) & {name.split(".")[0] for name in sys.modules}
    with open("loaded.jsonl", "a") as out:
        out.write(json.dumps([words[0], code, sorted(names | slow)]) + "\\n")
    os._exit(0)

for words in json.load(sys.stdin):
    if words[0] in ("report", "export", "backup", "restore", "verify", "erase", "lapse"):
        import engine.store.database  # once for all that need it
    loaded(words)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, set[str]]]:
    """What each command ended with and had loaded, each in a process that had loaded nothing but,
    for those who open it, the database."""
    folder = tmp_path_factory.mktemp("imports")
    (folder / "scenario.yaml").write_bytes(MINI)
    url = f"sqlite:///{folder}/a.db"
    log = evening(compile_text(MINI_TEXT), "cli")
    session = keep_logs(url, MINI, log).id
    (folder / "log.jsonl").write_bytes(b"\n".join(encode(record) for record in log))
    words = [
        [name, *(one.format(session=session) for one in given)] for name, (given, _) in MAY.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(sorted(SLOW))],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HONGCHUAN_DATABASE_URL": url},
        input=json.dumps(words).encode(),
        capture_output=True,
        check=True,
    )
    lines = (folder / "loaded.jsonl").read_text(encoding="utf-8").splitlines()
    found = {name: (code, {*names}) for name, code, names in map(json.loads, lines)}
    assert found.keys() == MAY.keys(), done.stderr.decode()
    return found


def test_every_command_has_its_list() -> None:
    assert {*vars(get_command(main))["commands"]} == MAY.keys() | {"serve"}


@pytest.mark.parametrize("command", MAY)
def test_a_command_loads_what_it_may(command: str, loaded: dict[str, tuple[int, set[str]]]) -> None:
    code, names = loaded[command]
    assert code in (0, 1), "it ran"
    assert names - MAY[command][1] == set()


def test_a_check_waits_for_no_database_no_page_and_no_proof(
    loaded: dict[str, tuple[int, set[str]]],
) -> None:
    """The lists above may grow; this one doesn't."""
    others = {"sqlalchemy", "sqlmodel", "alembic", "asyncio", "jinja2", "fastapi", "starlette"}
    others |= {"rich", "engine.proof", "engine.rules", "engine.store", "engine.views"}
    assert not loaded["check"][1] & others


def test_a_command_that_nobody_asks_for_is_not_imported() -> None:
    """`hongchuan` itself is next to nothing: what it knows of its commands is where they are."""
    asked = (
        "import sys, engine.cli;"
        "print(*(name for name in sys.modules if name.startswith('engine.cli.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["engine.cli.hongchuan"]
