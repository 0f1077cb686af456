"""One phone that asks for seats in a loop keeps nobody out: not its address, not the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from engine.errors import AppError
from engine.evening import joining as taking
from engine.evening import lobby as lobbies
from engine.evening import paces
from engine.evening.actors import Guest
from engine.evening.joining import take_seat
from engine.evening.lobby import UNARRIVED_MAX
from engine.rules.absence import awaited
from tests.support.inside import ADDRESS, Inside, inside, small
from tests.support.patience import PATIENCE_S

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"
ROOM = 3
"""Seats of a team: one recorder, two lookouts."""
ELSEWHERE = "198.51.100.7"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("lobby"), script=SCRIPT, admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long here, and nobody in vain because the machine has much to do."""
    monkeypatch.setattr(lobbies, "FRESH_S", 0.02)
    monkeypatch.setattr(lobbies, "WAIT_S", PATIENCE_S)
    monkeypatch.setattr(taking, "WAIT_S", PATIENCE_S)


class Lobby:
    """A session that people join."""

    def __init__(self, app: Inside, teams: int) -> None:
        self.app, self.services = app, app.services
        asked = {"name": "admin", "password": PASSWORD}
        token = app.ask("POST", "/api/token", json=asked).json()["token"]
        made = app.ask(
            "POST", "/api/sessions", json={"scenario": SCRIPT, "teams": teams},
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        self.id, self.code = str(made.json()["id"]), str(made.json()["code"])
        self.runs = list(made.json()["runs"])

    async def join(self, name: str, address: str = ADDRESS, key: str = "") -> dict[str, str]:
        return await take_seat(self.services, Guest(address), self.code, name, None, None, key)

    async def refusal(self, name: str) -> str:
        """Why somebody gets no seat; empty: they got one."""
        try:
            await self.join(name)
        except AppError as error:
            return error.code
        return ""

    async def come(self, name: str, address: str = ADDRESS) -> dict[str, str]:
        """Somebody joins, and their phone comes."""
        got = await self.join(name, address)
        await self.services.presence.connected(got["run"], got["seat"])
        return got

    @asynccontextmanager
    async def looping(self, phones: int, address: str = ADDRESS) -> AsyncIterator[None]:
        """A phone asks for seats as fast as it can, so many times at once."""

        stopped = asyncio.Event()

        async def loop() -> None:
            while not stopped.is_set():
                with suppress(AppError):
                    await self.join("甲", address)
                await asyncio.sleep(0)

        loops = [asyncio.create_task(loop()) for _ in range(phones)]
        try:
            yield
        finally:
            stopped.set()
            await asyncio.gather(*loops)

    def pressed(self, whose: str) -> bool:
        """Somebody has asked for all they may have, or over and over for more than there is."""
        in_vain = self.services.limits.in_vain(self.id)
        return in_vain.empty or self.services.lobby.unarrived(whose) >= UNARRIVED_MAX

    async def held(self) -> tuple[int, int]:
        """(seats that are taken, seats of these that no phone has come to)."""
        states = [(await self.services.host.state(run))[1] for run in self.runs]
        taken = sum(not held.left for state in states for held in state.seats.values())
        return taken, sum(len(awaited(state)) for state in states)


def test_an_address_has_few_seats_that_nobody_came_to(app: Inside) -> None:
    lobby = Lobby(app, 20)

    async def asked() -> tuple[int, int]:
        people = [lobby.come(f"人{number}") for number in range(12)]
        await asyncio.gather(*people)
        await asyncio.gather(*(lobby.join(f"没来{number}") for number in range(40)))
        return await lobby.held()

    taken, unarrived = app.run(asked())
    assert unarrived <= UNARRIVED_MAX
    assert taken - unarrived == 12, "who came keeps the seat"


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("teams", [1, 8])
def test_a_phone_that_loops_keeps_nobody_out(app: Inside, beside: bool, teams: int) -> None:
    """Fewer seats than it may hold, and more; the people beside it, and at another address."""
    lobby = Lobby(app, teams)
    at = f"203.0.113.{teams * 2 + beside}"
    address = at if beside else ELSEWHERE

    async def evening() -> list[dict[str, str]]:
        async with lobby.looping(3, at):
            while not lobby.pressed(f"{lobby.id} {at}"):  # noqa: ASYNC110
                await asyncio.sleep(0)
            return [await lobby.come(f"人{number}", address) for number in range(teams * ROOM)]

    seated = app.run(evening())
    assert len({(one["run"], one["seat"]) for one in seated}) == teams * ROOM
    assert app.run(lobby.held()) == (teams * ROOM, 0), "all seats are theirs who came"


def test_whose_seat_was_given_is_asked_to_join_again(app: Inside) -> None:
    lobby = Lobby(app, 1)
    cookie = {"cookie": ""}

    async def lose() -> str:
        mine = await lobby.join("晚到的")
        run, seat = mine["run"], mine["seat"]
        await lobby.services.lobby._by_run[run][seat].free(run, seat)
        cookie["cookie"] = f"seat={mine['token']}"
        return run

    run = app.run(lose())
    page = app.ask("GET", f"/join/{lobby.code}", headers=cookie)
    assert page.status_code == 303, "there is room: the phone goes to its seat, and has it back"
    app.run(lobby.come("甲"))
    app.run(lobby.come("乙"))
    app.run(lobby.come("丙"))
    page = app.ask("GET", f"/join/{lobby.code}", headers=cookie)
    assert page.status_code == 200, run
    assert "您的姓名" in page.text


def test_only_seats_that_were_made_count(app: Inside) -> None:
    lobby = Lobby(app, 1)

    async def evening() -> tuple[int, bool]:
        for number in range(ROOM):
            await lobby.come(f"人{number}", ELSEWHERE)
        refused = 0
        for _ in range(30):
            with suppress(AppError):
                await lobby.join("没座位的", "198.51.100.99")
                continue
            refused += 1
        return refused, lobby.services.limits.seats("198.51.100.99").full

    assert app.run(evening()) == (30, True)


def test_the_line_is_short_and_moves_as_phones_come(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobbies, "FRESH_S", 60.0)
    monkeypatch.setattr(lobbies, "WAIT_S", 2.0)
    monkeypatch.setattr(taking, "WAIT_S", 2.0)
    monkeypatch.setattr(lobbies, "QUEUE_MAX", 3)
    lobby = Lobby(app, 12)

    async def evening() -> list[str]:
        first = [await lobby.join(f"人{number}") for number in range(UNARRIVED_MAX)]
        waiting = [asyncio.create_task(lobby.refusal(name)) for name in "甲乙丙丁"]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)  # the line has no more
        for one in first[:2]:
            await lobby.services.presence.connected(one["run"], one["seat"])
        return list(await asyncio.gather(*waiting))

    assert sorted(app.run(evening())) == ["", "", "lobby_busy", "lobby_busy"]


@pytest.mark.parametrize("waiting", [1, 4])
def test_whoever_waits_in_vain_for_a_seat_nobody_comes_to_may_ask_again(
    app: Inside, monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    """The session isn't full: one seat's phone is on the way, or never comes."""
    lobby = Lobby(app, 1)
    monkeypatch.setattr(lobbies, "FRESH_S", 60.0)
    monkeypatch.setattr(lobbies, "WAIT_S", 0.3)
    monkeypatch.setattr(taking, "WAIT_S", 0.3)
    monkeypatch.setattr(paces, "FULL_MAX", 1)

    async def evening() -> list[str]:
        for number in range(1, ROOM):
            await lobby.come(f"人{number}")
        await lobby.join("没来的")
        return list(await asyncio.gather(*(lobby.refusal("甲") for _ in range(waiting))))

    assert app.run(evening()) == ["lobby_busy"] * waiting


def test_whoever_began_to_wait_in_a_pressed_session_waits_on_as_such(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What tells that it is pressed is forgotten before the seat's time is over."""
    monkeypatch.setattr(lobbies, "FRESH_S", 2 * lobbies.LOOK_S)
    monkeypatch.setattr(lobbies, "FULL_S", 1e9)
    monkeypatch.setattr(paces, "FULL_PER_S", 20)
    monkeypatch.setattr(paces, "FULL_MAX", 1)
    lobby = Lobby(app, 1)

    async def evening() -> dict[str, str]:
        for number in range(1, ROOM):
            await lobby.come(f"人{number}")
        gone = await lobby.join("没来的")
        return {"seat": gone["seat"], "now": (await lobby.come("后来的"))["seat"]}

    found = app.run(evening())
    assert found["now"] != found["seat"]
    assert app.run(lobby.held()) == (ROOM, 0)
