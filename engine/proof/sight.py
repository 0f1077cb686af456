"""What somebody can see as a question opens: the scene's texts on phone and wall, what only they
are told, the cards they hold, and what was learnt, read and said in this scene so far.

Earlier scenes are gone from every screen: what one remembers of them was learnt, and may be asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.errors import Text
from engine.rules.state import State
from engine.scenario.model import Scenario, Scene
from engine.values import FactId, RoleId


class Seen(msgspec.Struct, frozen=True):
    """A text that is before somebody's eyes."""

    where: Text
    """What it is."""
    text: str
    heading: bool = False
    """It names where or when one is."""


def wall(scene: Scene) -> Iterator[Seen]:
    """What the scene shows to everybody."""
    yield Seen(Text("这一幕的标题", "the scene's title"), scene.title, heading=True)
    yield Seen(Text("这一幕的时间地点（when）", "the scene's `when`"), scene.when, heading=True)
    yield Seen(Text("故事（story）", "the `story`"), scene.story)
    for site in scene.places.values():
        where = Text(f"{site.title}的故事（places）", f"the story of {site.title}")
        yield Seen(where, site.title, heading=True)
        yield Seen(where, site.story)


def sight(scenario: Scenario, state: State, role: RoleId) -> Iterator[Seen]:
    """What is before this role's eyes; empty texts are left out."""
    assert state.scene is not None, "the run has begun"
    scene = scenario.scenes[state.scene.id]
    for seen in (*wall(scene), *_own(scenario, state, role), *_done(scenario, state, role)):
        if seen.text:
            yield seen


def _own(scenario: Scenario, state: State, role: RoleId) -> Iterator[Seen]:
    assert state.scene is not None, "the run has begun"
    own = scenario.scenes[state.scene.id].story_for.get(role, "")
    yield Seen(Text("他的补充（story_for）", "its `story_for`"), own)
    yield Seen(Text("角色说明（brief）", "its `brief`"), scenario.roles[role].brief)
    for card in scenario.cards.values():
        if role in state.holders.get(card.id, ()):
            what = Text(f"手里的卡片 {card.id}", f"the card {card.id} it holds")
            yield Seen(what, card.text)
    for tell in scenario.tells.values():
        here = tell.id.partition(".")[0] == state.scene.id
        if here and tell.role == role and tell.id in state.told:
            yield Seen(Text("捎来的话（tell）", "a message (`tell`)"), tell.text)


def _done(scenario: Scenario, state: State, role: RoleId) -> Iterator[Seen]:
    """What the role has read and learnt by its own tasks of this scene."""
    assert state.scene is not None, "the run has begun"
    scene = scenario.scenes[state.scene.id]
    for name, held in state.scene.tasks.items():
        watch = scene.tasks[name].watch or scene.tasks[name].talk_ms
        there = any(not scene.apart(role, one) for one in scene.tasks[name].who.roles)
        if watch and there and held.status != "out" and role not in held.slots:
            watched = Text(f"队友的问题 {name}", f"a teammate's question {name}")
            yield Seen(watched, scene.tasks[name].ask)
        slot = held.slots.get(role)
        if slot is None or not slot.done:
            continue
        task = scene.tasks[name]
        read = Text(f"任务 {name} 里读过的", f"what it read in {name}")
        if not task.body.options:
            yield from (Seen(read, text) for text in task.body.texts(role))
        learnt = Text(f"任务 {name} 告诉他的史实", f"the fact that {name} taught it")
        answer = task.body.final(held, slot)
        yield from (Seen(read, text) for text in task.body.tells(answer))
        facts: list[FactId | None] = [task.fact]
        facts += [option.fact for option in task.body.chosen(answer)]
        yield from (Seen(learnt, scenario.facts[one].text) for one in facts if one is not None)
