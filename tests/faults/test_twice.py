"""P2: one effect for each (seat, command id), however often, from wherever and how late it comes."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import httpx
from websockets.asyncio.client import connect

from engine.rules.codec import decode_log
from engine.rules.commands import FACILITATOR
from engine.rules.events import Recorded
from tests.faults.figures import Figures
from tests.support.options import said, shows
from tests.support.patience import soon
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from tests.web.live.test_live import Phone, phone, run

Reply = dict[str, Any]
COPIES = 10
CUTS = 20


def log_of(desk: httpx.Client, run_id: str) -> list[Recorded]:
    answer = desk.get(f"/api/runs/{run_id}/log").raise_for_status()
    return list(decode_log(run_id, answer.content.splitlines()))


def once(records: list[Recorded], by: str, name: str) -> int:
    """The seq at which a command's one batch ends. Its records stand together."""
    seqs = [record.seq for record in records if (record.by, record.command) == (by, name)]
    assert seqs, f"{name} of {by} is not in the log"
    assert seqs == list(range(seqs[0], seqs[-1] + 1))
    return seqs[-1]


async def answers(one: Phone, name: str, count: int) -> list[Reply]:
    """The next `count` replies to commands of this name."""
    heard: list[Reply] = []
    while len(heard) < count:
        message = await one.hear()
        if message.get("id") == name:
            heard.append(message)
    return heard


async def say_often(phones: list[Phone], name: str, **message: Any) -> Reply:
    """Send the command COPIES times over all these sockets at once; the one reply."""
    text = json.dumps({"type": "command", "id": name, **message})
    share = COPIES // len(phones)
    for _ in range(share):
        await asyncio.gather(*(one.socket.send(text) for one in phones))
    heard = await asyncio.gather(*(answers(one, name, share) for one in phones))
    replies = [reply for replies in heard for reply in replies]
    assert len(replies) == COPIES
    assert all(reply == replies[0] for reply in replies), replies
    return replies[0]


EVENING: list[tuple[str, str, dict[str, Any]]] = [
    ("a", "role", {"role": "lookout"}),
    ("a", "role", {"role": "recorder"}),
    ("a", "ready", {}),
    ("b", "ready", {}),
    ("", "start", {}),
    ("a", "submit", {"task": "date", "answer": ["七月一日"]}),
    ("b", "rescue", {"answer": ["1938年提出"]}),
    ("b", "hint", {"task": "door"}),
    ("a", "submit", {"task": "date", "answer": ["七月二十三日"]}),
    ("b", "submit", {"task": "door", "answer": ["立即报告"]}),
    ("a", "hand", {"card": "note", "to": "lookout"}),
    ("a", "submit", {"task": "compare", "answer": ["王会长"]}),
    ("", "debrief", {"to": "open"}),
    ("b", "submit", {"task": "reflect", "answer": ["警觉"]}),
    ("b", "leave", {}),
]
"""An evening with every kind of command a seat has."""


def test_a_whole_evening_each_command_ten_times(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    """From two sockets of each seat at once; then everything again, in another order."""
    session = opened(desk)
    places = {"a": "recorder", "b": "lookout"}
    with httpx.Client(base_url=door.url) as client:
        taken = {one: seat(client, session["code"], role=role) for one, role in places.items()}
    replies: dict[tuple[str, str], Reply] = {}

    async def evening(room: AsyncExitStack) -> None:
        sockets = {
            one: [await phone(room, door, held["token"]) for _ in range(2)]
            for one, held in taken.items()
        }
        for number, (who, do, fields) in enumerate(EVENING):
            if who:
                name = f"c{number}"
                if "answer" in fields and (asked := fields.get("task")) != "reflect":
                    for one in sockets[who]:
                        await one.until(partial(shows, task=asked, answer=fields["answer"]))
                    parts = sockets[who][0].parts
                    fields = {**fields, "answer": said(parts, asked, fields["answer"])}
                replies[who, name] = await say_often(sockets[who], name, do=do, **fields)
                assert replies[who, name]["type"] == "ack", (do, replies[who, name])
            else:
                path = f"/api/sessions/{session['id']}/commands"
                body = {"do": do, **fields}
                (await asyncio.to_thread(desk.post, path, json=body)).raise_for_status()

    async def again(room: AsyncExitStack) -> None:
        sockets = {one: await phone(room, door, held["token"]) for one, held in taken.items()}
        late = [(n, *step) for n, step in enumerate(EVENING) if step[0]]
        random.Random(6).shuffle(late)
        for number, who, do, fields in late:
            assert (
                await sockets[who].say(id=f"c{number}", do=do, **fields)
                == replies[who, f"c{number}"]
            )

    run(evening)
    before = log_of(desk, session["runs"][0])
    run(again)
    after = log_of(desk, session["runs"][0])
    spoken = {name for _, name in replies}
    assert [r for r in after if r.command in spoken] == [r for r in before if r.command in spoken]
    for (who, name), reply in replies.items():
        assert once(after, taken[who]["seat"], name) == reply["seq"]
    copies = len(replies) * (COPIES + 1)
    figures.at_least("P2", "copies of a seat's commands, each one effect", copies, 100, "")


DESK: list[dict[str, Any]] = [
    {"do": "start"}, {"do": "extend", "seconds": 60}, {"do": "pause"}, {"do": "resume"}, {"do": "nudge", "seat": "s1"},
    {"do": "hand_over", "role": "lookout", "seat": "s1"}, {"do": "hand_back", "role": "lookout"}, {"do": "skip", "task": "date"},
    {"do": "jump", "scene": "shanghai"}, {"do": "open_barrier"}, {"do": "jump", "scene": "lake"}, {"do": "debrief", "to": "open"},
    {"do": "debrief", "to": "next"}, {"do": "draw"}, {"do": "draw"}, {"do": "draw"}, {"do": "close"},
]  # fmt: skip


def test_the_desks_commands_ten_times_from_http_and_two_consoles(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    session = opened(desk, teams=2)
    with httpx.Client(base_url=door.url) as client:
        taken = [
            seat(client, session["code"], team=team, role=role)["token"]
            for team in (1, 2)
            for role in ("recorder", "lookout")
        ]
    path = f"/api/sessions/{session['id']}/commands"
    told: list[tuple[str, Any]] = []

    async def consoles(room: AsyncExitStack) -> list[Phone]:
        token = desk.headers["authorization"].removeprefix("Bearer ")
        hello = {"as": "console", "session": session["id"]}
        return [await phone(room, door, token, **hello) for _ in range(2)]

    async def evening(room: AsyncExitStack) -> None:
        for token in taken:  # else the seats are free again after a while, and nobody is drawn
            await phone(room, door, token)
        for number, command in enumerate(DESK):
            name = f"d{number}"
            both = await consoles(room)  # new ones, which haven't said too much yet
            said = [(await one.say(id=name, **command))["runs"] for one in both for _ in range(4)]
            for _ in range(2):
                answer = await asyncio.to_thread(desk.post, path, json={"id": name, **command})
                said.append(answer.raise_for_status().json()["runs"])
            assert len(said) == COPIES
            assert all(runs == said[0] for runs in said), (command, said)
            told.append((name, said[0]))

    async def again(room: AsyncExitStack) -> None:
        [one, _] = await consoles(room)
        for (name, runs), command in reversed(list(zip(told, DESK, strict=True))):
            if command["do"] != "debrief" or command["to"] != "open":
                assert (await one.say(id=name, **command))["runs"] == runs

    run(evening)
    run(again)
    logs = {name: log_of(desk, name) for name in session["runs"]}
    for name, runs in told:
        for taken in runs:
            assert once(logs[taken["run"]], FACILITATOR, name) == taken["seq"]
    draws = [
        r for log in logs.values() for r in log if r.event.__struct_config__.tag == "speaker.drawn"
    ]
    assert len(draws) == 3
    figures.at_least("P2", "facilitator's commands ten times", len(DESK), 10, "")


def test_an_ack_that_is_lost_is_given_again(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    """The socket is cut when the command is committed and its ack hasn't been read."""
    session = opened(desk)
    with httpx.Client(base_url=door.url) as client:
        one = seat(client, session["code"], role="recorder")
        other = seat(client, session["code"], role="lookout")

    async def cut(room: AsyncExitStack) -> None:
        witness = await phone(room, door, other["token"])
        for number in range(CUTS):
            role = ("lookout", "recorder")[number % 2]
            socket = await connect(door.url.replace("http", "ws") + "/live")
            await socket.send(json.dumps({"type": "hello", "token": one["token"]}))
            await soon(socket.recv())
            text = {"type": "command", "id": f"k{number}", "do": "role", "role": role}
            socket.transport.pause_reading()
            await socket.send(json.dumps(text))
            await witness.until(
                lambda parts, role=role: (
                    next(s for s in parts["team"] if s["seat"] == one["seat"])["role"] == role
                )
            )
            socket.transport.abort()
            again = await phone(room, door, one["token"])
            reply = await again.say(id=f"k{number}", do="role", role=role)
            assert reply["type"] == "ack"
            assert once(log_of(desk, session["runs"][0]), one["seat"], f"k{number}") == reply["seq"]
            await again.socket.close()

    run(cut)
    changed = [
        r
        for r in log_of(desk, session["runs"][0])
        if r.event.__struct_config__.tag == "seat.role_changed"
    ]
    assert len(changed) == CUTS
    figures.at_least("P2", "acknowledgements lost and given again", CUTS, 20, "")


def test_two_seats_may_use_the_same_id(door: ServerProcess, desk: httpx.Client) -> None:
    session = opened(desk, teams=2)
    with httpx.Client(base_url=door.url) as client:
        taken = [
            seat(client, session["code"], team=team, role=role)
            for team in (1, 2)
            for role in ("recorder", "lookout")
        ]

    async def ready(room: AsyncExitStack) -> list[int]:
        phones = [await phone(room, door, held["token"]) for held in taken]
        return [(await one.say(id="same", do="ready"))["seq"] for one in phones]

    seqs = run(ready)
    for held, seq in zip(taken, seqs, strict=True):
        assert once(log_of(desk, held["run"]), held["seat"], "same") == seq


def test_a_late_copy_of_what_changed_nothing_changes_nothing(
    door: ServerProcess, desk: httpx.Client
) -> None:
    """It asked for what was so already. Since then the seat has thought better of it."""
    session = opened(desk)
    with httpx.Client(base_url=door.url) as client:
        held = seat(client, session["code"], role="recorder")

    async def think(room: AsyncExitStack) -> None:
        one = await phone(room, door, held["token"])
        first = await one.say(id="stay", do="role", role="recorder")
        assert (await one.say(id="go", do="role", role="lookout"))["type"] == "ack"
        assert await one.say(id="stay", do="role", role="recorder") == first
        await one.until(lambda parts: parts["me"]["role"] == "lookout")

    run(think)
