"""Settling looks again at what a step can have touched, and takes the steps of who looks at all."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules import decide as deciding
from engine.rules import events as ev
from engine.rules import settle as settling
from engine.rules.draft import Draft
from engine.scenario.model import Scenario, Task
from tests.engine.rules.conftest import script, table
from tests.properties.evenings import SCRIPTS, Evening, play_evening
from tests.support.counted import calls

MANY = 40
FIRST_WAITS = "\n".join(
    f"n{place}: {{role: a, optional: true, after: [n{place + 1}], kind: read, ask: 读, story: 文}}"
    for place in range(MANY)
)
"""Each waits for the one that is written behind it."""
LAST = f"n{MANY}: {{role: a, kind: read, ask: 读, story: 文}}"


def from_the_top(draft: Draft) -> None:
    """What settling means: each step is the first that applies, in document order."""
    while draft.state.phase == "playing" and draft.scene[0].ending is None:
        scene, _ = draft.scene
        if any(step(draft, task) for task in scene.tasks.values()):
            continue
        tasks = settling.needed(scene, draft.scene[1])
        over = sum(settling.is_over(draft.scene[1], task) for task in tasks)
        assert scene.barrier is not None, "only endings have none"
        if over < settling.quota(scene.barrier, len(tasks)):
            return
        draft.emit(ev.BarrierOpened, scene=scene.id, by="tasks")
        settling.leave(draft, scene)


def step(draft: Draft, task: Task) -> bool:
    """Take the step that applies to this task; False: none does."""
    held_by = draft.scene[1].tasks
    held = held_by.get(task.id)
    if held is None and settling._may_open(task, held_by):
        settling._open(draft, task)
        return True
    if held is None or held.status != "open" or not all(one.done for one in held.slots.values()):
        return False
    settling._finish(draft, task, held)
    return True


def both(draft: Draft) -> None:
    """Settle, and say so where that isn't what settling means."""
    meant = Draft(draft.scenario, draft.state, draft.at_ms)
    meant.events = [*draft.events]
    from_the_top(meant)
    settling.settle(draft)
    assert draft.events == meant.events
    assert draft.state == meant.state


@settings(max_examples=40)
@given(st.sampled_from(SCRIPTS), st.integers(0, 10_000))
def test_steps_are_the_first_that_apply(made: Callable[[], Scenario], seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "settle", both)
        play_evening(Evening(made(), seed=str(seed), seats={}, started=False), random.Random(seed))


def test_who_waits_may_be_written_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "settle", both)
    played = table(f"{FIRST_WAITS}\n{LAST}", barrier=f"[n{MANY}, n0]")
    for place in range(MANY, 0, -1):
        played.move(f"n{place}=")
        assert played.status(f"n{place - 1}") == "open"
    played.move("n0=")
    assert played.at == "z"


def opening(number: int) -> int:
    """How many calls it takes to start a scene of so many tasks."""
    tasks = "\n".join(
        f"n{place}: {{role: a, kind: read, ask: 读, story: 文}}" for place in range(number)
    )
    played = Playthrough(script(tasks), started=False)
    start = cmd.Start(id="start", at_ms=played.now_ms, by=cmd.FACILITATOR)
    return calls(lambda: deciding.decide(played.scenario, played.state, start))


def test_opening_a_scene_is_work_for_each_task_and_not_for_each_pair() -> None:
    opening(1)  # what a scene knows of its tasks is found out once
    few, many = opening(40), opening(80)
    assert many < 2.2 * few, "tasks are looked at again that nothing has touched"
