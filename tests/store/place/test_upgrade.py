"""The file that an upgrade copies where a value fits no backup: it is there whole, or not at all. The
kind: a file that has its name before it has its contents."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from engine.store.backup.copies import copies
from tests.support.server import ROOT

COPIED = """
import os, signal, sys
from pathlib import Path
from engine.store.place.upgrade import copied
if sys.argv[2:]:
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
place = Path(sys.argv[1])
copied(place, place.with_name("a.before-0009.db"))
"""


def _copied(place: Path, *killed: str) -> int:
    words = [sys.executable, "-c", COPIED, str(place), *killed]
    return subprocess.run(words, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode


def test_a_copy_that_was_cut_short_has_no_name_and_is_taken_away(tmp_path: Path) -> None:
    place, whole = tmp_path / "a.db", tmp_path / "a.before-0009.db"
    with closing(sqlite3.connect(place)) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("CREATE TABLE names (name)")
        held.executemany("INSERT INTO names VALUES (?)", [["赵春兰"]] * 5_000)
        held.commit()  # it stands in the -wal, for whoever holds it open
        assert _copied(place, "killed") == -signal.SIGKILL
        [cut] = copies(f"sqlite:///{place}")
        assert cut.path.name.startswith(".a.before-0009.db."), "names may stand in it"
        assert not whole.exists()
        assert _copied(place) == 0
    assert [one.path for one in copies(f"sqlite:///{place}")] == [whole]
    assert whole.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(whole)) as found:
        assert found.execute("SELECT count(*) FROM names").fetchone() == (5_000,)
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(os.listdir(tmp_path)) == ["a.before-0009.db", "a.db"]
