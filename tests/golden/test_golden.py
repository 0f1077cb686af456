"""Evenings recorded once fold for ever, and show every seat what it was sent then, byte for byte.

Where a change of the views is meant, `pytest tests/golden --update-golden` writes down what they
show now; the logs themselves are never touched.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import asdict

from engine.proof.divergence import first_difference
from engine.review.ledger import read_run
from engine.review.lessons import Lessons
from engine.review.moments import History
from engine.rules.codec import decode_log, encode
from engine.rules.replay import fingerprint
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.values import Map
from engine.views.seat import RunViews

HERE = Path(__file__).resolve().parent
EVENINGS = sorted(path.parent for path in HERE.glob("*/log.jsonl"))


def digest(part: Any) -> str:
    """Of its JSON, as a phone is sent it."""
    return hashlib.sha256(msgspec.json.encode(part)).hexdigest()


class Golden:
    """A recorded evening."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scenario: Scenario = compile_scenario(
            (folder / "scenario.yaml").read_bytes(), f"{folder.name}/scenario.yaml"
        )
        self.lines = (folder / "log.jsonl").read_bytes().splitlines()
        self.history = History(folder.name, list(decode_log(folder.name, self.lines)))
        self.names = Map(json.loads((folder / "names.json").read_text("utf-8")))


@pytest.fixture(params=EVENINGS, ids=lambda folder: folder.name)
def golden(request: pytest.FixtureRequest) -> Golden:
    """Each of them."""
    return Golden(request.param)


def test_there_are_some() -> None:
    assert len(EVENINGS) >= 2


def test_each_seat_sees_what_it_was_sent(golden: Golden, request: pytest.FixtureRequest) -> None:
    views = RunViews(golden.scenario)
    for seat in golden.names:
        file = golden.folder / f"{seat}.jsonl"
        was = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        now, line = [], 0
        sent: dict[str, str] = {}
        for entry in was:
            if entry["line"] != line:
                line, sent = entry["line"], {}
            state = golden.history.state_at(entry["seq"])
            view = asdict(views.seat(state, seat, golden.names))
            parts = {name: digest(part) for name, part in view.items()}
            changed = {name: one for name, one in parts.items() if sent.get(name) != one}
            now.append({"line": line, "seq": entry["seq"], "parts": changed})
            sent = parts
        if request.config.getoption("--update-golden"):
            file.write_text("".join(json.dumps(entry) + "\n" for entry in now), "utf-8")
            continue
        for then, here in zip(was, now, strict=True):
            assert here == then, f"{golden.folder.name} {seat}: otherwise at seq {then['seq']}"


def test_the_log_is_written_as_it_was_read(golden: Golden) -> None:
    assert [encode(record) for record in golden.history.records] == golden.lines


def test_it_ends_in_the_state_it_ended_in(golden: Golden, request: pytest.FixtureRequest) -> None:
    file = golden.folder / "fingerprint"
    now = fingerprint(golden.history.states[-1])
    if request.config.getoption("--update-golden") or not file.exists():
        file.write_text(now + "\n", "ascii")
    assert file.read_text("ascii").strip() == now


def test_the_rules_of_today_would_play_it_the_same(golden: Golden) -> None:
    assert first_difference(golden.scenario, golden.history.records) is None


def test_it_can_be_reviewed(golden: Golden) -> None:
    played = read_run(Lessons(golden.scenario), golden.history.records, run="r", names=golden.names)
    assert played.course.ending == golden.history.states[-1].ending
    assert played.course.springs, "somebody slipped that evening"
    assert any(person.graded for person in played.people)
