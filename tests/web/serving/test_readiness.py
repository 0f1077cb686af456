"""`/readyz` says no whenever a command wouldn't be saved: a sign of health that can fail. The kind: one
that can't."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.inside import Inside, inside
from tests.support.patience import until
from web.settings import Settings


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inside]:
    monkeypatch.setattr("web.readiness.TRIED_S", 0.0)
    (tmp_path / "scenarios").mkdir()
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/var/test.db",
        secret_file=tmp_path / "secret",
        scenarios=tmp_path / "scenarios",
    )
    with inside(settings) as opened:
        yield opened


NO = "CREATE TRIGGER no BEFORE UPDATE ON alive BEGIN SELECT RAISE(ABORT, 'failing'); END"


def _say(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, timeout=0.1)) as other, other:
        other.execute(statement)


def _said(folder: Path, statement: str) -> bool:
    try:
        _say(folder / "var" / "test.db", statement)
    except sqlite3.OperationalError:  # locked
        return False
    return True


TROUBLES: dict[str, Callable[[Path], object]] = {
    "moved": lambda file: file.rename(file.with_name("x.db")),
    "its folder gone": lambda file: file.parent.rename(file.parent.with_name("x")),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_what_wouldnt_be_saved_is_told(
    trouble: Callable[[Path], object], app: Inside, tmp_path: Path
) -> None:
    assert app.ask("GET", "/readyz").status_code == 200
    trouble(tmp_path / "var" / "test.db")
    assert app.ask("GET", "/readyz").status_code >= 500


def test_failing_statements_are_told_and_pass(app: Inside, tmp_path: Path) -> None:
    _say(tmp_path / "var" / "test.db", NO)
    assert app.ask("GET", "/readyz").status_code >= 500
    # The app's own loop stands still between two questions, whatever it was just writing.
    until(lambda: app.ask("GET", "/healthz").is_success and _said(tmp_path, "DROP TRIGGER no"))
    assert app.ask("GET", "/readyz").status_code == 200


def test_a_full_disk_is_told_and_passes(app: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr("web.readiness.free", lambda file: 0)
        assert app.ask("GET", "/readyz").status_code == 503
    assert app.ask("GET", "/readyz").status_code == 200


def test_a_locked_database_is_told_and_passes(
    app: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = sqlite3.connect(tmp_path / "var" / "test.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert app.ask("GET", "/readyz").status_code == 503
    holder.execute("ROLLBACK")
    holder.close()
    until(lambda: app.ask("GET", "/readyz").status_code == 200)
