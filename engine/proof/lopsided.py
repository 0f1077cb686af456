"""Options that give the right one away without being understood: by number, length or style.

Their order says nothing, for it is drawn for each run; but where an author has it kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from engine.errors import Issue, Text
from engine.kinds.forms import ONE
from engine.kinds.options import Option
from engine.proof.counsel import counsel
from engine.scenario.checks import all_tasks
from engine.scenario.model import Scenario, Task

FAR_LONGER: Final = 2.0
CHARS_LEAST: Final = 8
"""Shorter options aren't told apart by their length."""
QUESTIONS_LEAST: Final = 6
"""With fewer, nobody sees a rule in it."""
LONGEST_MOST: Final = 0.6
KEPT_LEAST: Final = 3
"""With fewer questions whose order is kept, nobody sees a rule in it."""
STYLES: Final[dict[str, Callable[[str], bool]]] = {
    "带逗号、分号": lambda text: re.search("[,;\uff0c\uff1b]", text) is not None,
    "带书名号、引号": lambda text: re.search("[《“]", text) is not None,
    "带数字": lambda text: re.search("[0-9]", text) is not None,
    "带括号": lambda text: re.search("[(\uff08]", text) is not None,
}


def single(task: Task) -> tuple[Option, tuple[Option, ...]] | None:
    """The one right option and the wrong ones, where one of several is to be taken."""
    rights = [one for one in task.body.options if one.right and one.alone]
    wrong = tuple(one for one in task.body.options if one.alone and not one.right)
    takes_one = task.body.form is ONE
    return (rights[0], wrong) if takes_one and len(rights) == 1 and wrong else None


def lopsided(scenario: Scenario) -> Iterator[Issue]:
    """What options tell by how they are written, in script order."""
    longest = total = 0
    yield from _kept(scenario)
    for task in all_tasks(scenario):
        found = single(task)
        if found is None:
            continue
        right, wrong = found
        total += 1
        longest += len(right.text) > max(len(one.text) for one in wrong)
        yield from _task(task, right, wrong)
    if total >= QUESTIONS_LEAST and longest > LONGEST_MOST * total:
        yield counsel("SC906", scenario.at, right=longest, total=total)


def _kept(scenario: Scenario) -> Iterator[Issue]:
    """Questions whose order is kept, and whose right option stands first, or last, in all."""
    kept = [task for task in all_tasks(scenario) if task.body.keeps_order() and single(task)]
    for number, which in ((0, Text("第一个", "first")), (-1, Text("最后一个", "last"))):
        if len(kept) >= KEPT_LEAST and all(task.body.options[number].right for task in kept):
            yield counsel("SC907", kept[0].at, total=len(kept), which=which)


def _task(task: Task, right: Option, wrong: tuple[Option, ...]) -> Iterator[Issue]:
    if len(wrong) == 1:
        yield counsel("SC903", task.at, task=task.id)
    long, short = len(right.text), max(len(one.text) for one in wrong)
    if long >= CHARS_LEAST and long >= FAR_LONGER * short:
        yield counsel("SC904", task.at, task=task.id, long=long, short=short)
    if len(wrong) > 1:
        for style, has in STYLES.items():
            if has(right.text) and not any(has(one.text) for one in wrong):
                yield counsel("SC905", task.at, task=task.id, style=style)
