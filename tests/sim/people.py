"""Phones and a desk: clients that speak the wire's JSON, keep what wasn't answered and say it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.sim.lines import Line
from tests.sim.loop import pause
from tests.sim.rows import LOGIN, RUN
from tests.support.hands import guess, right_of
from tests.support.options import chosen, lists_of, wire
from tests.support.patience import UNSAVED

if TYPE_CHECKING:
    from tests.sim.world import World

PATIENCE_S = 15.0
OPEN_MAX = 3
IDLE = 8
"""Whoever had nothing to do looks again after so many times their pace, or when something comes."""


class Client:
    """Whoever has a device: connects to any worker, again and again."""

    seated = True
    """Has a seat in the team."""

    def __init__(self, world: World, name: str, hello: Mapping[str, Any]) -> None:
        self.world = world
        self.name = name
        self.chance = world.chance
        self.parts: dict[str, Any] = {}
        self.seq = 0
        """The latest that was ever shown."""
        self.line: Line | None = None
        self.gone = False
        """Went home; comes back when all is well, if at all."""
        self._hello = json.dumps({"type": "hello", "format": "json", **hello})
        self._open: dict[str, str] = {}
        self._times: dict[str, int] = {}
        self._asked: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._count = 0
        self.refused_for_good: set[str] = set()

    async def live(self) -> None:
        """Be there until the world ends."""
        while True:
            worker = None if self.gone else self.world.door()
            if worker is not None:
                self.line = self.world.dial(worker, seat=self.seated)
                await self._talk(self.line)
                self.line.leave()
                self.line = None
            away_s = 3.0 if worker is None else self.world.back_s
            await pause(0.1 + self.chance.random() * away_s)

    async def _talk(self, line: Line) -> None:
        """One connection, to its end."""
        self._begin()
        line.say(self._hello)
        if not self._hear(await line.phone.get(PATIENCE_S)):
            return
        for name in tuple(self._open):
            self._send(line, name)
        patience = 1
        while not line.phone.over and not self.gone:
            said = self._count
            frame = await line.phone.get(self.world.think_s() * patience)
            patience = 1
            if frame is not None:
                if not self._hear(frame):
                    return
            elif not line.phone.over:
                if self._act(line) is False:
                    return
                patience = 1 if self._count > said else IDLE

    def _begin(self) -> None:
        """A new connection shows everything anew."""
        self.parts = {}

    def _hear(self, frame: str | None) -> bool:
        """Take in a message. False: nothing came, or one was sent away."""
        if frame is None:
            return False
        message = json.loads(frame)
        self.world.trace.note(f"{self.name} < {frame[:60]}")
        match message["type"]:
            case "parts":
                self._shown(message)
            case "ack":
                self._open.pop(message["id"], None)
                self._acked(message)
            case "rejected":
                if self._open.pop(message["id"], None) is not None:
                    self._refused(message)
            case "bye":
                return False
        return True

    def _shown(self, message: dict[str, Any]) -> None:
        self.parts |= message["parts"]

    def _acked(self, message: dict[str, Any]) -> None:
        raise AssertionError("a client hears acknowledgements")

    def _refused(self, message: dict[str, Any]) -> None:
        code, name = message["code"], message["id"]
        assert code not in ("malformed", "unknown_command", "stopped", "failed", "replay"), message
        if code not in UNSAVED and self._times[name] == 1:
            self.refused_for_good.add(name)

    def _act(self, line: Line) -> bool | None:
        """Do something, or nothing. False: hang up."""
        raise AssertionError("a client acts")

    def say(self, line: Line, do: str, **fields: Any) -> None:
        """Ask for something, and keep it until it is answered."""
        if len(self._open) >= OPEN_MAX:
            return
        self._count += 1
        name = f"{self.name}.{self._count}"
        self._open[name] = json.dumps({"type": "command", "id": name, "do": do, **fields})
        self._times[name] = 0
        self._asked[name] = do, fields
        self.world.trace.note(f"{self.name} > {self._open[name]}")
        for _ in range(1 + (self.chance.random() < self.world.twice)):
            self._send(line, name)

    def _send(self, line: Line, name: str) -> None:
        self._times[name] += 1
        line.say(self._open[name])

    def check_ack(self, by: str, name: str, seq: int) -> None:
        """What is acknowledged is in the log, there; or it asked for what was so already."""
        end = self.world.truth.ends.get((by, name))
        idle = end is None and self._was_so(name, seq)
        assert idle or end == seq, f"{name} was acknowledged at {seq}, and is at {end}"

    def _was_so(self, name: str, seq: int) -> bool:
        (do, fields), known = self._asked[name], self.world.truth.states.get(seq)
        if known is None:
            return False
        if do == "hint":
            assert known[0].scene is not None, "hints are taken in a scene"
            held = known[0].scene.tasks[fields["task"]]
            return any(slot.hinted for slot in held.slots.values())
        return do in ("hand_over", "show")


class Person(Client):
    """A participant with a seat."""

    def __init__(self, world: World, seat: str, token: str) -> None:
        super().__init__(world, seat, {"token": token})
        self.seat = seat
        self.token = token
        self.acks: dict[str, int] = {}
        self._leaving = False

    def _shown(self, message: dict[str, Any]) -> None:
        seq = message["seq"]
        assert seq >= self.seq, f"{self.name} was shown {seq} after {self.seq}"
        self.seq = seq
        super()._shown(message)
        if self.chance.random() < 0.1:
            self.world.check_view(self, seq)

    def _acked(self, message: dict[str, Any]) -> None:
        name, seq = message["id"], message["seq"]
        assert self.acks.setdefault(name, seq) == seq, f"{name}: {seq}, then {self.acks[name]}"
        self.check_ack(self.seat, name, seq)

    def _act(self, line: Line) -> bool | None:
        if self._leaving and not self._open:
            self.gone, self._leaving = not self.world.calm, False
            return False
        if self.world.calm:
            self._play(line, self.world.doubt())
        elif self.chance.random() < self.world.unrest:
            return self._fidget(line)
        else:
            self._play(line, self.world.wrong_rate)
        return None

    def _play(self, line: Line, wrong: float) -> None:
        if self.parts["scene"]["phase"] != "playing":
            return
        scene = self.parts["scene"]["id"]
        rescues = [r for r in self.parts.get("rescues") or () if not r["tried"]]
        if rescues:
            self._rescue(line, rescues[0], wrong)
        tasks = [task for task in self.parts["tasks"] if task["state"] == "open"]
        while tasks:
            part = tasks.pop(int(self.chance.random() * len(tasks)))
            guesses = self.chance.random() < wrong
            scenario = self.world.truth.scenario
            task = scenario.scenes[scene].tasks[part["id"]]
            if task.body.sides and not lists_of(part):
                continue  # a teammate is to choose, to whom it is read
            answer = guess(task, part, self.chance) if guesses else right_of(task, part)
            if answer is not None and not guesses:
                answer = tuple(wire(part, task, answer))
            if answer is not None:
                role = {"role": part["role"]} if part["role"] else {}
                self.say(line, "submit", task=part["id"], answer=list(answer), **role)
                if self.chance.random() < 0.7:
                    return

    def _rescue(self, line: Line, part: Mapping[str, Any], wrong: float) -> None:
        traps = self.world.truth.scenario.traps.values()
        rescue = next(trap.rescue for trap in traps if trap.belief == part["trap"])
        assert rescue is not None, "what is offered is there"
        known = [choice.id for choice in rescue.choices if choice.right]
        guess = self.chance.random() < wrong
        picked = [self.chance.choice(rescue.choices).id] if guess else known
        answer = chosen(part, rescue.choices, picked)
        self.say(line, "rescue", seat=part["seat"], answer=answer)

    def _fidget(self, line: Line) -> bool | None:
        """What isn't an answer; refused as often as not."""
        tasks = self.parts["tasks"]
        cards = [card for card in self.parts.get("cards") or () if card["to"]]
        what = self.chance.choice(("reload", "leave", "home", "hint", "hand", "early", "tab"))
        if what == "reload":
            return False
        if what == "tab":
            self.world.second_tab(self)
        elif what == "home" and self.chance.random() < 0.3:
            self.gone = True
        elif what == "leave" and self.chance.random() < 0.4:
            self._leaving = True
            self.say(line, "leave")
        elif what == "hint" and tasks:
            self.say(line, "hint", task=self.chance.choice(tasks)["id"])
        elif what == "hand" and cards and not self.world.cards_wanted:
            card, do = self.chance.choice(cards), self.chance.choice(("hand", "show"))
            self.say(line, do, card=card["id"], to=self.chance.choice(card["to"])["id"])
        elif what == "early" and tasks:
            self.say(line, "submit", task=self.chance.choice(tasks)["id"], answer=["y"])
        return None


class Desk(Client):
    """The facilitator, at the console."""

    seated = False

    def __init__(self, world: World) -> None:
        super().__init__(world, "desk", {"token": LOGIN, "as": "console", "session": "s"})

    def _acked(self, message: dict[str, Any]) -> None:
        for entry in message["runs"]:
            if "seq" in entry:
                self.check_ack("facilitator", message["id"], entry["seq"])

    def _act(self, line: Line) -> bool | None:
        run = self.parts["runs"][0]
        if run["phase"] == "lobby":
            self.say(line, "start")
        elif self.world.calm:
            self._help(line, run)
        elif self.chance.random() < self.world.meddling:
            self._meddle(line, run)
        elif self.chance.random() < self.world.unrest:
            return False
        return None

    def _help(self, line: Line, run: Mapping[str, Any]) -> None:
        """Let the run go on, and give roles that nobody plays to somebody who is there."""
        if run["phase"] == "paused":
            self.say(line, "resume")
        self._skip_what_lacks_a_card(line, run)
        if run["phase"] != "playing" or self.world.truth.scenario.absence.then != "wait":
            return
        there = [seat["seat"] for seat in run["seats"] if seat["online"] and not seat["left"]]
        for role in run["roles"]:
            own = role["by"] in there or any(seat in there for seat in role["seats"])
            if not own and there:
                self.say(line, "hand_over", role=role["id"], seat=there[0])

    def _skip_what_lacks_a_card(self, line: Line, run: Mapping[str, Any]) -> None:
        """Whoever skipped the task that gives a card has to skip the one that needs it, too: no
        proof goes as far as the facilitator's hand does."""
        state = self.world.truth.state
        if state.scene is None or run["phase"] != "playing" or not self.world.doubt():
            return  # or it may come to them yet
        tasks = self.world.truth.scenario.scenes[state.scene.id].tasks
        for part in run["tasks"]:
            needs = tasks[part["id"]].body.needs() if part["id"] in state.scene.tasks else ()
            if not all(state.holders.get(card) for card in needs):
                self.say(line, "skip", run=RUN, task=part["id"])

    def _meddle(self, line: Line, run: Mapping[str, Any]) -> None:
        chance = self.chance
        if run["phase"] == "paused":
            self.say(line, "resume")
            return
        seat = chance.choice(run["seats"])["seat"]
        role = chance.choice(run["roles"])["id"]
        do = chance.choice(
            ("pause", "pause", "extend", "skip", "open_barrier", "hand_over", "hand_back", "nudge",
             "release", "jump")
        )  # fmt: skip
        fields: dict[str, Any] = {"run": RUN}
        if do == "extend":
            fields["seconds"] = 30
        elif do == "skip":
            if not run["tasks"]:
                return
            fields["task"] = chance.choice(run["tasks"])["id"]
        elif do == "jump":
            if chance.random() < 0.7:
                return
            fields["scene"] = chance.choice(run["scenes"])["id"]
        elif do in ("hand_over", "hand_back"):
            fields["role"] = role
        if do in ("hand_over", "nudge", "release"):
            fields["seat"] = seat
        self.say(line, do, **fields)
