"""A script's 史实, 误区, 人物 and 线索卡 as cards: forms made from the schema, and what they hold.

A form's fields are the schema's keys; labels and help are said here, in the words of the language's
reference. Names never show: what refers to a thing shows its Chinese text, and a new thing's id is
made here. What a form doesn't show (how a trap is rescued, a cue) stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.author.extents import Plain, Script, Span
from engine.scenario.schema import schema
from engine.script.meant import change_meant, duration_meant

SECTIONS: Final = {"facts": "史实", "traps": "误区", "roles": "人物", "cards": "线索卡"}
_TITLES: Final = {"facts": "text", "traps": "belief", "roles": "name", "cards": "title"}
_LABELS: Final = {
    "text": "史实", "status": "等级", "sources": "出处", "accounts": "各种说法",
    "objective": "学习目标", "source": "哪一个出处", "where": "哪一页、哪一条", "quote": "原文",
    "says": "怎么说", "basis": "凭什么", "belief": "人们常怎么想", "truth": "哪条史实纠正它",
    "why": "为什么会这样想", "cost": "代价", "hold": "停多久", "say": "主持人可以念的话",
    "var": "变量", "by": "变多少", "name": "名字", "brief": "给这个角色的话", "goal": "目标",
    "title": "标题", "fact": "依据的史实", "once": "能转交几次",
}  # fmt: skip
_HELP: Final = {
    "text": "一句史实", "sources": "出处，至少一个", "accounts": "说法不一的至少两种",
    "quote": "出处的原文，一字不改：就是这句话撑着这条史实",
    "where": "在出处的哪里：第几页、第几条", "belief": "人们是怎么误解的",
    "truth": "用哪条史实来纠正（弹起时和复盘时都显示）", "cost": "每弹起一次付一次，全队承担",
    "hold": "踩进去的那个人停多久不能行动（大家都看得见）",
    "say": "主持人在这时可以念的一两句话", "name": "显示的名字",
    "brief": "给这个角色的话：你是谁、守着什么", "goal": "这个角色的目标",
    "once": "只能转交一次，或者给人看一次",
}  # fmt: skip
"""In the words of docs/language.md; a test looks there."""
_OF_CARDS: Final = {"text": ("上面写什么", ""), "fact": ("依据的史实", "它所依据的史实")}
"""Label and help of keys that say something else of a 线索卡."""
_WORDS: Final = {
    "established": "确证", "accepted": "通行说法", "contested": "说法不一", "statute": "条文",
}  # fmt: skip
_PICKS: Final = {
    "truth": "facts",
    "fact": "facts",
    "source": "sources",
    "objective": "objectives",
    "var": "vars",
}
_CALLED: Final = {"facts": "text", "sources": "cite", "objectives": "", "vars": "label",
                  "roles": "name", "scenes": "title"}  # fmt: skip
_SHORT: Final = frozenset({"where", "hold", "by", "name", "title"})
_UNSHOWN: Final = {"rescue": "队友怎样拉他一把", "then": "之后怎样", "cue": "声音灯光",
                   "seats": "几个人共用"}  # fmt: skip
_DURATION: Final = re.compile(r"([0-9]{1,6})(s|m|h)")
_UNITS: Final = {"s": "秒", "m": "分钟", "h": "小时"}
_NEXT: Final = {"facts": "f", "traps": "t", "sources": "s", "roles": "r", "cards": "c"}
NEW: Final = "new"
"""Beside a source's picker: what a source is called that the script doesn't know yet."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A key of the schema in a form."""

    key: str
    name: str
    """Where it stands in the form: keys and numbers of rows, with dots between."""
    label: str
    help: str
    widget: str
    """text, line, pick, or rows."""
    needed: bool
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Of a pick: what is written, and what is read."""
    rows: tuple[tuple[Field, ...], ...] = ()
    blank: tuple[Field, ...] = ()
    """Of rows: one with nothing in it, its number `__`."""
    problem: str = ""
    left: str = ""
    """Why the form doesn't change it; empty: it does."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A thing, closed."""

    id: str
    title: str
    tag: str
    """A fact's grade."""
    problems: tuple[str, ...] = ()
    """What `check` says of it."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A thing, open."""

    section: str
    id: str
    """Empty: one that isn't there yet."""
    fields: tuple[Field, ...]
    problems: tuple[str, ...] = ()
    """What `check` says of it, that belongs to no field."""
    unshown: str = ""
    """What is written of it besides, that the form doesn't show."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, at its place in the text."""

    at: int
    told: str


@dataclass(frozen=True)
class Deck:
    """The cards of a text."""

    script: Script
    issues: tuple[Issue, ...] = ()
    choices: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, script: Script, issues: tuple[Issue, ...]) -> Deck:
        """The cards, with what can be picked."""
        return cls(script, issues, {section: _choices(script, section) for section in _CALLED})

    def cards(self, section: str) -> tuple[Card, ...]:
        """The section's, in the script's order."""
        found = []
        for id_, (key, value) in things(self.script, section).items():
            title = _text(value, _TITLES[section])
            tag = _WORDS.get(_text(value, "status"), "")
            told = tuple(one.told for one in self.issues if key.start <= one.at <= value.end)
            found.append(Card(id=id_, title=title or "（还没写）", tag=tag, problems=told))
        return tuple(found)

    def form(self, section: str, id_: str) -> Form | None:
        """The thing's form, filled in; None: it isn't there (any more)."""
        entry = things(self.script, section).get(id_)
        if entry is None and id_:
            return None
        span = entry[1] if entry is not None else None
        fields = tuple(self._at_its_field(one, span) for one in self.fields(section, span))
        told = [
            one.told
            for one in self.issues
            if entry is not None and entry[0].start <= one.at <= entry[1].end
        ]
        mine = {problem for one in fields for problem in one.problem.split("\n")}
        written = [_UNSHOWN[key] for key in _UNSHOWN if span and key in span.entries]
        return Form(
            section=section,
            id=id_,
            fields=fields,
            problems=tuple(one for one in told if one not in mine),
            unshown="、".join(written),
        )

    def fields(self, section: str, span: Span | None) -> tuple[Field, ...]:
        """The form's fields, with what the thing says."""
        node = schema()["properties"][section]["additionalProperties"]
        fields = self._fields(node, "", span)
        if section != "cards":
            return tuple(fields)
        return tuple(
            replace(one, label=_OF_CARDS[one.key][0], help=_OF_CARDS[one.key][1])
            if one.key in _OF_CARDS
            else one
            for one in fields
        )

    def _fields(self, node: Any, prefix: str, span: Span | None) -> Iterator[Field]:
        for key, below in node["properties"].items():
            if key in _LABELS:
                entry = span.entries.get(key) if span is not None and span.kind == "map" else None
                needed = key in node["required"]
                yield self._field(key, below, prefix, needed, entry[1] if entry else None)

    def _field(self, key: str, node: Any, prefix: str, needed: bool, span: Span | None) -> Field:
        plain = Field(
            key=key,
            name=prefix + key,
            label=_LABELS[key],
            help=_HELP.get(key, ""),
            widget="line" if key in _SHORT else "text",
            needed=needed,
            left=_why_left(self.script, span),
        )
        if plain.left:
            return plain
        if key in ("sources", "accounts", "cost"):
            return self._rows(plain, node, span)
        value = span.value.strip() if span is not None else ""
        if key in _PICKS:
            return replace(plain, widget="pick", value=value, options=self.choices[_PICKS[key]])
        if key == "once":
            once = (("true", "一次，然后留在那个人手里"), ("false", "不限"))
            return replace(plain, widget="pick", value=value, options=once)
        if "enum" in node:
            words = tuple((word, _WORDS.get(word, word)) for word in node["enum"])
            return replace(plain, widget="pick", value=value, options=words)
        return replace(plain, value=_said(value) if key == "hold" else value)

    def _rows(self, plain: Field, node: Any, span: Span | None) -> Field:
        rows = []
        for at, item in enumerate(_items(plain.key, span)):
            rows.append(tuple(self._row(plain.key, node, f"{plain.name}.{at}.", item)))
        blank = tuple(self._row(plain.key, node, f"{plain.name}.__.", None))
        return replace(plain, widget="rows", rows=tuple(rows), blank=blank)

    def _row(
        self, key: str, node: Any, prefix: str, item: Span | tuple[str, str] | None
    ) -> Iterator[Field]:
        if key == "cost":
            var, by = item if isinstance(item, tuple) else ("", "")
            word = Field(
                key="var",
                name=prefix + "var",
                label=_LABELS["var"],
                help="",
                widget="pick",
                needed=False,
                value=var,
                options=self.choices["vars"],
            )
            yield word
            yield replace(word, key="by", name=prefix + "by", label=_LABELS["by"], widget="line",
                          value=by, options=(), help="如 +1、-2")  # fmt: skip
            return
        assert not isinstance(item, tuple)
        thing = _thing(node)
        if item is not None and item.kind == "text":
            for one in self._fields(thing, prefix, None):
                yield replace(one, value=item.value) if one.key == "source" else one
            return
        yield from self._fields(thing, prefix, item)

    def _at_its_field(self, one: Field, span: Span | None) -> Field:
        entry = span.entries.get(one.key) if span is not None else None
        if entry is None:
            return one
        told = [each.told for each in self.issues if entry[0].start <= each.at <= entry[1].end]
        return replace(one, problem="\n".join(told))


def without_keys(told: str) -> str:
    """What is told of a script, with a form's labels where it names the language's keys."""
    return re.sub(
        r" ?(?<![\w.-])([a-z]+)(?![\w.-]) ?",
        lambda found: f"“{_LABELS[found[1]]}”" if found[1] in _LABELS else found[0],
        told,
    )


def gather(fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Plain]:
    """What a form says, as the script would: keys with nothing in them aren't there."""
    found: dict[str, Plain] = {}
    for one in fields:
        value = _gathered(one, given)
        if value:
            found[one.key] = value
    return found


def _gathered(one: Field, given: Mapping[str, str]) -> Plain:
    if one.widget != "rows":
        value = given.get(one.name, "").replace("\r\n", "\n").strip()
        return _duration(value) if one.key == "hold" else value
    numbers = {int(found[1]) for name in given
               if (found := re.match(re.escape(one.name) + r"\.([0-9]{1,4})\.", name))}  # fmt: skip
    rows = [gather(_numbered(one, number), given) for number in sorted(numbers)]
    rows = [row for row in rows if row]
    if one.key == "cost":
        return {str(row.get("var", "")): _change(str(row.get("by", ""))) for row in rows}
    return [row["source"] if set(row) == {"source"} else row for row in rows]


def _numbered(one: Field, number: int) -> tuple[Field, ...]:
    def counted(field_: Field) -> Field:
        name = field_.name.replace(f"{one.name}.__.", f"{one.name}.{number}.", 1)
        return replace(field_, name=name, blank=tuple(counted(each) for each in field_.blank))

    return tuple(counted(each) for each in one.blank)


def next_id(script: Script, section: str) -> str:
    """An id that nothing in the script has."""
    taken = {key for name in script.root.entries for key in things(script, name)}
    return free_id(_NEXT[section], len(things(script, section)) + 1, taken)


def free_id(stem: str, number: int, taken: Container[str]) -> str:
    """The stem with the first number from this one on that gives an id nothing has."""
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def things(script: Script, section: str) -> dict[str, tuple[Span, Span]]:
    """What a section has, by id: where its key and what it says stand."""
    found = script.root.entries.get(section)
    return found[1].entries if found is not None else {}


def _choices(script: Script, section: str) -> tuple[tuple[str, str], ...]:
    key = _CALLED[section]
    return tuple(
        (id_, (_text(value, key) if key else value.value.strip()) or id_)
        for id_, (_, value) in things(script, section).items()
    )


def _text(span: Span, key: str) -> str:
    entry = span.entries.get(key)
    return entry[1].value.strip() if entry is not None else ""


def _items(key: str, span: Span | None) -> list[Any]:
    if span is None or span.empty:
        return []
    if key == "cost":
        return [(name, value.value) for name, (_, value) in span.entries.items()]
    return span.items if span.kind == "list" else [span]


def _thing(node: Any) -> Any:
    """The schema of one thing of a list that may stand alone, and may be a word."""
    while "properties" not in node:
        node = node["anyOf"][-1]
    return node


def _why_left(script: Script, span: Span | None) -> str:
    for piece in span.pieces() if span is not None else ():
        if piece.fixed is not None:
            error = script.left(piece.start, piece.fixed)
            return error.message.zh + error.remedy.zh
    return ""


def _said(value: str) -> str:
    found = _DURATION.fullmatch(value)
    return f"{found[1]}{_UNITS[found[2]]}" if found is not None else value


def _duration(value: str) -> str:
    return value if _DURATION.fullmatch(value) else duration_meant(value) or value


def _change(value: str) -> str:
    return change_meant(value) or value
