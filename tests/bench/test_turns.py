"""The bench measures what it says: every act that is due, of every server, until the last has seen it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.turns.crowd import idle, storm
from bench.turns.lean import Lean, framed
from bench.turns.meter import cpu_s, family
from bench.turns.pace import Play, at_rate, playing
from bench.turns.rounds import ROLES, SCENES, SEATS, script
from bench.turns.servers import running, server_of
from bench.turns.table import ratios
from bench.turns.teams import Counted, Team
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from tests.support.patience import comes
from tests.support.scripts import compile_text

TEAMS = 3
RATE = 60.0
WINDOW_S = 0.4


async def views_an_act(play: Play, *, in_turn: bool) -> float:
    """Of some rounds."""
    counted, rounds = play.counted, 10 * SEATS * TEAMS
    acts, frames = len(counted.taken), counted.frames
    for team in play.teams:
        team.begin(in_turn=in_turn)
    await comes(lambda: counted.fault.done() or len(counted.taken) > acts + rounds)
    await counted.passes(0)
    return (counted.frames - frames) / (len(counted.taken) - acts)


@pytest.mark.parametrize("name", ["echo", "least", "json", "html+desk"])
def test_acts_are_over_when_all_have_seen_them(name: str, tmp_path: Path) -> None:
    async def measure() -> None:
        async with playing(server, TEAMS) as play:
            window = await at_rate(play, RATE, 0, WINDOW_S)
            due = RATE * window.seconds
            assert abs(len(window.taken_s) - due) <= 1, "an act that was due isn't told"
            await comes(lambda: not any(team.waiting() for team in play.teams))
            assert SEATS - 0.5 < await views_an_act(play, in_turn=True) < SEATS + 0.5
            assert 0.9 <= await views_an_act(play, in_turn=False) < SEATS + 0.5
            assert all(taken_s > 0 for _, taken_s in play.counted.taken)
        rows = await idle(server, [SEATS, 2 * SEATS], 0)
        assert all(row["mib"] > 1 for row in rows)
        row = await storm(server, RATE, WINDOW_S)
        assert row["refused"] == 0
        assert row["frames"] >= 1, "somebody is in who was shown nothing"

    with running(server_of(name, tmp_path)) as server:
        asyncio.run(measure())
        assert cpu_s(server.pid) > 0


def test_the_script_goes_round() -> None:
    play = Playthrough(compile_text(script()))
    for number in range(2 * SCENES):
        scene = f"r{number % SCENES}"
        assert play.state.scene is not None
        assert play.state.scene.id == scene
        for place, role in enumerate(ROLES[:SEATS], 1):
            play.do(cmd.Submit, f"s{place}", task=f"{scene}{role}", answer=("go",))


class Wire(asyncio.Transport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))


OPENED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
LONG = b"x" * 70_000
SENT = (
    OPENED + b"\x81\x03one" + b"\x89\x04ping"
    + b"\x81\x7e\x01\x00" + b"y" * 256 + b"\x81\x7f" + len(LONG).to_bytes(8, "big") + LONG
)  # fmt: skip


@pytest.mark.parametrize("cut", [1, 2, 57, 60, 1000, len(SENT)])
async def test_frames_are_read_however_they_come(cut: int) -> None:
    heard: list[bytes] = []
    wire = Wire()
    lean = Lean(heard.append, lambda why: heard.append(why.encode()))
    lean.connection_made(wire)
    for at in range(0, len(SENT), cut):
        lean.data_received(SENT[at : at + cut])
    assert lean.opened.done()
    assert heard == [b"one", b"y" * 256, LONG]
    assert wire.written[1:] == [framed(b"ping", 0x8A)]


async def test_a_refusal_ends_the_measurement() -> None:
    counted = Counted()
    team = Team(0, server_of("echo", Path()), counted, SEATS)
    team._heard(0, b'{"type":"rejected","id":"1","code":"too_fast"}')
    with pytest.raises(AssertionError, match="too_fast"):
        await counted.passes(WINDOW_S)


def test_processes_that_a_server_starts_count_as_its_own() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as parent:
        while len([*family(parent.pid)]) < 2:
            assert parent.poll() is None
        assert parent.pid in family(os.getpid())
        parent.communicate(b"\n")


def test_ratios_are_of_one_round_and_of_who_could() -> None:
    def row(server: str, number: int, per_s: float) -> dict[str, object]:
        return {
            "what": "w",
            "server": server,
            "round": number,
            "rate": 100,
            "per_s": per_s,
            "p99_ms": 9,
        }

    rows = [row("a", 1, 200), row("echo", 1, 400), row("a", 2, 100), row("echo", 2, 400)]
    rows += [row("slow", 1, 50), row("slow", 2, 50)]
    assert ratios(rows, ["echo"], ["per_s"]) == [
        {"what": "w", "server": "a", "to": "echo", "per_s": 0.375}
    ]
