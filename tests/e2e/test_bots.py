"""A whole evening over the HTTP API and the socket, without a browser."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from engine.rules.codec import decode
from engine.rules.replay import replay
from tests.e2e.answers import AnswerKey
from tests.e2e.bots import Bot, join
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.support.patience import PATIENCE_S, soon
from tests.support.server import ServerProcess

TEAMS = 2
LOST_RACES = {"done_already", "not_here", "ended"}


def test_two_teams_of_bots_play_to_the_good_ending(server: ServerProcess, key: AnswerKey) -> None:
    # In a thread of its own: a browser of other tests may have a loop of its own in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, _evening(server, key)).result()


async def _evening(server: ServerProcess, key: AnswerKey) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S) as desk:
        login = await desk.post("/api/token", json={"name": "admin", "password": ADMIN_PASSWORD})
        desk.headers["Authorization"] = f"Bearer {login.raise_for_status().json()['token']}"
        opened = await desk.post("/api/sessions", json={"scenario": SCRIPT, "teams": TEAMS})
        assert opened.status_code == 201
        session = opened.json()
        assert len(session["runs"]) == TEAMS
        bots = [
            await _take_seat(server, desk, session["code"], team, role, key)
            for team in range(1, TEAMS + 1)
            for role in key.scenario.roles
        ]
        for bot in bots:
            await bot.say("ready")
            await bot.answered()
        await _command(desk, session["id"], do="start")
        await asyncio.gather(*(bot.until("playing") for bot in bots))

        await soon(asyncio.gather(*(bot.play() for bot in bots)))
        assert {bot.parts["scene"]["ending"] for bot in bots} == {key.ending}
        await _debrief(desk, session["id"], bots)
        for run in session["runs"]:
            await _log_tells_the_same(desk, run, key.ending)
        for bot in bots:
            await bot.socket.close()


async def _take_seat(
    server: ServerProcess, desk: httpx.AsyncClient, code: str, team: int, role: str, key: AnswerKey
) -> Bot:
    place = {"name": f"{team}队{role}", "team": team, "role": role}
    seat = await desk.post(f"/api/sessions/{code}/seats", json=place)
    assert seat.status_code == 201, seat.text
    assert seat.json()["role"] == role
    return await join(server.url, seat.json()["token"], key)


async def _command(desk: httpx.AsyncClient, session: str, **body: object) -> None:
    answer = await desk.post(f"/api/sessions/{session}/commands", json=body)
    assert answer.status_code == 200, answer.text
    assert not [run for run in answer.json()["runs"] if "error" in run]


async def _debrief(desk: httpx.AsyncClient, session: str, bots: list[Bot]) -> None:
    await _command(desk, session, do="debrief", to="open")
    await asyncio.gather(*(bot.until("debrief") for bot in bots))
    steps = bots[0].parts["debrief"]["steps"]
    for _ in range(steps - 1):
        await _command(desk, session, do="debrief", to="next")
    for bot in bots:
        while bot.parts["debrief"]["step"] != steps - 1:
            await bot.hear()
        await bot.say("submit", task="reflect", answer=["警觉是学来的。"])
        await bot.answered()
        # Two may reach for a task that is anybody's; the later one hears that it is done.
        assert {refusal["code"] for refusal in bot.refused} <= LOST_RACES
    await _command(desk, session, do="close")
    await asyncio.gather(*(bot.until("closed") for bot in bots))


async def _log_tells_the_same(desk: httpx.AsyncClient, run: str, ending: str) -> None:
    log = await desk.get(f"/api/runs/{run}/log")
    lines = log.raise_for_status().text.splitlines()
    records = [decode(line.encode()) for line in lines]
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    state = replay(run, records)
    assert (state.phase, state.ending, len(state.reflections)) == (
        "closed",
        ending,
        len(state.seats),
    )
