"""The chain over a run's log: each append carries a hash of its bytes and of the append before it,
keyed with the installation's secret.

So whoever changes, takes out, puts in or swaps a record breaks the chain there, and whoever works
all of it out anew without the secret is told too. What is cut off at the end shows only by a head
that was noted elsewhere: the reports of an evening carry it.

A link is `KEY-HASH` in hex: KEY names the secret, HASH is HMAC-SHA256 over

    ["" or "=", link before, run, first seq]⏎line⏎line…

where the lines are those of the log, byte by byte. An append that was written before there was a
chain got its link when the database was brought up to it, with a `=` before: it isn't chained, and
nobody vouches for what happened to it until then.

A log that is carried elsewhere has the link at the end of the last line of each append:
`{"seq":3,…,"event":{…},"run":"…","chain":"…"}`. What stands before `,"run":` was hashed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from engine.errors import Text

BEFORE: Final = "="
"""Begins the link of an append from before there was a chain."""

_LINK: Final = re.compile(r"(=?)([0-9a-f]{8})-[0-9a-f]{64}", re.ASCII)
_USE: Final = b"hongchuan: chain of a log"
_encoder: Final = msgspec.json.Encoder()

Found = Literal["held", "before", "unlinked", "changed", "foreign"]
"""What a link proves: nothing was changed; the append is from before the chain (and unchanged since
it was brought up to it); there is none; something was changed; it is of a secret not known here."""

TROUBLE: Final[dict[Found, Text]] = {
    "changed": Text(
        "从第 {seq} 条记录起与链不符：被改过，或者前面有记录被改过、抽掉、插进、调换过",
        "from record {seq} on it doesn't fit the chain: something was changed there or before",
    ),
    "foreign": Text(
        "从第 {seq} 条记录起，链不是用这里的密钥做的：在别处写的，或者被人整段重做过",
        "from record {seq} on it is chained with a secret not known here",
    ),
    "unlinked": Text(
        "从第 {seq} 条记录起没有链：链被人去掉了",
        "from record {seq} on there is no chain: it was taken away",
    ),
}
"""What is wrong at an append."""


class Key(msgspec.Struct, frozen=True):
    """What links are made with."""

    name: str
    """Eight hex digits: tells keys apart, and gives none away."""
    secret: bytes


class Append(msgspec.Struct, frozen=True):
    """What one append wrote."""

    run: str
    seq: int
    """Of its first record."""
    body: bytes
    """Its records, a line of the log each, with line ends between."""
    link: str
    """Empty: none, as in a log from before."""

    @property
    def lines(self) -> list[bytes]:
        """One a record."""
        return self.body.split(b"\n")

    @property
    def last_seq(self) -> int:
        """Of its last record."""
        return self.seq + self.body.count(b"\n")


class _Line(msgspec.Struct):
    seq: int
    run: str = ""
    chain: str = ""


_lines: Final = msgspec.json.Decoder(_Line)


def key_of(secret: str) -> Key:
    """The key that an installation's secret gives."""
    made = hmac.digest(secret.encode(), _USE, "sha256")
    return Key(hashlib.sha256(b"name:" + made).hexdigest()[:8], made)


def link(key: Key, previous: str, run: str, seq: int, body: bytes, *, mark: str = "") -> str:
    """The link of an append after the one with link `previous` (empty: the first)."""
    told = _encoder.encode((mark, previous, run, seq)) + b"\n" + body
    return f"{mark}{key.name}-{hmac.digest(key.secret, told, 'sha256').hex()}"


class Judged(msgspec.Struct, frozen=True):
    """What a whole log's links prove."""

    found: Found | Literal["cut"]
    """`cut`: the head that was noted isn't in it."""
    seq: int
    """Where the trouble is; 0: nowhere."""
    head: str


class Links:
    """Follows the links of one run from its first append."""

    def __init__(self, keys: Iterable[Key], *, noted: str = "") -> None:
        """`noted`: a head that should be among them; empty: none."""
        self._keys = {key.name: key for key in keys}
        self._noted = noted
        self.head = ""
        """The last link so far."""
        self.has_noted = not noted
        self.counts: dict[Found, int] = {}

    def follow(self, append: Append) -> Found:
        """What the append's link proves."""
        found = self._judge(append)
        self.head = append.link
        self.has_noted = self.has_noted or append.link == self._noted
        self.counts[found] = self.counts.get(found, 0) + 1
        return found

    def _judge(self, append: Append) -> Found:
        if not append.link:
            return "changed" if self.head else "unlinked"
        read = _LINK.fullmatch(append.link)
        if read is None:
            return "changed"
        key = self._keys.get(read[2])
        if key is None:
            return "foreign"
        made = link(key, self.head, append.run, append.seq, append.body, mark=read[1])
        if not hmac.compare_digest(made, append.link):
            return "changed"
        return "before" if read[1] else "held"


def judged(log: Iterable[Append], keys: Iterable[Key], noted: str = "") -> Judged:
    """What the links of a whole log prove. `noted`: as of Links."""
    links = Links(keys, noted=noted)
    for append in log:
        found = links.follow(append)
        if found in ("changed", "foreign") or (found == "unlinked" and links.head):
            return Judged(found, append.seq, links.head)
    if not links.has_noted:
        return Judged("cut", 0, links.head)
    if "unlinked" in links.counts:
        return Judged("unlinked", 0, "")
    return Judged("before" if "before" in links.counts else "held", 0, links.head)


# ── logs that are carried elsewhere ─────────────────────────────────────────────────────────────


def exported(append: Append) -> bytes:
    """The append as lines of a log, with line ends."""
    return append.body[:-1] + _tail(append.run, append.link) + b"\n"


def _tail(run: str, chain: str) -> bytes:
    told = _encoder.encode({"run": run, "chain": chain})
    return b"," + told[1:] if chain else b"}"


def appends(lines: Sequence[bytes]) -> Iterator[Append]:
    """The appends of an exported log; one without links is one append. Lines that are no JSON
    belong to the append they stand in: its link tells."""
    waiting: list[bytes] = []
    seq, last = 1, ""
    for data in lines:
        line = data.strip()
        if not line:
            continue
        read = _read(line)
        if not waiting:
            seq = read.seq
        tail = _tail(read.run, read.chain)
        if not read.chain or not line.endswith(tail):
            waiting.append(line)
            continue
        waiting.append(line.removesuffix(tail) + b"}")
        yield Append(read.run, seq, b"\n".join(waiting), read.chain)
        waiting, last = [], read.run
    if waiting:
        yield Append(last, seq, b"\n".join(waiting), "")


def _read(line: bytes) -> _Line:
    try:
        return _lines.decode(line)
    except (msgspec.DecodeError, ValueError):
        return _Line(seq=0)
