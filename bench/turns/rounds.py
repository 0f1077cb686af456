"""The script that is played: one round after the other, a choice for each.

It goes round until somebody stops it, which nobody does.
"""

from __future__ import annotations

from typing import Final

SCRIPT: Final = "rounds"
ROLES: Final = "abcdefghijkl"
SEATS: Final = 4
SCENES: Final = 2
GO_ON: Final = "接着走"
"""The choice that everybody takes: ids are drawn, so a client goes by texts."""
PLACE: Final = "渡口"
"""Before a scene's number in its title: how a page's reader knows which it is."""


def script(seats: int = SEATS, scenes: int = SCENES) -> str:
    """The YAML: so many people, a ring of so many scenes."""
    roles = ROLES[:seats]
    lines = [
        "format: 1", f"id: {SCRIPT}", "title: 一轮又一轮", "summary: 只为量快慢。", "minutes: 60",
        "roles:",
        *(f"  {role}: {{name: 角色{role}, brief: 走。, goal: 走。}}" for role in roles),
        "vars: {stop: {bool: false}}",
        "start: r0",
        "scenes:",
    ]  # fmt: skip
    for number in range(scenes):
        lines += [
            f"  r{number}:", f"    title: {PLACE}r{number}号",
            "    story: 大家在雨里走，一步接着一步。", "    tasks:",
            *(
                f"      r{number}{role}: {{role: {role}, ask: 怎么走？, choices: "
                f"[{{id: go, text: {GO_ON}}}, {{id: halt, text: 停下, set: {{stop: true}}}}]}}"
                for role in roles
            ),
            f"    next: [{{if: stop, go: fin}}, {{go: r{(number + 1) % scenes}}}]",
        ]  # fmt: skip
    return "\n".join([*lines, "  fin: {title: 到了, story: 到了。, ending: good}"]) + "\n"
