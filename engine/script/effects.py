"""Effects (`set`, `give`, `tell`), costs, and the choices that carry them."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from engine.script.conditions import read_guard
from engine.script.fields import Reader, is_empty
from engine.script.meant import change_meant, word_meant
from engine.script.names import Names
from engine.script.nodes import (
    NO_EFFECTS,
    And,
    Choice,
    Compare,
    Effects,
    Give,
    Guard,
    Literal_,
    SetVar,
    Tell,
    Var,
    VarRef,
)
from engine.script.source import Mapping, Node, Scalar
from engine.values import Value

EFFECT_KEYS: Final = ("set", "give", "tell")
PRICE_KEYS: Final = ("cost", "if")
_DELTA: Final = re.compile(r"[+-][0-9]{1,6}")


def read_effects(reader: Reader, names: Names, node: Mapping, where: str) -> Effects:
    """The effects written at `node`; `where` is its address, which names its messages."""
    if not any(key in node.entries for key in EFFECT_KEYS):
        return NO_EFFECTS
    sets = read_costs(reader, names, reader.get(node, "set"))
    gives = []
    for card, key, value in reader.references(reader.get(node, "give"), "give"):
        known = names.ref(key, "card")
        for role in names.refs(value, "role"):
            if known:
                gives.append(Give(at=reader.place(key), card=card, role=role))
    tells = []
    for role, key, value in reader.references(reader.get(node, "tell"), "tell"):
        roles = names.everybody if role == "all" else (role,)
        text = reader.text(value, "tell")
        if names.ref(key, "role", also=("all",)):
            tells += [
                Tell(at=reader.place(key), id=f"{where}.{name}", role=name, text=text)
                for name in roles
            ]
    return Effects(sets=sets, gives=tuple(gives), tells=tuple(tells))


def read_costs(reader: Reader, names: Names, node: Node | None) -> tuple[SetVar, ...]:
    """`{var: value | +n | -n}`, typed by the variable."""
    sets = []
    for name, key, value in reader.references(node, "set"):
        var = names.vars.get(names.ref(key, "var", name=name))
        if var is None:
            continue
        item = _set_var(reader, key, var, value)
        if item is not None:
            sets.append(item)
    return tuple(sets)


def read_price(
    reader: Reader, names: Names, node: Node | None, what: str = "cost"
) -> tuple[SetVar, ...]:
    """`{var: +n | -n}` of numbers: what a choice costs, or a clock eats, to be seen beforehand."""
    sets = []
    for name, key, value in reader.references(node, what):
        var = names.vars.get(names.ref(key, "var", name=name))
        text = value.value.strip() if isinstance(value, Scalar) else ""
        if var is None:
            continue
        if var.drawn:
            reader.issue("SC431", key, name=name)
        elif var.kind == "int" and _DELTA.fullmatch(text) and int(text):
            sets.append(SetVar(at=reader.place(key), var=name, delta=int(text)))
        else:
            reader.issue("SC428", value, name=name)
    return tuple(sets)


def _payable(names: Names, price: tuple[SetVar, ...]) -> Guard | None:
    """That none of the sums would be cut short at an end of its variable."""
    bounds: list[Guard] = []
    for item in price:
        assert item.delta is not None, "prices are sums"
        var, ref = names.vars[item.var], VarRef(item.var)
        if item.delta < 0:
            bounds.append(Compare(ref, ">=", Literal_(var.low - item.delta)))
        else:
            bounds.append(Compare(ref, "<=", Literal_(var.high - item.delta)))
    return And(tuple(bounds)) if len(bounds) > 1 else bounds[0] if bounds else None


def _set_var(reader: Reader, key: Scalar, var: Var, value: Node) -> SetVar | None:
    text = value.value.strip() if isinstance(value, Scalar) else ""
    place = reader.place(key)
    if var.drawn:
        reader.issue("SC431", key, name=var.id)
        return None
    if var.kind == "int":
        if _DELTA.fullmatch(text):
            return SetVar(at=place, var=var.id, delta=int(text))
        if re.fullmatch(r"[0-9]{1,6}", text) and var.low <= int(text) <= var.high:
            return SetVar(at=place, var=var.id, value=int(text))
    elif var.kind == "bool" and text in ("true", "false"):
        return SetVar(at=place, var=var.id, value=text == "true")
    elif text and text in var.values:
        return SetVar(at=place, var=var.id, value=text)
    near = _meant(var, text)
    reader.issue("SC422", value, name=var.id, domain=domain_of(var), nearest=near)
    return None


def _meant(var: Var, text: str) -> str:
    if var.kind == "int":
        return change_meant(text)
    return word_meant(text, ("true", "false") if var.kind == "bool" else var.values)


def domain_of(var: Var) -> str:
    """The values a variable takes, for people."""
    if var.kind == "int":
        return f"{var.low} … {var.high}"
    values: tuple[Value, ...] = ("true", "false") if var.kind == "bool" else var.values
    return " / ".join(str(value) for value in values)


def read_choices(
    reader: Reader,
    names: Names,
    node: Node | None,
    where: str,
    *,
    plain: bool = False,
    priced: bool = False,
) -> tuple[Choice, ...]:
    """A list of choices, two or more, ids unlike. `plain`: a rescue's, without traps or facts;
    `priced`: they may cost something."""
    items = reader.items(node, "choices", alone="id")
    known = ("id", "text", "right") if plain else ("id", "text", "right", "trap", "fact")
    known = (*known, *EFFECT_KEYS, *(PRICE_KEYS if priced else ()))
    choices = tuple(_choice(reader, names, item, where, known) for item in items)
    if node is not None and not is_empty(node) and len(items) < 2:
        reader.issue("SC401", node, what="choices", least=2)
    unlike(reader, items, [choice.id for choice in choices])
    unlike(reader, items, [choice.text for choice in choices], "SC203")
    return choices


def _choice(reader: Reader, names: Names, node: Node, where: str, known: tuple[str, ...]) -> Choice:
    entry = reader.mapping(node, "choices")
    reader.keys(entry, "choices", known, ("id", "text"))
    name = reader.name(reader.get(entry, "id"), "id")
    right = reader.boolean(reader.get(entry, "right"), "right")
    trap = names.ref(reader.get(entry, "trap"), "trap") or None
    if right and trap is not None:
        reader.issue("SC425", node)
    effects = read_effects(reader, names, entry, f"{where}.{name}")
    price = read_price(reader, names, reader.get(entry, "cost"))
    if price:
        effects = replace(effects, sets=(*price, *effects.sets))
    return Choice(
        at=reader.place(node),
        id=name,
        text=reader.text(reader.get(entry, "text"), "text"),
        right=right,
        trap=trap,
        fact=names.ref(reader.get(entry, "fact"), "fact") or None,
        effects=effects,
        price=price,
        payable=_payable(names, price),
        guard=read_guard(reader, names, reader.get(entry, "if")),
    )


def unlike(reader: Reader, nodes: list[Node], words: list[str], code: str = "SC202") -> None:
    """Note ids (or, with SC203, texts) that stand twice."""
    seen: set[str] = set()
    for node, word in zip(nodes, words, strict=True):
        if word and word in seen:
            reader.issue(code, node, name=word)
        seen.add(word)
