"""P18: one broken run breaks nothing else. A team's log is damaged at any place, its sister plays on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy import text

from engine.rules import commands as cmd
from tests.faults.figures import Figures
from tests.support.evenings import admin_of, keep_evening, pieces_of
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI
from tests.web.live.test_one_byte import LOG, changed

BEGUN = LOG[:9]
"""Somebody plays: the sister can go on."""
ROUNDS = (6, 600)


def damage(drawn: random.Random) -> tuple[str, dict[str, object]]:
    """What happens to the log: an append gone, or one that is another."""
    if drawn.random() < 0.2:
        return "DELETE FROM events WHERE run = :run AND seq = :seq", {
            "seq": drawn.choice(pieces_of(BEGUN)[:-1])[0].seq
        }
    seq, body = changed(drawn, BEGUN)
    done = "UPDATE events SET body = :body WHERE run = :run AND seq = :seq"
    return done, {"seq": seq, "body": body}


async def rows_of(app: Inside, run: str) -> list[tuple[object, ...]]:
    async with app.services.database.engine.connect() as db:
        found = await db.execute(
            text("SELECT seq, body FROM events WHERE run = :run ORDER BY seq"), {"run": run}
        )
        return [tuple(row) for row in found]


def test_the_sister_plays_on(
    tmp_path: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    failed = written = unsaid = unplayed = found = 0
    with inside(small(tmp_path)) as app, structlog.testing.capture_logs() as logs:
        database = app.services.database
        owner = app.run(admin_of(database, "测试密码测试密码"))
        headers = {"authorization": f"Bearer {app.run(database.people.create_login(owner, 3600))}"}

        async def broken_one(seed: int) -> tuple[str, str, str]:
            session = await keep_evening(database, owner, MINI, [BEGUN, BEGUN])
            bad, good = (run.id for run in session.runs)
            done, values = damage(random.Random(seed))
            async with database.engine.begin() as db:
                await db.execute(text(done), {"run": bad, **values})
            return session.id, bad, good

        for seed in range(size(*ROUNDS)):
            session, bad, good = app.run(broken_one(seed))
            before = app.run(rows_of(app, bad))
            told = app.ask("GET", f"/api/sessions/{session}", headers=headers).json()
            is_broken = [run["run"] for run in told["broken"]] == [bad]
            for path in (
                f"/sessions/{session}/console",
                f"/review/sessions/{session}",
                "/sessions",
            ):
                failed += app.ask("GET", path, headers=headers).status_code != 200
            pause = cmd.Pause(id="p", at_ms=app.services.host.clock.now_ms(), by=cmd.FACILITATOR)
            unplayed += app.run(app.services.host.execute(good, pause)) <= len(BEGUN)
            if is_broken:
                found += 1
                app.ask("POST", f"/api/sessions/{session}/commands", headers=headers,
                        json={"do": "extend", "ms": 60_000})  # fmt: skip
                written += app.run(rows_of(app, bad)) != before
                said = [line for line in logs if line.get("run") == bad]
                unsaid += [line["event"] for line in said] != ["run.broken"]
            failed += told["runs"][-1]["run"] != good
    figures.at_least("P18", "logs found broken", found, 3, "")
    figures.exactly("P18", "pages and lists that failed beside one", failed, 0)
    figures.exactly("P18", "sister teams that couldn't go on", unplayed, 0)
    figures.exactly("P18", "records written to a broken log", written, 0)
    figures.exactly("P18", "broken logs without their one line", unsaid, 0)
