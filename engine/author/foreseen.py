"""What the engine says of a misconception that the wizard writes: at the field it is about.

What `check` finds anew is told of any filling; what the proof advises, as far as it can be known
without playing: whether options give the right one away by number, length or style, whether the
answer stands on the scene's own screen, and what rests on facts nobody has looked up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from engine.author.cards import without_keys
from engine.author.extents import LeftAlone, Script, script_of
from engine.author.wizard import FACT, Written, steps, written
from engine.errors import Issue, ScenarioError
from engine.proof.counsel import counsel
from engine.proof.given_away import rescue_told, told
from engine.proof.lopsided import lopsided
from engine.proof.suite import run_test
from engine.proof.unfounded import unfounded
from engine.rules.evolve import EMPTY
from engine.rules.state import SceneState
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario

_AT: Final = {
    "SC901": "right", "SC902": "rescue.right", "SC903": "other", "SC904": "right",
    "SC905": "right", "SC906": "right", "SC907": "right", "SC921": "truth",
}  # fmt: skip
"""Where advice is told that stands at a whole task or script."""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What is said, by field; the empty name: of no field in particular."""

    issues: Mapping[str, str] = field(default_factory=dict)
    """What `check` would find, and didn't before."""
    advice: Mapping[str, str] = field(default_factory=dict)


def look_ahead(text: str, given: Mapping[str, str]) -> Foreseen:
    """What is said of a filling on its way: what is still empty stands in for itself, and nothing
    is said of it. Nothing before the right option and the misconception's are there."""
    filled = {name for name, value in given.items() if value.strip()}
    if not {"right", "wrong"} <= filled:
        return Foreseen()
    try:
        done = written(text, _stood_in(script_of(text), given))
    except LeftAlone:
        return Foreseen()
    if done.problems:
        return Foreseen(issues={name: what for name, what in done.problems.items()
                                if name in filled})  # fmt: skip
    found = foresee(text, done)
    ready = filled | {"other", ""} | ({"truth"} if done.fact else set())
    return Foreseen(
        issues={name: what for name, what in found.issues.items() if name in ready},
        advice={name: what for name, what in found.advice.items() if name in ready},
    )


def _stood_in(script: Script, given: Mapping[str, str]) -> dict[str, str]:
    found = {name: value.strip() for name, value in given.items()}
    fields = [one for step in steps(script) for one in step.fields]
    for number, one in enumerate(fields):
        if found.get(one.name) or not one.needed or one.name == "other":
            continue
        first = one.options[0][0] if one.options else ""
        found[one.name] = one.value or (first if one.widget == "pick" else f"…{number}")
    if any(value for name, value in given.items() if name.startswith(FACT)):
        # A fact half told is told of when it is saved; here any will do.
        found = {name: value for name, value in found.items() if not name.startswith(FACT)}
    return found


def foresee(text: str, done: Written) -> Foreseen:
    """What is said of a text with the misconception in it, and wasn't of the text before."""
    known, new = _found(text), _found(done.text)
    script = script_of(done.text)
    fields = list(_fields(script, done))
    issues = _by_field(_more(known[1], new[1]), script, fields)
    advice = list(_more(known[2], new[2]))
    if new[0] is not None:
        advice += _shown(new[0], done)
    codes = {one.code for one in known[2]}
    advice = [one for one in advice if one.code != "SC906" or one.code not in codes]
    here = {name: "\n".join(dict.fromkeys(_said(one, done, new[0]) for one in those))
            for name, those in _by_field(advice, script, fields).items() if name}  # fmt: skip
    if new[0] is not None and not _waited_for(new[0], done):
        here["scene"] = "这一幕不一定等这道题：没有人答，也会往下走。"
    return Foreseen(
        issues={name: "\n".join(_said(one, done, new[0]) for one in those)
                for name, those in issues.items()},
        advice=here,
    )  # fmt: skip


def halted(text: str, done: Written) -> int:
    """How many of the script's own tests went as they say, and don't any more: whoever plays the
    scene has a question more to answer."""
    before, after = _found(text)[0], _found(done.text)[0]
    if before is None or after is None:
        return 0
    return sum(
        run_test(before, case).divergence is None and run_test(after, case).divergence is not None
        for case in before.tests
    )


@lru_cache(maxsize=4)
def _found(text: str) -> tuple[Scenario | None, tuple[Issue, ...], tuple[Issue, ...]]:
    """The scenario, its issues, and what is advised of it."""
    try:
        scenario = compile_scenario(text.encode(), "")
    except ScenarioError as error:
        return None, tuple(error.issues), ()
    return scenario, (), (*lopsided(scenario), *unfounded(scenario))


def _more(known: tuple[Issue, ...], new: tuple[Issue, ...]) -> Iterator[Issue]:
    """Those of the new that weren't known, wherever they stood."""
    left = Counter((one.code, one.message.zh) for one in known)
    for one in new:
        name = (one.code, one.message.zh)
        left[name] -= 1
        if left[name] < 0:
            yield one


def _shown(scenario: Scenario, done: Written) -> Iterator[Issue]:
    """Answers that the scene's own screen tells whoever is asked, as the scene begins."""
    scene, trap = scenario.scenes[done.scene], scenario.traps[done.trap]
    state = replace(EMPTY, scene=SceneState(id=scene.id, entered_ms=0, limit_at_ms=None))
    task = scene.tasks[done.task]
    found = told(scenario, state, task, done.role)
    if found is not None:
        yield counsel("SC901", task.at, task=task.id, role=done.role, where=found[1].where,
                      words=found[0])  # fmt: skip
    others = [role for role in scenario.roles if role != done.role]
    for role in others[:1] if trap.rescue is not None else ():
        assert trap.rescue is not None
        away = rescue_told(scenario, state, trap.rescue, role)
        if away is not None:
            yield counsel("SC902", trap.rescue.at, task=trap.id, role=role, where=away[1].where,
                          words=away[0])  # fmt: skip


def _waited_for(scenario: Scenario, done: Written) -> bool:
    scene = scenario.scenes[done.scene]
    barrier = scene.barrier
    some = barrier is not None and barrier.kind in ("any", "count")
    return barrier is None or (not some and barrier.looks_at(scene.tasks[done.task]))


# ── where it belongs, and how it is said ────────────────────────────────────────────────────────


def _fields(script: Script, done: Written) -> Iterator[tuple[int, int, str]]:
    """From, to, and the field that is written there; the narrowest first."""
    trap = script.find(("traps", done.trap)).entries
    task = script.find(("scenes", done.scene, "tasks", done.task)).entries
    rescue = trap["rescue"][1].entries
    for options, names in ((task, done.options), (rescue, done.saved)):
        for item, name in zip(options["choices"][1].items, names, strict=True):
            yield item.start, item.end, name
    pairs = {"rescue.ask": rescue["ask"], "role": task["role"], "ask": task["ask"]}
    pairs |= {key: trap[key] for key in ("belief", "truth", "why", "cost", "hold") if key in trap}
    for name, (key, value) in pairs.items():
        yield key.start, value.end, name
    for path, name in (
        (("traps", done.trap), "belief"),
        (("scenes", done.scene, "tasks", done.task), "ask"),
        (("facts", done.fact or done.truth), FACT + "text" if done.fact else "truth"),
    ):
        key, value = script.find(path[:-1]).entries[path[-1]]
        yield key.start, value.end, name


def _by_field(
    issues: Iterator[Issue] | list[Issue], script: Script, fields: list[tuple[int, int, str]]
) -> dict[str, list[Issue]]:
    found: dict[str, list[Issue]] = {}
    for one in issues:
        at = script.at(one.place.line - 1, one.place.column - 1)
        name = next((name for start, end, name in fields if start <= at <= end), "")
        if one.code == "SC921" or name or one.code in ("SC906", "SC907"):
            name = _AT.get(one.code, name)
        found.setdefault(name, []).append(one)
    return found


def _said(one: Issue, done: Written, scenario: Scenario | None) -> str:
    """In the form's words: no ids, no keys."""
    text = f"{one.message.zh}{one.remedy.zh}"
    names = {"任务": (done.task, "这道题"), "误区": (done.trap, "这个误区"),
             "陷阱": (done.trap, "这个误区"), "史实": (done.truth, "这条史实")}  # fmt: skip
    for kind, (id_, called) in names.items():
        text = re.sub(rf"{kind} ?[“]?{re.escape(id_)}(?![\w-])[”]? ?", called, text)
    for id_, role in scenario.roles.items() if scenario is not None else ():
        text = re.sub(rf"(?<=问) {re.escape(id_)} ", f"“{role.name}”", text)
    return without_keys(text)
