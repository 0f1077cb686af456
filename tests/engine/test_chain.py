"""Who changes a log without the secret is told where; what can't be known is said to be unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from engine.rules.chain import Append, Key, appends, exported, judged, key_of, link

KEY: Final = key_of("the secret")
OTHERS: Final = key_of("what an editor made up")
Log = list[Append]


def chained(key: Key = KEY, run: str = "r") -> Log:
    """A log of five appends, some of two records."""
    made: Log = []
    seq, head = 1, ""
    for count in (1, 2, 1, 2, 1):
        body = b"\n".join(b'{"seq":%d,"x":"%d"}' % (seq + n, count) for n in range(count))
        head = link(key, head, run, seq, body)
        made.append(Append(run, seq, body, head))
        seq += count
    return made


def changed(log: Log, at: int) -> Log:
    """One byte is another."""
    one = log[at]
    return [*log[:at], Append(one.run, one.seq, one.body.replace(b"x", b"y"), one.link),
            *log[at + 1 :]]  # fmt: skip


def removed(log: Log, at: int) -> Log:
    """An append is gone, and others follow it."""
    return [*log[:at], *log[at + 1 :]]


def inserted(log: Log, at: int) -> Log:
    """An append stands there that nobody wrote."""
    return [*log[:at], Append("r", log[at].seq, b'{"seq":1}', log[at].link), *log[at:]]


def swapped(log: Log, at: int) -> Log:
    """An append and the one after it have changed places."""
    return [*log[:at], log[at + 1], log[at], *log[at + 2 :]]


def moved(log: Log, at: int) -> Log:
    """The log is said to be another run's."""
    return [Append("other", one.seq, one.body, one.link) for one in log]


def remade(log: Log, at: int) -> Log:
    """All links are worked out anew, without the secret."""
    return chained(OTHERS)


def stripped(log: Log, at: int) -> Log:
    """From there on the links are taken away."""
    return [*log[:at], *(Append(one.run, one.seq, one.body, "") for one in log[at:])]


EDITS: Final = (changed, removed, inserted, swapped, moved, remade)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_told(edit: Callable[[Log, int], Log], at: int) -> None:
    log = chained()
    assert judged(log, [KEY]).found == "held"
    edited = edit(log, at)
    found = judged(edited, [KEY])
    assert found.found in ("changed", "foreign")
    assert found.seq >= 1
    carried = b"".join(map(exported, edited)).split(b"\n")
    assert judged(appends(carried), [KEY]).found in ("changed", "foreign")


@pytest.mark.parametrize("at", range(1, 5))
def test_links_taken_away_in_the_middle_are_told(at: int) -> None:
    assert judged(stripped(chained(), at), [KEY]).found == "changed"


@pytest.mark.parametrize("kept", range(1, 5))
def test_a_tail_cut_off_shows_by_a_head_noted_before(kept: int) -> None:
    log = chained()
    assert judged(log[:kept], [KEY]).found == "held"
    assert judged(log[:kept], [KEY], log[-1].link).found == "cut"
    assert judged(log, [KEY], log[kept].link).found == "held"
    assert judged(stripped(log, 0), [KEY], log[-1].link).found == "cut"


def test_what_is_carried_comes_back_byte_by_byte() -> None:
    log = chained()
    assert list(appends(b"".join(map(exported, log)).split(b"\n"))) == log


@pytest.mark.parametrize("path", sorted(Path("tests/golden").rglob("*log.jsonl")), ids=str)
def test_yesterdays_logs_are_not_chained_and_never_changed(path: Path) -> None:
    assert judged(appends(path.read_bytes().split(b"\n")), [KEY]).found == "unlinked"
