"""What authors read in a terminal: proofs, tests, shares, as tables and sentences."""

from __future__ import annotations

from typing import Final

from rich.table import Table

from engine.proof.costly import Costly
from engine.proof.counsel import SORTS
from engine.proof.fairness import Fairness
from engine.proof.odds import TEAMS
from engine.proof.prove import GROUPS, Proof
from engine.proof.suite import Outcome, Tally
from engine.scenario.model import Scenario

KINDS: Final = {
    "scene": "场景", "ending": "结局", "task": "任务", "choice": "选项", "trap": "陷阱",
    "card": "卡片", "guard": "任务条件（两边）", "way": "去路条件（两边）",
    "aim": "打算（成与不成）",
}  # fmt: skip
MISSING_MAX: Final = 4
SELDOM: Final = 0.05
"""Falls in an evening, on average: a trap with fewer catches nobody."""


def groups(proof: Proof) -> Table:
    """The seven groups, each proved, refuted or not looked at to the end."""
    table = Table(title="证明", title_justify="left")
    for head in ("组", "要证明的", "结果"):
        table.add_column(head)
    for number, (name, result) in enumerate(zip(GROUPS, results(proof), strict=True), start=1):
        table.add_row(str(number), name, result)
    return table


def results(proof: Proof) -> list[str]:
    """The verdict of each of GROUPS."""
    found = [group_of(issue.code) for issue in proof.issues]
    return [verdict(found.count(n), known) for n, known in enumerate(proof.proved, start=1)]


def verdict(found: int, known: bool) -> str:
    """What the proof says of one group: never that it holds where not all of it was looked at."""
    if found:
        return f"发现 {found} 处" if known else f"发现 {found} 处，其余还没看"
    return "成立" if known else "还没看"


def how_far(proof: Proof) -> str:
    """How far the search went, and why no further."""
    if proof.stopped:
        why = "预算先用完，没有走完" if proof.stopped == "budget" else "局面太多，没有走完"
        return why + (most_in(proof.costly) if proof.costly is not None else "")
    if proof.complete:
        return "全部走完"
    return "走得到的都走完了，被上面的问题挡住的还没看"


def most_in(costly: Costly) -> str:
    """Where the states are, and what to leave out to have fewer."""
    where = f"：场景 {costly.scene} 的局面最多（{costly.nodes} 个）"
    if not costly.what.zh:
        return where
    return f"{where}，最费的是{costly.what.zh}，局面是没有它的 {costly.times:.1f} 倍"


def group_of(code: str) -> int:
    """The group of language §5 that a finding belongs to."""
    if code in ("SC601", "SC602", "SC605"):
        return 1
    if code in ("SC625", "SC626"):
        return 3
    return {"SC60": 2, "SC61": 3, "SC62": 4, "SC63": 5, "SC64": 7}.get(code[:4], 6)


def shares(scenario: Scenario, share: Fairness) -> Table:
    """Reading, tasks and waiting by role."""
    table = Table(
        title=f"各角色的分量（全对、不踩陷阱时约 {share.minutes} 分钟）", title_justify="left"
    )
    for head in ("角色", "要读的字", "任务", "忙（分钟）", "等（分钟）"):
        table.add_column(head, justify="left" if head == "角色" else "right")
    for name, own in share.roles.items():
        table.add_row(
            scenario.roles[name].name,
            str(own.chars),
            str(own.tasks),
            str(round(own.busy_s / 60)),
            str(round(own.idle_s / 60)),
        )
    return table


def last_line(proof: Proof) -> str:
    """States seen, and what was covered."""
    seen = sum(item in proof.seen for item in proof.items)
    return (
        f"看过 {proof.nodes} 个局面、{proof.moves} 步；{how_far(proof)}；"
        f"见到 {seen}/{len(proof.items)} 项"
        f"（场景、结局、任务、选项、陷阱、卡片、条件和打算的两边）；"
        f"缺席走完 {len(proof.absent)} 个角色"
    )


def advice_line(proof: Proof) -> str:
    """How much advice there is, by sort; empty: none, or it wasn't looked for."""
    counted = {name.zh: 0 for name in SORTS.values()}
    for issue in proof.advice:
        counted[SORTS[issue.code[:4]].zh] += 1
    told = "，".join(f"{name} {number}" for name, number in counted.items())
    return f"提醒 {len(proof.advice)} 处：{told}" if proof.advice else ""


def odds_lines(scenario: Scenario, proof: Proof) -> list[str]:
    """Where teams end that don't know, a line for each; then the traps that nobody falls into."""
    lines = []
    for one in proof.odds:
        if one.rate or one is proof.odds[0]:
            ends = "，".join(
                f"{scenario.scenes[name].title} {round(100 * share)}%"
                for name, share in sorted(one.endings.items(), key=lambda end: -end[1])
            )
            who = f"{TEAMS[one.team].zh}的队，{one.rate}% 不懂" if one.rate else "全懂的队"
            lines.append(f"{who}：{ends}；踩误区 {one.falls:.1f} 次")
    seldom = {name for one in proof.odds for name, often in one.traps.items() if often >= SELDOM}
    if proof.odds and (never := [name for name in scenario.traps if name not in seldom]):
        lines.append(f"怎么猜都很少有人踩的误区：{'、'.join(never)}")
    return lines


def coverage(lines: tuple[Tally, ...]) -> Table:
    """What a script's tests have seen of it."""
    table = Table(title="测试看到了多少", title_justify="left")
    for head in ("", "看到", "共有", "没看到的"):
        table.add_column(head)
    for line in lines:
        missing = "、".join(line.missing[:MISSING_MAX])
        more = f" 等 {len(line.missing)} 项" if len(line.missing) > MISSING_MAX else ""
        table.add_row(KINDS[line.kind], str(line.seen), str(line.total), missing + more)
    return table


def outcome(result: Outcome) -> str:
    """One test in a line or two."""
    gone = result.divergence
    if gone is None:
        return f"✓ {result.name}"
    where = f"第 {gone.move} 步 " if gone.move else ""
    free = "、".join(gone.open) or "（没有）"
    return f"✗ {result.name}：{where}{gone.what}\n    当时在 {gone.scene}，可做的任务：{free}"
