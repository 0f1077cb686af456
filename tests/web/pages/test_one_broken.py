"""One run that can't be opened breaks nothing else: lists, the other team, desk and wall go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.evenings import admin_of, evening, keep_evening
from tests.support.inside import Inside, inside
from tests.support.scripts import MINI, compile_text
from web.settings import Settings

SECOND = "(SELECT min(seq) FROM events WHERE run = :run AND seq > 1)"
DAMAGES = {
    "first": "DELETE FROM events WHERE run = :run AND seq = 1",
    "gap": f"DELETE FROM events WHERE run = :run AND seq = {SECOND}",
    "none": "DELETE FROM events WHERE run = :run",
    "no JSON": f"UPDATE events SET body = x'00' WHERE run = :run AND seq = {SECOND}",
    "tag": 'UPDATE events SET body = CAST(replace(CAST(body AS TEXT), \'"tag":"\', '
    '\'"tag":"x\') AS BLOB) WHERE run = :run AND seq = ' + SECOND,
    "role": "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'recorder', 'rec0rder') "
    "AS BLOB) WHERE run = :run",
    "scene": "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'shanghai', 'shanghia') "
    "AS BLOB) WHERE run = :run",
}
LISTS = ("/", "/sessions", "/sessions?q=x", "/review", "/studio", "/audit")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inside, str, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("broken")
    script = folder / "scenarios" / "mini"
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    lost = folder / "scenarios" / "lost"
    lost.mkdir()
    (lost / "scenario.yaml").symlink_to(Path("nowhere.yaml"))
    settings = Settings(
        scenarios=folder / "scenarios", database_url=f"sqlite:///{folder}/test.db", secret="x"
    )
    log = evening(compile_text(MINI.decode()), "broken")
    with inside(settings) as app:

        async def fill() -> tuple[str, dict[str, str]]:
            database = app.services.database
            owner, made = await admin_of(database, "测试密码测试密码"), {}
            for kind, damage in DAMAGES.items():
                session = await keep_evening(database, owner, MINI, [log, log])
                made[kind] = session.id
                async with database.engine.begin() as db:
                    await db.execute(text(damage), {"run": session.runs[0].id})
            return await database.people.create_login(owner, 3600), made

        token, made = app.run(fill())
        yield app, token, made


@pytest.mark.parametrize("path", LISTS)
def test_lists_show_the_rest(house: tuple[Inside, str, dict[str, str]], path: str) -> None:
    app, token, _ = house
    answer = app.ask("GET", path, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text[:300]


@pytest.mark.parametrize("kind", DAMAGES)
def test_the_other_team_is_shown_and_the_broken_one_named(
    house: tuple[Inside, str, dict[str, str]], kind: str
) -> None:
    app, token, made = house
    headers = {"authorization": f"Bearer {token}"}
    session = app.run(app.services.sessions.find_session(made[kind]))
    assert session is not None
    bad, good = (run.id for run in session.runs)
    told = app.ask("GET", f"/api/sessions/{session.id}", headers=headers).json()
    assert [run["run"] for run in told["runs"]] == [good]
    assert [run["run"] for run in told["broken"]] == [bad]
    for path in ("console", "projector", "seats"):
        page = app.ask("GET", f"/sessions/{session.id}/{path}", headers=headers)
        assert page.status_code == 200
    page = app.ask("GET", f"/review/sessions/{session.id}", headers=headers)
    assert page.status_code == 200
    for line in ("console", "projector"):
        hello = {"type": "hello", "token": token, "as": line, "session": session.id}
        heard = app.hear({**hello, "format": "json"})
        assert heard is not None
        assert heard["type"] == "parts"
        assert [team["run"] for team in heard["parts"]["broken"]["teams"]] == [bad]
        shown = app.hear({**hello, "format": "html"})
        assert shown is not None
        assert "打不开" in shown["parts"]["broken"]
