"""What a seat's phone is sent of a task."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part
from engine.views.parts.shared import Learnt


class Hint(Part, frozen=True):
    """A task's hint."""

    available: bool
    """It wasn't taken yet."""
    text: str | None
    """What it says, once it was."""
    costs: tuple[str, ...]
    """What taking it costs."""


class Task(Part, frozen=True):
    """What is known of any task. A seat sees its own and those it acts for."""

    id: str
    """The task's id."""
    slot: str
    """The role that does it; `any`: whoever comes first."""
    role: str
    """For programs: for which of its roles the seat does it."""
    role_name: str
    """What that is called."""
    kind: str
    """What sort of task it is."""
    ask: str
    """What is asked; empty while locked, since that isn't known until it opens."""
    state: Literal["locked", "open", "held", "done", "watched"]
    """Whether it may be answered; `held`: not now, one fell for something; `watched`: by others."""
    optional: bool
    """It may be left."""
    mine: bool
    """It is the seat's to answer. Else the kind shows it something that the others need."""


class LockedTask(Task, frozen=True):
    """It waits for other tasks."""

    after: tuple[str, ...]
    """For programs: the tasks it waits for."""
    waits_for: tuple[str, ...]
    """Names of other roles that still owe something there."""
    waits_for_own: bool
    """So does one's own, or anybody."""


class WatchedTask(Task, frozen=True):
    """Others answer it; who has nothing to do thinks along. What may be answered isn't shown."""

    by: tuple[str, ...]
    """Names of the roles that still answer; empty: whoever comes first."""
    talk_until_ms: int | None | UnsetType = UNSET
    """As of *task open*."""


class OpenTask(Task, frozen=True, kw_only=True):
    """It is open, held up, or over. What its kind shows besides stands behind these."""

    tries: int
    """For programs: how often it was answered."""
    missed: bool
    """The last answer was wrong and may be given again."""
    answer: tuple[str, ...]
    """As it was given last."""
    tried: tuple[tuple[str, ...], ...]
    """The answers given before and not accepted; of a vote, one's own in rounds without result."""
    hint: Hint | None
    """Null: there is none."""
    learnt: Learnt | None
    """Once it is over: what it teaches."""
    outcome: Literal["done", "believed", "skipped", "stand_in", "teammate"] | None
    """Once it is over: answered; a wrong belief was let pass; skipped by the facilitator; answered
    by a stand-in, by a teammate. Only the first is success."""
    fell_for: str | None
    """What the last answer showed that one believes."""
    talk_until_ms: int | None | UnsetType = UNSET
    """Where it is talked over first, and only there: from when on answers are taken; null in a
    pause."""
    skipped: bool | UnsetType = UNSET
    """For programs: true where the facilitator skipped it; else not there."""
    right_so_far: int | UnsetType = UNSET
    """Of an answer that wasn't right: in how many places it was. Only after the first such answers,
    and only of what is arranged; else not there."""


AnyTask = LockedTask | WatchedTask | OpenTask
