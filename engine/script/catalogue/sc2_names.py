"""SC2xx: names that nothing is called, or two things are."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue.entry import entry

ENTRIES: Final = (
    entry(
        "SC201",
        "没有名为“{name}”的{kind}{nearest}。",
        'No {kind} is called "{name}"{nearest}.',
        "改成已声明的名字，或先声明它。",
        "Use a declared name, or declare it.",
        "truth: f",
        "truth: ff",
    ),
    entry(
        "SC202",
        "“{name}”重复了。",
        '"{name}" is there twice.',
        "给每一个不同的 id。",
        "Give each its own id.",
        "{id: o, text: 否}",
        "{id: r, text: 否}",
    ),
    entry(
        "SC203",
        "“{name}”这几个字写了两次，参加的人分不清。",
        '"{name}" stands twice: nobody can tell them apart.',
        "把其中一个写得不一样。",
        "Word one of them differently.",
        "{id: o, text: 否}",
        "{id: o, text: 对}",
    ),
    entry(
        "SC204",
        "测试里的这一步看不懂：“{found}”{nearest}。",
        'This move of a test can\'t be read: "{found}"{nearest}.',
        "写成 任务=答案，例如 date=d23；等待写 wait=30s，解救写 rescue=选项。",
        "Write task=answer, e.g. date=d23; wait=30s to wait, rescue=choice to rescue.",
        "play: [p=,",
        "play: [p,",
    ),
)
