"""Nobody is given a way in by a login's cookie alone: family of security B2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from engine.store.people import passwords
from engine.store.tables import AccountTable, LoginTable
from tests.support.inside import Inside, inside, small
from tests.support.routes import Way
from tests.web.door.test_once import CHANGING, request_of
from tests.web.door.test_rights import SCRIPT, House, furnished

PASSWORDS: Final = ("old", "password", "own")
GIVES: Final = (
    "/people",
    "/people/accounts/{person}",
    "/people/accounts/{person}/password",
    "/people/accounts/{person}/enable",
    "/people/accounts/{person}/codes/drop",
)
"""The ways in there are, by whoever manages accounts."""
PASSWORD: Final = "知道的人才进得来"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("ways")
    with pytest.MonkeyPatch.context() as patch:
        # A hash takes half a second otherwise, and here are hundreds.
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        with inside(small(folder, script=SCRIPT, admin_password="admin password")) as app:
            yield House(app, app.mark(), **app.run(furnished(app.services)))


async def ways_in(app: Inside) -> set[Any]:
    """By what anybody may come in: what is true of an account, or a login."""
    table, logins = AccountTable.__table__, LoginTable.__table__  # type: ignore[attr-defined]
    async with app.services.database.engine.connect() as db:
        found: set[Any] = set((await db.execute(select(logins.c.token_hash))).scalars())
        for row in await db.execute(select(table)):
            open_ = {"enabled": row.disabled_ms is None, "no code": not row.totp_confirmed}
            found |= {(row.id, row.password_hash), (row.id, row.roles), (row.id, row.branch)}
            found |= {(row.id, what) for what, so in open_.items() if so}
        return found


async def prepared(house: House, role: str) -> None:
    """Somebody with this role whom each of the ways would let in anew: kept out, with codes."""
    people, table = house.app.services.people, AccountTable.__table__  # type: ignore[attr-defined]
    await people.change_account(house.person, (role,), None)  # type: ignore[arg-type]
    async with house.app.services.database.engine.begin() as db:
        kept = update(table).where(table.c.id == house.person)
        await db.execute(kept.values(disabled_ms=1, totp_secret="A" * 32, totp_confirmed=True))


async def aged(house: House, headers: dict[str, str]) -> str:
    """The login that asks is an hour old; the id of its account, which has a password we know."""
    token = headers["authorization"].split()[1]
    found = await house.app.services.people.find_login(token)
    assert found is not None
    login = LoginTable.__table__  # type: ignore[attr-defined]
    await house.app.services.people.set_password(found.id, PASSWORD, keep=token)
    async with house.app.services.database.engine.begin() as db:
        old = login.c.created_ms - 3_600_000
        await db.execute(update(login).where(login.c.account == found.id).values(created_ms=old))
    return found.id


def asked(house: House, way: Way, **fields: str) -> tuple[int, set[Any], set[Any]]:
    """(status, ways in before, after) of a request whose login is old, with these passwords only."""
    path, more = request_of(house, way)
    if way.path.startswith("/people/accounts"):
        path = way.path.format(person=house.person)
    if "authorization" in more["headers"]:
        house.app.run(aged(house, more["headers"]))
    if "data" in more:
        for name in PASSWORDS:
            more["data"].pop(name, None)
        more["data"] |= fields
    if "json" in more and "password" in more["json"]:
        more["json"] = {**more["json"], "password": "", **fields}
    before = house.app.run(ways_in(house.app))
    answer = house.app.ask(way.method, path, **more)
    return answer.status_code, before, house.app.run(ways_in(house.app))


@pytest.mark.parametrize("way", CHANGING, ids=lambda way: f"{way.method} {way.path}")
@pytest.mark.parametrize("fields", [{}, dict.fromkeys(PASSWORDS, "guess")], ids=["", "wrong"])
def test_no_route_lets_anybody_in_by_the_cookie_alone(
    house: House, way: Way, fields: dict[str, str]
) -> None:
    house.app.run(prepared(house, "author"))
    house.app.run(house.app.services.database.attempts.succeeded("administrator", "192.0.2.9"))
    status, before, after = asked(house, way, **fields)
    assert after <= before, f"{status}: somebody has a way in they hadn't"


@pytest.mark.parametrize("path", GIVES)
def test_with_the_password_it_does(house: House, path: str) -> None:
    """Else the test above would hold of nothing."""
    house.app.run(prepared(house, "author"))
    if not path.endswith("enable"):
        house.app.run(house.app.services.people.set_disabled(house.person, False))
    way = next(way for way in CHANGING if way.path == path and way.method == "POST")
    status, before, after = asked(house, way, own=PASSWORD)
    assert status < 400
    assert after - before, "nothing was done"


@pytest.mark.parametrize("path", GIVES)
def test_to_an_administrators_account_not_even_a_fresh_login_is_enough(
    house: House, path: str
) -> None:
    house.app.run(prepared(house, "administrator"))
    way = next(way for way in CHANGING if way.path == path and way.method == "POST")
    _, more = request_of(house, way)
    more["data"] |= {"roles": "administrator", "own": ""}
    before = house.app.run(ways_in(house.app))
    answer = house.app.ask("POST", path.format(person=house.person), **more)
    assert answer.status_code == 403
    assert "您自己的密码" in answer.text, "the form comes back with a place to give it"
    assert house.app.run(ways_in(house.app)) <= before


def test_everything_else_goes_on_without_a_question(house: House) -> None:
    """Right after a login nothing more is asked, but for administrators' accounts."""
    house.app.run(prepared(house, "author"))
    way = next(way for way in CHANGING if way.path == "/people")
    path, more = request_of(house, way)
    assert house.app.ask("POST", path, **more).status_code == 201


def test_who_manages_is_no_exception_to_their_own_account(house: House) -> None:
    """As it was found: what /account refuses, /people did."""
    way = next(way for way in CHANGING if way.path == "/people/accounts/{person}/password")
    _, more = request_of(house, way)
    token = more["headers"]["authorization"].split()[1]
    mine = house.app.run(house.app.services.people.find_login(token))
    assert mine is not None
    before = house.app.run(ways_in(house.app))
    for do in ("password", "codes/drop"):
        answer = house.app.ask("POST", f"/people/accounts/{mine.id}/{do}", **more)
        assert answer.status_code == 403
        more["data"]["mark"] = house.app.mark()
    assert house.app.run(ways_in(house.app)) <= before
