"""A byte that has changed in a team's log, wherever it is: its own people are told, or nothing is
seen of it; every page, list, document and line of the others goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import text

from engine.rules.events import Recorded
from engine.store.log.waiting import body_of
from engine.store.sessions.sessions import Session
from tests.support.depth import depth
from tests.support.evenings import admin_of, evening, keep_evening, pieces_of
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI, compile_text

CASES = depth(12, 600)
LOG = evening(compile_text(MINI.decode()), "one byte")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inside, str, str]]:
    with inside(small(tmp_path_factory.mktemp("byte"))) as app:
        owner = app.run(admin_of(app.services.database, "测试密码测试密码"))
        yield app, owner, app.run(app.services.database.people.create_login(owner, 3600))


def changed(drawn: random.Random, log: Sequence[Recorded] = LOG) -> tuple[int, bytes]:
    """(first seq, body) of an append of the log, one of whose bytes is another."""
    piece = drawn.choice(pieces_of(log))
    body = bytearray(body_of(piece))
    place = drawn.randrange(len(body))
    body[place] = drawn.choice([one for one in b'az09_",}\x00\xff' if one != body[place]])
    return piece[0].seq, bytes(body)


async def damaged(app: Inside, owner: str, seq: int, body: bytes) -> Session:
    database = app.services.database
    session = await keep_evening(database, owner, MINI, [LOG, LOG])
    async with database.engine.begin() as db:
        await db.execute(
            text("UPDATE events SET body = :body WHERE run = :run AND seq = :seq"),
            {"body": body, "run": session.runs[0].id, "seq": seq},
        )
    return session


@pytest.mark.parametrize("seed", range(CASES))
def test_whatever_byte_has_changed(house: tuple[Inside, str, str], seed: int) -> None:
    app, owner, token = house
    seq, body = changed(random.Random(seed))
    session = app.run(damaged(app, owner, seq, body))
    bad, good = (run.id for run in session.runs)
    headers = {"authorization": f"Bearer {token}"}

    def status(path: str) -> int:
        answer = app.ask("GET", path, headers=headers)
        assert answer.status_code < 500, (path, seq, body, answer.text[:200])
        return answer.status_code

    told = app.ask("GET", f"/api/sessions/{session.id}", headers=headers).json()
    assert {run["run"] for key in ("runs", "broken") for run in told[key]} == {bad, good}
    assert [run["run"] for run in told["runs"]][-1] == good
    assert status("/sessions") == status("/review") == status(f"/join/{session.code}") == 200
    assert status(f"/review/sessions/{session.id}") == status(f"/review/{good}") == 200
    assert status(f"/review/{good}/moment?seq=9&screens=projector,s1") == 200
    assert status(f"/api/runs/{good}/log") == 200
    for path in (f"/review/{bad}", f"/review/{bad}/moment?seq=9&screens=projector,s1,s2"):
        status(path)
    status(f"/review/compare?a={good}&b={bad}")
    status(f"/api/runs/{bad}/log")
    names = app.ask("GET", f"/review/sessions/{session.id}", headers=headers).text
    files = [
        part.split('"')[0] for part in names.split(f"/review/sessions/{session.id}/files/")[1:]
    ]
    for file in files:
        assert status(f"/review/sessions/{session.id}/files/{file}") == 200, file
    assert status(f"/review/sessions/{session.id}/certificates") == 200
    for line in ("console", "projector"):
        hello = {"type": "hello", "token": token, "as": line, "session": session.id}
        for form in ("json", "html"):
            heard = app.hear({**hello, "format": form})
            assert heard is not None
            assert heard["type"] == "parts", (seq, body)
