"""Options as phones are shown them: no author's id, none taken from them, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import asdict, fields, replace

from engine.errors import Rejection
from engine.kinds.forms import PAIRS, TICKS
from engine.kinds.held import AFRESH
from engine.kinds.keys import Listed
from engine.kinds.match.kind import Pair
from engine.kinds.order.kind import Item
from engine.kinds.registry import KINDS as KINDS_OF_TASKS
from engine.kinds.search.kind import Spot
from engine.kinds.vote.kind import Vote
from engine.proof.dice import random_play, turns
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.decide import decide, may_rescue
from engine.rules.drawn_ids import Options, draw, options_of, read
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.script.nodes import Choice
from engine.values import Map
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from tests.engine.rules.conftest import HEAD
from tests.engine.rules.conftest import script as small
from tests.scenarios.test_scenarios import SCENARIOS
from tests.support.examples import EXAMPLES, task_of
from tests.support.kinds import KINDS_TEXT
from tests.support.scripts import compile_text
from web.pages.render import render_parts

MARK = "zq-"
KINDS = compile_text(KINDS_TEXT)
SCRIPTS = {**SCENARIOS, KINDS.id: KINDS}
NAMES = {f"s{number}": f"参与者{number}" for number in range(1, 8)}
Watch = Callable[[Playthrough], None]


def marked(part: Any) -> Any:
    """The same script, with MARK before every option's id."""
    if isinstance(part, Map):
        return Map((key, marked(value)) for key, value in part.items())
    if isinstance(part, tuple):
        return tuple(marked(one) for one in part)
    if not isinstance(part, Struct):
        return part
    made = {field.name: marked(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Choice | Item | Pair | Spot):
        made["id"] = MARK + part.id
    if isinstance(part, Vote) and part.tie:
        made["tie"] = MARK + part.tie
    return type(part)(**made)


def evenings(script: Scenario, watch: Watch, *, drawn: bool = True, count: int = 2) -> None:
    """Plays by dice, watched at every step."""
    for number in range(count):
        seed = f"{script.id} {number}"
        table = Playthrough(script, seed=seed, drawn=drawn)
        random_play(script, seed, wrong_rate=0.4, unrest=0.0, table=table, watch=watch)


class Audience:
    """All bytes that go to participants."""

    def __init__(self, script: Scenario) -> None:
        self._script, self._views = script, RunViews(script)

    def shown(self, state: State) -> Iterator[str]:
        """At this moment, as JSON and as HTML."""
        session = SessionInfo("x", "CODE", "http://h/join/CODE")
        wall = projector(session, [RunInfo("r", self._script, state, NAMES)])
        yield from self._both("projector", asdict(wall))
        for seat in state.seats:
            yield from self._both("seat", asdict(self._views.seat(state, seat, NAMES)))

    def _both(self, kind: str, parts: dict[str, Any]) -> Iterator[str]:
        yield msgspec.json.encode(parts).decode()
        yield "".join(render_parts(kind, parts).values())


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_authors_id_is_in_the_bytes(name: str) -> None:
    script = marked(SCRIPTS[name])
    audience, sent = Audience(script), [0]

    def watch(table: Playthrough) -> None:
        for text in audience.shown(table.state):
            sent.append(len(text))
            assert MARK not in text

    evenings(script, watch, count=1)
    assert sum(sent) > 100_000


def test_where_nothing_was_drawn_the_authors_ids_are() -> None:
    """Runs opened before there was such a thing play on as they did, and so do plays without
    phones."""
    script, found = marked(KINDS), list[str]()
    audience = Audience(script)

    def watch(table: Playthrough) -> None:
        found.extend(text for text in audience.shown(table.state) if MARK in text)
        command = cmd.Submit(id="c", at_ms=0, by="s1", task="date", answer=(MARK + "d23",))
        assert read(script, table.state, command) is command

    evenings(script, watch, drawn=False)
    assert found


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_what_a_phone_says_is_what_its_author_called_it(name: str) -> None:
    """Every answer to everything that is asked comes back; in the author's words it is refused."""
    script, tried = SCRIPTS[name], set[str]()

    def watch(table: Playthrough) -> None:
        state, options = table.state, options_of(table.state)
        for turn in turns(table):
            if not turn.task.body.sides:
                continue
            for answer in turn.task.body.guesses(AFRESH):
                said = tuple(options.answer(turn.task, answer))
                talked_ms = table.now_ms + (turn.task.talk_ms or 0)
                command = cmd.Submit(
                    id="c", at_ms=talked_ms, by=turn.seat, task=turn.task.id, answer=answer,
                    role=turn.role,
                )  # fmt: skip
                again = read(script, state, replace(command, answer=said))
                assert isinstance(again, cmd.Submit)
                assert sorted(again.answer) == sorted(answer)
                if not answer:
                    continue
                refused(script, table, command)
                if turn.task.body.form not in (TICKS, PAIRS):
                    assert again.answer == answer
                tried.add(turn.task.kind)

    evenings(script, watch)
    tasks = [task for scene in script.scenes.values() for task in scene.tasks.values()]
    assert tried == {task.kind for task in tasks if task.body.sides}


def test_a_rescue_in_the_authors_words_is_refused() -> None:
    script, tried = SCRIPTS["yida-1921"], []

    def watch(table: Playthrough) -> None:
        state, options = table.state, options_of(table.state)
        for held, hold in state.holds.items():
            rescue = script.traps[hold.trap].rescue
            helper = next((s for s in state.seats if may_rescue(state, script, s, held)), None)
            if rescue is None or helper is None:
                continue
            told = options.rescue(hold.trap, [choice.id for choice in rescue.choices]).told
            for choice in rescue.choices:
                command = cmd.TryRescue(
                    id="c", at_ms=table.now_ms, by=helper, seat=held, answer=(choice.id,)
                )
                refused(script, table, command)
                said = read(script, state, replace(command, answer=(told[choice.id],)))
                assert isinstance(said, cmd.TryRescue)
                assert said.answer == (choice.id,)
                tried.append(choice.id)

    evenings(script, watch, count=4)
    assert tried


def refused(script: Scenario, table: Playthrough, command: cmd.AnyCommand) -> None:
    """It is, for what it says."""
    with pytest.raises(Rejection) as caught:
        decide(script, table.state, read(script, table.state, command))
    assert caught.value.code == "unknown_choice", command


def test_every_list_of_options_is_drawn() -> None:
    """Whatever kind comes: what a body lists by ids has a side, or phones would see the author's."""
    listing = {
        kind
        for kind in KINDS_OF_TASKS.values()
        if any(isinstance(key.shape, Listed) for key in kind.keys)
    }
    bodies = [task_of(example).body for example in EXAMPLES.values()]
    assert {type(body) for body in bodies} == set(KINDS_OF_TASKS.values())
    assert {type(body) for body in bodies if body.sides} == listing


def test_an_answer_is_told_as_it_is_shown() -> None:
    """The log has ticks and pairs in the author's order: the wire mustn't."""
    tasks = {str(task.kind): task for at in KINDS.scenes.values() for task in at.tasks.values()}
    for kind, side in (("select", "choices"), ("match", "left")):
        task = tasks[kind]
        ids = tuple(task.body.sides[side])
        answer = ids if kind == "select" else tuple(f"{name}={name}" for name in ids)
        for seed in map(str, range(20)):
            options = Options(seed)
            drawn = options.of(task, side)
            told = [one.partition("=")[0] for one in options.answer(task, answer)]
            assert told == [drawn.told[name] for name in drawn.order]


def test_a_draw_is_fair_and_says_nothing() -> None:
    ids, runs = ("d23", "d24", "trap1", "a"), 4_000
    draws = [draw(f"seed {number}", "scene.task.choices", ids) for number in range(runs)]
    for name in ids:
        first = sum(one.order[0] == name for one in draws)
        assert abs(first - runs / 4) < 5 * sqrt(runs * 3 / 16)
    told = [id_ for one in draws for id_ in one.told.values()]
    assert len({len(id_) for id_ in told}) == 1
    assert len(set(told)) == len(told)
    assert all(id_[0].isdigit() and id_.isalnum() for id_ in told)
    assert draw("x", "scene.task.left", ids).told != draw("x", "scene.task.right", ids).told


def test_an_order_that_means_something_is_kept_and_its_ids_are_drawn_all_the_same() -> None:
    ids = ("y1", "y2", "y3", "y4")
    kept = [draw(f"seed {number}", "q", ids, keep=True) for number in range(20)]
    assert {one.order for one in kept} == {ids}
    assert len({tuple(one.told.values()) for one in kept}) == 20
    assert len({draw(f"seed {number}", "q", ids).order for number in range(20)}) > 5


@pytest.mark.parametrize("kind", ["choose", "select", "vote"])
def test_an_author_keeps_the_order_of_a_tasks_options(kind: str) -> None:
    choices = "[{id: r, text: 一, right: true, fact: f}, {id: p, text: 二}, {id: q, text: 三}]"
    task = "{role: [a, b], kind: %s, ask: 问, keep_order: %s, choices: %s}"
    for kept, orders in (("true", 1), ("false", 6)):
        asked = small(f"o: {task % (kind, kept, choices)}").scenes["one"].tasks["o"]
        drawn = {Options(f"seed {number}").of(asked, "choices").order for number in range(60)}
        assert len(drawn) == orders


def test_an_author_keeps_the_order_of_a_rescue() -> None:
    head = HEAD.replace("rescue: {role: any,", "rescue: {keep_order: true, role: any,")
    rescue = small("o: {role: a, kind: read, ask: 读, story: 文}", head=head).traps["t"].rescue
    assert rescue is not None
    assert rescue.keep_order
    drawn = Options("seed").rescue("t", ["y", "n"], keep=rescue.keep_order)
    assert drawn.order == ("y", "n")
