"""Every kind of task, by the registry alone: whatever is added is held to all of this at once.

A kind's folder has `examples.yaml`: tasks, and what each answer amounts to. They are compiled into
the small script, played there, told, translated, drawn, rendered and looked through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from engine.errors import Issue, Rejection, ScenarioError
from engine.kinds.held import AFRESH, Moment, SlotState, TaskState
from engine.kinds.kind import always
from engine.kinds.registry import FOLDERS, KINDS
from engine.proof.dice import random_play
from engine.proof.explore import explore
from engine.rules import commands as cmd
from engine.rules.drawn_ids import Options
from engine.rules.events import TaskAnswered, TrapSprung
from engine.rules.rejections import CATALOGUE
from engine.scenario.schema import schema
from engine.scenario.strings import strings_of
from engine.values import Map
from engine.views.seat import RunViews
from tests.engine.rules.conftest import script
from tests.support.examples import EXAMPLES, task_of, written
from tests.support.hands import right_of
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.table import Table
from web.pages.render import render_parts
from web.pages.words import ENGLISH

VERDICTS = {"right", "plain", "missed", "trap", "vote", "confirmed", "found"}
MAY_STAND = {"__init__.py", "kind.py", "seat.html", "examples.yaml", "kind.css", "kind.js"}


each_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@each_kind
def test_a_folder_holds_what_may_stand_there_and_nothing_else(kind: Any) -> None:
    folder = Path(FOLDERS) / kind.name
    there = {file.name for file in folder.iterdir() if file.name != "__pycache__"}
    assert {"__init__.py", "kind.py", "seat.html", "examples.yaml"} <= there <= MAY_STAND


@each_kind
def test_a_kind_has_an_answer_of_every_sort(kind: Any) -> None:
    """What is right or taken, and a refusal at least; a kind whose answers may be wrong, that."""
    answers = [
        a for name, e in EXAMPLES.items() if name.split()[0] == kind.name for a in e["answers"]
    ]
    assert any("refused" in answer for answer in answers)
    if kind.grounded:
        assert {"right"} < {answer.get("is") for answer in answers}


@each_kind
def test_its_sentences_are_in_both_languages(kind: Any) -> None:
    texts = [kind.label, *(text for pair in kind.refusals.values() for text in pair)]
    assert all(text.zh and text.en for text in texts)
    assert all(CATALOGUE[code] == told for code, told in kind.refusals.items())
    assert all(key.told for key in kind.keys)
    page = (Path(FOLDERS) / kind.name / "seat.html").read_text(encoding="utf-8")
    assert all(text in page for text in kind.words)
    assert kind.words.items() <= ENGLISH.items()
    assert f'm.answer(task, "{kind.form.collected}")' in page


@each_example
def test_an_answer_amounts_to_what_the_example_says(example: dict[str, Any]) -> None:
    for answer in example["answers"]:
        table = Table(script(written(example)))
        slot = next(iter(task_of(example).who.slots))
        held = table.state.scene.tasks["q"] if table.state.scene else None
        slot = held.order[0] if held and held.order else slot
        seat = f"s{'abc'.index(slot) + 1}"
        said = {"task": "q", "answer": tuple(answer["say"]), "role": slot}
        if "refused" in answer:
            with pytest.raises(Rejection) as caught:
                table.do(cmd.Submit, seat, **said)
            assert caught.value.code == answer["refused"], answer
            continue
        events = table.do(cmd.Submit, seat, **said)
        answered = next(event for event in events if isinstance(event, TaskAnswered))
        assert answered.verdict == answer["is"], answer
        assert answered.answer == tuple(answer.get("kept", answer["say"]))
        sprung = [event.trap for event in events if isinstance(event, TrapSprung)]
        assert sprung == answer.get("springs", [])
        trap = task_of(example).body.trap_in(answered.answer)
        assert trap == (sprung[0] if sprung else None)


@each_example
def test_what_is_right_is_right_and_what_stands_for_all_is_taken(example: dict[str, Any]) -> None:
    body = task_of(example).body
    slots = {name: SlotState() for name in task_of(example).who.slots}
    first = next(iter(slots))
    held = TaskState("open", 0, Map(slots), order=tuple(slots) if body.in_turn else ())
    moment = Moment(held, first, body.least_ms(), Map(dict.fromkeys(body.needs(), (first,))))
    right = body.right(moment)
    assert right is not None
    judged = body.verdict(moment, right)
    assert judged.verdict not in ("missed", "trap")
    classes = [body.verdict(moment, answer) for answer in body.classes(moment, always)]
    springs = set() if body.decides else set(body.traps())
    assert {trap for one in classes for trap in one.traps} == springs
    assert judged.verdict in {one.verdict for one in classes}
    assert body.guesses(moment)
    turns = [{"role": first, "done": False}] if body.in_turn else []
    lists = {
        side: [{"id": name, "text": text} for name, text in texts.items()]
        for side, texts in body.sides.items()
    }
    assert right_of(task_of(example), {"slot": first, "order": turns, **lists}) is not None
    hash(body.matters(SlotState(answer=judged.answer), always))


@each_example
def test_an_answer_goes_over_the_wire_and_back(example: dict[str, Any]) -> None:
    task = task_of(example)
    for answer in task.body.guesses(AFRESH):
        for seed in ("1", "2", "3"):
            options = Options(seed)
            told = tuple(options.answer(task, answer))
            draws = options.draws(task)
            again = task.body.form.read(draws, task.body.sides, told) if draws else told
            assert sorted(again) == sorted(answer)
            ids = {name for side in task.body.sides.values() for name in side}
            assert not draws or not answer or not ids & set(re.split("[=,]", ",".join(told)))


@each_example
def test_an_answer_is_told_in_words(example: dict[str, Any]) -> None:
    body = task_of(example).body
    for said, words in example.get("words", {}).items():
        assert body.told((said,)) == words
    assert body.interaction()["interactionType"]
    for pattern in body.interaction().get("correctResponsesPattern", ()):
        assert pattern


@each_example
def test_what_people_read_is_translated(example: dict[str, Any]) -> None:
    found = {a: t for a, t in strings_of(script(written(example))).items() if ".tasks.q." in a}
    texts = [t for slot in task_of(example).who.slots for t in task_of(example).body.texts(slot)]
    own = {text.zh for text in _engines_own(example)}
    assert {text for text in texts if text} - own <= set(found.values())


def _engines_own(example: dict[str, Any]) -> Iterator[Any]:
    """Words of options that the kind itself says, and no author."""
    for module in {type(task_of(example).body).__module__}:
        for value in vars(__import__(module, fromlist=["x"])).values():
            if isinstance(value, dict):
                yield from (text for text in value.values() if hasattr(text, "zh"))


@each_example
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_page_shows_it_open_held_and_done(example: dict[str, Any], lang: Any) -> None:
    table = Table(script(written(example)), drawn=True)
    right = right_of(task_of(example), {"slot": "a"})
    for then in (False, True):
        views = RunViews(table.scenario)
        seat = views.seat(table.state, "s1", {}, lang)
        part = next(task for task in seat.tasks if task.id == "q")
        for state in (part.state, "held" if part.state == "open" else part.state):
            html = render_parts("seat", {"tasks": [replace(part, state=state)]}, lang)["tasks"]
            assert part.ask in html
            if lang == "en":
                said = [text for text in KINDS[part.kind].words if "{" not in text]
                assert not [text for text in said if text in html]
        if then or right is None:
            return
        try:
            table.do(cmd.Submit, "s1", task="q", answer=right, role="a")
        except Rejection:
            return


@each_example
def test_it_is_proved_and_played_by_chance(example: dict[str, Any]) -> None:
    """The reduced graph sees what the whole one sees; no crowd of dice is stuck."""
    played = script(written(example))
    reduced = explore(played, nodes_max=20_000)
    assert reduced.complete
    assert ("task", "one", "q") in reduced.seen
    traps = {("trap", trap) for trap in task_of(example).body.traps()}
    assert traps <= reduced.seen
    for seed in range(3):
        assert not random_play(played, f"{seed}", wrong_rate=0.5, unrest=0.1).stuck


@each_kind
def test_the_examples_of_its_keys_make_a_task(kind: Any) -> None:
    """All at once, in the guide's small script: they are read, and name what is there."""
    keys = {key.name: yaml.safe_load(key.example) for key in kind.keys}
    assert all(value is not None for value in keys.values()), kind.name
    who = "all" if kind.together else "recorder"
    task = {"role": who, "ask": "问", "kind": kind.name, "fact": "opened", **keys}
    line = f"      q-q: {json.dumps(task, ensure_ascii=False)}\n"
    text = re.sub(r"(?m)^    tasks:\n", f"    tasks:\n{line}", MINI_TEXT, count=1)
    assert line in text
    at = text.split(line)[0].count("\n") + 1
    issues: tuple[Issue, ...] = ()
    try:
        compile_text(text)
    except ScenarioError as error:  # what the small script misses besides is no matter
        issues = error.issues
    assert [one for one in issues if one.place.line == at] == []


@each_example
def test_the_schema_knows_its_keys(example: dict[str, Any]) -> None:
    kind = KINDS[example["task"]["kind"]]
    tasks = schema()["properties"]["scenes"]["additionalProperties"]["properties"]["tasks"]
    assert {key.name for key in kind.keys} <= tasks["additionalProperties"]["properties"].keys()
