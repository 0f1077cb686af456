"""Trainers' bookmarks and notes on a run: whoever wrote one may change it and take it away."""

from __future__ import annotations

from typing import Final

from engine.errors import Refused
from engine.evening.actors import REVIEW, Actor, Staff, let_to
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.evening.reviewing import Reviews
from engine.fitting import plain
from engine.store.sessions.notes import Note
from engine.store.sessions.sessions import Session
from engine.values import RunId

NOTE_MAX: Final = 1_000
"""Characters of a note."""


def _author(actor: Actor, session: Session) -> str:
    let_to(actor, REVIEW, session)
    assert isinstance(actor, Staff), "a note has an author"
    return actor.account.name


def fit_note(text: str) -> str:
    """A note as it is kept. Raises Refused invalid."""
    if len(text) > NOTE_MAX:
        raise refused("invalid", what=f"批注最多 {NOTE_MAX} 字")
    return plain(text).strip()


async def add_note(
    house: House, reviews: Reviews, actor: Actor, session: Session, run: RunId, seq: int, text: str
) -> Note:
    """A note at the record `seq`; without text a bookmark. Raises Refused invalid, no_right,
    not_found."""
    author = _author(actor, session)
    text = fit_note(text)
    history = await reviews.history(actor, session, run)
    at = min(max(1, seq), history.last_seq)
    return await house.database.notes.add(run, at, author=author, text=text)


async def change_note(
    house: House, actor: Actor, session: Session, run: RunId, name: str, text: str
) -> str:
    """Other words for a note of one's own; they as they are kept. Raises Refused invalid,
    not_found, not_yours, no_right."""
    author = _author(actor, session)
    text = fit_note(text)
    if not await house.database.notes.change(run, name, text, author=author):
        raise await _why_not(house, run, name)
    return text


async def remove_note(house: House, actor: Actor, session: Session, run: RunId, name: str) -> None:
    """Take a note of one's own away. Raises Refused not_found, not_yours, no_right."""
    author = _author(actor, session)
    if not await house.database.notes.remove(run, name, author=author):
        raise await _why_not(house, run, name)


async def _why_not(house: House, run: RunId, name: str) -> Refused:
    author = await house.database.notes.author(run, name)
    return refused("not_found") if author is None else refused("not_yours", what=author)
