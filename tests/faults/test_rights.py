"""P12: nobody acts or sees beyond their part, in any phase, and no hidden word is in the bytes sent."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import msgspec
import orjson
import pytest
from msgspec.structs import asdict

from engine.evening.commanding import DESK_KINDS, SEAT_KINDS
from engine.evening.leading import BESIDE
from engine.proof.dice import random_play
from engine.proof.playthrough import Playthrough
from engine.rules.codec import decode_log
from engine.rules.replay import fingerprint, replay
from engine.scenario.model import Scenario
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from tests.faults.figures import Figures
from tests.scenarios.test_scenarios import SCENARIOS
from tests.support.patience import PATIENCE_S
from tests.support.secrets import secrets_of
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from tests.web.live.test_live import Phone, phone, run
from web.pages.render import render_parts

Session = dict[str, Any]
DESK = (*DESK_KINDS, "debrief", "draw")
LED = (*DESK, *BESIDE)
CLOCK = ("time_up", "free", "seat", "away", "back", "debrief_move")
"""What only the host or the clock may say."""
FIELDS: dict[str, Any] = {
    "task": "door", "answer": ["立即报告"], "role": "recorder", "card": "note", "to": "next", "seat": "s1", "seconds": 60,
    "scene": "lake", "claim": "c1", "address": "http://127.0.0.1",
}  # fmt: skip
"""Whatever a command may need, so that nothing is refused for its form alone."""
PHASES: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    ("lobby", ()),
    ("playing", ({"do": "start"},)),
    ("paused", ({"do": "pause"},)),
    ("ended", ({"do": "resume"}, {"do": "jump", "scene": "lake"})),
    ("debrief", ({"do": "debrief", "to": "open"},)),
    ("closed", ({"do": "close"},)),
)
"""Phase → how one gets there from the one before."""


class Evening:
    """A session of two teams, another of somebody else's, and everybody who might try something."""

    def __init__(self, door: ServerProcess, desk: httpx.Client) -> None:
        self.door, self.desk = door, desk
        self.mine, self.other = opened(desk, teams=2), opened(desk)
        self.seats = {
            (team, role): self._seat(team, role)
            for team in (1, 2)
            for role in ("recorder", "lookout")
        }

    def _seat(self, team: int, role: str) -> dict[str, Any]:
        with httpx.Client(base_url=self.door.url) as client:
            return seat(client, self.mine["code"], team=team, role=role)

    def command(self, **body: Any) -> httpx.Response:
        return self.desk.post(f"/api/sessions/{self.mine['id']}/commands", json=body)

    def prints(self) -> dict[str, str]:
        """The fingerprint of every run of both sessions, and how long its log is."""
        found = {}
        for name in (*self.mine["runs"], *self.other["runs"]):
            lines = self.desk.get(f"/api/runs/{name}/log").raise_for_status().content.splitlines()
            found[name] = f"{fingerprint(replay(name, decode_log(name, lines)))} {len(lines)}"
        return found


async def refused(one: Phone, do: str, codes: set[str], **fields: Any) -> None:
    reply = await one.say(do=do, **{**FIELDS, **fields})
    assert reply["type"] == "rejected", (do, reply)
    assert reply["code"] in codes, (do, reply)
    assert reply["message"]
    assert reply["remedy"]


async def _seats_try(one: Phone, codes: set[str]) -> int:
    """Every command of the desk, of the clock and of nobody, from a participant's socket."""
    for do in (*LED, *CLOCK, "fly", "", "__class__"):
        await refused(one, do, codes)
    return len(LED) + len(CLOCK) + 3


def _strangers_try(evening: Evening) -> int:
    """Every command of the desk over HTTP: from nobody, with a seat's token, with a made-up one."""
    count = 0
    token = evening.seats[1, "recorder"]["token"]
    for headers in ({}, {"authorization": f"Bearer {token}"}, {"authorization": "Bearer x"}):
        with httpx.Client(base_url=evening.door.url, headers=headers, timeout=PATIENCE_S) as client:
            for do in (*LED, *SEAT_KINDS):
                path = f"/api/sessions/{evening.mine['id']}/commands"
                answer = client.post(path, json={**FIELDS, "do": do})
                assert (answer.status_code, answer.json()["error"]["code"]) == (401, "login_needed")
                count += 1
            for path in (f"sessions/{evening.mine['id']}", f"runs/{evening.mine['runs'][0]}/log"):
                assert client.get(f"/api/{path}").status_code == 401
                count += 1
    return count


def _other_sessions_try(evening: Evening) -> int:
    """The desk of one session names a run of another."""
    path = f"/api/sessions/{evening.other['id']}/commands"
    for do in DESK:
        body = {**FIELDS, "do": do, "run": evening.mine["runs"][0]}
        answer = evening.desk.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), do
    return len(DESK)


async def _hellos_try(evening: Evening) -> int:
    """A seat's token as the wall's or the desk's; a seat of a run that isn't its own."""
    token = evening.seats[1, "recorder"]["token"]
    hellos: list[dict[str, Any]] = [
        {"token": token, "as": kind, "session": session["id"]}
        for kind in ("projector", "console")
        for session in (evening.mine, evening.other)
    ]
    hellos += [{"token": evening.mine["code"]}, {"token": "x" * 32}, {"token": evening.mine["id"]}]
    for hello in hellos:
        async with AsyncExitStack() as room:
            with pytest.raises(AssertionError) as sent:
                await phone(room, evening.door, **hello)
            assert re.search("'(login_needed|seat_needed)'", str(sent.value)), hello
    return len(hellos)


@pytest.mark.parametrize("held", [False, True], ids=["", "held"])
def test_whatever_is_beyond_ones_part_is_refused_and_changes_nothing(
    door: ServerProcess, desk: httpx.Client, figures: Figures, held: bool
) -> None:
    """Everybody × every command × every phase. `held`: the recorder has fallen into a trap."""
    evening, tried = Evening(door, desk), 0
    token = desk.headers["authorization"].removeprefix("Bearer ")

    async def look(phase: str) -> int:
        count = 0
        async with AsyncExitStack() as room:
            phones = {
                place: await phone(room, door, taken["token"])
                for place, taken in evening.seats.items()
            }
            hello = {"as": "projector", "session": evening.mine["id"]}
            wall = await phone(room, door, token, **hello)
            before = evening.prints()
            for one in phones.values():
                count += await _seats_try(one, {"unknown_command"})
            for do in (*LED, *SEAT_KINDS):
                await refused(wall, do, {"unknown_command"})
            count += len(LED) + len(SEAT_KINDS)
            count += await _others_tasks(phones, phase)
            if not held:  # a hold is nothing to those who aren't in the team
                count += await _hellos_try(evening)
                count += await asyncio.to_thread(_strangers_try, evening)
                count += await asyncio.to_thread(_other_sessions_try, evening)
            assert evening.prints() == before, phase
        return count

    for phase, ways in PHASES:
        if held and phase in ("lobby", "closed"):
            continue
        for way in ({"do": "start"},) if held and phase == "playing" else ways:
            evening.command(**way).raise_for_status()
        if held and phase == "playing":
            asyncio.run(_fall(evening))
        tried += asyncio.run(look(phase))
    what = "refusals, nothing changed" + (", while held" if held else "")
    figures.at_least("P12", what, tried, 500, "")


async def _fall(evening: Evening) -> None:
    async with AsyncExitStack() as room:
        one = await phone(room, evening.door, evening.seats[1, "recorder"]["token"])
        assert (await one.say(do="submit", task="date", answer=["七月一日"]))["type"] == "ack"
        await one.until(lambda parts: parts["me"]["held_until_ms"])


async def _others_tasks(phones: dict[tuple[int, str], Phone], phase: str) -> int:
    """Tasks, cards and roles of teammates; seats of no team of theirs; everything once it is over."""
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("recorder", "submit", {"task": "door", "role": None}),
        ("recorder", "submit", {"task": "door", "role": "lookout"}),
        ("lookout", "submit", {"task": "date", "answer": ["七月二十三日"], "role": None}),
        ("lookout", "submit", {"task": "date", "answer": ["七月二十三日"], "role": "recorder"}),
        ("recorder", "submit", {"task": "compare", "answer": ["王会长"], "role": None}),
        ("recorder", "submit", {"task": "hear", "answer": [], "role": None}),
        ("recorder", "hint", {"task": "door", "role": None}),
        ("recorder", "hand", {"card": "note", "to": "lookout"}),
        ("lookout", "hand", {"card": "note", "to": "recorder"}),
        ("recorder", "rescue", {"answer": ["1938年提出"], "seat": "s1"}),
        ("lookout", "rescue", {"answer": ["1938年提出"], "seat": "s9"}),
        ("lookout", "role", {"role": "recorder"}),
        ("lookout", "role", {"role": "nobody"}),
    ]
    for team in (1, 2):
        for role, do, fields in tries:
            reply = await phones[team, role].say(do=do, **fields)
            assert reply["type"] == "rejected", (phase, team, role, do, fields, reply)
            assert reply["code"] not in ("malformed", "unknown_command", "stopped"), (do, reply)
    return 2 * len(tries)


def test_who_has_left_acts_no_more(door: ServerProcess, desk: httpx.Client) -> None:
    evening = Evening(door, desk)
    evening.command(do="start").raise_for_status()
    token = evening.seats[1, "recorder"]["token"]

    async def leave(room: AsyncExitStack) -> None:
        one = await phone(room, door, token)
        assert (await one.say(do="leave"))["type"] == "ack"
        before = evening.prints()
        for do in ("submit", "hint", "hand", "rescue", "leave", "role"):
            reply = await one.say(do=do, **{**FIELDS, "role": None})
            assert reply["type"] == "rejected", reply
        assert evening.prints() == before

    run(leave)


# ── words ───────────────────────────────────────────────────────────────────────────────────────

FORBIDDEN_KEYS = {"right", "accept", "truth", "trap", "effects", "set", "give"}
"""What a choice knows and nobody is told. (A sprung trap and its truth are told by themselves.)"""


def _choices(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("choices", "items", "spots", "left", "right") and isinstance(value, list):
                yield from value
            yield from _choices(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _choices(value)


class Wire:
    """What is sent to one audience: the bytes, as JSON and as HTML, of the parts that changed."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._sent: dict[str, Any] = {}
        self.bytes_count = 0

    def send(self, parts: dict[str, Any]) -> str:
        """As text, the tags of the HTML taken off: what is in the bytes, in one way or another."""
        changed = {n: part for n, part in parts.items() if self._sent.get(n, self) != part}
        self._sent = parts
        plain = msgspec.json.encode({"type": "parts", "parts": changed})
        marked = orjson.dumps({"type": "parts", "parts": render_parts(self._kind, changed)})
        self.bytes_count += len(plain) + len(marked)
        for choice in _choices(json.loads(plain)):
            assert not FORBIDDEN_KEYS & choice.keys(), choice
        fragments = json.loads(marked)["parts"].values()
        return _texts(json.loads(plain)) + _bare("".join(fragments))


def _texts(part: Any) -> str:
    if isinstance(part, dict):
        return "\n".join(_texts(value) for value in part.values())
    if isinstance(part, list):
        return "\n".join(_texts(value) for value in part)
    return str(part)


def _bare(marked: str) -> str:
    """What stands between the tags and in their attributes."""
    return html.unescape(re.sub(r"</?(em|strong|p|br|ul|ol|li|blockquote)\b[^>]*>", "", marked))


def _watch_words(scenario: Scenario, seeds: range) -> tuple[int, int]:
    """(steps, bytes) of evenings at whose every step all audiences' bytes were searched."""
    names = {f"s{number}": f"参与者{number}" for number in range(1, 8)}
    session, steps, sent = SessionInfo("x", "CODE", "http://h/join/CODE"), 0, 0
    for seed in seeds:
        views = RunViews(scenario)
        wires = {name: Wire("seat") for name in names}
        wall = Wire("projector")

        def watch(table: Playthrough) -> None:
            nonlocal steps
            steps += 1
            for name in table.state.seats:
                text = wires[name].send(asdict(views.seat(table.state, name, names)))  # noqa: B023
                hidden = secrets_of(scenario, table.state, name)
                assert [one for one in hidden if one in text] == []
            runs = [RunInfo("r", scenario, table.state, names)]
            shown = wall.send(asdict(projector(session, runs)))  # noqa: B023
            hidden = secrets_of(scenario, table.state, "")
            assert [one for one in hidden if one in shown] == []

        table = Playthrough(scenario, seed=str(seed))
        random_play(scenario, str(seed), wrong_rate=0.3, table=table, watch=watch)
        sent += sum(wire.bytes_count for wire in (*wires.values(), wall))
    return steps, sent


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_no_hidden_word_is_in_the_bytes_sent(name: str, figures: Figures) -> None:
    steps, sent = _watch_words(SCENARIOS[name], range(1))
    assert steps >= 20
    figures.at_least("P12", f"bytes of {name} without a hidden word", sent, 100_000, "")


def test_a_hidden_word_in_the_bytes_would_be_found() -> None:
    scenario = SCENARIOS["yida-1921"]
    table = Playthrough(scenario, seed="1")
    [secret, *_] = secrets_of(scenario, table.state, "s1")
    marked = {"scene": None, "story": secret[:3] + "<em>" + secret[3:] + "</em>"}
    assert secret in _bare(marked["story"] or "")
    assert secret in _texts({"parts": [{"a": secret}]})
