"""What a kind shows, it shows to whom it says, and to nobody else: a kind is asked for an audience.

The one here whispers a text to a role that
holds it, and shows the others each something of its own.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from msgspec import NODEFAULT
from msgspec.structs import asdict, fields, replace

from engine.kinds.choices import OfChoicesShown
from engine.kinds.choose.kind import Choose
from engine.kinds.judging import Seen
from engine.kinds.registry import KINDS
from engine.kinds.shown import Audience, Shown
from engine.rules import commands as cmd
from engine.scenario.model import Scenario
from engine.values import Map
from engine.views.parts.task_parts import OpenTask
from engine.views.session import RunInfo, SessionInfo
from tests.engine.rules.conftest import script
from tests.support.parts import SentViews, desk_sent, wall_sent
from tests.support.table import Table

EVERYBODY: frozenset[Audience] = frozenset({"answers", "holds", "waits", "wall", "desk"})
TEXT = """
q: {role: a, ask: 谁来过, choices: [{id: r, text: 甲, right: true, fact: f}, {id: w, text: 乙}]}
p: {role: b, kind: read, ask: 读, story: 文}
"""
SESSION = SessionInfo("x", "CODE", "http://h/join/CODE")


class WhisperShown(OfChoicesShown, frozen=True):
    """The choices, and the text for who holds it."""

    text: str
    """Whatever this audience may know."""


class Whisper(Choose, frozen=True):
    """`choose`, with a text that only role b may see."""

    shows: ClassVar[type[Shown]] = WhisperShown
    shown_to = EVERYBODY

    def holders(self) -> tuple[str, ...]:
        return ("b",)

    def show(self, seen: Seen) -> Shown:
        answers = seen.audience == "answers"
        choices = seen.listed("choices", self.sides["choices"]) if answers else ()
        return WhisperShown(choices=choices, text=f"{seen.audience} {seen.role}".strip())


def whispering(**changed: Any) -> Scenario:
    played = script(TEXT)
    task = played.scenes["one"].tasks["q"]
    assert isinstance(task.body, Choose)
    kind = type("Whispers", (Whisper,), changed, frozen=True)
    body = kind(**asdict(task.body))
    scene = played.scenes["one"]
    tasks = Map({**scene.tasks, "q": replace(task, body=body)})
    scenes = Map({**played.scenes, "one": replace(scene, tasks=tasks)})
    return replace(played, scenes=scenes)


def shown(played: Table) -> dict[str, Any]:
    """Seat, wall or desk → what it is shown of the task; None: nothing."""
    views = SentViews(played.scenario)
    found: dict[str, Any] = {}
    for seat in played.state.seats:
        parts = views.seat(played.state, seat, Map())["tasks"]
        found[seat] = next((part for part in parts if part["id"] == "q"), None)
    runs = [RunInfo("r", played.scenario, played.state, Map())]
    wall = wall_sent(SESSION, runs)["progress"]["teams"][0].get("tasks", [])
    found["wall"] = next((one["shown"] for one in wall if one["id"] == "q"), None)
    desk = desk_sent(SESSION, runs)["runs"][0]["tasks"]
    found["desk"] = next(one for one in desk if one["id"] == "q").get("shown")
    return found


def test_each_audience_is_shown_its_own() -> None:
    found = shown(Table(whispering()))
    told = {who: part["text"] for who, part in found.items()}
    assert told == {
        "s1": "answers a", "s2": "holds b", "s3": "waits c", "wall": "wall", "desk": "desk",
    }  # fmt: skip
    assert found["s1"]["mine"]
    assert found["s1"]["ask"] == "谁来过"
    for seat in ("s2", "s3"):
        assert not found[seat]["mine"]
        assert found[seat]["ask"] == ""
        assert found[seat]["choices"] == []


@pytest.mark.parametrize("audience", sorted(EVERYBODY))
def test_whoever_isnt_named_is_shown_nothing(audience: Audience) -> None:
    found = shown(Table(whispering(shown_to=frozenset({"answers", audience}))))
    places = {"answers": "s1", "holds": "s2", "waits": "s3", "wall": "wall", "desk": "desk"}
    assert {who for who, part in found.items() if part} == {"s1", places[audience]}


def test_it_is_over_for_all_when_it_is_done() -> None:
    played = Table(whispering()).play("q=r")
    found = shown(played)
    assert found["s1"]["state"] == "done"
    assert {who for who, part in found.items() if part} == {"s1"}


def test_who_looks_on_can_answer_nothing() -> None:
    played = Table(whispering())
    with played.refused("not_your_task"):
        played.do(cmd.Submit, "s2", task="q", answer=("r",))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_names_audiences_and_hides_nothing_that_all_tasks_show(kind: Any) -> None:
    assert "answers" in kind.shown_to <= EVERYBODY
    own = {one.name for one in fields(kind.shows)}
    assert own.isdisjoint(one.name for one in fields(OpenTask))


def test_a_part_is_what_all_tasks_show_and_then_what_its_kind_shows() -> None:
    (first, *_) = SentViews(script(TEXT)).seat(Table(script(TEXT)).state, "s1", Map())["tasks"]
    own = [one.name for one in fields(OpenTask) if one.default is NODEFAULT]
    assert [*first] == [*own, "choices"]
