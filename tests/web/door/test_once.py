"""Whatever changes something takes effect once, however often its key is sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from engine.rules.chain import Append
from engine.rules.codec import tag_of
from engine.rules.commands import CLOCK, FACILITATOR
from engine.rules.events import Recorded
from engine.store.log.sql import records_of
from engine.store.receipts import KEPT_MS, Answer
from engine.store.tables import EventTable, RunTable, SessionTable
from engine.store.tokens import new_token
from tests.support.inside import Inside, inside, small
from tests.support.routes import Way
from tests.web.door.test_rights import SCRIPT, WAYS, House, filled, furnished

CHANGING = [way for way in WAYS if way.method not in ("GET", "HEAD")]
BESIDE = ("receipts", "audit", "attempts", "alive")
"""Not what was asked for, but that somebody asked, or that the server runs."""
SEEN = {("logins", "last_seen_ms")}
BY_ITSELF = ("seat.away", "seat.back", "clock.stood")
"""With what the clock brings: events that come on a slow machine between two looks."""
REHEARSED = (
    select(col(RunTable.id))
    .join(SessionTable)
    .where(col(SessionTable.origin_run).is_(None), col(SessionTable.origin_seq).is_not(None))
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("once")
    settings = small(folder, script=SCRIPT, admin_password="admin password")
    with inside(settings) as app:
        yield House(app, app.mark(), **app.run(furnished(app.services)))


async def rows(app: Inside) -> dict[str, list[Any]]:
    """All that is kept, but for what only tells that somebody asked, or that the server runs."""
    found: dict[str, list[Any]] = {}
    async with app.services.database.engine.connect() as db:
        tried = {*(await db.execute(REHEARSED)).scalars()}
        for table in EventTable.metadata.sorted_tables:
            if table.name not in BESIDE:
                columns = [c for c in table.c if (table.name, c.name) not in SEEN]
                kept: Sequence[Any] = (await db.execute(select(*columns))).all()
                if table.name == "events":
                    kept = [(row.run, each) for row in kept for each in _asked_for(row, tried)]
                found[table.name] = sorted(map(repr, kept))
    return found


def _asked_for(row: Any, tried: set[str]) -> list[Recorded]:
    """The records of an append that didn't come by themselves. `tried`: the runs that are rehearsed,
    where those who stand in act by a clock of their own."""
    return [
        each
        for each in records_of(Append(row.run, row.seq, row.body, row.link))
        if each.by != CLOCK and tag_of(each.event) not in BY_ITSELF
        if row.run not in tried or each.by == FACILITATOR
    ]


FIELDS = {
    "name": "新来的", "role": "", "roles": "author", "branch": "", "teams": "1", "seq": "3",
    "password": "一个够长的新密码", "old": "admin password", "again": "一个够长的新密码",
    "sure": "1", "address": "", "topic": "主题", "id": "other-script",
    "retention_days": "9999",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "/api/token": {"name": "admin", "password": "admin password"},
    "/api/sessions": {"scenario": SCRIPT, "teams": 1},
    "/api/sessions/{code}/seats": {"name": "新来的"},
    "/api/sessions/{name}/commands": {"do": "pause"},
    "/review/{run}/notes": {"seq": 1, "text": "一句"},
    "/review/{run}/notes/{name}": {"text": "另一句"},
}


NUMBERS = count(1)
"""What is asked for is another thing each time."""


def admin(house: House) -> str:
    """Id of somebody who may do everything."""
    found = house.app.run(house.app.services.people.find_named("administrator"))
    assert found is not None
    return found.id


def request_of(house: House, way: Way) -> tuple[str, dict[str, Any]]:
    """The path and what is sent, as the administrator, with a key that was never used."""
    subject = house.objects["practice" if way.path.endswith("wind-on") else "own"]
    values = house.app.run(filled(house, way, subject))
    token = house.app.run(house.app.services.people.create_login(admin(house), 3600))
    headers = {"authorization": f"Bearer {token}"}
    if "{code}" in way.path:
        opened = house.app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers)
        values["code"] = opened.json()["code"]
    more: dict[str, Any] = {"headers": headers}
    if way.form:
        run = subject.runs[0].id
        urls = [one.url for one in house.app.services.reachable()]
        fields = {
            **FIELDS,
            "branch": house.branch,
            "mark": house.app.mark(),
            "seq": "12",
            "name": f"新来的{next(NUMBERS)}",
            "topic": f"主题{next(NUMBERS)}",
            "person": f"{run}/s1",
            "address": urls[0],
        }
        more["data"] = fields
        if way.path == "/login":
            fields |= {"name": "admin", "password": "admin password"}
            del headers["authorization"]
        if way.path in ("/join/{code}", "/move/{link}"):
            headers["cookie"] = f"phone={new_token()}"
    else:
        headers["idempotency-key"] = new_token()
        more["json"] = BODIES.get(way.path, {})
    return way.path.format(**values), more


@pytest.mark.parametrize("way", CHANGING, ids=lambda way: f"{way.method} {way.path}")
def test_sent_twice_it_takes_effect_once_and_is_answered_alike(house: House, way: Way) -> None:
    path, more = request_of(house, way)
    first = house.app.ask(way.method, path, **more)
    after = house.app.run(rows(house.app))
    again = house.app.ask(way.method, path, **more)
    assert house.app.run(rows(house.app)) == after
    assert again.status_code == first.status_code, (first.text, again.text)
    if first.status_code < 400:
        kept = ("location", "set-cookie", "content-type")
        assert [undated(again.headers.get(name)) for name in kept] == [
            undated(first.headers.get(name)) for name in kept
        ]
        assert again.content == first.content


def undated(header: str | None) -> str | None:
    """A cookie that is taken back says the second in which it is."""
    return header and re.sub(r"expires=[^;]*; ", "", header)


MEANT_TO_DO = {
    "/join/{code}", "/login", "/people", "/people/branches", "/scenarios/{name}/sessions",
    "/review/sessions/{name}/activity", "/review/sessions/{name}/make-up", "/review/{run}/notes",
    "/api/sessions", "/api/sessions/{code}/seats", "/api/token", "/review/{run}/fork",
    "/seats/{run}/{seat}", "/move/{link}",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(MEANT_TO_DO))
def test_what_is_sent_twice_above_does_something_when_sent_once(house: House, path: str) -> None:
    """Else the test above would hold of nothing."""
    way = next(way for way in CHANGING if way.path == path and way.method == "POST")
    where, more = request_of(house, way)
    before = house.app.run(rows(house.app))
    answer = house.app.ask(way.method, where, **more)
    assert answer.status_code < 400, answer.text
    assert house.app.run(rows(house.app)) != before
    other = {"mark": house.app.mark()}
    if way.form and path not in ("/join/{code}", "/login", "/move/{link}"):
        after = house.app.run(rows(house.app))
        house.app.ask(
            way.method, where, **{**more, "data": {**more["data"], **other, "name": "另一个"}}
        )
        assert house.app.run(rows(house.app)) != after or path.endswith("/activity")


def test_two_taps_at_once_take_one_seat_and_one_session(house: House) -> None:
    for path in ("/join/{code}", "/scenarios/{name}/sessions"):
        way = next(way for way in CHANGING if way.path == path)
        where, more = request_of(house, way)
        before = house.app.run(rows(house.app))

        async def twice(where: str = where, more: dict[str, Any] = more) -> list[httpx.Response]:
            transport = httpx.ASGITransport(house.app.app, client=("192.0.2.9", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                return list(await asyncio.gather(*(client.post(where, **more) for _ in range(4))))

        answers = house.app.run(twice())
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.headers.get("set-cookie") for answer in answers}) == 1
        assert len({answer.headers["location"] for answer in answers}) == 1
        after = house.app.run(rows(house.app))
        for table in ("seats", "sessions"):
            assert len(after[table]) - len(before[table]) == (table == _made_by(path))


def _made_by(path: str) -> str:
    return "seats" if path.startswith("/join") else "sessions"


def test_a_refusal_leaves_the_key_unused(house: House) -> None:
    way = next(way for way in CHANGING if way.path == "/api/sessions")
    headers = request_of(house, way)[1]["headers"]

    async def left() -> int:
        async with house.app.services.database.engine.connect() as db:
            table = EventTable.metadata.tables["receipts"]
            return (await db.execute(select(func.count()).select_from(table))).scalar_one()

    before = house.app.run(left())
    asked = {"scenario": SCRIPT, "teams": 0}
    refused = house.app.ask("POST", "/api/sessions", json=asked, headers=headers)
    assert refused.status_code == 422
    assert house.app.run(left()) == before


def test_a_key_that_is_none_is_refused(house: House) -> None:
    way = next(way for way in CHANGING if way.path == "/api/sessions")
    headers = {**request_of(house, way)[1]["headers"], "idempotency-key": "短"}
    asked = {"scenario": SCRIPT}
    answer = house.app.ask(
        "POST", "/api/sessions", json=asked,
        headers={name: value.encode() for name, value in headers.items()},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text


def test_receipts_lapse_and_hold_nothing_that_can_be_read(house: House) -> None:
    receipts, clock = house.app.services.database.receipts, [0]
    receipts._clock = lambda: clock[0]

    async def course() -> None:
        mine = await receipts.claim("one")
        assert mine is not None
        assert await receipts.claim("one") is None
        await receipts.fill("one", mine, "secret", Answer(200, (), b"shown-once-7391"))
        found = await receipts.find("one", "secret")
        assert found == (True, Answer(200, (), b"shown-once-7391"))
        async with house.app.services.database.engine.connect() as db:
            table = EventTable.metadata.tables["receipts"]
            kept = (await db.execute(select(table))).all()
        assert "shown-once" not in repr(kept)
        clock[0] = KEPT_MS + 1
        assert await receipts.claim("two")
        assert await receipts.find("one", "secret") == (False, None)

    house.app.run(course())


# ── whose seat it is ────────────────────────────────────────────────────────────────────────────


def joining(house: House) -> tuple[str, dict[str, Any]]:
    way = next(way for way in CHANGING if way.path == "/join/{code}")
    return request_of(house, way)


async def seats_of(app: Inside, code: str) -> list[tuple[str, str, bool]]:
    """(name, role, left) of every seat."""
    session = await app.services.sessions.find_session_by_code(code)
    assert session is not None
    found = []
    for run in session.runs:
        _, state = await app.services.host.state(run.id)
        names = await app.services.sessions.names(run.id)
        found += [(names[seat], held.role, held.left) for seat, held in state.seats.items()]
    return found


def test_whoever_tries_again_after_a_lost_answer_has_one_seat(house: House) -> None:
    where, more = joining(house)
    code = where.rsplit("/", 1)[1]
    house.app.ask("POST", where, **more)
    for change in ({"name": "改了名"}, {"role": "lookout"}):
        more["data"] = {**more["data"], **change, "mark": house.app.mark()}
        assert house.app.ask("POST", where, **more).status_code == 303
    assert house.app.run(seats_of(house.app, code)) == [("改了名", "lookout", False)]


def test_one_phone_may_have_another_seat_where_it_asks_for_that(house: House) -> None:
    where, more = joining(house)
    code = where.rsplit("/", 1)[1]
    house.app.ask("POST", where, **more)
    for _ in range(2):
        house.app.ask("POST", where, params={"again": ""}, **more)
    assert len(house.app.run(seats_of(house.app, code))) == 2


def test_nobody_is_seated_who_couldnt_keep_the_seat(house: House) -> None:
    where, more = joining(house)
    del more["headers"]["cookie"]
    for _ in range(5):
        refused = house.app.ask("POST", where, **more)
        assert refused.status_code == 409
        assert "Cookie" in refused.text
        assert "phone" in refused.headers["set-cookie"], "and the next try is another one"
    assert house.app.run(seats_of(house.app, where.rsplit("/", 1)[1])) == []


@pytest.mark.parametrize("comes", [False, True])
def test_a_seat_is_free_again_unless_its_phone_comes(house: House, comes: bool) -> None:
    where, more = joining(house)
    services, presence = house.app.services, house.app.services.presence
    code = where.rsplit("/", 1)[1]

    async def course() -> None:
        before = set(presence._checks)  # of the tests before: theirs come in their own time
        standing = services.host.standing
        pass_by = standing.pass_by
        reached = asyncio.Event()

        async def at_once(ms: int) -> None:
            await reached.wait()

        standing.pass_by = at_once  # type: ignore[method-assign]
        transport = httpx.ASGITransport(house.app.app, client=("192.0.2.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            answer = await client.post(where, **more)
        holder = await services.sessions.find_seat(
            answer.headers["set-cookie"].split("seat=")[1].split(";")[0]
        )
        assert holder is not None
        if comes:  # and its screen goes dark at once
            await presence.connected(holder.run, holder.seat)
            await presence.disconnected(holder.run, holder.seat)
        reached.set()
        await asyncio.gather(*(presence._checks - before))
        standing.pass_by = pass_by  # type: ignore[method-assign]

    house.app.run(course())
    assert [left for _, _, left in house.app.run(seats_of(house.app, code))] == [not comes]


def test_two_servers_on_one_machine_keep_their_cookies(house: House) -> None:
    where, more = joining(house)
    names = set()
    for host in ("room", "room:8123", "room:8124"):
        headers = {**more["headers"], "host": host}
        answer = house.app.ask("POST", where, **{**more, "headers": headers})
        names.add(answer.headers["set-cookie"].split("=")[0])
    assert names == {"seat", "seat_8123", "seat_8124"}


@pytest.mark.parametrize(
    ("public", "host", "origin", "secure"),
    [
        ("", "room", "http://room", False),
        ("https://party.example", "party.example", "https://party.example", True),
        ("https://party.example", "party.example", "", True),
        ("https://party.example", "192.168.1.23:8000", "http://192.168.1.23:8000", False),
        ("https://party.example", "192.168.1.23:8000", "", False),
        ("https://party.example", "127.0.0.1:8000", "https://party.example", True),
    ],
)
def test_a_cookie_for_https_alone_isnt_given_to_who_would_lose_it(
    house: House, public: str, host: str, origin: str, secure: bool
) -> None:
    services = house.app.services
    before = services.settings
    services.settings = before.model_copy(update={"public_url": public})
    try:
        where, more = joining(house)
        headers = {**more["headers"], "host": host, **({"origin": origin} if origin else {})}
        answer = house.app.ask("POST", where, **{**more, "headers": headers})
        assert ("secure" in answer.headers["set-cookie"].lower()) == secure
    finally:
        services.settings = before
