"""The chain over a run's log: each append carries a hash of its bytes and of the append before it,
keyed with the installation's secret.

So whoever changes, takes out, puts in or swaps a record breaks the chain there, and whoever works
all of it out anew without the secret is told too. What is cut off at the end shows only by a head
that was noted elsewhere: the reports of an evening carry it.

A link is `KEY-HASH` in hex: KEY names the secret, HASH is HMAC-SHA256 over

    ["" or "=DAY=", link before, run, first seq]⏎line⏎line…

where the lines are those of the log, byte by byte. An append that was written before there was a
chain got its link when the database was brought up to it, with that day before it, `=2026-11-26=`,
instead of nothing: what happened to it until that day nobody vouches for.

A log that is carried elsewhere has the link at the end of the last line of each append:
`{"seq":3,…,"event":{…},"run":"…","chain":"…"}`. What stands before `,"run":` was hashed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from engine.errors import Text

_LINK: Final = re.compile(r"(=(\d{4}-\d\d-\d\d)=|)([0-9a-f]{8})-[0-9a-f]{64}", re.ASCII)
_USE: Final = b"hongchuan: chain of a log"
_encoder: Final = msgspec.json.Encoder()

Found = Literal["held", "before", "unlinked", "changed", "foreign"]
"""What a link proves: nothing was changed; the append is from before the chain (and unchanged since
the day it was brought up to it); there is none; something was changed; it is of a secret not known
here."""

TOLD: Final[dict[Found | Literal["cut"], Text]] = {
    "held": Text(
        "链完好：每一条记录都是当时写下的",
        "the chain holds: each record is as it was written",
    ),
    "before": Text(
        "早先的记录那时还没有链，{since} 才接上：以前改没改过，查不出来；从那天起没有改过",
        "chained since {since}: unchanged from that day on; what happened before can't be known",
    ),
    "unlinked": Text(
        "没有链：改没改过，查不出来", "not chained: whether it was changed can't be known"
    ),
    "changed": Text(
        "从第 {seq} 条记录起与链不符：被改过，或者前面有记录被改过、抽掉、插进、调换过",
        "from record {seq} on it doesn't fit the chain: something was changed there or before",
    ),
    "foreign": Text(
        "从第 {seq} 条记录起，链不是用这里的密钥做的：在别处写的，或者被人整段重做过",
        "from record {seq} on it is chained with a secret not known here",
    ),
    "cut": Text(
        "记下的链首不在其中，现在到第 {seq} 条为止：末尾被截掉，或整条链被重写过",
        "the head that was noted isn't in it; it ends with record {seq}: its end was cut off",
    ),
}
"""What a log's links prove, for people."""
WRONG: Final = frozenset({"changed", "foreign", "cut"})
"""Of these: somebody changed something, or may have."""


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


def mark_of(day: date) -> str:
    """Marks what is chained on that day and was written before."""
    return f"={day.isoformat()}="


def since(chain: str) -> str:
    """The day a link was made, where that is later than what it links; else empty."""
    read = _LINK.fullmatch(chain)
    return (read[2] or "") if read else ""


def key_named(chain: str) -> str:
    """The name of the key that a link was made with; empty: it is none."""
    read = _LINK.fullmatch(chain)
    return read[3] if read else ""


def link(key: Key, previous: str, run: str, seq: int, body: bytes, *, mark: str = "") -> str:
    """The link of an append after the one with link `previous` (empty: the first)."""
    told = _encoder.encode((mark, previous, run, seq)) + b"\n" + body
    return f"{mark}{key.name}-{hmac.digest(key.secret, told, 'sha256').hex()}"


class Judged(msgspec.Struct, frozen=True):
    """What a whole log's links prove."""

    found: Found | Literal["cut"]
    """`cut`: the head that was noted isn't in it."""
    run: str
    """Whose log it says it is; empty: it doesn't say."""
    seq: int
    """Where the trouble begins, or (`cut`, and where there is none) where the log ends."""
    head: str
    """The last link; empty: there is none."""
    since: str
    """The day on which it was chained, where records are older; else empty."""

    @property
    def told(self) -> Text:
        """For people."""
        return TOLD[self.found].format(seq=self.seq, since=self.since)


class Links:
    """Follows the links of one run from its first append."""

    def __init__(self, keys: Iterable[Key], *, noted: str = "") -> None:
        """`noted`: a head that should be among them; empty: none."""
        self._keys = {key.name: key for key in keys}
        self._noted = noted
        self.head = ""
        """The last link so far."""
        self.since = ""
        """The last day on which records from before were chained."""
        self.has_noted = not noted
        self.counts: dict[Found, int] = {}

    def follow(self, append: Append) -> Found:
        """What the append's link proves."""
        found = self._judge(append)
        self.head = append.link
        if found == "before":
            self.since = since(append.link)
        self.has_noted = self.has_noted or append.link == self._noted
        self.counts[found] = self.counts.get(found, 0) + 1
        return found

    def _judge(self, append: Append) -> Found:
        if not append.link:
            return "changed" if self.head else "unlinked"
        read = _LINK.fullmatch(append.link)
        if read is None:
            return "changed"
        key = self._keys.get(read[3])
        if key is None:
            return "foreign"
        made = link(key, self.head, append.run, append.seq, append.body, mark=read[1])
        if not hmac.compare_digest(made, append.link):
            return "changed"
        return "before" if read[1] else "held"


def judged(log: Iterable[Append], keys: Iterable[Key], noted: str = "") -> Judged:
    """What the links of a whole log prove. `noted`: as of Links."""
    links = Links(keys, noted=noted)
    run, seq = "", 0
    for append in log:
        found = links.follow(append)
        run = append.run or run
        if found in WRONG:
            return Judged(found, run, append.seq, links.head, links.since)
        seq = append.last_seq
    found_all: Found | Literal["cut"] = next(
        (each for each in ("unlinked", "before") if each in links.counts), "held"
    )
    if not links.has_noted:
        found_all = "cut"
    return Judged(found_all, run, seq, links.head, links.since)


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
