"""What is wrong before the first page is told in a sentence: which setting or file, what is wrong,
what to do; in Chinese and in English, without a traceback, with an exit status that says whether it
may pass by itself. One family over every setting, and every command that opens the database."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import server
from engine.cli import main
from engine.errors import StoreUnavailable
from engine.store.place.custody import Note
from engine.store.place.unopened import CantOpen
from tests.support.newcomer import told_where
from tests.support.server import ROOT, free_port
from web.app import prepare
from web.settings import Settings
from web.startup import PASSING, REFUSED, read_settings

WRONG = [
    ("PORT", "abc"),
    ("PORT", "70000"),
    ("HOST", "203.0.113.7"),
    ("HOST", "nowhere.invalid"),
    ("WORKERS", "0"),
    ("WORKERS", "2"),
    ("IDLE_MINUTES", "soon"),
    ("LOG", "xml"),
    ("OPEN", "maybe"),
    ("SCENARIOS", "/nowhere/scripts"),
    ("SCENARIOS", "server.py"),
    ("SECRET", "change-me"),
    ("ADMIN_PASSWORD", "红船-1921-07".encode("gbk").decode("utf-8", "surrogateescape")),
    ("SECRET", "tiny"),
    ("SECRET_FILE", "/proc/nowhere/secret"),
    ("SECRET_FILE", "docs"),
    ("ADMIN_PASSWORD", "change-me-too"),
    ("ADMIN_PASSWORD", "12345678"),
    ("ADMIN_PASSWORD", "Admin2026"),
    ("ADMIN_PASSWORD", "hongchuan1921"),
    ("ADMIN_PASSWORD", "19210723"),
    ("ADMIN_PASSWORD", "1qaz2wsx"),
    ("ADMIN_PASSWORD", "x"),
    ("ADMIN_PASSWORD", "   "),
    ("PUBLIC_URL", "https://party.example.cn/hongchuan"),
    ("PUBLIC_URL", "party.example.cn"),
    ("PUBLIC_URL", "https://party.example.cn:abc"),
    ("PROXIES", "nginx"),
    ("ORIGINS", "https://a.example.cn/app"),
    ("HOSTS", "http://party.example.cn"),
    ("HOSTS", "party.example.cn:8000"),
    ("METRICS_FROM", "prometheus"),
    ("METRICS_FROM", "*"),
    ("ZONE", "Peking"),
    ("ZONE", "../../etc/passwd"),
    ("REDIS_URL", "127.0.0.1:6379"),
    ("LRS_URL", "lrs"),
    ("XAPI_HOME", "hongchuan"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "postgresql://hongchuan:change-me@127.0.0.1/hongchuan"),
    ("DATABASE_URL", "sqlite:///server.py/kept.db"),
    ("DATABASE_URL", "postgresql://u:pass@127.0.0.1:1/x"),
]
FREE = {"lrs_key", "lrs_secret"}
"""Any value may be right."""
SECRET_WORDS = ("change-me", ":pass@", "tiny", "12345678", "Admin2026", "hongchuan1921", "1qaz2wsx")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's; a database and a secret of the test's own."""
    for name in [name for name in os.environ if name.startswith("HONGCHUAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HONGCHUAN_PORT", "0")
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/kept.db")
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "secret"))
    # The tests' own logs stay as pytest has them.
    monkeypatch.setattr("web.logs.configure", lambda _kind: None)


def refused(capsys: pytest.CaptureFixture[str]) -> tuple[str, int]:
    """(what the server said, with what status) when it didn't start."""
    with pytest.raises(SystemExit) as ended:
        server.main()
    said = capsys.readouterr()
    assert said.out == ""
    assert isinstance(ended.value.code, int)
    return said.err, ended.value.code


def test_every_setting_is_among_them() -> None:
    assert {name.lower() for name, _ in WRONG} | FREE == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda each: each.replace("/", "|"))
def test_a_setting_that_cant_be_is_told(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"HONGCHUAN_{name}", value)
    said, status = refused(capsys)
    chinese, english = said.splitlines()
    unreachable = value.endswith(":1/x")
    assert status == (PASSING if unreachable else REFUSED)
    for line in (chinese, english):
        assert f"HONGCHUAN_{'REDIS_URL' if value == '2' else name}" in line
        assert not [word for word in SECRET_WORDS if word in line]
    assert "请" in chinese or "要" in chinese


def test_all_that_is_wrong_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What isn't of its type, what is and can't be, and a file."""
    wrong = {
        "PORT": "abc",
        "WORKERS": "many",
        "ZONE": "Peking",
        "HOSTS": "a:1",
        "SECRET_FILE": "docs",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"HONGCHUAN_{name}", value)
    said, _ = refused(capsys)
    for name, value in wrong.items():
        assert said.count(f"HONGCHUAN_{name}={value}") == 2  # in both languages


def test_a_port_that_is_taken_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        monkeypatch.setenv("HONGCHUAN_HOST", "127.0.0.1")
        monkeypatch.setenv("HONGCHUAN_PORT", str(port))
        said, status = refused(capsys)
    assert status == REFUSED
    assert f"端口 {port} 用不了：已经被占用" in said
    assert f"HONGCHUAN_PORT={port + 1}" in said


def test_a_secret_that_is_no_text_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    said, status = refused(capsys)
    assert status == REFUSED
    assert str(tmp_path / "secret") in said
    (tmp_path / "secret").unlink()
    os.mkfifo(tmp_path / "secret")  # it was waited for, for ever
    said, status = refused(capsys)
    assert status == REFUSED
    assert str(tmp_path / "secret") in said


def test_the_defaults_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "DATABASE_URL"):
        monkeypatch.delenv(f"HONGCHUAN_{name}")
    assert read_settings().port == 8000


def test_a_program_that_reads_the_greeting_finds_address_and_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`scripts/fresh` does, and a bare Debian is the only other place where that would be seen."""
    server.greet(Settings(), 8123, None)
    assert told_where(capsys.readouterr().out) is None
    server.greet(Settings(), 8123, "long:and、odd")
    assert told_where(capsys.readouterr().out) == ("http://127.0.0.1:8123", "long:and、odd")


def test_hongchuan_serve_says_it_too(tmp_path: Path) -> None:
    """The whole way, in a process of its own: nothing but the two lines."""
    (tmp_path / "kept.db").write_text("剧本" * 1000, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "engine.cli", "serve"],
        cwd=ROOT,
        env={**os.environ, "HONGCHUAN_PORT": str(free_port())},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (REFUSED, "")
    assert len(ran.stderr.splitlines()) == 2, ran.stderr
    assert "损坏" in ran.stderr
    assert str(tmp_path / "kept.db") in ran.stderr


# ── commands that open the database ─────────────────────────────────────────────────────────────

OPENING = {
    "backup": ["backup", "new.backup"],
    "verify": ["verify"],
    "erase": ["erase", "nobody"],
    "lapse": ["lapse"],
    "report": ["report", "nobody"],
    "export": ["export", "nobody"],
}


@pytest.fixture(params=["nonsense", "a file that is none", "newer", "unreachable", "missing"])
def unopenable(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that can't be opened."""
    file = tmp_path / "kept.db"
    if request.param == "a file that is none":
        file.write_text("剧本" * 1000, encoding="utf-8")
    if request.param == "newer":
        with sqlite3.connect(file) as made:
            made.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            made.execute("INSERT INTO alembic_version VALUES ('ffff')")
        made.close()
    places = {"nonsense": "nonsense", "unreachable": "postgresql://u:pass@127.0.0.1:1/x"}
    return places.get(request.param, f"sqlite:///{file}")


@pytest.mark.parametrize("command", OPENING)
def test_a_command_without_its_database_says_so(
    command: str, unopenable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", unopenable)
    told = CliRunner().invoke(main, OPENING[command])
    assert told.exit_code == 2, told.output
    assert isinstance(told.exception, SystemExit)
    assert "请" in told.output
    assert ":pass@" not in told.output
    assert not (tmp_path / "new.backup").exists()


async def test_a_disk_that_is_full_from_the_first_row_on_may_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a start writes: it ends as it would at the first table, and is tried again."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/new.db", secret_file=tmp_path / "secret"
    )

    async def full(*_: object) -> None:
        raise StoreUnavailable("database or disk is full")

    monkeypatch.setattr("engine.store.people.accounts.People.ensure_admin", full)
    with pytest.raises(CantOpen) as told:
        await prepare(settings, Note())
    assert told.value.code == "full"
    assert told.value.passing
    assert "磁盘满了" in told.value.message.zh
