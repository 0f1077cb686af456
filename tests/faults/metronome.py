"""A process of phones that play by a beat, and measure how late their teammates see it.

    python -m tests.faults.metronome PORT EVERY_MS CARD

A line for each seat comes in: token, run, role, those of a team one after the other; an empty line ends
them. The first of each team holds the card. "ready" goes out once all phones show their parts; then each
team hands its card to the next role at every beat of its own, whether the beat before was seen or not.
Who waits for an answer before they act again measures a server that stands still once, and not once for
everybody who would have acted meanwhile: so the time runs from the beat. For each a line goes out: the
instant it was due (of the machine's monotonic clock, s), and after how many ms the last of those whose
view it changes was shown it; at last "lost" and how many never were. It ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import orjson

from tests.faults.crowd import say
from tests.support.line import Line
from tests.support.patience import UNSAVED
from tests.support.proxy import pause

LAST_S = 20.0
"""So long the last beats are waited for."""
AGAIN_S = 0.02
LATER = UNSAVED | {"card_not_held"}
"""Refusals of what is so a little later: two beats came at once after a stall, by two lines, and the later
one was read first; or the store was busy. It counts from its beat all the same."""


class Beat:
    """One card handed on, and who is still to see it."""

    def __init__(self, due_s: float, seers: set[Phone]) -> None:
        self.due_s = due_s
        self.seers = seers
        self.seq = 0
        """Once it was acknowledged."""


class Phone:
    """One seat's; knows what it was shown last, and when it was first shown so much."""

    def __init__(self, token: str, role: str) -> None:
        self.token = token
        self.role = role
        self.seen: list[tuple[int, float]] = []
        self.line: Line | None = None
        self.team: Team | None = None

    def heard(self, payload: bytes) -> None:
        """A message has come."""
        now_s = time.monotonic()
        message: dict[str, Any] = orjson.loads(payload)
        assert self.team is not None
        if message["type"] == "parts":
            self.seen = [*self.seen[-40:], (message["seq"], now_s)]
            self.team.look()
        elif message["type"] == "ack":
            self.team.acked(message["id"], message["seq"])
        elif message["code"] in LATER:
            loop = asyncio.get_running_loop()
            loop.call_later(AGAIN_S, self.team.hand, message["id"])
        else:
            raise AssertionError(message)

    def lost(self) -> None:
        """The line of somebody who plays by the rules must not be cut."""
        raise AssertionError("a player's line was cut")


class Team:
    """Its phones, in the order in which the card goes round."""

    def __init__(self, card: str) -> None:
        self.card = card
        self.phones: list[Phone] = []
        self.beats: dict[str, Beat] = {}

    def acked(self, name: str, seq: int) -> None:
        """It is in the log."""
        self.beats[name].seq = seq
        self.look()

    def look(self) -> None:
        """Who has seen what by now?"""
        for name, beat in list(self.beats.items()):
            if not beat.seq:
                continue
            shown = [
                next((at_s for seq, at_s in phone.seen if seq >= beat.seq), None)
                for phone in beat.seers
            ]
            if None not in shown:
                del self.beats[name]
                last_s = max(at_s for at_s in shown if at_s is not None)
                say(f"{beat.due_s:.4f} {(last_s - beat.due_s) * 1000:.2f}")

    def hand(self, name: str) -> None:
        """Whose beat it is hands the card on."""
        giver, taker = self._hands(int(name))
        assert giver.line is not None
        said = {"type": "command", "id": name, "do": "hand", "card": self.card, "to": taker.role}
        giver.line.send(said)

    def _hands(self, number: int) -> tuple[Phone, Phone]:
        count = len(self.phones)
        return self.phones[number % count], self.phones[(number + 1) % count]

    async def play(self, begins_s: float, every_s: float) -> None:
        """Hand the card round, beat after beat."""
        number = 0
        while True:
            due_s = begins_s + number * every_s
            await pause(max(0.0, due_s - time.monotonic()))
            self.beats[str(number)] = Beat(due_s, set(self._hands(number)))
            self.hand(str(number))
            number += 1


async def main(port: int, every_s: float, card: str) -> None:
    """Connect everybody, play, and say how late it was."""
    teams: dict[str, Team] = {}
    while words := sys.stdin.readline().split():
        phone = Phone(words[0], words[2])
        phone.team = teams.setdefault(words[1], Team(card))
        phone.team.phones.append(phone)
    loop = asyncio.get_running_loop()
    phones = [phone for team in teams.values() for phone in team.phones]
    for phone in phones:

        def line(phone: Phone = phone) -> Line:
            return Line(port, phone.token, phone.heard, phone.lost, format_="html")

        _, phone.line = await loop.create_connection(line, "127.0.0.1", port)
    while not all(phone.seen for phone in phones):
        await pause(0.05)
    say("ready")
    begins_s, apart_s = time.monotonic() + 0.2, every_s / len(teams)
    playing = [
        asyncio.create_task(team.play(begins_s + number * apart_s, every_s))
        for number, team in enumerate(teams.values())
    ]
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait([ended, *playing], return_when=asyncio.FIRST_COMPLETED)
    for one in playing:
        one.cancel()
    for outcome in await asyncio.gather(*playing, return_exceptions=True):
        assert outcome is not None
        assert isinstance(outcome, asyncio.CancelledError), outcome
    until_s = time.monotonic() + LAST_S
    while any(team.beats for team in teams.values()) and time.monotonic() < until_s:
        await pause(0.05)
    say(f"lost {sum(len(team.beats) for team in teams.values())}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]) / 1000, sys.argv[3]))
