"""A script as it is played: `hongchuan prove test play graph`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from engine.author import printed
from engine.author.keep import standing, with_test
from engine.author.paths import ScriptFile
from engine.boundary import UNREADABLE, tell
from engine.cli.workbench import (
    compile_file,
    compile_path,
    compile_whole,
    find,
    issue_json,
    print_issue,
    refuse,
    text_of,
    write,
)
from engine.errors import AppError, ScenarioError
from engine.proof.graph import Traffic, dot, traffic
from engine.proof.playthrough import Playthrough
from engine.proof.prove import Proof, prove
from engine.proof.suite import run_test, tally
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario

out = Console(soft_wrap=True, highlight=False)
"""For tables."""


def prove_script(
    paths: list[Path],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    budget: Annotated[float, typer.Option(help="秒，每个剧本")] = 60.0,
    save: Annotated[bool, typer.Option("--save", help="把走法存进剧本的 tests")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有提醒也算没通过")] = False,
) -> None:
    """Explore every way scripts can be played: exit 0 proved, 1 found something or ran out. What is
    guessable, dull or unfounded is advice, which fails with --strict alone."""
    found: list[dict[str, object]] = []
    sound = True
    for script in find(paths):
        try:
            scenario = compile_whole(script)
        except ScenarioError as error:
            sound = False
            found += [issue_json(issue) for issue in error.issues]
            for issue in () if as_json else error.issues:
                print_issue(issue)
            continue
        ends = time.monotonic() + budget
        proof = prove(
            scenario,
            spent=lambda ends=ends: time.monotonic() > ends,  # type: ignore[misc]
            advise=strict or not as_json,
        )
        sound = sound and proof.sound and not (strict and proof.advice)
        found += [issue_json(issue) for issue in (*proof.issues, *proof.advice)]
        if as_json:
            typer.echo(f"{scenario.id}:{printed.last_line(proof)}", err=True)
        else:
            print_proof(scenario, proof)
        if save:
            save_plays(script, proof)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    raise typer.Exit(0 if sound else 1)


def print_proof(scenario: Scenario, proof: Proof) -> None:
    """Findings and advice with their plays, the groups, the shares, and last what was covered."""
    for issue in (*proof.issues, *proof.advice):
        print_issue(issue)
        if issue.play is not None:
            tell(f"    走法：{' '.join(issue.play) or '(一开始就是)'}")
    out.print(printed.groups(proof))
    if proof.fairness is not None:
        out.print(printed.shares(scenario, proof.fairness))
    for line in printed.odds_lines(scenario, proof):
        tell(line)
    if proof.advice:
        tell(f"{scenario.id}：{printed.advice_line(proof)}")
    tell(f"{scenario.id}:{printed.last_line(proof)}")


def save_plays(script: ScriptFile, proof: Proof) -> None:
    """Write each finding's play into the script's `tests:`."""
    text = text_of(script)
    for issue in proof.issues:
        if issue.play is not None:
            table = Playthrough(compile_scenario(text.encode(), script.name))
            for move in issue.play:
                table.move(move)
            text = kept(script, text, f"证明 {issue.code}", issue.play, table)
    write(Path(script.name), text)


def run_tests(path: Path, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Run the script's own tests; show where they diverge and what they leave out."""
    scenario = compile_path(path)
    if not scenario.tests:
        tell(f"{scenario.id}：剧本里没有 tests，没有可走的。请写几条走法（见 docs/language.md）。")
        raise typer.Exit(1)
    outcomes = [run_test(scenario, case) for case in scenario.tests]
    seen = frozenset(item for outcome in outcomes for item in outcome.seen)
    lines = tally(scenario, seen)
    failed = sum(outcome.divergence is not None for outcome in outcomes)
    if as_json:
        shown = [{"name": each.name, "divergence": each.divergence} for each in outcomes]
        typer.echo(msgspec.json.encode({"tests": shown, "coverage": lines}).decode())
        raise typer.Exit(1 if failed else 0)
    for outcome in outcomes:
        tell(printed.outcome(outcome))
    tell(f"{len(outcomes) - failed} 通过，{failed} 未通过")
    out.print(printed.coverage(lines))
    raise typer.Exit(1 if failed else 0)


def play(path: Path) -> None:
    """Play all roles in this terminal: step, undo, save as a test."""
    from engine.author import terminal  # what few commands need is imported by them alone

    [script] = find([path])

    def save(name: str, moves: list[str], table: Playthrough) -> None:
        [now] = find([path])
        write(Path(script.name), kept(now, text_of(now), name, moves, table))

    terminal.play(terminal.Seats(compile_file(script), save), out, lambda: input("> "))


def graph(
    path: Path,
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("scenario.svg"),
    log: Annotated[list[Path] | None, typer.Option("--log", help="真实的记录，可多次给出")] = None,
) -> None:
    """Draw the script; with --log, where the teams of those logs went."""
    from engine.author.drawing import svg

    scenario = compile_path(path)
    went = _went(log) if log else None
    try:
        drawn = svg(dot(scenario, went))
    except AppError as error:
        refuse(error)
    write(output, drawn)
    tell(f"画好了：{output}")


def _went(logs: list[Path]) -> Traffic:
    """Where the teams of these logs went."""
    from engine.cli.replaying import read_log

    return traffic([read_log(each) for each in logs])


def kept(script: ScriptFile, text: str, name: str, play: Sequence[str], table: Playthrough) -> str:
    """The text with the play as one more test; exits 2 where its `tests:` can't be added to."""
    try:
        return with_test(text, name, play, standing(table))
    except ValueError as error:
        tell(f"{script.name}：tests 写在一行里，加不进去。请改成每条一行，以“- ”开头。")
        raise typer.Exit(UNREADABLE) from error
