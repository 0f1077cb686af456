"""Over `/live`: options go by ids drawn for the run, and by no others."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from engine.rules.codec import decode_log
from engine.rules.events import RescueTried, TaskAnswered
from tests.support.options import shown
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from tests.web.live.test_live import Phone, phone, run

AUTHORS = ("d23", "d1", "y38", "y21", "report", "ignore")
"""Every option's id in the small script."""


async def say(one: Phone, **message: Any) -> dict[str, Any]:
    """A command as it stands, by no text of the page."""
    await one.socket.send(json.dumps({"type": "command", "id": f"x{message}", **message}))
    while True:
        heard = await one.hear()
        if heard.get("id") == f"x{message}":
            return heard


@pytest.fixture
def playing(server: ServerProcess, client: httpx.Client, desk: httpx.Client) -> dict[str, Any]:
    session = opened(desk, teams=2)
    places = {
        (team, role): seat(client, session["code"], team=team, role=role)
        for team in (1, 2)
        for role in ("recorder", "lookout")
    }
    desk.post(f"/api/sessions/{session['id']}/commands", json={"do": "start"}).raise_for_status()
    return {**session, "places": places}


def test_the_authors_ids_are_refused_and_never_sent(
    server: ServerProcess, desk: httpx.Client, playing: dict[str, Any]
) -> None:
    """Whoever has read the script's file and not the question gets no further."""

    async def evening(room: AsyncExitStack) -> None:
        places = playing["places"]
        one = await phone(room, server, places[1, "recorder"]["token"])
        two = await phone(room, server, places[1, "lookout"]["token"])
        html = await phone(room, server, places[1, "recorder"]["token"], format="html")
        wall = await phone(room, server, desk.headers["authorization"][7:], **{"as": "projector"}, session=playing["id"])  # fmt: skip
        await one.until(lambda parts: parts["scene"]["phase"] == "playing")
        refusal = await say(one, do="submit", task="date", answer=["d23"])
        assert (refusal["type"], refusal["code"]) == ("rejected", "unknown_choice")
        assert refusal["message"]
        assert refusal["remedy"]
        (task,) = (task for task in one.parts["tasks"] if task["id"] == "date")
        wrong = shown(task)["七月一日"]
        assert (await say(one, do="submit", task="date", answer=[wrong]))["type"] == "ack"
        await two.until(lambda parts: parts["rescues"])
        refusal = await say(two, do="rescue", answer=["y38"])
        assert (refusal["type"], refusal["code"]) == ("rejected", "unknown_choice")
        right = shown(two.parts["rescues"][0])["1938年提出"]
        assert (await say(two, do="rescue", answer=[right]))["type"] == "ack"
        await one.until(lambda parts: not parts["me"]["held_until_ms"])
        await html.until(lambda parts: "section" in parts["tasks"])
        for screen in (one, two, html, wall):
            sent = json.dumps(screen.parts, ensure_ascii=False)
            assert not [name for name in AUTHORS if f'"{name}"' in sent.replace('\\"', '"')]

    run(evening)
    log = desk.get(f"/api/runs/{playing['runs'][0]}/log").raise_for_status()
    events = [record.event for record in decode_log("r", log.content.splitlines())]
    answers = [one.answer for one in events if isinstance(one, TaskAnswered | RescueTried)]
    assert answers == [("d1",), ("y38",)], "what is kept is what the author wrote"


def test_what_one_team_learns_tells_another_nothing(
    server: ServerProcess, playing: dict[str, Any]
) -> None:
    async def evening(room: AsyncExitStack) -> None:
        tokens = [playing["places"][team, "recorder"]["token"] for team in (1, 2)]
        phones = [await phone(room, server, token) for token in tokens]
        found = []
        for one in phones:
            await one.until(lambda parts: parts["scene"]["phase"] == "playing")
            found.append(shown(next(task for task in one.parts["tasks"] if task["id"] == "date")))
        first, second = found
        assert first.keys() == second.keys()
        assert not {*first.values()} & {*second.values()}
        elsewhere = await say(phones[1], do="submit", task="date", answer=[first["七月二十三日"]])
        assert elsewhere["code"] == "unknown_choice"

    run(evening)
