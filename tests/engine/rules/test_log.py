"""The log: its JSON, its replay, its fingerprint, its upcasters."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from engine.errors import ReplayError
from engine.rules import codec
from engine.rules.codec import TAGS, decode, decode_event, decode_log, encode, encode_event
from engine.rules.evolve import EMPTY
from engine.rules.replay import fingerprint, replay
from tests.engine.rules.conftest import table

P = "p: {role: a, kind: read, ask: 读, story: 文}"


def test_a_log_goes_through_json_and_folds_to_the_same_state() -> None:
    played = table(P).play("use-t=w", "rescue=y", "p=", "go-on=")
    lines = [encode(record) for record in played.records]
    assert replay("r", (decode(line) for line in lines)) == played.state
    assert list(decode_log("r", [b"", *lines, b"  \n"])) == played.records


def test_tags_are_our_own_words() -> None:
    assert all(tag == tag.lower() and " " not in tag for tag in TAGS)
    assert len(TAGS) == 52


@pytest.mark.parametrize(
    ("spoil", "seq"),
    [
        (lambda log: log[1:], 2),
        (lambda log: [log[0], *log[2:]], 3),
        (lambda log: [log[0], log[0]], 1),
        (lambda log: [*log[:2], log[1]], 2),
    ],
)
def test_a_log_with_a_gap_is_refused_with_its_place(spoil, seq) -> None:  # type: ignore[no-untyped-def]
    played = table(P)
    with pytest.raises(ReplayError) as caught:
        replay("r", spoil(played.records))
    assert (caught.value.run, caught.value.seq) == ("r", seq)


def test_an_unknown_event_is_refused_with_its_place() -> None:
    played = table(P)
    lines = [encode(record) for record in played.records[:3]]
    lines[2] = lines[2].replace(b'"tag":"', b'"tag":"no.')
    with pytest.raises(ReplayError) as caught:
        list(decode_log("r", lines))
    assert caught.value.seq == 3


def test_an_old_event_is_brought_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(raw: dict[str, object]) -> dict[str, object]:
        return {**raw, "seat": raw["who"]}

    monkeypatch.setitem(codec.UPCASTERS, ("seat.ready", 1), rename)
    monkeypatch.setitem(codec.VERSION_BY_TAG, "seat.ready", 2)
    event = decode_event(b'{"tag":"seat.ready","at_ms":1,"who":"s1"}', 1)
    assert event.seat == "s1"  # type: ignore[union-attr]
    assert decode_event(encode_event(event), 2) == event


def test_fingerprints_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "from tests.engine.rules.conftest import table\n"
        "from engine.rules.replay import fingerprint\n"
        f"t = table({P!r}).play('use-t=w', 'rescue=y', 'p=')\n"
        "print(fingerprint(t.state))"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1
    assert fingerprint(EMPTY) not in prints
