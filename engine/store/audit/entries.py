"""What the audit log tells of an act or a refusal."""

from __future__ import annotations

import getpass
import unicodedata
from typing import Final, Literal

import msgspec
from msgspec.structs import force_setattr

UNKEPT: Final = ("Cc", "Cs", "Cn", "Zl", "Zp")
"""Controls, halves of characters, line ends: no text to read, and some of it no database keeps."""
EVERY: Final = "*"
"""Stands for a branch where an act touched all of them: every branch's auditors see it."""
TURNING: Final = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Bidirectional classes of signs that turn what stands beside them about (UAX 9): in a path, they
would let whoever asks rewrite the line that tells of it."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of an act or a refusal."""

    kind: Literal["staff", "seat", "nobody", "many", "server"]
    """An account; a participant; somebody unknown; refusals too many to tell apart; the program
    itself, or whoever types its commands."""
    act: str
    """`POST /sessions/{name}/address`, `command start`, `console erase`: from a fixed set."""
    at_ms: int = 0
    who: str = ""
    """The account's name; a participant's seat."""
    branch: str | None = None
    target: str = ""
    """Session, run, or whatever the path names."""
    outcome: str = "ok"
    """`ok`, or the code of the refusal."""
    count: int = 1
    """How often, within a moment."""
    address: str = ""

    def __post_init__(self) -> None:
        for name in ("act", "who", "branch", "target", "outcome", "address"):
            said = getattr(self, name)
            if said and not said.isprintable():
                force_setattr(self, name, _readable(said))


class Written(Entry, frozen=True, kw_only=True):
    """An entry in its place."""

    seq: int
    previous: str
    hash: str

    def __post_init__(self) -> None:
        """Stays as it was written: its hash is of that."""


def typed(act: str, branch: str | None = EVERY, target: str = "", count: int = 1) -> Entry:
    """What whoever sits at this machine's terminal did, as far as the system knows who that is."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = "?"
    return Entry(kind="server", act=act, who=who, branch=branch, target=target, count=count)


def _readable(said: str) -> str:
    return "".join("\ufffd" if _spoils(sign) else sign for sign in said)


def _spoils(sign: str) -> bool:
    return unicodedata.category(sign) in UNKEPT or unicodedata.bidirectional(sign) in TURNING
