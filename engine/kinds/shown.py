"""What a kind shows of a task: a struct of its own, the fields of which go into the task's part.

`show` is asked for one audience at a time, and only for those that the kind names (`shown_to`):
nothing is shown unless it is listed, and to nobody for whom it isn't.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Audience = Literal["answers", "holds", "waits", "wall", "desk"]
"""Who looks: who answers in a slot of the task; who holds something that it takes (`holders`) and
answers nothing; a teammate who does neither; everybody in the room; whoever leads."""

Closed = Literal["dear", "shut"]


class Part(msgspec.Struct, frozen=True, gc=False):
    """A piece of a view. Frozen, and made of nothing that leads back to it: the collector needn't
    look at any of them."""


class Shown(Part, frozen=True):
    """What a kind shows of a task, besides what all tasks show; the base: nothing. A string under
    each field says what it is: docs/wire.md is written from it."""


class Listed(Part, frozen=True):
    """Something that may be picked, by the id that this run drew for it."""

    id: str
    """Drawn."""
    text: str
    """What a client goes by."""
    costs: tuple[str, ...] | UnsetType = UNSET
    """What taking it costs the team, in words; left out where it costs nothing."""
    closed: Closed | UnsetType = UNSET
    """Why it can't be taken now: the team can't pay for it; it isn't open to them as things stand.
    Left out where it can."""


class Titled(Part, frozen=True):
    """A card."""

    id: str
    """For programs: the script's."""
    title: str
    """Its title."""


class Named(Part, frozen=True):
    """A role."""

    id: str
    """The script's."""
    name: str
    """Its name."""
