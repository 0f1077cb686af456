"""Sessions and seats, on both kinds of database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.store.database import Database, open_database
from engine.store.sessions.claims import Settled
from engine.store.sessions.sessions import Session, Sessions
from engine.store.tokens import CODE_ALPHABET, CODE_MS, SEAT_CLOSED_MS, SEAT_MS
from tests.support.clock import Now


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return database.sessions


@pytest.fixture
async def admin(database: Database) -> str:
    await database.people.ensure_admin("secret")
    account = await database.people.check_login("admin", "secret")
    assert account is not None
    return account.id


@pytest.fixture
async def session(database: Database, sessions: Sessions, admin: str) -> Session:
    await database.texts.keep("digest", "yida", "1.0.0", "剧本".encode())
    return await create(sessions, admin, teams=3)


async def create(
    sessions: Sessions,
    owner: str,
    *,
    digest: str = "digest",
    teams: int = 1,
    branch: str | None = None,
) -> Session:
    return await sessions.create_session(
        scenario="yida", digest=digest, teams=teams, owner=owner, branch=branch
    )


async def test_neither_tokens_nor_passwords_are_kept(
    database: Database, admin: str, session: Session
) -> None:
    login = await database.people.create_login(admin, 60)
    _, seat = await database.sessions.create_seat(session.runs[0].id, "张三")
    async with database.engine.connect() as connection:
        kept = [
            str(value)
            for table in ("accounts", "logins", "seats")
            for row in await connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ]
    assert not [value for value in kept if login in value or seat in value or "secret" in value]


# ── sessions ────────────────────────────────────────────────────────────────────────────────────


async def test_a_text_is_kept_once_and_found(database: Database) -> None:
    texts = database.texts
    for _ in range(2):
        await texts.keep("d", "yida", "1.0.0", b"\x00\xff text")
    await asyncio.gather(*(texts.keep("e", "yida", "2.0.0", b"2") for _ in range(4)))
    assert await texts.find("d") == b"\x00\xff text"
    assert await texts.find("unknown") is None


async def test_the_first_words_of_a_script_are_kept(database: Database) -> None:
    await database.texts.keep("d", "yida", "1.0.0", b"text", {"en": b"first"})
    await database.texts.keep("d", "yida", "1.0.0", b"text", {"en": b"second"})
    assert await database.texts.find_strings("d", "en") == b"first"
    assert await database.texts.find_strings("d", "fr") is None


async def test_a_session_is_found_by_id_and_by_code(sessions: Sessions, session: Session) -> None:
    assert [run.team for run in session.runs] == [1, 2, 3]
    assert {run.session for run in session.runs} == {session.id}
    assert len({run.id for run in session.runs} | {run.seed for run in session.runs}) == 6
    assert await sessions.find_session(session.id) == session
    typed = f" {session.code[:4].lower()} {session.code[4:]} "
    assert await sessions.find_session_by_code(typed) == session
    assert await sessions.session_of_run(session.runs[1].id) == session
    assert await sessions.find_session("x") is None
    assert await sessions.find_session_by_code("x") is None
    assert await sessions.session_of_run("x") is None


async def test_codes_are_easily_read(session: Session) -> None:
    assert len(session.code) == 8
    assert set(session.code) <= set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("0O1IL5S8B2Z")


async def test_the_address_for_phones_is_kept(sessions: Sessions, session: Session) -> None:
    await sessions.set_address(session.id, "http://192.0.2.1:8000")
    found = await sessions.find_session(session.id)
    assert found is not None
    assert found.address == "http://192.0.2.1:8000"


async def test_a_database_that_answers(sessions: Sessions) -> None:
    await sessions.ping()


class Draws:
    """Draws join codes as written, letter by letter."""

    def __init__(self, *codes: str) -> None:
        self._letters = iter("".join(codes))

    def __call__(self, alphabet: str) -> str:
        return next(self._letters)


async def test_a_code_is_free_again_once_its_session_is_closed(
    sessions: Sessions, session: Session, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = Draws(session.code, session.code, "NEW34769", session.code)
    monkeypatch.setattr("secrets.choice", draws)
    other = await create(sessions, session.owner)
    assert other.code == "NEW34769"
    await sessions.close_session(session.id)
    closed_ms = now.ms
    now.ms += 1
    await sessions.close_session(session.id)
    assert await sessions.find_session_by_code(session.code) is None
    closed = await sessions.find_session(session.id)
    assert closed is not None
    assert closed.closed_ms == closed_ms
    again = await create(sessions, session.owner)
    assert await sessions.find_session_by_code(session.code) == again


async def test_two_that_draw_one_code_at_once_get_two(
    sessions: Sessions, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "secrets.choice", Draws(*["SAME3476"] * 2, "DIFF3476", "DIFF3767", "DIFF3676")
    )
    made = await asyncio.gather(*(create(sessions, session.owner) for _ in range(2)))
    assert len({one.code for one in made}) == 2


async def test_a_session_needs_its_text_and_its_owner(sessions: Sessions, session: Session) -> None:
    with pytest.raises(IntegrityError):
        await create(sessions, session.owner, digest="never kept")
    with pytest.raises(IntegrityError):
        await create(sessions, "nobody")


# ── seats ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_seat_is_found_by_its_token(sessions: Sessions, session: Session) -> None:
    run = session.runs[1].id
    seat, token = await sessions.create_seat(run, "张三")
    await sessions.create_seat(run, "李四")
    await sessions.create_seat(session.runs[0].id, "王五")
    found = await sessions.find_seat(token)
    assert found is not None
    assert (found.run, found.seat, found.name, found.session) == (run, seat, "张三", session.id)
    assert await sessions.names(run) == {"s1": "张三", "s2": "李四"}
    assert await sessions.names("x") == {}
    assert await sessions.find_seat("x") is None
    with pytest.raises(IntegrityError):
        await sessions.create_seat("no such run", "李四")


async def test_a_seat_that_was_refused_is_forgotten(sessions: Sessions, session: Session) -> None:
    run = session.runs[0].id
    seat, token = await sessions.create_seat(run, "张三")
    await sessions.remove_seat(run, seat, token)
    assert await sessions.find_seat(token) is None
    assert await sessions.names(run) == {}


async def test_a_token_is_renewed_and_the_old_one_opens_nothing(
    sessions: Sessions, session: Session
) -> None:
    run = session.runs[0].id
    seat, old = await sessions.create_seat(run, "张三")
    new = await sessions.renew_token(run, seat)
    assert new is not None
    assert await sessions.find_seat(old) is None
    found = await sessions.find_seat(new)
    assert found is not None
    assert (found.seat, found.name) == (seat, "张三")
    assert await sessions.renew_token(run, "s9") is None


async def test_a_code_lapses_by_itself(sessions: Sessions, session: Session, now: Now) -> None:
    now.ms += CODE_MS - 1
    assert await sessions.find_session_by_code(session.code) == session
    now.ms += 1
    assert await sessions.find_session_by_code(session.code) is None
    assert await sessions.find_session(session.id) == session


async def test_who_joins_at_once_gets_a_seat_each(sessions: Sessions, session: Session) -> None:
    run = session.runs[0].id
    made = await asyncio.gather(*(sessions.create_seat(run, f"名{n}") for n in range(8)))
    assert {seat for seat, _ in made} == {f"s{n}" for n in range(1, 9)}
    assert len({token for _, token in made}) == 8


async def test_the_wall_is_the_clock_unless_another_is_given(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/x.db")
    await database.people.ensure_admin("secret")
    account = await database.people.check_login("admin", "secret")
    assert account is not None
    token = await database.people.create_login(account.id, 60)
    assert await database.people.find_login(token) is not None
    await database.close()


@pytest.mark.parametrize("closed", [True, False])
async def test_a_seats_token_ends(
    sessions: Sessions, session: Session, now: Now, closed: bool
) -> None:
    seat, token = await sessions.create_seat(session.runs[0].id, "张三")
    if closed:
        await sessions.close_session(session.id)
    now.ms += (SEAT_CLOSED_MS if closed else SEAT_MS) - 1
    held = await sessions.find_seat(token)
    assert held is not None
    assert held.seat == seat
    now.ms += 2
    assert await sessions.find_seat(token) is None


async def test_of_two_desks_one_settles_a_claim(database: Database, session: Session) -> None:
    claims = database.claims
    assert await claims.ask("phone", session.id, [(session.runs[0].id, "s1")])
    (one,) = await claims.waiting(session.id)
    both: list[Settled] = ["agreed", "declined"] * 8
    done = await asyncio.gather(*(claims.settle(session.id, one.id, said) for said in both))
    (kept,) = await claims.of_phone("phone", session.id)
    assert kept.settled != "waiting"
    assert {claim.settled for claim in done if claim is not None} == {kept.settled}
    assert len(done) == 16, "whoever said otherwise is told what stands"
