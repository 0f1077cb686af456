"""A run played by a list of moves, without people, sockets or clock: what `tests:` are run by.

A move is written as in a script's `tests` (language §1):

    date=d23              the first seat that may answers the task
    recorder:date=d23     the seat of that role does
    pick=a,b  map=x=x,y=y several ids, in order; pairs as left=right
    rescue=y38            the first teammate who may, helps the held one
    draw=who:b            what a drawn variable is, before any other move
    hint=date  hand=note>recorder  show=note>recorder  wait=30s
    away=recorder  back=recorder  leave=recorder

Time stands still but for `wait`, and where a move would come too early (a hold, a discussion that
has to last): then it moves on just far enough, deadlines firing on the way, as they would live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

from engine.errors import Rejection
from engine.rules import commands as cmd
from engine.rules.acting import acts_for
from engine.rules.deadlines import next_deadline
from engine.rules.decide import decided, may_rescue, open_run
from engine.rules.events import AnyEvent, Recorded
from engine.rules.evolve import EMPTY, evolve
from engine.rules.rejections import reject
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.scenario.playtests import spelt
from engine.values import ANY, RoleId, SeatId, TaskId, Value, VarId

START_MS: Final = 1_600_000_000_000
"""Wall instant at which every playthrough begins."""

DEADLINES_MAX: Final = 10_000


class Playthrough:
    """One run and its log so far."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: str = "playthrough",
        seats: Mapping[RoleId, int] | None = None,
        started: bool = True,
        at_ms: int = START_MS,
        alone: bool = False,
        drawn: bool = False,
        abreast: bool = False,
        draws: Mapping[VarId, Value] | None = None,
    ) -> None:
        """`seats`: how many people play each role; None: one each. They are seated and present.
        `alone`: stand-ins take the roles that nobody plays. `drawn`: views show drawn options, as
        on phones; moves and commands name the author's all the same. `abreast`: it waits for other
        teams at the end of an act. `draws`: what drawn variables
        are, the first value where it doesn't say; None: the seed draws."""
        self.scenario = scenario
        self.now_ms = at_ms
        self.state: State = EMPTY
        self.records: list[Recorded] = []
        self._count = 0
        self._opens: dict[str, Any] = {
            "seed": seed,
            "team": 1,
            "at_ms": at_ms,
            "alone": alone,
            "drawn": drawn,
            "abreast": abreast,
        }
        self._draws, self._seats, self._started = draws, seats, started
        self._open()

    def _open(self) -> None:
        opened = open_run(self.scenario, draws=self._draws, **self._opens)
        self._log("host", "open", opened)
        self.state = reduce(evolve, opened, EMPTY)
        for role in self.scenario.roles:
            for _ in range(1 if self._seats is None else self._seats.get(role, 0)):
                self.seat(role)
        if self._started:
            self.do(cmd.Start, cmd.FACILITATOR)
        self._opened = len(self.records)

    def seat(self, role: RoleId | None = None) -> SeatId:
        """Take the next seat and be present."""
        name = f"s{len(self.state.seats) + 1}"
        self.do(cmd.TakeSeat, name, role=role)
        self.do(cmd.ComeBack, name)
        return name

    def do(self, kind: type[Any], by: str, **fields: Any) -> tuple[AnyEvent, ...]:
        """Decide a command now, and log what it brings about. Raises Rejection."""
        self._count += 1
        return self.decide(kind(id=f"c{self._count}", at_ms=self.now_ms, by=by, **fields))

    def decide(self, command: cmd.AnyCommand) -> tuple[AnyEvent, ...]:
        """Decide a ready-made command, and log what it brings about. Raises Rejection."""
        draft = decided(self.scenario, self.state, command)
        events = tuple(draft.events)
        self._log(command.by, command.id, events)
        self.state = draft.state
        return events

    def _log(self, by: str, command: str, events: tuple[AnyEvent, ...]) -> None:
        for seq, event in enumerate(events, start=self.state.seq + 1):
            self.records.append(Recorded(seq=seq, by=by, command=command, event=event))

    def advance(self, ms: int) -> None:
        """Let `ms` go by, deadlines firing at their own instants."""
        until_ms = self.now_ms + ms
        for _ in range(DEADLINES_MAX):
            due = next_deadline(self.scenario, self.state)
            if due is None or due.at_ms > until_ms:
                self.now_ms = until_ms
                return
            self.now_ms = max(self.now_ms, due.at_ms)
            self.decide(due.command)
        raise AssertionError("deadlines without end")

    # ── moves ───────────────────────────────────────────────────────────────────────────────────

    def move(self, text: str) -> None:
        """Make a move as written. Raises Rejection where it can't be made: nothing has changed."""
        who, rest = "", text.strip()
        if _ROLE.match(rest):
            who, _, rest = rest.partition(":")
        name, _, value = rest.partition("=")
        verb = _VERBS.get(name.strip())
        if name.strip() in LATER and any(
            name.strip() in one.tasks for one in self.scenario.scenes.values()
        ):
            verb = None
        if verb is not None and not who:
            verb(self, value.strip())
        else:
            self._submit(who.strip() or None, name.strip(), value.strip())

    def seats_of(self, role: RoleId) -> list[SeatId]:
        """The role's seats, in the order taken; raises Rejection unknown_role if it has none."""
        seats = [name for name, seat in self.state.seats.items() if seat.role == role]
        if not seats:
            raise reject("unknown_role")
        return seats

    def _submit(self, role: RoleId | None, task: TaskId, value: str) -> None:
        seat, slot = self._answerer(role, task)
        answer = self._parse(task, value)
        self._patiently(
            lambda: self.do(cmd.Submit, seat, task=task, answer=answer, role=slot), seat, task
        )

    def _answerer(self, role: RoleId | None, task: TaskId) -> tuple[SeatId, RoleId | None]:
        """Who makes the move, for which role; anybody if nobody may: the rules then refuse."""
        held = self.state.scene.tasks.get(task) if self.state.scene is not None else None
        slots = held.slots if held is not None else {}
        order = (*held.order, *slots) if held is not None else ()
        for slot in dict.fromkeys(order):
            if slots[slot].done or (role is not None and slot not in (role, ANY)):
                continue
            for seat in self.state.seats:
                mine = acts_for(self.state, seat)
                if slot == ANY and (role is None or role in mine):
                    return seat, None
                if slot in mine:
                    return seat, slot
        first = self.seats_of(role)[0] if role is not None else next(iter(self.state.seats), "")
        return first, role

    def _parse(self, task: TaskId, value: str) -> tuple[str, ...]:
        scene = self.scenario.scenes.get(self.state.scene.id) if self.state.scene else None
        body = scene.tasks[task].body if scene is not None and task in scene.tasks else None
        if (body is not None and body.form.typed) or task == "reflect":
            return (value,)
        return tuple(part.strip() for part in value.split(",") if part.strip())

    def _patiently(self, act: Callable[[], object], seat: SeatId, task: TaskId) -> None:
        try:
            act()
        except Rejection as refusal:
            wait_ms = self._wait_ms(refusal.code, seat, task)
            if wait_ms <= 0:
                raise
            self.advance(wait_ms)
            act()

    def _wait_ms(self, code: str, seat: SeatId, task: TaskId) -> int:
        clock_ms = self.now_ms - self.state.paused_ms
        if code == "held":
            return self.state.holds[seat].until_ms - clock_ms
        if code in ("too_early", "talk_first") and self.state.scene is not None:
            asked = self.scenario.scenes[self.state.scene.id].tasks[task]
            return self.state.scene.tasks[task].opened_ms + asked.least_ms - clock_ms
        return 0

    def _rescue(self, value: str) -> None:
        answer = tuple(part.strip() for part in value.split(",") if part.strip())
        for held in self.state.holds:
            for seat in self.state.seats:
                if may_rescue(self.state, self.scenario, seat, held):
                    self.do(cmd.TryRescue, seat, seat=held, answer=answer)
                    return
        raise reject("not_held")

    def _draw(self, value: str) -> None:
        """What a variable is drawn as, before anything else was done: the run begins anew."""
        name, _, word = (part.strip() for part in value.partition(":"))
        var = self.scenario.vars.get(name)
        values = {spelt(one): one for one in var.domain} if var is not None and var.drawn else {}
        if word not in values or len(self.records) != self._opened:
            raise reject("stale")
        self.now_ms, self.state, self.records, self._count = self._opens["at_ms"], EMPTY, [], 0
        self._draws = {**(self._draws or {}), name: values[word]}
        self._open()

    def _wait(self, value: str) -> None:
        self.advance(duration_ms(value))

    def _hint(self, task: str) -> None:
        seat, slot = self._answerer(None, task)
        self.do(cmd.TakeHint, seat, task=task, role=slot)

    def _hand(self, value: str) -> None:
        self._pass_on(cmd.HandCard, value)

    def _show(self, value: str) -> None:
        self._pass_on(cmd.ShowCard, value)

    def _pass_on(self, kind: type[Any], value: str) -> None:
        card, _, to = (part.strip() for part in value.partition(">"))
        holders = self.state.holders.get(card, ())
        if not holders:
            raise reject("card_not_held")
        self.do(kind, self.seats_of(holders[0])[0], card=card, to=to)

    def _each(self, kind: type[Any], role: RoleId) -> None:
        for seat in self.seats_of(role):
            self.do(kind, seat)

    def _away(self, role: RoleId) -> None:
        self._each(cmd.GoAway, role)

    def _back(self, role: RoleId) -> None:
        self._each(cmd.ComeBack, role)

    def _leave(self, role: RoleId) -> None:
        self._each(cmd.LeaveSeat, role)


_VERBS: Final[dict[str, Callable[[Playthrough, str], None]]] = {
    "draw": Playthrough._draw,
    "rescue": Playthrough._rescue,
    "wait": Playthrough._wait,
    "hint": Playthrough._hint,
    "hand": Playthrough._hand,
    "show": Playthrough._show,
    "away": Playthrough._away,
    "back": Playthrough._back,
    "leave": Playthrough._leave,
}

VERBS: Final = frozenset(_VERBS)
"""Words that a move may begin with in place of a task's id."""

LATER: Final = frozenset({"draw", "show"})
"""Those that came when scripts might have had a task of that name: then it means the task."""

_ROLE = re.compile(r"[\w-]+\s*:\s*[\w-]+\s*=")
_DURATION = re.compile(r"^(\d+)(ms|s|m|h)$")
_UNIT_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}


def duration_ms(text: str) -> int:
    """`30s`, `5m`, `1h` in milliseconds. Raises ValueError."""
    found = _DURATION.match(text)
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return int(found[1]) * _UNIT_MS[found[2]]
