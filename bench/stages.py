"""Which stage of an action a stack belongs to: py-spy's raw stacks, shared out.

A stack is the innermost's of its frames that a stage claims: JSON written by a view's caller is
"encode", whatever called it; a frame of asyncio that nothing of ours called is the loop's own.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

_CLAIMS: Final = {
    "the phones": r"tests/support/turns\.py|bench/inside\.py",
    "receive": r"_receive \(web/live|receive \(starlette|web/door/(turns|frames)\.py"
    r"|(data_received|handle_|feed|recv).*\((uvicorn|websockets)",
    "parse": r"read_message|build_command|engine/fitting\.py|\(engine/text",
    "limits": r"_haste|engine/evening/paces\.py|web/door/limits\.py|_look_again",
    "audit": r"web/door/audit\.py|engine/store/audit",
    "log lines": r"structlog|_note \(|web/logs\.py|\(logging/",
    "metrics": r"prometheus_client|web/metrics\.py",
    "drawn ids": r"engine/rules/drawn_ids\.py|engine/views/drawn",
    "settle": r"engine/rules/settle\.py",
    "evolve": r"engine/rules/(evolve|folds|aside|replay|draft)",
    "decide": r"engine/rules/|engine/kinds/(?!shown)",
    "deadlines": r"engine/rules/(deadlines|stand_in|absence)\.py|engine/host/timers\.py"
    r"|(due|_arm|_catch_up) \(engine/host|next_deadline",
    "time that stands": r"engine/host/(standing|pulse|stretches)\.py|(empty) \(engine/host/presence",
    "presence": r"engine/host/presence\.py|engine/evening/lobby\.py",
    "codec, chain": r"engine/rules/(codec|chain)\.py|engine/store/log/batch\.py",
    "store": r"engine/store/|sqlalchemy/|sqlite3|greenlet",
    "thread hops": r"aiosqlite/|concurrent/futures|queue\.py|threading\.py|_write_to_self"
    r"|call_soon_threadsafe|_read_from_self",
    "names": r"names \(engine/evening/house\.py",
    "views": r"engine/views/|(views) \(engine/evening/house\.py|parts \(web/live/lines\.py",
    "render": r"jinja2|web/pages/render\.py|web/live/framing\.py|<template>|web/templates",
    "encode": r"_put \(web/live|_put_parts|whose",
    "compare": r"<dictcomp> \(web/live/socket\.py",
    "send": r"web/live/outbox\.py|starlette/|send.*\((uvicorn|websockets)",
    "wake-ups": r"engine/host/hub\.py|asyncio/(locks|queues)\.py|_show \(",
    "mailbox": r"engine/host/(mailbox|host)\.py|engine/evening/playing\.py",
    "command": r"web/live/",
}
_STAGES: Final = {stage: re.compile(claim) for stage, claim in _CLAIMS.items()}
_FIRST: Final = ("deadlines",)
"""Claims that hold before those of the folders their files lie in."""
_ORDER: Final = (*_FIRST, *(stage for stage in _STAGES if stage not in _FIRST))


def stage_of(stack: str) -> str:
    """The stage of a stack, frames from the outermost to the innermost, joined by semicolons."""
    for frame in reversed(stack.split(";")):
        for stage in _ORDER:
            if _STAGES[stage].search(frame):
                return stage
    return "the loop"


def shares(file: Path) -> list[tuple[str, float]]:
    """Each stage's part of all stacks, the largest first."""
    counted: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        counted[stage_of(stack)] += int(count)
    total = sum(counted.values())
    return [(stage, count / total) for stage, count in counted.most_common()]
