"""Who asks for something of an evening, and what they may.

The door (HTTP, a socket, the command line) finds out who it is. What they may is asked here, of
`engine/rights.py`, by every use case for itself: whichever way it was reached.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.evening.refusing import refused
from engine.rights import Right
from engine.store.audit.entries import Entry, typed
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder, Session

WHO_MAX: Final = 60


class Guest(msgspec.Struct, frozen=True):
    """Anybody who has a code or a link."""

    address: str
    """Where they ask from."""
    phone: str = ""
    """Which browser it is; empty: one that keeps nothing."""


class Staff(msgspec.Struct, frozen=True):
    """Somebody with an account."""

    account: Account
    address: str = ""


class Operator(msgspec.Struct, frozen=True):
    """Whoever sits at this machine's terminal: they may everything, and are told of by it."""


Actor = Guest | SeatHolder | Staff | Operator


class Need(msgspec.Struct, frozen=True):
    """What a use case asks for."""

    right: Right | None = None
    """None: any account."""
    practice: Right | None = None
    """The right that is enough where the session is a practice."""

    def met_by(self, account: Account, session: Session | None = None) -> bool:
        """The account has the right, for that session."""
        practice = session is not None and session.kind == "practice"
        wanted = self.practice if practice and self.practice else self.right
        return wanted is None or wanted in account.rights


LEAD: Final = Need("run", practice="practise")
RUN: Final = Need("run")
SEE: Final = Need("see")
REVIEW: Final = Need("review")
PRACTISE: Final = Need("practise")
EXPORT: Final = Need("export")
WRITE: Final = Need("write")
MANAGE: Final = Need("manage")


def allowed(actor: Actor, need: Need) -> Staff | Operator:
    """Whoever asks, if they may. Raises Refused login_needed, no_right."""
    if isinstance(actor, Operator):
        return actor
    if not isinstance(actor, Staff):
        raise refused("login_needed")
    if not need.met_by(actor.account):
        raise refused("no_right")
    return actor


def let_to(actor: Actor, need: Need, session: Session | None) -> Session:
    """The session, if whoever asks may come to it. What lies in a foreign branch looks as if it
    weren't there. Raises Refused login_needed, not_found, no_right."""
    if isinstance(actor, Staff):
        if session is None or not actor.account.reaches(session.branch):
            raise refused("not_found")
        if not need.met_by(actor.account, session):
            raise refused("no_right")
        return session
    if not isinstance(actor, Operator):
        raise refused("login_needed")
    if session is None:
        raise refused("not_found")
    return session


def told_of(actor: Actor, act: str, branch: str | None, target: str) -> Entry:
    """What the audit log tells of an act of theirs."""
    if isinstance(actor, Staff):
        account = actor.account
        return Entry(
            kind="staff", who=account.name[:WHO_MAX], branch=account.branch, act=act, target=target
        )
    return typed(f"console {act}", branch, target)
