"""The tables, as SQLModel rows. None of these rows leaves this package.

`migrations/` makes them, this page is what they look like by now; a test holds the two together.
Tokens and passwords are kept as hashes only. Instants are wall milliseconds.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel


class EventTable(SQLModel, table=True):
    """One append to one run's log: the records of one command, or of several. SQLite puts rows
    where the file ends, and looks them up by (run, seq): kept in the order of the key, as it would
    keep them WITHOUT ROWID, each run of a group would touch pages of its own."""

    __tablename__: ClassVar[str] = "events"

    run: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    """Of its first record."""
    last_seq: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """A line of the log for each record, as `engine/rules/codec.py` writes it."""
    link: str
    """Of the chain (`engine/rules/chain.py`)."""


class BranchTable(SQLModel, table=True):
    """A branch of the organisation."""

    __tablename__: ClassVar[str] = "branches"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    retention_days: int | None = None
    """How long the names of its sessions are kept; null: as long as they last."""


class AccountTable(SQLModel, table=True):
    """Somebody who leads, writes, teaches or looks after the rest."""

    __tablename__: ClassVar[str] = "accounts"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    password_hash: str
    branch: str | None = Field(default=None, foreign_key="branches.id", index=True)
    """Null: the whole organisation."""
    roles: str
    """One or more of `engine.rights.ROLES`, with a blank between."""
    disabled_ms: int | None = Field(default=None, sa_type=BigInteger)
    totp_secret: str | None = None
    """Can't be hashed: codes are worked out from it."""
    totp_confirmed: bool = False
    totp_step: int = Field(default=0, sa_type=BigInteger)
    """The last step whose code was used, so that a code counts once."""


class LoginTable(SQLModel, table=True):
    """An account's login, until it expires, is idle too long, or is ended."""

    __tablename__: ClassVar[str] = "logins"

    token_hash: str = Field(primary_key=True)
    account: str = Field(foreign_key="accounts.id", index=True)
    expires_ms: int = Field(sa_type=BigInteger)
    created_ms: int = Field(sa_type=BigInteger)
    last_seen_ms: int = Field(sa_type=BigInteger)
    address: str
    """Where it was made from."""


class AttemptTable(SQLModel, table=True):
    """Logins that failed, by name and address, and by name and network (`192.0.2.0/24`)."""

    __tablename__: ClassVar[str] = "attempts"

    name: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    failures: int
    last_ms: int = Field(sa_type=BigInteger)
    locked_until_ms: int = Field(sa_type=BigInteger)
    good_ms: int = Field(sa_type=BigInteger)
    """When a login with this name from here last succeeded; 0: never."""


class ScenarioTable(SQLModel, table=True):
    """The text of a script that a session began with."""

    __tablename__: ClassVar[str] = "scenarios"

    digest: str = Field(primary_key=True)
    id: str
    version: str
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class StringsTable(SQLModel, table=True):
    """A script's words in another language."""

    __tablename__: ClassVar[str] = "strings"

    digest: str = Field(primary_key=True, foreign_key="scenarios.digest")
    lang: str = Field(primary_key=True)
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SessionTable(SQLModel, table=True):
    """One occasion. A code is free again once its session is closed."""

    __tablename__: ClassVar[str] = "sessions"
    __table_args__: ClassVar[tuple[object, ...]] = (
        Index(
            "sessions_open_code",
            "code",
            unique=True,
            sqlite_where=text("closed_ms IS NULL"),
            postgresql_where=text("closed_ms IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    code: str
    scenario: str
    digest: str = Field(foreign_key="scenarios.digest")
    owner: str = Field(foreign_key="accounts.id", index=True)
    branch: str | None = Field(default=None, foreign_key="branches.id", index=True)
    """Its owner's when it was made; null: the whole organisation's."""
    created_ms: int = Field(sa_type=BigInteger)
    closed_ms: int | None = Field(default=None, sa_type=BigInteger)
    address: str = ""
    """The base URL chosen for phones; empty: the first found."""
    origin_run: str | None = None
    """For practice: the run it was forked from; for a make-up: one of those that were missed."""
    origin_seq: int | None = None
    """For practice: the last record both have; for a make-up: 0; for a rehearsal, which comes of
    no run: 0."""
    trial: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Tried out before, or for fun: it counts in no figure and is filed nowhere."""
    locked_ms: int | None = Field(default=None, sa_type=BigInteger)
    """Since when nobody new may sit down; null: whoever has the code may."""
    put: str | None = Field(default=None, foreign_key="puts.id")
    """By which act its script came into the menu; null: it lay in the scenarios folder."""


class PictureTable(SQLModel, table=True):
    """A picture that sessions show; each is kept once."""

    __tablename__: ClassVar[str] = "pictures"

    digest: str = Field(primary_key=True)
    """SHA-256 of its bytes."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SessionPictureTable(SQLModel, table=True):
    """A picture as a session began with it, by the file that its script names."""

    __tablename__: ClassVar[str] = "session_pictures"

    session: str = Field(primary_key=True, foreign_key="sessions.id")
    file: str = Field(primary_key=True)
    picture: str = Field(foreign_key="pictures.digest")


class PutTable(SQLModel, table=True):
    """That a draft was put into the menu; what it said then is kept by digest."""

    __tablename__: ClassVar[str] = "puts"
    __table_args__: ClassVar[tuple[object, ...]] = (
        Index(
            "puts_in_menu",
            "name",
            unique=True,
            sqlite_where=text("taken_ms IS NULL"),
            postgresql_where=text("taken_ms IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    name: str = Field(index=True)
    """Of the script, as its drafts are kept: `name`, or `name@branch`."""
    number: int
    """Of the draft."""
    digest: str = Field(foreign_key="scenarios.digest")
    at_ms: int = Field(sa_type=BigInteger)
    who: str
    """Name of the account that put it there."""
    proved: bool
    """This very text was; else it may only be tried out."""
    taken_ms: int | None = Field(default=None, sa_type=BigInteger)
    """When it was taken back, or another took its place; null: it is in the menu."""
    taken_by: str = ""


class PutFileTable(SQLModel, table=True):
    """A picture, a sound or a translation as it lay beside the draft then."""

    __tablename__: ClassVar[str] = "put_files"

    put: str = Field(primary_key=True, foreign_key="puts.id")
    file: str = Field(primary_key=True)
    picture: str = Field(foreign_key="pictures.digest")


class RunTable(SQLModel, table=True):
    """One team's way through; its log is in `events`."""

    __tablename__: ClassVar[str] = "runs"
    __table_args__: ClassVar[tuple[object, ...]] = (
        UniqueConstraint("session", "team", name="runs_team"),
    )

    id: str = Field(primary_key=True)
    session: str = Field(foreign_key="sessions.id")
    team: int
    seed: str


class ParticipantTable(SQLModel, table=True):
    """A participant's name: the only place that knows it. Everything else knows the pseudonym."""

    __tablename__: ClassVar[str] = "participants"

    pseudonym: str = Field(primary_key=True)
    name: str = Field(index=True)
    """Empty once erased."""
    erased_ms: int | None = Field(default=None, sa_type=BigInteger, index=True)
    person: str | None = Field(default=None, index=True)
    """Alike for those who are taken to be one person over several evenings; null once erased, and
    for whoever took part before there was this."""


class SeatTable(SQLModel, table=True):
    """Who sits where."""

    __tablename__: ClassVar[str] = "seats"

    run: str = Field(primary_key=True, foreign_key="runs.id")
    seat: str = Field(primary_key=True)
    pseudonym: str = Field(foreign_key="participants.pseudonym", unique=True)
    token_hash: str = Field(unique=True)
    struck_ms: int | None = Field(default=None, sa_type=BigInteger)
    """When the branch struck it off its documents; null: it counts if anybody came."""


class ReceiptTable(SQLModel, table=True):
    """A one-time key that was sent, and what was answered (`receipts.py`)."""

    __tablename__: ClassVar[str] = "receipts"

    key_hash: str = Field(primary_key=True)
    at_ms: int = Field(sa_type=BigInteger, index=True)
    answer: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """Sealed by the key; null: not answered yet."""


class AuditTable(SQLModel, table=True):
    """One act of staff, or refusals of one kind (`audit.py`)."""

    __tablename__: ClassVar[str] = "audit"
    __table_args__: ClassVar[tuple[object, ...]] = (
        Index("audit_who", "who", "seq"),
        Index("audit_branch", "branch", "seq"),
        Index("audit_at", "at_ms"),
    )

    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at_ms: int = Field(sa_type=BigInteger)
    kind: str
    who: str
    branch: str | None = None
    act: str
    target: str
    outcome: str
    count: int
    address: str
    previous: str
    hash: str


class DraftTable(SQLModel, table=True):
    """One saved state of a script that is being written."""

    __tablename__: ClassVar[str] = "drafts"

    name: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """From 1 without gaps; the newest is what authors see."""
    at_ms: int = Field(sa_type=BigInteger)
    author: str
    """Name of the account that saved it."""
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DraftFileTable(SQLModel, table=True):
    """A picture that came with an imported script."""

    __tablename__: ClassVar[str] = "draft_files"

    name: str = Field(primary_key=True)
    file: str = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AsideTable(SQLModel, table=True):
    """A picture that an import replaced, or an author laid aside; it can be brought back."""

    __tablename__: ClassVar[str] = "draft_files_aside"

    name: str = Field(primary_key=True)
    file: str = Field(primary_key=True)
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    """When it was."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ActivityTable(SQLModel, table=True):
    """What a branch puts on file about a session, beside what the logs tell."""

    __tablename__: ClassVar[str] = "activities"

    session: str = Field(primary_key=True, foreign_key="sessions.id")
    branch_written: str = ""
    """What stood for the branch while it was typed beside the session's own, where they differ."""
    topic: str = ""
    held: str = ""
    place: str = ""
    host: str = ""
    recorder: str = ""
    absent: str = ""
    remarks: str = ""
    photo: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """A PNG or JPEG of everybody."""


class NoteTable(SQLModel, table=True):
    """A trainer's bookmark in a run; without text, only that."""

    __tablename__: ClassVar[str] = "notes"

    id: str = Field(primary_key=True)
    run: str = Field(foreign_key="runs.id", index=True)
    seq: int
    at_ms: int = Field(sa_type=BigInteger)
    author: str
    """Name of the account."""
    text: str = ""


class AliveTable(SQLModel, table=True):
    """A time in which a process of this installation ran (`alive.py`)."""

    __tablename__: ClassVar[str] = "alive"

    process: str = Field(primary_key=True)
    from_ms: int = Field(primary_key=True, sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)


class ClaimTable(SQLModel, table=True):
    """A phone says that an offline seat is its own (`claims.py`)."""

    __tablename__: ClassVar[str] = "claims"

    id: str = Field(primary_key=True)
    phone_hash: str = Field(index=True)
    session: str = Field(index=True)
    run: str
    seat: str
    at_ms: int = Field(sa_type=BigInteger)
    settled: str
    """`waiting`, `agreed`, `declined`."""
