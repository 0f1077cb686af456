"""What becomes of a script when a card is saved or taken away: the card's own characters change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.author.cards import NEW, Deck, Field, gather, next_id
from engine.author.edits import fit, put, remove
from engine.author.extents import Path, Plain, script_of
from engine.author.writing import unseen
from engine.scenario.compile import TOP_KEYS, references

_KINDS: Final = {"facts": "fact", "traps": "trap", "roles": "role", "cards": "card"}
_ASKED: Final = {"trap": "trap.", "card": "has."}
"""How conditions name them."""
_HOLD: Final = re.compile(r"[1-9][0-9]{0,5}[smh]")
_BY: Final = re.compile(r"[+-]?[0-9]{1,6}|true|false|[A-Za-z][\w-]*")


@dataclass(frozen=True)
class Changed:
    """A text after a card was saved; with problems it is the text before."""

    text: str
    id: str
    problems: Mapping[str, str]
    """By the field's name; by the empty name what is the whole card's."""


def save(
    text: str, section: str, id_: str, given: Mapping[str, str], was: Mapping[str, str]
) -> Changed:
    """The text with the card as the form says. `was`: what the form said when it was opened; what
    is the same in both isn't touched, so that what others changed meanwhile stays. Raises
    LeftAlone."""
    odd = unseen_in(given, was)
    if odd:
        return Changed(text, id_, odd)
    before, given = text, dict(given)
    text, given = _with_sources(text, given)
    deck = Deck.of(script_of(text), ())
    form = deck.form(section, id_)
    if form is None:
        gone = "这张卡片不在了，多半是在源文里删了。要留下它，请按“添一条”再写一遍。"
        return Changed(before, id_, {"": gone})
    open_ = tuple(one for one in form.fields if not one.left)
    now, then = gather(open_, given), gather(open_, was)
    problems = _problems(open_, given, now)
    if problems:
        return Changed(before, id_, problems)
    order = tuple(one.key for one in form.fields)
    if not id_:
        id_ = next_id(script_of(text), section)
        return Changed(_begun(text, section, id_, now), id_, {})
    for key in order:
        if now.get(key) == then.get(key):
            continue
        path: Path = (section, id_, key)
        if key in now:
            text = _fitted(text, path, now[key], order)
        elif script_of(text).has(path):
            text = remove(text, path).text
    return Changed(text, id_, {})


def take_away(text: str, section: str, id_: str) -> Changed:
    """The text without the card, if nothing in it names the card. Raises LeftAlone."""
    if not script_of(text).has((section, id_)):
        return Changed(text, "", {})
    kind = _KINDS[section]
    named = references(text.encode(), "")
    lines = sorted({at.line for its, name, at in named if (its, name) == (kind, id_)})
    asked = re.escape(_ASKED[kind] + id_) if kind in _ASKED else "(?!)"
    if found := re.search(rf"\b{asked}(?![\w-])", text):
        lines = sorted({*lines, text[: found.start()].count("\n") + 1})
    if lines:
        where = "、".join(str(line) for line in lines[:5])
        told = f"还有别处用着它（源文第 {where} 行）。先改好那里，再删这张卡片。"
        return Changed(text, id_, {"": told})
    return Changed(remove(text, (section, id_)).text, "", {})


def _begun(text: str, section: str, id_: str, now: dict[str, Plain]) -> str:
    if script_of(text).has((section,)):
        return put(text, (section, id_), now).text
    return put(text, (section,), {id_: now}, TOP_KEYS).text


def _fitted(text: str, path: Path, value: Plain, order: tuple[str, ...]) -> str:
    script = script_of(text)
    if not script.has(path):
        return put(text, path, value, order).text
    span = script.find(path)
    if isinstance(value, list) and span.kind == "list":
        value = _as_written([item.plain() for item in span.items], value)
    elif isinstance(value, str) and span.value.strip() == value:
        return text
    elif isinstance(value, str) and span.value.endswith("\n") and span.style in ("|", ">"):
        value += "\n"
    return fit(text, path, value).text


def _as_written(was: list[Plain], now: list[Plain]) -> list[Plain]:
    """What says the same as an item that is there, as that is written."""
    left, found = list(was), list[Plain]()
    for item in now:
        same = next((one for one in left if one == item or one == {"source": item}), None)
        if same is not None:
            left.remove(same)
        found.append(item if same is None else same)
    return found


def _with_sources(text: str, given: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Sources that the form brings along, declared; nobody has looked into them yet."""
    for name in sorted(given):
        cite = given[name].strip()
        if not name.endswith(f".{NEW}") or not cite:
            continue
        picked = name.removesuffix(NEW) + "source"
        if given.get(picked):
            continue
        script = script_of(text)
        id_ = next_id(script, "sources")
        thing: Plain = {"cite": cite, "verify": "true"}
        if script.has(("sources",)):
            text = put(text, ("sources", id_), thing).text
        else:
            text = put(text, ("sources",), {id_: thing}, TOP_KEYS).text
        given[picked] = id_
    return text, given


def _problems(
    fields: tuple[Field, ...], given: Mapping[str, str], now: dict[str, Plain]
) -> dict[str, str]:
    """What can't be saved so, by field: what is wrong, and what to do."""
    found = {}
    for one in fields:
        if one.needed and one.key not in now:
            found[one.name] = missing(one)
    hold = now.get("hold", "")
    if isinstance(hold, str) and hold and not _HOLD.fullmatch(hold):
        found["hold"] = "看不懂停多久。写数字和单位，如 20秒、1分钟。"
    for name, value in given.items():
        row, _, key = name.rpartition(".")
        filled = any(given[each].strip() for each in given if each.startswith(row + "."))
        if key == "source" and filled and not value:
            found[name] = "还没选出处。从列表里选一个，或在下面写下新出处的名称。"
        elif key == "var" and filled and not value:
            found[name] = "还没选变量。从列表里选一个；不要代价，就去掉这一行。"
        elif key in ("says", "basis") and filled and not value.strip():
            found[name] = "这里还空着。补上，或去掉这一种说法。"
        elif key == "by" and filled and not _BY.fullmatch(value.strip().replace("＋", "+")):
            found[name] = "看不懂变多少。写 +1、-2 这样的数。"
    return found


def unseen_in(given: Mapping[str, str], was: Mapping[str, str]) -> dict[str, str]:
    """What was pasted with signs in it that no script may have."""
    told = "夹着看不见的控制字符，多半是粘贴时带来的。请把这一处重新打一遍。"
    return {
        name: told
        for name, value in given.items()
        if value != was.get(name) and unseen(value.replace("\r\n", "\n").strip())
    }


def missing(one: Field) -> str:
    """What is told at a field that must have something in it, and has nothing."""
    if one.widget == "pick":
        return "还没选。从列表里选一个。"
    if one.widget == "rows":
        return f"还没有{one.label}。按下面的“加一条”，至少写一条。"
    return "还空着。写一句话。"
