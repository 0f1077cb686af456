"""Every script of the repository: its own tests, 200 plays by dice, and no word out of turn."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.author.bibliography import bibliography
from engine.proof.dice import random_play
from engine.proof.playthrough import START_MS, Playthrough
from engine.proof.prove import prove
from engine.rules.codec import decode, encode
from engine.rules.replay import fingerprint, replay
from engine.scenario import compile_scenario
from engine.scenario.model import PlayTest, Scenario
from engine.scenario.unpicked import unpicked
from engine.views.session import RunInfo, SessionInfo
from tests.support.depth import depth
from tests.support.parts import SentViews, wall_sent
from tests.support.secrets import secrets_of

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(ROOT.glob("scenarios/*/scenario.yaml"))
SCENARIOS = {path.parent.name: compile_scenario(path.read_bytes(), path.name) for path in SCRIPTS}
TESTS = [(name, test) for name, scenario in SCENARIOS.items() for test in scenario.tests]
YIDA = SCENARIOS["yida-1921"]


def as_written(scenario: Scenario, test: PlayTest) -> Playthrough:
    """Played as `hongchuan test` does: what is drawn and what isn't said is the first value."""
    table = Playthrough(unpicked(scenario), draws={})
    for move in test.play:
        table.move(move)
    return table


@pytest.mark.parametrize(("name", "test"), TESTS, ids=[f"{n}:{t.name}" for n, t in TESTS])
def test_the_authors_test_passes(name: str, test: PlayTest) -> None:
    table, expect = as_written(SCENARIOS[name], test), test.expect
    assert expect.ending is None or table.state.ending == expect.ending
    assert expect.traps is None or sorted(table.state.sprung) == sorted(expect.traps)
    for var, value in expect.vars.items():
        assert table.state.vars[var] == value


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_authors_tests_cover_every_trap_and_ending(name: str) -> None:
    scenario = SCENARIOS[name]
    traps: set[str] = set()
    endings: set[str] = set()
    for test in scenario.tests:
        table = as_written(scenario, test)
        traps |= set(table.state.sprung)
        endings.add(table.state.ending)
    assert traps == set(scenario.traps)
    assert endings == {scene.id for scene in scenario.scenes.values() if scene.ending}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_whoever_leads_has_words_for_every_act_trap_and_the_close(name: str) -> None:
    scenario = SCENARIOS[name]
    assert [scene.id for scene in scenario.scenes.values() if not scene.say] == []
    assert [trap.id for trap in scenario.traps.values() if not trap.say] == []
    assert scenario.debrief.say
    assert scenario.debrief.words is not None


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_picture_is_there_and_harmless(name: str) -> None:
    scenario = SCENARIOS[name]
    files = {scenario.cover} | {scene.picture for scene in scenario.scenes.values()}
    files |= {site.picture for scene in scenario.scenes.values() for site in scene.places.values()}
    for file in files - {""}:
        drawn = (ROOT / "scenarios" / name / file).read_text(encoding="utf-8")
        assert drawn.lstrip().startswith("<svg")
        for bad in ("<script", "http://", "https://", "<style", " style=", "onload"):
            assert bad not in drawn.replace("http://www.w3.org/2000/svg", "")


def played(scenario: Scenario, seed: int) -> Playthrough:
    wrong_rate = (0.0, 0.15, 0.3, 0.7)[seed % 4]
    table = Playthrough(scenario, seed=str(seed))
    outcome = random_play(scenario, str(seed), wrong_rate=wrong_rate, table=table)
    assert not outcome.stuck
    assert outcome.ending
    return table


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_script_is_proved(name: str) -> None:
    proof = prove(SCENARIOS[name])
    assert [issue.code for issue in proof.issues] == []
    assert proof.complete
    assert all(proof.proved)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_hundred_plays_of_each_end_and_the_wrong_answers_tell(
    name: str, record_property: Any
) -> None:
    """Whoever knows everything comes to the good ending without a trap; the more are wrong, the
    more traps spring and the longer it takes."""
    scenario = SCENARIOS[name]
    good = {scene.id for scene in scenario.scenes.values() if scene.ending == "good"}
    traps, minutes = [], []
    for wrong_rate, count in ((0.0, 10), (0.3, 45), (0.7, 45)):
        tables = [Playthrough(scenario, seed=f"{wrong_rate}/{seed}") for seed in range(count)]
        for table in tables:
            seed = table.state.seed
            outcome = random_play(scenario, seed, wrong_rate=wrong_rate, unrest=0.0, table=table)
            assert outcome.ending, f"{seed} doesn't end"
        endings = Counter(table.state.ending for table in tables)
        traps.append(sum(sum(table.state.sprung.values()) for table in tables) / count)
        minutes.append(sum(t.now_ms - START_MS for t in tables) / count / 60_000)
        record_property(
            f"{name} at {wrong_rate}",
            f"{dict(endings)}, {traps[-1]:.1f} traps, {minutes[-1]:.0f} min played by dice",
        )
        if not wrong_rate:
            assert set(endings) <= good
            assert not traps[0]
    assert traps == sorted(traps)
    assert len(set(traps)) == 3
    assert minutes[0] < minutes[2]


@pytest.mark.parametrize("name", sorted(SCENARIOS))
@pytest.mark.parametrize("change", [-1, 1])
def test_a_team_of_one_fewer_and_one_more_plays_to_an_end(name: str, change: int) -> None:
    scenario = SCENARIOS[name]
    sizes = [dict.fromkeys(scenario.roles, 1)]
    if change < 0:
        sizes = [{**sizes[0], role: 0} for role in scenario.roles]
    else:
        sizes = [{**sizes[0], r.id: 2} for r in scenario.roles.values() if r.seats_max > 1]
        assert sizes, "one role at least has room for two"
    for number, seats in enumerate(sizes):
        for seed in range(5):
            table = Playthrough(scenario, seed=f"{number}/{seed}", seats=seats)
            outcome = random_play(
                scenario, f"{number}/{seed}", wrong_rate=0.3, unrest=0.0, table=table
            )
            assert outcome.ending, f"{seats} get stuck"


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_one_person_alone_plays_any_role_to_the_good_ending(name: str) -> None:
    """A make-up: stand-ins take the other roles, whatever the script would do."""
    scenario = SCENARIOS[name]
    for role in scenario.roles:
        table = Playthrough(scenario, seed=role, seats={role: 1}, alone=True)
        outcome = random_play(scenario, role, wrong_rate=0.0, unrest=0.0, table=table)
        ending = scenario.scenes[outcome.ending]
        assert ending.ending == "good", f"{role} alone ends {outcome}"


@pytest.mark.parametrize("block", range(8))
def test_two_hundred_plays_end_and_replay_to_the_same_fingerprint(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        table = played(YIDA, seed)
        lines = [encode(record) for record in table.records]
        again = replay("r", (decode(line) for line in lines))
        assert fingerprint(again) == fingerprint(table.state)


@pytest.mark.parametrize("block", range(8))
def test_no_seat_and_no_wall_sees_a_word_out_of_turn(block: int) -> None:
    names = {f"s{number}": f"参与者{number}" for number in range(1, 5)}
    views = SentViews(YIDA)
    session = SessionInfo("x", "CODE", "http://h/join/CODE")

    def watch(table: Playthrough) -> None:
        for seat in table.state.seats:
            sent = json.dumps(views.seat(table.state, seat, names), ensure_ascii=False)
            leaked = [text for text in secrets_of(YIDA, table.state, seat) if text in sent]
            assert leaked == []
        wall = wall_sent(session, [RunInfo("r", YIDA, table.state, names)])
        sent = json.dumps(wall, ensure_ascii=False)
        assert [text for text in secrets_of(YIDA, table.state, "") if text in sent] == []

    for seed in range(block * 25, block * 25 + depth(3, 25)):
        table = Playthrough(YIDA, seed=str(seed))
        random_play(YIDA, str(seed), wrong_rate=0.3, table=table, watch=watch)


def test_the_bibliography_is_the_scripts_own() -> None:
    """`hongchuan sources scenarios/* -o scenarios/SOURCES.md` writes it."""
    written = (ROOT / "scenarios" / "SOURCES.md").read_text(encoding="utf-8")
    assert written == bibliography([SCENARIOS[name] for name in sorted(SCENARIOS)])
    for scenario in SCENARIOS.values():
        assert all(source.cite in written for source in scenario.sources.values())
    assert "http" not in written


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - {"yida-1921"}))
def test_no_seat_of_the_other_scripts_sees_a_word_out_of_turn(name: str) -> None:
    scenario = SCENARIOS[name]
    names = {f"s{number}": f"参与者{number}" for number in range(1, 6)}
    views = SentViews(scenario)

    def watch(table: Playthrough) -> None:
        for seat in table.state.seats:
            sent = json.dumps(views.seat(table.state, seat, names), ensure_ascii=False)
            leaked = [text for text in secrets_of(scenario, table.state, seat) if text in sent]
            assert leaked == []

    for seed in range(depth(6, 15)):
        table = Playthrough(scenario, seed=str(seed))
        random_play(scenario, str(seed), wrong_rate=0.3, table=table, watch=watch)
