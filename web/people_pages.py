"""The pages about people: accounts, branches, a seat that moves to another phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.rights import Role
from engine.store.people.accounts import Branch
from web.pages import Page


@dataclass(frozen=True, kw_only=True)
class LoginRow:
    """One of one's logins."""

    here: bool
    """The one that asks."""
    address: str
    since: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """One's own account."""

    template: ClassVar[str] = "account.html"
    roles: tuple[Role, ...]
    branch: str
    """Its name; empty: the whole organisation."""
    totp: bool
    secret: str
    """Waits to be confirmed; empty: none does."""
    uri: str
    logins: tuple[LoginRow, ...]
    password_min: int
    told: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """An account in the list."""

    id: str
    name: str
    roles: tuple[Role, ...]
    branch: str
    branch_name: str
    disabled: bool
    totp: bool
    logins: int
    seen: str
    """When it was last seen; empty: it isn't logged in."""
    fixed: bool
    """`admin`, who stays what it is."""


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """Accounts and branches."""

    template: ClassVar[str] = "people.html"
    people: tuple[PersonRow, ...]
    branches: tuple[Branch, ...]
    shown: tuple[str, str] | None
    """(account, password), shown this once."""
    asks: bool
    """Who asks must give their own password with whatever lets somebody in; else only where an
    administrator's account is let in."""
    told: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class SeatPage(Page):
    """A participant's seat, to be moved to another phone."""

    template: ClassVar[str] = "seat.html"
    session: str
    run: str
    seat: str
    name: str
    whose: str
    """Team and role: two people may have one name."""
    link: str
    """Moves the seat, once."""


@dataclass(frozen=True, kw_only=True)
class SeatCode:
    """A seat and its link."""

    name: str
    role: str
    online: bool
    link: str


@dataclass(frozen=True, kw_only=True)
class SeatsPage(Page):
    """Every seat of a session with its code."""

    template: ClassVar[str] = "seats.html"
    session: str
    title: str
    teams: tuple[tuple[int, tuple[SeatCode, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class ClaimPage(Page):
    """Somebody says that an offline seat is theirs."""

    template: ClassVar[str] = "claim.html"
    code: str
    settled: str = ""
    """`waiting`, `declined`, or empty: nothing is claimed."""


@dataclass(frozen=True, kw_only=True)
class MovePage(Page):
    """Where a link to move a seat leads."""

    template: ClassVar[str] = "move.html"
    name: str
    whose: str
    """Team and role, as people read it."""
    mine: bool
    """The browser that asks has the seat."""
    link: str
    """The whole address of this page."""
    pass_: str
    problem: str = ""
    remedy: str = ""
