"""What every page receives. Each page has one class, beside its routes: all that its template is
given, which uses nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.rights import Right


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page receives."""

    template: ClassVar[str]
    account: str = ""
    """Who is logged in; empty: nobody."""
    may: frozenset[Right] = frozenset()
    """What they may."""
    mark: str = ""
    """What forms carry to show that they are ours."""


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong, and what to do."""

    template: ClassVar[str] = "error.html"
    status: int
    code: str
    message: str
    remedy: str
    back: str
    """The page of ours that led here; empty: none did."""
    again: str
    """This very page, where it may open in a moment; empty: it would say the same."""
