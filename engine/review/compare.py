"""Two runs of one script beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from engine.review.course import Answer
from engine.review.ledger import Played
from engine.scenario.model import Scenario
from engine.values import SceneId, TaskId, TrapId

Slot = tuple[SceneId, TaskId, str]
Tries = tuple[tuple[str, str], ...]
"""(answer in the script's words, verdict) of every try."""


class SceneRow(msgspec.Struct, frozen=True, kw_only=True):
    """How long each was in a scene; None: it never was."""

    scene: SceneId
    title: str
    ms: tuple[int | None, int | None]


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task that the two answered otherwise."""

    scene: SceneId
    title: str
    ask: str
    role: str
    tries: tuple[Tries, Tries]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What is alike and what isn't. Pairs are (first, second)."""

    common_seq: int
    """Records they have in common from the beginning; 0 unless one was forked off the other."""
    endings: tuple[str, str]
    """Titles; empty: none reached."""
    play_ms: tuple[int, int]
    traps: tuple[tuple[str, int, int], ...]
    """(belief, how often it sprang in the first, in the second), of those that sprang."""
    scenes: tuple[SceneRow, ...]
    answers: tuple[AnswerRow, ...]
    """Only where they differ, in the script's order."""


def compare(scenario: Scenario, first: Played, second: Played) -> Comparison:
    """The two, beside each other."""
    return Comparison(
        common_seq=_common(first, second),
        endings=(_ending(scenario, first), _ending(scenario, second)),
        play_ms=(first.course.play_ms, second.course.play_ms),
        traps=tuple(_traps(scenario, first, second)),
        scenes=tuple(_scenes(scenario, first, second)),
        answers=tuple(_answers(scenario, first, second)),
    )


def _common(first: Played, second: Played) -> int:
    if second.course.origin == first.run:
        return second.course.origin_seq
    return first.course.origin_seq if first.course.origin == second.run else 0


def _ending(scenario: Scenario, played: Played) -> str:
    scene = scenario.scenes.get(played.course.ending)
    return scene.title if scene is not None else ""


def _traps(scenario: Scenario, *pair: Played) -> Iterator[tuple[str, int, int]]:
    counts = [_count(played) for played in pair]
    for trap in scenario.traps.values():
        first, second = (count.get(trap.id, 0) for count in counts)
        if first or second:
            yield trap.belief, first, second


def _count(played: Played) -> Mapping[TrapId, int]:
    found: dict[TrapId, int] = defaultdict(int)
    for spring in played.course.springs:
        found[spring.trap] += 1
    return found


def _scenes(scenario: Scenario, *pair: Played) -> Iterator[SceneRow]:
    spent: list[dict[SceneId, int]] = [defaultdict(int), defaultdict(int)]
    for times, played in zip(spent, pair, strict=True):
        for band in played.course.bands:
            times[band.scene] += band.until_ms - band.clock_ms
    for scene in scenario.scenes.values():
        if any(scene.id in times for times in spent):
            first, second = (times.get(scene.id) for times in spent)
            yield SceneRow(scene=scene.id, title=scene.title, ms=(first, second))


def _answers(scenario: Scenario, *pair: Played) -> Iterator[AnswerRow]:
    tries = [_tries(scenario, played) for played in pair]
    for scene in scenario.scenes.values():
        for task in scene.tasks.values():
            for slot in task.who.slots:
                key = (scene.id, task.id, slot)
                first, second = (found.get(key, ()) for found in tries)
                if first == second or not (first and second):
                    continue
                role = scenario.roles.get(slot)
                yield AnswerRow(
                    scene=scene.id,
                    title=scene.title,
                    ask=task.ask,
                    role=role.name if role is not None else "",
                    tries=(first, second),
                )


def _tries(scenario: Scenario, played: Played) -> dict[Slot, Tries]:
    found: dict[Slot, list[Answer]] = defaultdict(list)
    for answer in played.course.answers:
        found[answer.scene, answer.task, answer.slot].append(answer)
    return {
        (scene, task, slot): tuple(
            (scenario.scenes[scene].tasks[task].body.told(one.answer), one.verdict)
            for one in answers
        )
        for (scene, task, slot), answers in found.items()
    }
