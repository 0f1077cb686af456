"""What a server writes is chained with its own secret, and what it hands out can be judged by it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import text

from engine.rules.chain import appends, judged, key_of
from engine.store.sessions.sessions import Session
from tests.support.evenings import admin_of, evening, keep_evening
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI, compile_text

SECRET = "the installation's own"
PASSWORD = "七月二十三日的船"


def test_a_servers_logs_are_chained_with_its_secret(tmp_path: Path) -> None:
    with inside(
        small(tmp_path, script="first-congress-demo", secret=SECRET, admin_password=PASSWORD)
    ) as app:
        who = {"name": "admin", "password": PASSWORD}
        token = app.ask("POST", "/api/token", json=who).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        asked = {"scenario": "first-congress-demo", "teams": 1}
        made = app.ask("POST", "/api/sessions", json=asked, headers=bearer).json()
        command = f"/api/sessions/{made['id']}/commands"
        for act in ("start", "close"):
            app.ask("POST", command, json={"do": act}, headers=bearer)
        [run] = made["runs"]
        for path in (f"/api/runs/{run}/log", f"/review/{run}/log.jsonl"):
            log = app.ask("GET", path, headers=bearer).content.splitlines()
            found = judged(appends(log), [key_of(SECRET)])
            assert (found.found, found.run) == ("held", run), path
            assert judged(appends(log), [key_of("")]).found == "foreign"
        for path in ("/api/runs/nowhere/log", "/review/nowhere/log.jsonl"):
            assert app.ask("GET", path, headers=bearer).status_code == 404


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Inside, Session]]:
    """A server, and an evening of two teams."""
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "secret"))
    log = evening(compile_text(MINI.decode()), "kept")
    with inside(small(tmp_path, secret=SECRET, admin_password=PASSWORD)) as app:
        owner = app.run(admin_of(app.services.database, PASSWORD))
        yield app, app.run(keep_evening(app.services.database, owner, MINI, [log, log]))


def told(app: Inside, session: Session) -> tuple[str, str]:
    """(the report page, the record's text)."""
    who = {"name": "admin", "password": PASSWORD}
    token = app.ask("POST", "/api/token", json=who).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    place = f"/review/sessions/{session.id}"
    page = app.ask("GET", place, headers=bearer)
    record = app.ask("GET", f"{place}/files/主题党日活动记录.docx", headers=bearer)
    assert (page.status_code, record.status_code) == (200, 200)
    cells = [c.text for t in Document(io.BytesIO(record.content)).tables for c in t._cells]
    return page.text, "\n".join(dict.fromkeys(cells))  # a wide cell comes once for each column


def edited(app: Inside, run: str) -> int:
    """Another seat is said to have done something; the first record of that append."""

    async def edit() -> int:
        asked = (
            "SELECT seq, body FROM events WHERE run = :run AND instr(body, :own) ORDER BY seq DESC"
        )
        own, other = b'"by":"s1"', b'"by":"s2"'
        engine = app.services.database.engine
        async with engine.connect() as db:
            seq, body = (await db.execute(text(asked), {"run": run, "own": own})).all()[0]
        # Anew: SQLite lets no one write who read before another wrote.
        async with engine.begin() as db:
            done = "UPDATE events SET body = :body WHERE run = :run AND seq = :seq"
            new = {"run": run, "seq": seq, "body": body.replace(own, other)}
            await db.execute(text(done), new)
        return int(seq)

    return app.run(edit())


def test_the_report_says_where_a_log_was_changed(kept: tuple[Inside, Session]) -> None:
    app, session = kept
    for whole in told(app, session):
        assert "与链不符" not in whole
        assert whole.count(f"{key_of(SECRET).name}-") == 2, "the head of each team's log"
    seq = edited(app, session.runs[1].id)
    for changed in told(app, session):
        assert changed.count(f"从第 {seq} 条记录起与链不符") == 1


def test_a_former_secret_that_cannot_be_read_keeps_no_report_away(
    kept: tuple[Inside, Session], tmp_path: Path
) -> None:
    app, session = kept
    (tmp_path / "secret.former").write_bytes(b"\xff\xfe")
    for whole in told(app, session):
        assert "与链不符" not in whole
