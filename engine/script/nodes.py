"""What a script is made of, below scenes and tasks: guards, declarations, effects, choices.

Frozen all the way down. Every name resolves, every number is within its range, every guard is
typed: the readers of this room saw to it. Each authored thing carries `at`, its place in the
script, so that run-time errors can point there. No kind of task is named here; what a kind is made
of stands in its folder (`engine/kinds`), scenes and tasks in `engine/scenario/model.py`.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from engine.errors import Place
from engine.values import CardId, FactId, RoleId, SceneId, TaskId, TrapId, Value, VarId


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """What everything authored has."""

    at: Place


# ── guards (language §3) ────────────────────────────────────────────────────────────────────────

Operator = Literal["==", "!=", "<", "<=", ">", ">="]


class VarRef(msgspec.Struct, frozen=True):
    """The value of a variable."""

    var: VarId


class Literal_(msgspec.Struct, frozen=True):
    """A value written in the guard."""

    value: Value


Operand = VarRef | Literal_


class Compare(msgspec.Struct, frozen=True):
    """`left op right`; a bare bool variable compiles to `var == true`."""

    left: Operand
    op: Operator
    right: Operand


class Sprung(msgspec.Struct, frozen=True):
    """`trap.ID`: the trap has sprung, at least once."""

    trap: TrapId


class Done(msgspec.Struct, frozen=True):
    """`done.TASK`: the task has been done. The compiler resolves `scene`: the guard's own first,
    else the only other one with a task of that name (`done.SCENE.TASK` names it)."""

    scene: SceneId
    task: TaskId


class Has(msgspec.Struct, frozen=True):
    """`has.CARD`: somebody in the team holds the card."""

    card: CardId


class Picked(msgspec.Struct, frozen=True):
    """The run drew the task, where a scene lists more than are played. Nobody writes it: the
    compiler hangs it on the tasks listed."""

    var: VarId
    """Whose value names the tasks drawn, with `+` between."""
    task: TaskId


class And(msgspec.Struct, frozen=True):
    """All hold."""

    args: tuple[Guard, ...]


class Or(msgspec.Struct, frozen=True):
    """One holds, or more."""

    args: tuple[Guard, ...]


class Not(msgspec.Struct, frozen=True):
    """It doesn't hold."""

    arg: Guard


Guard = Compare | Sprung | Done | Has | Picked | And | Or | Not


# ── declarations ────────────────────────────────────────────────────────────────────────────────


class Role(Node, frozen=True, kw_only=True):
    """A part in the script."""

    id: RoleId
    name: str
    brief: str
    goal: str = ""
    seats_min: int = 1
    seats_max: int = 1


class Var(Node, frozen=True, kw_only=True):
    """A variable of the team's. Exactly one of three domains, told by `kind`."""

    id: VarId
    kind: Literal["int", "bool", "one_of"]
    start: Value
    low: int = 0
    high: int = 0
    """For `int`: both ends included; effects saturate there."""
    values: tuple[str, ...] = ()
    """For `one_of`: the words, in the author's order."""
    label: str = ""
    show: bool = False
    drawn: bool = False
    """Each run draws what it is, by its seed; nothing sets it. `start` is the first value."""

    @property
    def domain(self) -> tuple[Value, ...]:
        """All its values, in the author's order."""
        if self.kind == "bool":
            return (False, True)
        return self.values if self.kind == "one_of" else tuple(range(self.low, self.high + 1))


class Card(Node, frozen=True, kw_only=True):
    """Something a role can hold, read and hand over."""

    id: CardId
    title: str
    text: str
    fact: FactId | None = None
    once: bool = False
    """It may be handed on or shown once; then it stays where it is."""


class Source(Node, frozen=True, kw_only=True):
    """Where a fact is taken from."""

    id: str
    cite: str
    kind: str = ""
    """book | paper | museum | archive | memoir | newspaper | other; free word."""
    verify: bool = False
    """True: still to be checked against the original (`verify: true`)."""
    note: str = ""


class Citation(Node, frozen=True, kw_only=True):
    """That a statement rests on a source."""

    source: str
    """The source's id."""
    where: str = ""
    """The page, the article; empty where nobody has written it down."""
    quote: str = ""
    """What the source says of it, word for word; empty where nobody has written it down."""


class Account(Node, frozen=True, kw_only=True):
    """One side of a contested fact."""

    says: str
    basis: str
    sources: tuple[Citation, ...]


Status = Literal["established", "accepted", "contested", "statute"]
"""How sure a fact is, as its author says: proved; generally held; told differently; laid down, in a
law or a rule of the Party."""
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


class Fact(Node, frozen=True, kw_only=True):
    """A statement about history, graded."""

    id: FactId
    text: str
    status: Status
    sources: tuple[Citation, ...]
    accounts: tuple[Account, ...] = ()
    objective: str | None = None


class Fate(Node, frozen=True, kw_only=True):
    """What became of somebody after the story."""

    who: str
    text: str
    sources: tuple[Citation, ...] = ()


class Words(Node, frozen=True, kw_only=True):
    """A sentence to show at the end."""

    text: str
    sources: tuple[Citation, ...] = ()


class Aim(Node, frozen=True, kw_only=True):
    """What a role wants for itself. Nothing that is played hangs on it: it is judged at the end."""

    role: RoleId
    text: str
    met: Guard
    secret: bool = False
    """Nobody else is shown it before the debrief."""


class SetVar(Node, frozen=True, kw_only=True):
    """`set: {var: value | +n | -n}`: either `value`, or `delta` (saturating)."""

    var: VarId
    value: Value | None = None
    delta: int | None = None


class Give(Node, frozen=True, kw_only=True):
    """`give: {card: role}`."""

    card: CardId
    role: RoleId


class Tell(Node, frozen=True, kw_only=True):
    """`tell: {role: text}`. `id` is its stable address in the script; events keep it."""

    id: str
    role: RoleId
    text: str


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """What happens besides: assignments, cards, messages, in the author's order."""

    sets: tuple[SetVar, ...] = ()
    gives: tuple[Give, ...] = ()
    tells: tuple[Tell, ...] = ()


NO_EFFECTS = Effects()


class Choice(Node, frozen=True, kw_only=True):
    """One of the answers of choose, select, vote, or a rescue."""

    id: str
    text: str
    right: bool = False
    trap: TrapId | None = None
    fact: FactId | None = None
    effects: Effects = NO_EFFECTS
    """What taking it brings about; what it costs (`price`) comes first among its assignments."""
    price: tuple[SetVar, ...] = ()
    """What it costs, shown before it is taken: sums, all of which fit when it is offered."""
    payable: Guard | None = None
    """That the price can be paid; None where there is none."""
    guard: Guard | None = None
    """It can be taken while this holds; None: always."""


class Rescue(Node, frozen=True, kw_only=True):
    """How teammates free a held seat. `roles` lists who may try; each seat has one try per hold."""

    roles: tuple[RoleId, ...]
    ask: str
    choices: tuple[Choice, ...]
    keep_order: bool = False
    """They are shown in the author's order: there it means something."""
    cues: tuple[str, ...] = ()
    """What the room hears and sees once somebody is freed: names of `CUES`."""


class Trap(Node, frozen=True, kw_only=True):
    """A misconception people hold, and what it costs."""

    id: TrapId
    belief: str
    truth: FactId
    why: str
    cost: tuple[SetVar, ...] = ()
    hold_ms: int = 0
    rescue: Rescue | None = None
    then: Literal["retry", "accept", "detour"] = "retry"
    detour: SceneId | None = None
    say: str = ""
    """What whoever leads may say once every team is past it; empty for nothing."""
    cues: tuple[str, ...] = ()
    """What the room hears and sees as somebody falls in: names of `CUES`."""
