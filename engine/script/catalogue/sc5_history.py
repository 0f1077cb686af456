"""SC5xx: claims without a fact, facts without a source or an article, disputes that hide."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue.entry import entry

ENTRIES: Final = (
    entry(
        "SC501",
        "说法不一的史实至少要列两种说法。",
        "A contested fact shows two accounts or more.",
        "在 accounts 里补上另一种说法及其依据。",
        "Add another account with its basis.",
        ", {says: 乙说, basis: 某档案, sources: [s]}]",
        "]",
    ),
    entry(
        "SC502",
        "“{name}”没有出处。",
        '"{name}" has no source.',
        "写上 sources: [出处]。",
        "Add sources.",
        "f: {text: 史实。, status: established, sources: [s]",
        "f: {text: 史实。, status: established, sources: []",
    ),
    entry(
        "SC503",
        "这个正确答案没有史实依据。",
        "This right answer rests on no fact.",
        "在选项或任务上写 fact: 史实名。",
        "Add `fact` to the choice or the task.",
        "{id: r, text: 对, right: true, fact: f}, {id: o",
        "{id: r, text: 对, right: true}, {id: o",
    ),
    entry(
        "SC504",
        "说法不一的“{name}”不能是唯一的正确答案。",
        'The contested "{name}" can\'t be the only right answer.',
        "改问有哪几种说法，或以确证、通行说法、条文为依据。",
        "Ask which accounts there are, or rest it on an established fact.",
        "{id: r, text: 对, right: true, fact: f}, {id: o",
        "{id: r, text: 对, right: true, fact: c}, {id: o",
    ),
    entry(
        "SC505",
        "条文“{name}”没有写是第几条。",
        'The statute "{name}" doesn\'t say which article.',
        "出处写成 source 和 where 两项，where 写第几条。",
        "Write its source as `source` and `where`, the article.",
        ", where: 第一条",
        "",
    ),
)
