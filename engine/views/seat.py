"""What each audience sees: named parts, built up from what that audience may see.

Theory of operation. Nothing is shown unless it is listed here; there is no filter to forget. A seat
sees its scene, its own tasks (and those it acts for), the team, and what its role was given or
told; which answer is right, which choice is a trap, what others were told and what comes next never
enter a struct. Shapes: `parts/seat_parts.py`.

`RunViews` remembers what it has shown. When a state comes it finds out once which pieces of it have
changed (`pieces.py`); of each seat only the parts that are made of one of those are looked at
again, and a part that comes out as it was stays the same object (`kept.py`): whoever sends parts
compares with `is`. What all seats share is built once for all, what a seat's list has in common
with another's too. Callers never change what they get. A piece that a part is built from and that
isn't named with it leaves phones as they were: tests/properties/test_remembered.py compares with
fresh views at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import replace

from engine.errors import Lang
from engine.rules.acting import acts_for
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import RoleId, SeatId, TaskId, TrapId
from engine.views.debrief import debrief_part
from engine.views.faced import faced
from engine.views.kept import Kept
from engine.views.last import last_act
from engine.views.learnt_so_far import SoFar
from engine.views.notices import Hearing, notices
from engine.views.parts.seat_parts import SeatView, Waited
from engine.views.pieces import ACTING, EVERY, READS, SINGLY, Changes, mask_of
from engine.views.place import cards, me_part, rescues, scene_part
from engine.views.seat_tasks import SeatTasks
from engine.views.team import (
    Names,
    Owing,
    Tally,
    meters,
    tally_of,
    teammate,
    waited,
    waited_for,
    waiting_part,
)

PARTS: Final = tuple(READS)
"""The names of a seat's parts, in the order in which they are sent."""
_MASKS: Final = {name: mask_of(pieces) for name, pieces in READS.items()}
_NO_TRAPS: Final[frozenset[TrapId]] = frozenset()
"""One for all: each empty set that is made takes 216 bytes of a phone that keeps it."""
_ACTING: Final = mask_of(ACTING)
_COVERS: Final = mask_of("covers")
_NAMED: Final = mask_of("seats covers phase holds names")
"""What the words for who is waited for are made of."""
_SEATED: Final = _MASKS["team"] & ~mask_of("scene tasks")
"""What a teammate is made of, besides how many tasks are done."""
_SINGLY: Final = {name: mask_of(SINGLY.get(name, "")) for name in READS}

assert PARTS == SeatView.__struct_fields__, "every part says what it is made of"


class Phone:
    """What a seat was shown last, in one language."""

    __slots__ = (
        "acted", "acts", "concerned", "inputs", "lang", "parts", "role", "seat", "seen", "shown",
        "so_far",
    )  # fmt: skip

    def __init__(self, seat: SeatId, lang: Lang) -> None:
        self.seat = seat
        self.lang = lang
        self.seen = -1
        """The moment of `Changes` it is as of."""
        self.acts: tuple[RoleId, ...] = ()
        self.role: RoleId = ""
        self.acted: TaskId = ""
        """The task that it answered last."""
        self.concerned: frozenset[TaskId] = frozenset()
        """The tasks that it is shown, and those that these wait for."""
        self.parts: dict[str, Kept] = {}
        self.inputs: dict[str, tuple[Any, ...]] = {}
        """What some parts were made of in detail, as they were looked at last."""
        self.shown: Mapping[str, Kept] = {}
        self.so_far = SoFar()

    def keep(self, name: str, part: Any, pieces: tuple[Kept, ...] = ()) -> Kept:
        """The part, as it was kept if it hasn't changed."""
        known = self.parts.get(name)
        return known if known is not None and known.part == part else Kept(part, pieces)

    def same(self, name: str, inputs: tuple[Any, ...], build: Callable[[], Any]) -> Kept:
        """The part as it was, if `inputs` are what they were; else built anew."""
        # Tuples are compared item by item, identity first: what hasn't changed costs nothing.
        if self.inputs.get(name) == inputs:
            return self.parts[name]
        kept = self.keep(name, build())
        self.inputs[name] = inputs
        return kept


class RunViews:
    """Views of one run's states, with a memory of what was shown last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._state: State | None = None
        self._names: Names = {}
        self._changes = Changes()
        self._phones: dict[tuple[SeatId, Lang], Phone] = {}
        self._tasks = SeatTasks(scenario)
        self._tally = Tally(scenario, None)
        self._acts: dict[SeatId, tuple[RoleId, ...]] = {}
        """Of the seats that are taken."""
        self._shared: dict[tuple[Any, ...], tuple[int, Kept]] = {}
        """Parts that several seats are shown, and the moment they were looked at."""
        self._waited: tuple[int, Owing, tuple[Waited, ...]] = (-1, Owing(), ())
        self._facing: dict[tuple[RoleId, ...] | None, tuple[tuple[Any, ...], frozenset[TrapId]]]
        self._facing = {}

    def seat(self, state: State, seat: SeatId, names: Names, lang: Lang = "zh") -> SeatView:
        """All parts of a seat; for an unknown seat those of the team alone."""
        return SeatView(*[kept.part for kept in self.shown(state, seat, names, lang).values()])

    def shown(
        self, state: State, seat: SeatId, names: Names, lang: Lang = "zh"
    ) -> Mapping[str, Kept]:
        """The same, kept, by name; the same object until one of them changes."""
        if state is not self._state or names is not self._names:
            self._look(state, names)
        phone = self._phones.get((seat, lang))
        if phone is None:
            phone = self._phones[seat, lang] = Phone(seat, lang)
        elif phone.seen == self._changes.now:
            return phone.shown
        now, parts, moved = self._changes.now, phone.parts, False
        changed = self._changes.since(phone.seen) if phone.seen >= 0 else EVERY
        if changed & _ACTING:
            held = state.seats.get(seat)
            phone.role = held.role if held is not None else ""
            phone.acts = acts_for(state, seat)
        makers, narrow = _makers(changed)
        for name, make in makers:
            if phone.seen == now - 1 and name in narrow and not self._concerns(phone, name):
                continue
            kept = make(self, state, phone)
            if kept is not parts.get(name):
                parts[name], moved = kept, True
        if moved or changed == EVERY:
            phone.shown = {**parts}
        phone.seen = now
        return phone.shown

    def _concerns(self, phone: Phone, name: str) -> bool:
        """The items of those pieces that changed with the latest moment concern its part."""
        tasks = self._changes.tasks
        if name == "tasks":
            return not phone.concerned.isdisjoint(tasks)
        return phone.seat in self._changes.acts or phone.acted in tasks

    def _look(self, state: State, names: Names) -> None:
        """Find out what has changed."""
        changed = self._changes.look(state, names)
        self._state, self._names = state, names
        if changed & _COVERS:
            self._shared.clear()  # of those who acted for others
        if changed & _ACTING:
            self._acts = {seat: acts_for(state, seat) for seat in state.seats}
        scene = self.scenario.scenes[state.scene.id] if state.scene is not None else None
        if scene is not self._tally.scene:
            self._tally = tally_of(self.scenario, state)
            self._tasks.clear()
        elif state.scene is not None:
            self._tally.come_to(state.scene.tasks, self._changes.tasks)

    # ── what all are shown alike ────────────────────────────────────────────────────────────────

    def _alike(self, name: str, key: tuple[Any, ...], build: Callable[[], Kept]) -> Kept:
        """A part that several seats are shown: looked at once, by the first of them."""
        known, now = self._shared.get((name, *key)), self._changes.now
        if known is not None:
            moment, kept = known
            if moment == now:
                return kept
            if self._changes.since(moment) & _MASKS[name]:
                built = build()
                kept = kept if built.part == kept.part else built
        else:
            kept = build()
        self._shared[name, *key] = now, kept
        return kept

    def _scene(self, state: State, phone: Phone) -> Kept:
        role, acts = phone.role, phone.acts
        return self._alike(
            "scene",
            (acts or role, phone.lang),
            lambda: Kept(scene_part(self.scenario, state, role, acts)),
        )

    def _team(self, state: State, phone: Phone) -> Kept:
        known = self._shared.get(("team", phone.lang))
        if known is not None and known[0] == self._changes.now:
            return known[1]
        return self._alike("team", (phone.lang,), lambda: self._teammates(state, phone.lang))

    def _teammates(self, state: State, lang: Lang) -> Kept:
        known, tally, made = self._shared.get(("team", lang)), self._tally, []
        if known is None or self._changes.since(known[0]) & _SEATED:
            rows = {row.part.seat: row for row in known[1].pieces} if known is not None else {}
            for seat in state.seats:
                part = teammate(self.scenario, state, seat, self._names, tally)
                row = rows.get(seat)
                made.append(row if row is not None and row.part == part else Kept(part))
        else:
            for row in known[1].pieces:
                part = row.part
                done, total = tally.done[part.role], tally.total[part.role]
                if part.done != done or part.total != total:
                    row = Kept(replace(part, done=done, total=total))
                made.append(row)
        return Kept(tuple([row.part for row in made]), made)

    def _meters(self, state: State, phone: Phone) -> Kept:
        known = self._shared.get(("meters", phone.lang))
        if known is not None and known[0] == self._changes.now:
            return known[1]
        return self._alike("meters", (phone.lang,), lambda: Kept(meters(self.scenario, state)))

    def _cards(self, state: State, phone: Phone) -> Kept:
        given = state.phase == "playing" and not state.waits and phone.seat not in state.holds
        return self._alike(
            "cards",
            (phone.acts, given, phone.lang),
            lambda: Kept(cards(self.scenario, state, phone.acts, given=given)),
        )

    # ── what each is shown ──────────────────────────────────────────────────────────────────────

    def _me(self, state: State, phone: Phone) -> Kept:
        seat, scene, act = phone.seat, state.scene, state.aside.acts.get(phone.seat)
        phone.acted = act.subject if act is not None else ""
        task = scene.tasks.get(phone.acted) if scene is not None else None
        lurking = self._faced(state)
        return phone.same(
            "me",
            (act, task, scene and scene.id, state.phase, state.holds.get(seat), phone.acts)
            + (state.seats, self._names, state.paused_at_ms, state.paused_ms, lurking)
            + (state.aside.polls, state.waits),
            lambda: me_part(
                self.scenario,
                state,
                seat,
                self._names,
                phone.acts,
                last_act(self.scenario, state, seat, self._names, lurking, phone.lang),
            ),
        )

    def _own_tasks(self, state: State, phone: Phone) -> Kept:
        phone.concerned, looked = self._tasks.looked_at(state, phone.seat, phone.acts)
        if phone.inputs.get("tasks") == looked:
            return phone.parts["tasks"]
        pieces = self._tasks.of(state, phone.seat, phone.acts, phone.lang)
        kept = phone.keep("tasks", tuple([piece.part for piece in pieces]), pieces)
        phone.inputs["tasks"] = looked
        return kept

    def _waiting(self, state: State, phone: Phone) -> Kept:
        moment, owing, who = self._waited
        if moment != self._changes.now:
            before = owing
            owing = waited_for(self.scenario, state, self._tally, self._acts)
            named = (before.seats, before.roles) == (owing.seats, owing.roles)
            if not named or self._changes.since(moment) & _NAMED:
                who = waited(self.scenario, state, owing, self._names)
            self._waited = self._changes.now, owing, who
        if owing.by.get(phone.seat):
            return phone.keep("waiting", waiting_part(owing, who, phone.seat))
        return self._alike(
            "waiting", (phone.lang,), lambda: Kept(waiting_part(owing, who, phone.seat))
        )

    def _rescues(self, state: State, phone: Phone) -> Kept:
        part = (
            rescues(self.scenario, state, phone.seat, self._names)
            if state.holds and not state.waits
            else ()
        )
        return phone.keep("rescues", part)

    def _notice(self, state: State, phone: Phone) -> Kept:
        hearing = Hearing(
            phone.seat,
            phone.acts,
            self._names,
            self._faced(state),
            self._faced(state, phone.acts),
            phone.lang,
        )
        return phone.same(
            "notice",
            (state.news, state.seats, state.absence, state.aside.helped, hearing)
            + (state.scene and state.scene.id,),
            lambda: notices(self.scenario, state, hearing),
        )

    def _learnt(self, state: State, phone: Phone) -> Kept:
        lurking = self._faced(state)
        return phone.same(
            "learnt",
            (state.aside.got, phone.acts, lurking),
            lambda: phone.so_far.of(self.scenario, state, phone.seat, phone.acts, lurking),
        )

    def _debrief(self, state: State, phone: Phone) -> Kept:
        return phone.keep(
            "debrief", debrief_part(self.scenario, state, phone.seat, self._names, phone.lang)
        )

    def _faced(self, state: State, roles: tuple[RoleId, ...] | None = None) -> frozenset[TrapId]:
        """The traps the team, or these roles of it, haven't behind them; asked only once one has
        sprung."""
        if not state.aside.springs:
            return _NO_TRAPS
        scene = state.scene
        inputs = (scene and scene.id, scene and scene.tasks, state.interrupted, state.phase)
        known = self._facing.get(roles)
        if known is None or known[0] != inputs:
            known = self._facing[roles] = inputs, faced(self.scenario, state, roles)
        return known[1]


Make = Callable[[RunViews, State, Phone], Kept]
_MAKES: Final[dict[str, Make]] = {
    "scene": RunViews._scene,
    "me": RunViews._me,
    "tasks": RunViews._own_tasks,
    "team": RunViews._team,
    "waiting": RunViews._waiting,
    "meters": RunViews._meters,
    "cards": RunViews._cards,
    "rescues": RunViews._rescues,
    "notice": RunViews._notice,
    "learnt": RunViews._learnt,
    "debrief": RunViews._debrief,
}


@lru_cache(maxsize=256)
def _makers(changed: int) -> tuple[tuple[tuple[str, Make], ...], frozenset[str]]:
    """(the parts that are made of what has changed, those of them of which only some items of it
    may concern a seat)."""
    makers = tuple([(name, _MAKES[name]) for name in PARTS if changed & _MASKS[name]])
    narrow = [name for name in PARTS if not changed & _MASKS[name] & ~_SINGLY[name]]
    return makers, frozenset(narrow)
