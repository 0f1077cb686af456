"""`hongchuan doctor` and `upgrade-check`: what isn't as an evening needs it is seen, and what to do is
said; looking changes nothing."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sqlite3
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import doctoring, main
from engine.evening import addresses, doctor
from engine.evening.addresses import Interface
from engine.store.database import open_database
from engine.store.place.whose import revisions_known
from tests.support.patience import PATIENCE_S
from tests.support.server import free_port

run = CliRunner().invoke
ROOM = Interface(name="wlan0", address="192.168.1.23", wireless=True)
LOOP = Interface(name="lo", address="127.0.0.1", prefix=8)
VPN = Interface(name="tun0", address="10.8.0.2", prefix=32)


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One on which an evening would go."""
    monkeypatch.setenv("HONGCHUAN_HOME", str(tmp_path))
    monkeypatch.setenv("HONGCHUAN_PORT", str(free_port()))
    monkeypatch.setattr(addresses, "interfaces", lambda: [LOOP, ROOM])
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(doctor, "firewall", lambda number: FIREWALL(number, tmp_path, tmp_path))


FIREWALL = doctor.firewall


def states(said: str) -> dict[str, str]:
    """Of each thing that was looked at."""
    return {what: state for state, what in re.findall(r"^(好|注意|不行)　(\w+)：", said, re.M)}


def test_a_machine_that_will_do(tmp_path: Path) -> None:
    ended = run(main, ["doctor"])
    assert ended.exit_code == 0, ended.output
    assert states(ended.output) == {
        "端口": "好", "地址": "好", "防火墙": "好", "时间": "好", "磁盘": "好", "数据库": "好", "画图": "注意",
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [], "nothing is made by looking"


@contextmanager
def taken() -> Iterator[None]:
    with closing(socket.socket()) as held:
        held.bind(("0.0.0.0", int(os.environ["HONGCHUAN_PORT"])))
        held.listen()
        yield


@contextmanager
def alone(*has: Interface) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "interfaces", lambda: [*has])
        yield


@contextmanager
def says(file: str, text: str) -> Iterator[None]:
    path = Path(os.environ["HONGCHUAN_HOME"]) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    yield


@contextmanager
def at(now_ms: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.cli.doctoring.now_ms", lambda: now_ms)
        yield


@contextmanager
def free(room: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "room", lambda _file: room)
        yield


@pytest.mark.parametrize(
    ("wrong", "what", "state", "told"),
    [
        (taken, "端口", "不行", "HONGCHUAN_PORT="),
        (lambda: alone(LOOP), "地址", "不行", "热点"),
        (lambda: alone(LOOP, VPN), "地址", "不行", "热点"),
        (
            lambda: alone(ROOM, Interface(name="eth0", address="10.0.0.7")),
            "地址", "注意", "控制台上可以选",
        ),
        (lambda: says("ufw/ufw.conf", "ENABLED=yes\n"), "防火墙", "注意", "sudo ufw allow"),
        (lambda: says("firewalld.pid", "1"), "防火墙", "注意", "firewall-cmd"),
        (lambda: at(0), "时间", "不行", "调对"),
        (lambda: at(doctor.BUILT * 2), "时间", "不行", "调对"),
        (lambda: free(50 * 10**6), "磁盘", "注意", "腾出"),
        (lambda: free(1000), "磁盘", "不行", "腾出"),
        (lambda: says("var/hongchuan.db", "no database" * 400), "数据库", "不行", "损坏"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(
    wrong: Callable[[], Iterator[None]], what: str, state: str, told: str
) -> None:
    with wrong():  # type: ignore[attr-defined]
        ended = run(main, ["doctor"])
    assert states(ended.output)[what] == state, ended.output
    assert told in ended.output
    assert ended.exit_code == (1 if state == "不行" else 0)


def made(tmp_path: Path, version: str) -> Path:
    """A database of ours, marked as of that version."""
    file = tmp_path / "var" / "hongchuan.db"
    file.parent.mkdir()

    async def make() -> None:
        await (await open_database(f"sqlite:///{file}")).close()

    asyncio.run(make())
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", [version])
    return file


@pytest.mark.parametrize(
    ("version", "code", "told"),
    [
        (revisions_known()[-1], 0, "就是这个程序的"),
        (revisions_known()[0], 0, "启动时先备份"),
        ("9999", 1, "请用新版的程序"),
    ],
)
def test_what_a_start_would_do_to_the_database(
    version: str, code: int, told: str, tmp_path: Path
) -> None:
    file = made(tmp_path, version)
    before = file.read_bytes()
    ended = run(main, ["upgrade-check"])
    assert told in ended.output
    assert ended.exit_code == code
    assert file.read_bytes() == before


def test_a_phone_that_gets_through_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine stands for it: what isn't among its own addresses is a phone's."""
    monkeypatch.setattr(doctoring, "interfaces", lambda: [ROOM])
    port = int(os.environ["HONGCHUAN_PORT"])
    found: list[doctor.Finding] = []
    trying = threading.Thread(target=lambda: found.append(doctoring.tried("127.0.0.1", port)))
    trying.start()
    while trying.is_alive():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_S) as page:
                assert "连上了" in page.read().decode()
        except OSError:
            continue  # not there yet, or no longer
    trying.join(PATIENCE_S)
    assert [one.state for one in found] == ["good"]


def test_nobody_who_comes_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctoring, "PHONE_S", 0)
    found = doctoring.tried("127.0.0.1", int(os.environ["HONGCHUAN_PORT"]))
    assert found.state == "bad"
    assert "AP 隔离" in found.remedy.zh
