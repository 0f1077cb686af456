"""Why an answer is refused, where several kinds, or a rescue, may say so; a kind has its own too.

A refused answer changes nothing. Codes are stable: clients and tests go by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import Rejection, Text

Refusals = Mapping[str, tuple[Text, Text]]
"""Code → (what is wrong, what to do)."""

SHARED: Final[Refusals] = {
    "one_choice": (
        Text("请选一项。", "Choose one."),
        Text("点选一个答案再提交。", "Pick one answer, then submit."),
    ),
    "unknown_choice": (
        Text("没有这个选项。", "There is no such choice."),
        Text(
            "请从列出的选项里选；若页面不对，请刷新。",
            "Choose from those listed; reload if the page looks wrong.",
        ),
    ),
    "not_offered": (
        Text("这一项现在选不了。", "That can't be chosen now."),
        Text("选别的，或同队友商量。", "Choose another, or talk it over."),
    ),
    "empty_text": (
        Text("请先写点什么。", "Write something first."),
        Text("写好再提交。", "Write, then submit."),
    ),
    "long_text": (
        Text("写得太长了：最多 {most} 字。", "That is too long: {most} characters at most."),
        Text("请缩短一些。", "Shorten it."),
    ),
    "only_confirm": (
        Text("这里只需要确认。", "This only needs a confirmation."),
        Text("直接点确认即可。", "Just confirm."),
    ),
    "card_not_held": (
        Text("您手里没有这张卡。", "You don't hold that card."),
        Text("先从队友那里拿到它。", "Get it from a teammate first."),
    ),
    "whole_match": (
        Text("请给左边每一条都配上右边的一条。", "Give each line on the left a partner."),
        Text("全部配好再提交。", "Pair all of them, then submit."),
    ),
}


def refusal(code: str, table: Refusals = SHARED, **values: object) -> Rejection:
    """The Rejection with this code, its sentences filled in. Raise it; it changes nothing."""
    message, remedy = table[code]
    return Rejection(code, message.format(**values), remedy.format(**values))
