"""The socket under hypothesis: several clients say anything at all, in any order, to a real server.

Each command is answered exactly once, by `ack` or by `rejected` with code, message and remedy; a
refusal changes nothing; the runs fold; the server survives.
"""

from __future__ import annotations

import json
import os
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from websockets.sync.client import ClientConnection, connect

from engine.evening.commanding import DESK_KINDS, SEAT_KINDS
from engine.rules.codec import decode_log
from engine.rules.commands import CLOCK
from engine.rules.replay import fingerprint, replay
from tests.fuzz.targets import json_values
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat

SOCKETS_MAX = 4
EXAMPLES = int(os.environ.get("TALKS", "4"))
"""Evenings of 15 steps; `TALKS=200` for as many as one likes."""
words = st.one_of(
    st.sampled_from(("date", "door", "compare", "recorder", "lookout", "note", "s1", "s2", "d1", "d23", "report", "y38", "reflect")),
    st.text(max_size=6),
    st.sampled_from(("\x00", "\ud800", "'; --", "<b>", "../", "\U0010ffff")),
)  # fmt: skip
fields = st.fixed_dictionaries(
    {},
    optional={
        "answer": st.lists(words, max_size=4) | json_values,
        **dict.fromkeys(
            ("task", "role", "card", "to", "seat", "seconds", "scene", "run", "zq"),
            words | json_values,
        ),
    },
)
kinds = st.sampled_from((*SEAT_KINDS, *SEAT_KINDS, *DESK_KINDS, "debrief", "fly", "", "\x00"))
junk = st.one_of(
    st.sampled_from(("", "{", "[]", "null", '{"type": "zq"}', '{"type": "command"}')),
    st.text(max_size=20),
    json_values.map(json.dumps),
)  # fmt: skip


def large(sort: str) -> str:
    """What is too long to be written down here."""
    deep = "[" * 5_000
    return {
        "deep": deep,
        "long": "x" * 60_000,
        "digits": '{"type": "ping", "x": ' + "1" * 5_000 + "}",
    }[sort]


junk |= st.sampled_from(("deep", "long", "digits")).map(large)


class Talk(RuleBasedStateMachine):
    """One team of two seats, four sockets at the most, and a desk that looks at the log."""

    server: ServerProcess
    desk: httpx.Client

    @initialize()
    def begin(self) -> None:
        self.session = opened(self.desk)
        with httpx.Client(base_url=self.server.url, timeout=PATIENCE_S) as client:
            self.tokens = [
                seat(client, self.session["code"], role=role)["token"]
                for role in ("recorder", "lookout")
            ]
        self.sockets: list[ClientConnection] = []
        self.number = 0
        self.arrive(0, html=False)

    @rule(place=st.integers(0, 1), html=st.booleans())
    def arrive(self, place: int, html: bool) -> None:
        if len(self.sockets) == SOCKETS_MAX:
            self.sockets.pop(0).close()
        socket = connect(self.server.url.replace("http", "ws") + "/live", legacy=True)
        hello = {"type": "hello", "token": self.tokens[place], "format": "html" if html else "json"}
        socket.send(json.dumps(hello))
        assert json.loads(socket.recv(PATIENCE_S))["type"] == "parts"
        self.sockets.append(socket)

    @rule(
        hello=st.dictionaries(
            st.sampled_from(("token", "as", "session", "format")), words | json_values
        )
    )
    def come_as_nobody(self, hello: dict[str, Any]) -> None:
        """A hello without a right token is sent away, with a reason."""
        with connect(self.server.url.replace("http", "ws") + "/live") as socket:
            socket.send(json.dumps({"type": "hello", **hello}))
            bye = json.loads(socket.recv(PATIENCE_S))
            assert bye["type"] == "bye"
            assert bye["code"] in ("seat_needed", "login_needed", "malformed")

    @rule()
    def start(self) -> None:
        self.desk.post(f"/api/sessions/{self.session['id']}/commands", json={"do": "start"})

    @rule(which=st.integers(0, SOCKETS_MAX - 1), do=kinds, more=fields)
    def command(self, which: int, do: str, more: dict[str, Any]) -> None:
        """Answered once, with its id. Where it was refused, the log is as it was."""
        self.number += 1
        name = f"c{self.number}"
        before = self._log()
        reply = self._ask(
            which, json.dumps({**more, "type": "command", "id": name, "do": do}), name
        )
        if reply["type"] == "rejected":
            self._refusal(reply)
            assert self._log() == before
        else:
            assert reply["type"] == "ack"
            assert reply["seq"] <= len(self._lines())

    @rule(which=st.integers(0, SOCKETS_MAX - 1), text=junk)
    def nonsense(self, which: int, text: str) -> None:
        """Told so, or it was a ping after all; nothing has changed."""
        before = self._log()
        reply = self._ask(which, text, None)
        if reply["type"] == "rejected":
            self._refusal(reply)
        else:
            assert reply["type"] == "pong"
        assert self._log() == before

    def _refusal(self, reply: dict[str, Any]) -> None:
        assert set(reply) == {"type", "id", "code", "message", "remedy"}
        assert reply["code"]
        assert reply["code"] != "stopped", "a bug stopped the run"
        assert reply["message"]
        assert reply["remedy"]

    def _ask(self, which: int, text: str, name: str | None) -> dict[str, Any]:
        """The one answer, and no second before the pong of a ping that follows."""
        socket = self.sockets[which % len(self.sockets)]
        socket.send(text.encode("utf-8", "replace").decode())
        socket.send('{"type": "ping"}')
        heard: list[dict[str, Any]] = []
        while len(heard) < 2:
            message = json.loads(socket.recv(PATIENCE_S))
            if message["type"] != "parts":
                heard.append(message)
        assert heard[1]["type"] == "pong" or heard[1]["code"] == "too_fast", heard
        if name is not None and "\\ud800" in text:
            assert heard[0]["id"] in ("", name)  # half a character: no JSON, so no id in it
        elif name is not None:
            assert heard[0]["id"] == name
        return heard[0]

    def _lines(self) -> list[bytes]:
        run = self.session["runs"][0]
        answer = self.desk.get(f"/api/runs/{run}/log").raise_for_status()
        return answer.content.splitlines()

    def _log(self) -> list[bytes]:
        """What was said; coming, going and the clock aside."""
        aside = (b'"seat.away"', b'"seat.back"', f'"by":"{CLOCK}"'.encode())
        return [line for line in self._lines() if not any(mark in line for mark in aside)]

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        for socket in self.sockets:
            socket.close()
        run = self.session["runs"][0]
        lines = self.desk.get(f"/api/runs/{run}/log").raise_for_status().content.splitlines()
        assert fingerprint(replay(run, decode_log(run, lines)))
        assert self.desk.get("/readyz").status_code == 200


def test_whatever_is_said_is_answered_once(server: ServerProcess, desk: httpx.Client) -> None:
    Talk.server, Talk.desk = server, desk
    run_state_machine_as_test(
        Talk,
        settings=settings(
            max_examples=EXAMPLES,
            phases=(Phase.generate,),
            stateful_step_count=15,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert "Exception in ASGI" not in server.log.read_text(encoding="utf-8")
