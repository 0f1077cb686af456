"""The pieces that the JSON Schema of a script is made of (`engine/scenario/schema.py`).

A schema sees shapes only. Scalars are read as text, so `1921-07-23` and `23` are as good as `"23"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.script.fields import ID as NAME

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": ["string", "number", "boolean"], "pattern": "\\S"}
BOOL: Final[Schema] = {"enum": [True, False, "true", "false"]}
WHOLE: Final[Schema] = {"type": ["integer", "string"], "pattern": "^[+-]?[0-9]{1,9}$"}
COUNT: Final[Schema] = {**WHOLE, "minimum": 1}
DURATION: Final[Schema] = {"type": "string", "pattern": "^[0-9]{1,6}(s|m|h)$"}
ID: Final[Schema] = {"type": ["string", "boolean"], "pattern": f"^{NAME.pattern}$"}

Told = Mapping[str, str]
"""Key → what it is for, in the language of those who write it."""
COMMON: Final[Told] = {
    "id": "名字：字母开头，只用字母、数字、- 和 _",
    "text": "文字",
    "right": "true:正确",
    "trap": "踩中的陷阱",
    "fact": "依据的史实",
    "set": "改变量：变量 → 值、+n、-n",
    "give": "发卡片：卡片 → 角色",
    "tell": "给角色捎一句话：角色 → 文字",
    "cost": "代价：变量 → +n、-n 或值",
    "if": "条件，如 warned and mistakes < 2",
}
"""Keys that mean the same wherever they stand."""


def mapping(keys: Mapping[str, Schema], needed: tuple[str, ...], told: Told) -> Schema:
    """A mapping with just these keys, each said what it is for."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {**node, "description": told[key]} for key, node in keys.items()},
        "required": list(needed),
    }


def named(node: Schema) -> Schema:
    """Names → things."""
    return {"type": ["object", "null"], "propertyNames": ID, "additionalProperties": node}


def list_of(node: Schema) -> Schema:
    """A list of words, or one alone."""
    kind = node.get("type", [])
    kinds = [kind] if isinstance(kind, str) else list(kind)
    return {**node, "type": ["array", "null", *kinds], "items": node}


def things(node: Schema) -> Schema:
    """A list of what is more than a word; or one alone, or none."""
    return {"anyOf": [{"type": ["array", "null"], "items": node}, node]}


def word(*words: str) -> Schema:
    """One of these."""
    return {"enum": list(words)}


NAMES: Final = list_of(TEXT)
SETS: Final = named(TEXT)
EFFECTS: Final[dict[str, Schema]] = {"set": SETS, "give": named(NAMES), "tell": named(TEXT)}


def choice(*, plain: bool, priced: bool = False) -> Schema:
    """One of several answers; `plain`: a rescue's; `priced`: it may cost something."""
    keys = {"id": ID, "text": TEXT, "right": BOOL, **EFFECTS}
    keys |= {"cost": SETS, "if": TEXT} if priced else {}
    if not plain:
        keys |= {"trap": TEXT, "fact": TEXT}
    return mapping(keys, ("id", "text"), COMMON)
