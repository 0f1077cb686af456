"""误区向导: a misconception, the question that leads into it, the rescue and the price, at once.

One form of seven steps, in the order of thought; what it writes are the edits that cards and
programs make (`carded`, `edits`), one after the other: a fact where a new one is told, the trap,
the task in its scene. Ids are made here; all other characters of the script stay as they are.

    done = write(text, given)
    done.problems or done.text
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.author.carded import Changed, missing, save, unseen_in
from engine.author.cards import Deck, Field, free_id, things
from engine.author.edits import put
from engine.author.extents import LeftAlone, Plain, Script, script_of
from engine.scenario.schema import schema

WIZARD: Final = "wizard"
FACT: Final = "fact."
"""How the fields of a new fact begin; the rest is the fact's form."""
OPTIONS: Final = ("right", "wrong", "other", "more")
RESCUE: Final = ("rescue.right", "rescue.other", "rescue.more")
_IDS: Final = "abcd"
_SIZES: Final = ("小", "中", "大")
_STEPS_OF_RANGE: Final = 12
"""A small price is this part of what a variable can be, where no trap shows what is usual."""
_HOLD: Final = "20秒"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the form."""

    title: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...] = ()
    """Behind a fold: a fact that the script doesn't have yet."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text with the misconception in it; with problems it is the text before."""

    text: str
    problems: Mapping[str, str] = field(default_factory=dict)
    """By the field's name; by the empty name what is the whole form's."""
    fact: str = ""
    """Of a new one, else empty."""
    truth: str = ""
    trap: str = ""
    scene: str = ""
    task: str = ""
    role: str = ""
    options: tuple[str, ...] = ()
    """The fields that the question's options are from, in the order in which they are written."""
    saved: tuple[str, ...] = ()
    """The same of the rescue's."""


def steps(script: Script) -> tuple[Step, ...]:
    """The form, with what can be picked in this script."""
    deck = Deck.of(script, ())
    scenes = tuple(one for one in deck.choices["scenes"]
                   if "ending" not in things(script, "scenes")[one[0]][1].entries)  # fmt: skip
    prices = costs(script)
    return (
        Step(title="人们常说什么", fields=(_text("belief", "人们常说的那句话", "照人们的原话写"),)),
        Step(
            title="哪条史实纠正它",
            fields=(_pick("truth", "纠正它的史实", _settled(script, deck),
                          "说法不一的不在里面：那样的事谁也不算错"),),
            more=tuple(_new_fact(deck)),
        ),
        Step(title="为什么会信", fields=(_text("why", "为什么会这样想", "复盘时大家看得到"),)),
        Step(
            title="在哪一幕，问谁",
            fields=(_pick("scene", "哪一幕", scenes, "一进这一幕，就问"),
                    _pick("role", "问谁", deck.choices["roles"])),
        ),
        Step(title="怎么问", fields=tuple(_question())),
        Step(title="队友怎样拉一把", fields=tuple(_rescue())),
        Step(
            title="代价",
            fields=(_pick("cost", "代价", prices, "踩进去一次，全队付一次", needed=False,
                          value=prices[0][0] if prices else ""),),
        ),
    )  # fmt: skip


def _question() -> Iterator[Field]:
    yield _text("ask", "问什么")
    yield _line("right", "对的", "先后由程序排，每一局另抽；几个写得一样长、一个样子，才猜不到")
    yield _line("wrong", "误区的", "信了那句话的人会选的")
    yield _line("other", "别的", "人们也会选的；选了不扣什么，再试")
    yield _line("more", "再一个别的", needed=False)


def _rescue() -> Iterator[Field]:
    yield _text("rescue.ask", "问队友什么", "队友答对，他就立刻自由；每个队友只有一次机会")
    yield _line("rescue.right", "对的")
    yield _line("rescue.other", "别的")
    yield _line("rescue.more", "再一个别的", needed=False)
    yield _line("hold", "没人拉，停多久", "如 20秒、1分钟", value=_HOLD)


def _new_fact(deck: Deck) -> Iterator[Field]:
    """The fact's own form, but for what may come later; what is disputed corrects nobody."""
    keys = ("text", "status", "sources")
    for one in (each for key in keys for each in deck.fields("facts", None) if each.key == key):
        for each in one.blank if one.widget == "rows" else (one,):
            options = tuple(option for option in each.options if option[0] != "contested")
            name = FACT + each.name.replace(".__.", ".0.")
            shown = Field(key=each.key, name=name, label=each.label, help=each.help,
                          widget=each.widget, needed=False, options=options)  # fmt: skip
            yield shown


def _settled(script: Script, deck: Deck) -> tuple[tuple[str, str], ...]:
    disputed = {one.id for one in deck.cards("facts") if one.tag == "说法不一"}
    return tuple(option for option in deck.choices["facts"] if option[0] not in disputed)


def _text(name: str, label: str, told: str = "") -> Field:
    return Field(key=name, name=name, label=label, help=told, widget="text", needed=True)


def _line(name: str, label: str, told: str = "", *, needed: bool = True, value: str = "") -> Field:
    return Field(key=name, name=name, label=label, help=told, widget="line", needed=needed,
                 value=value)  # fmt: skip


def _pick(
    name: str,
    label: str,
    options: tuple[tuple[str, str], ...],
    told: str = "",
    *,
    needed: bool = True,
    value: str = "",
) -> Field:
    return Field(key=name, name=name, label=label, help=told, widget="pick", needed=needed,
                 options=options, value=value)  # fmt: skip


# ── prices ──────────────────────────────────────────────────────────────────────────────────────


def costs(script: Script) -> tuple[tuple[str, str], ...]:
    """(variable and change, as people read it): small, middle and large of each of the script's
    named numbers, the one that its traps charge most first. None of a number too narrow for it."""
    paid = _paid(script)
    usual = Counter(name for name, _ in paid)
    found = []
    for name, label, low, high, start in _numbers(script):
        changes = Counter(by for var, by in paid if var == name)
        up = sum(changes[by] * (1 if by > 0 else -1) for by in changes) or (low + high - 2 * start)
        unit = min((abs(by) for by in changes), default=max(1, (high - low) // _STEPS_OF_RANGE))
        options = [
            (f"{name}:{by:+d}", f"{size}：{label} {by:+d}")
            for number, size in enumerate(_SIZES, 1)
            if abs(by := number * unit * (1 if up >= 0 else -1)) <= high - low
        ]
        found.append((-usual[name], options))
    found.sort(key=lambda one: one[0])
    return tuple(option for _, options in found for option in options)


def _paid(script: Script) -> list[tuple[str, int]]:
    traps = script.root.entries.get("traps")
    tree = traps[1].plain() if traps is not None else {}
    found = []
    for trap in tree.values() if isinstance(tree, dict) else ():
        cost = trap.get("cost") if isinstance(trap, dict) else None
        for name, by in cost.items() if isinstance(cost, dict) else ():
            if isinstance(by, str) and re.fullmatch(r"[+-][0-9]{1,6}", by) and int(by):
                found.append((name, int(by)))
    return found


def _numbers(script: Script) -> Iterator[tuple[str, str, int, int, int]]:
    """Name, label, least, most and first value of each number that people know by a name."""
    section = script.root.entries.get("vars")
    tree = section[1].plain() if section is not None else {}
    for name, one in tree.items() if isinstance(tree, dict) else ():
        if not isinstance(one, dict) or not one.get("label") or one.get("start") == "drawn":
            continue
        ends = one.get("int")
        written = [*ends, one.get("start", ends[0])] if isinstance(ends, list) and ends else []
        if len(written) == 3 and all(isinstance(end, str) and re.fullmatch(r"-?[0-9]{1,6}", end)
                                     for end in written):  # fmt: skip
            low, high, start = (int(str(end)) for end in written)
            yield name, str(one["label"]), low, high, start


# ── what is written ─────────────────────────────────────────────────────────────────────────────


def write(text: str, given: Mapping[str, str]) -> Written:
    """The text with the misconception, its question, rescue and price; or what is to be mended."""
    given = {name: value.replace("\r\n", "\n").strip() for name, value in given.items()}
    problems = unseen_in(given, {}) or _problems(text, given)
    return Written(text=text, problems=problems) if problems else written(text, given)


def _problems(text: str, given: Mapping[str, str]) -> dict[str, str]:
    fields = (one for step in steps(script_of(text)) for one in step.fields)
    empty = (one for one in fields if one.needed and not given.get(one.name))
    found = {one.name: missing(one) for one in empty}
    new = any(value for name, value in given.items() if name.startswith(FACT))
    if new:
        found.pop("truth", None)
        found |= _fact(text, given).problems if not given.get("truth") else {}
    elif "truth" in found:
        found["truth"] = "还没选。从列表里选一条，或在下面写一条新的。"
    if new and given.get("truth"):
        found["truth"] = "选了一条，又写了一条新的。留下一样：不选，或把新写的清空。"
    return found


def written(text: str, given: Mapping[str, str]) -> Written:
    """As `write`, of a form in which nothing needed is missing but for other options. What can't be
    edited is told at the field that it was wanted for."""
    at, new = "truth", text
    try:
        fact = Changed(text, "", {}) if given.get("truth") else _fact(text, given)
        truth, at = given.get("truth") or fact.id, "belief"
        new = fact.text
        trap = _trap(new, given, truth) if not fact.problems else fact
        if trap.problems:
            return Written(text=text, problems=trap.problems)
        saved, choices = _choices(given, RESCUE, _turn(trap.text) + 1)
        rescue: Plain = {"ask": given["rescue.ask"], "choices": choices}
        new = trap.text
        new = put(new, ("traps", trap.id, "rescue"), rescue, _keys("traps")).text
        options, choices = _choices(given, OPTIONS, _turn(new), truth, trap.id)
        asked: Plain = {"role": given["role"], "ask": given["ask"], "choices": choices}
        at, task = "scene", _next_task(script_of(new))
        new = _asked(new, given["scene"], task, asked)
    except LeftAlone as error:
        left = LeftAlone(_line_before(text, new, error.line), error.column, error.why)
        return Written(text=text, problems={at: f"{left.message.zh}{left.remedy.zh}"})
    return Written(text=new, fact=fact.id, truth=truth, trap=trap.id, scene=given["scene"],
                   task=task, role=given["role"], options=options, saved=saved)  # fmt: skip


def _line_before(text: str, new: str, line: int) -> int:
    """The line of the text as it was, before lines were put in above."""
    blocks = difflib.SequenceMatcher(None, text.splitlines(), new.splitlines(), False)
    for was, now, size in blocks.get_matching_blocks():
        if now < line <= now + size:
            return line - now + was
    return line


def _fact(text: str, given: Mapping[str, str]) -> Changed:
    """With the new fact; its problems by the wizard's fields."""
    form = {name.removeprefix(FACT): value for name, value in given.items()
            if name.startswith(FACT)}  # fmt: skip
    done = save(text, "facts", "", form, {})
    problems = {FACT + name: told for name, told in done.problems.items()}
    if problems.pop(FACT + "sources", ""):  # one source has its place; there is none to tell it at
        told = "还没选出处。从列表里选一个，或在下面写下新出处的名称。"
        problems.setdefault(FACT + "sources.0.source", told)
    return Changed(done.text, done.id, problems)


def _trap(text: str, given: Mapping[str, str], truth: str) -> Changed:
    var, _, by = given.get("cost", "").partition(":")
    form = {key: given.get(key, "") for key in ("belief", "why", "hold")} | {"truth": truth}
    return save(text, "traps", "", form | ({"cost.0.var": var, "cost.0.by": by} if by else {}), {})


def _asked(text: str, scene: str, task: str, asked: Plain) -> str:
    tasks = ("scenes", scene, "tasks")
    if script_of(text).has(tasks):
        return put(text, (*tasks, task), asked).text
    return put(text, tasks, {task: asked}, _keys("scenes")).text


def _choices(
    given: Mapping[str, str], names: tuple[str, ...], turn: int, truth: str = "", trap: str = ""
) -> tuple[tuple[str, ...], list[Plain]]:
    """The options' fields, and the options: the right one stands where its turn has it, for the
    studio's phones show them as they are written."""
    right, *others = (name for name in names if given.get(name))
    others.insert(turn % (len(others) + 1), right)
    found: list[Plain] = []
    for id_, name in zip(_IDS, others, strict=False):
        option: dict[str, Plain] = {"id": id_, "text": given[name]}
        if name == right:
            option |= {"right": "true"} | ({"fact": truth} if truth else {})
        elif name == "wrong":
            option["trap"] = trap
        found.append(option)
    return tuple(others), found


def _turn(text: str) -> int:
    return sum(1 for _ in _tasks(script_of(text)))


def _tasks(script: Script) -> Iterator[str]:
    for _, scene in things(script, "scenes").values():
        tasks = scene.entries.get("tasks")
        yield from tasks[1].entries if tasks is not None else ()


def _next_task(script: Script) -> str:
    """An id that no task of any scene has: conditions name tasks of other scenes, too."""
    return free_id("q", 1, set(_tasks(script)))


def _keys(section: str) -> tuple[str, ...]:
    return tuple(schema()["properties"][section]["additionalProperties"]["properties"])
