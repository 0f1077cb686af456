"""A room that joins in the same moment: nobody who named no team is refused while a seat is free."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from engine.errors import Rejection
from engine.evening.actors import Guest
from engine.evening.joining import take_seat
from tests.support.inside import ADDRESS, Inside, inside, small

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"
TEAMS, ROOM = 4, 3
"""Teams of the session; seats of each: one recorder, two lookouts."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("crowd"), script=SCRIPT, admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


@pytest.fixture
def code(app: Inside) -> str:
    asked = {"name": "admin", "password": PASSWORD}
    token = app.ask("POST", "/api/token", json=asked).json()["token"]
    made = app.ask(
        "POST", "/api/sessions", json={"scenario": SCRIPT, "teams": TEAMS},
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip
    return str(made.json()["code"])


async def joined(app: Inside, code: str, role: str | None, people: int) -> list[str]:
    """The runs that they got who all ask at once; the code of the refusal for whoever got none."""

    async def join(number: int) -> str:
        try:
            got = await take_seat(app.services, Guest(ADDRESS), code, f"人{number}", None, role)
        except Rejection as refused:
            return refused.code
        return got["run"]

    return list(await asyncio.gather(*(join(number) for number in range(people))))


@pytest.mark.parametrize(
    ("role", "room", "refusal"),
    [(None, ROOM, "team_full"), ("recorder", 1, "role_taken"), ("lookout", 2, "role_taken")],
)
def test_all_seats_are_found_by_those_who_ask_at_once(
    app: Inside, code: str, role: str | None, room: int, refusal: str
) -> None:
    got = Counter(app.run(joined(app, code, role, TEAMS * room + 2)))
    assert got.pop(refusal) == 2, "as many as there were no seats for"
    assert sorted(got.values()) == [room] * TEAMS
    assert not app.services.sitting, "nobody is counted who has sat down or was refused"


def test_whoever_named_a_team_is_put_in_no_other(app: Inside, code: str) -> None:
    def join(team: int) -> httpx.Response:
        path = f"/api/sessions/{code}/seats"
        return app.ask("POST", path, json={"name": "来客", "team": team})

    assert [join(2).status_code for _ in range(ROOM)] == [201] * ROOM
    assert join(2).json()["error"]["code"] == "team_full"
    assert join(3).status_code == 201


def test_two_taps_at_once_are_one_seat(app: Inside, code: str) -> None:
    async def tap() -> str:
        got = await take_seat(
            app.services, Guest(ADDRESS), code, "急性子", None, None, "one key for both"
        )
        return f"{got['run']}/{got['seat']}"

    async def taps() -> list[str]:
        return list(await asyncio.gather(*(tap() for _ in range(3))))

    assert len(set(app.run(taps()))) == 1
