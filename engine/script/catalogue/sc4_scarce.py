"""SC428 to SC439: what is scarce or drawn, so that it stays provable and nobody is stuck."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue.entry import entry

ENTRIES: Final = (
    entry(
        "SC428",
        "“{name}”不能这样作代价。",
        '"{name}" can\'t be a price so.',
        "代价写数（int）变量的加减，如 -1 或 +1。",
        "A price is a sum of a number (`int`), as -1 or +1.",
        "{id: i, text: 一, set: {x: front}, give: {k: a}}",
        "{id: i, text: 一, cost: {w: true}, set: {x: front}, give: {k: a}}",
    ),
    entry(
        "SC429",
        "每条走得通的选项都有代价或条件：够不上的队就卡住了。",
        "Every way on costs something or hangs on something: a team may be stuck.",
        "留一个没有 cost 和 if 的正确选项；没有正确选项的，留一个没有 cost 和 if、不带陷阱的。",
        "Let a right choice have neither `cost` nor `if`; or one that is no trap.",
        "choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]",
        "choices: [{id: r, text: 对, right: true, fact: f, cost: {m: +1}}, {id: o, text: 否}]",
    ),
    entry(
        "SC430",
        "抽签的变量“{name}”有 {number} 种取值，最多 {most} 种。",
        'The drawn variable "{name}" has {number} values; {most} at most.',
        "减少取值：每一种都要能玩，证明也要逐一走过。",
        "Give it fewer: each has to be played, and proved.",
        "x: {one_of: [none, front], start: none}",
        "x: {one_of: [none, front], start: none}\n  n: {int: [0, 9], start: drawn}",
    ),
    entry(
        "SC431",
        "“{name}”是抽出来的，不能再改。",
        '"{name}" is drawn: nothing can set it.',
        "另用一个变量；或不写 start: drawn。",
        "Use another variable, or drop `start: drawn`.",
        "w: {bool: false}",
        "w: {bool: false, start: drawn}",
    ),
    entry(
        "SC432",
        "every 和 set 要一起写。",
        "`every` and `set` belong together.",
        "写上多久一次（every）和动哪个变量（set）；或两样都删去。",
        "Write how often (`every`) and what it moves (`set`); or neither.",
        "time: {limit: 5m, then: bad}",
        "time: {limit: 5m, then: bad, every: 1m}",
    ),
    entry(
        "SC433",
        "时限里时钟要走 {number} 次，应为 1 到 {most} 次。",
        "The clock ticks {number} times within the limit: 1 to {most} will do.",
        "把 every 放长或缩短。",
        "Make `every` longer, or shorter.",
        "time: {limit: 5m, then: bad}",
        "time: {limit: 5m, then: bad, every: 10s, set: {m: +1}}",
    ),
    entry(
        "SC434",
        "场景 {scene} 的时钟也在动“{name}”，方向却不一样。",
        "The clock of scene {scene} moves “{name}” the other way.",
        "同一幕里，时钟和任务动同一个变量，只能都加或都减。",
        "Within a scene, a clock and its tasks may only both add or both take away.",
        "time: {limit: 5m, then: bad}",
        "time: {limit: 5m, then: bad, every: 1m, set: {m: -1}}",
    ),
    entry(
        "SC435",
        "pick 应比正确的（{right} 项）多、比选项（{number} 项）少，而且要有正确的。",
        "`pick`: more than are right ({right}), fewer than there are ({number}); some are right.",
        "改 pick，或增减选项。",
        "Change `pick`, or the choices.",
        "ask: {role: a, ask: 问,",
        "ask: {role: a, pick: 2, ask: 问,",
    ),
    entry(
        "SC436",
        "“{name}”可能抽不到，不能带 set、give、cost、if。",
        '"{name}" may be left out: it can have no `set`, `give`, `cost` or `if`.',
        "把效果移到正确的选项上，或不写 pick。",
        "Move them to a right choice, or drop `pick`.",
        "fall: {role: b, ask: 问, choices: [{id: r, text: 对, right: true, fact: f},\n"
        "        {id: w, text: 错, trap: t}",
        "fall: {role: b, pick: 2, ask: 问, choices: [{id: r, text: 对, right: true, fact: f},\n"
        "        {id: w, text: 错, trap: t, set: {w: true}}",
    ),
    entry(
        "SC437",
        "pick 要不少于 {least}、比写着的（{number} 项）少：这里是 {found}。",
        "`pick`: no fewer than {least}, and fewer than there are ({number}): here it is {found}.",
        "改 pick，或增减几项。藏着卡片、带 set 或 give 的地方，每一局都在。",
        "Change `pick`, or what is listed. Spots with a card, `set` or `give` are always there.",
        "find: {role: b, kind: search, ask: 找, points: 2,",
        "find: {role: b, kind: search, pick: 2, ask: 找, points: 2,",
    ),
    entry(
        "SC438",
        "平票落在“{name}”，可它有代价、条件，或者可能抽不到。",
        'A tie falls on "{name}", which costs something, hangs on something or may be left out.',
        "tie 写 again，或一个总在、没有 cost 和 if 的选项。",
        "Let `tie` be `again`, or a choice that is always there, without `cost` or `if`.",
        "v: {role: [a, b], kind: vote, ask: 投, choices: [{id: y, text: 是}, {id: n, text: 否}]}",
        "v: {role: [a, b], kind: vote, tie: y, ask: 投,\n"
        "        choices: [{id: y, text: 是, cost: {m: +1}}, {id: n, text: 否}]}",
    ),
    entry(
        "SC439",
        "条件问的误区“{name}”只在可能抽不到的选项里：没抽到的局里，它永远不成立。",
        'The condition asks for trap "{name}", which only options have that may be left out.',
        "让带这个误区的选项总在（不写 pick，或别处也有一个），或改问别的。",
        "Let an option that is always there have the trap, or ask for something else.",
        "      fall: {role: b, ask: 问, choices: [{id: r, text: 对, right: true, fact: f},\n"
        "        {id: w, text: 错, trap: t}, {id: v, text: 岔, trap: d}]}\n",
        "      fall: {role: b, pick: 2, ask: 问, choices: [\n"
        "        {id: r, text: 对, right: true, fact: f},\n"
        "        {id: w, text: 错, trap: t}, {id: v, text: 岔, trap: d}]}\n"
        "      then: {role: b, if: trap.t, kind: read, ask: 读, story: 文}\n",
    ),
)
