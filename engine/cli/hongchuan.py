"""`hongchuan`: what authors and operators type.

    hongchuan serve [--workers N]        the server, as `python server.py`
    hongchuan check PATH… [--json]       structure; exit 0 sound, 1 issues, 2 can't be read
    hongchuan prove PATH… [--json]       every way it can be played; --save keeps the plays as tests
    hongchuan test PATH [--json]         the script's own `tests:`, and what they leave out
    hongchuan play PATH                  all roles in one terminal
    hongchuan graph PATH -o x.svg        the script as a picture; --log draws where teams went
    hongchuan schema                     the JSON Schema that editors check scripts by
    hongchuan new DIR                    a scenario to begin with
    hongchuan sources PATH… -o FILE      the bibliography, and what is still to be checked
    hongchuan strings PATH               every text people read, by address, to be translated
    hongchuan fmt PATH                   tidies a script; its meaning stays
    hongchuan replay LOG --scenario PATH folds a log; where would it go otherwise now?
    hongchuan report SESSION -o DIR      a session's documents: record, workbook, certificates, …
    hongchuan export SESSION [--push]    its xAPI statements; --push sends them to the record store
    hongchuan backup FILE                everything kept, in one snapshot; the server goes on
    hongchuan restore FILE               puts a backup into an empty database
    hongchuan erase SESSION|RUN [SEAT]   forgets a participant's name, for good
    hongchuan lapse                      forgets everybody whose branch keeps them no longer
    hongchuan verify [FILE]              folds every log, follows the audit chain

PATH is a script or its folder.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.author import printed, terminal
from engine.author.beside import look_beside
from engine.author.bibliography import bibliography
from engine.author.drawing import svg
from engine.author.new import SCHEMA_FILE, starter
from engine.author.paths import SCRIPT_FILE, ScriptFile
from engine.boundary import UNREADABLE, WordedGroup, making
from engine.cli import exporting as commands
from engine.cli import keeping as store
from engine.cli.workbench import (
    aside,
    compile_file,
    compile_path,
    compile_whole,
    find,
    issue_json,
    kept,
    out,
    print_issue,
    read_log,
    refuse,
    tell,
    text_of,
    write,
)
from engine.errors import AppError, Issue, ReplayError, ScenarioError
from engine.proof.divergence import first_difference
from engine.proof.graph import dot, traffic
from engine.proof.playthrough import Playthrough
from engine.proof.prove import Proof, prove
from engine.proof.suite import run_test, tally
from engine.rules.chain import WRONG, appends, judged, key_of
from engine.rules.replay import fingerprint, replay
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.schema import schema
from engine.scenario.strings import strings_of
from engine.script.encoding import decoded
from engine.script.fields import ID
from engine.work.hand import NICE


class _Commands(typer.Typer):
    """Typed in a terminal of the machine on which an evening may be played."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Run what was typed. Only `serve` serves those who play; all else stands back for them."""
        if sys.platform != "win32" and sys.argv[1:2] != ["serve"]:
            os.nice(NICE)
        return super().__call__(*given, **named)


main = _Commands(
    cls=WordedGroup, no_args_is_help=True, add_completion=False, help="红船 · hongchuan"
)


@main.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数；多于一个要有 Redis")] = 1,
) -> None:
    """Serve. Settings come from the environment (docs/settings.md)."""
    if workers > 1:
        os.environ["HONGCHUAN_WORKERS"] = str(workers)
    runpy.run_path(str(Path(__file__).resolve().parents[2] / "server.py"), run_name="__main__")


@main.command()
def check(paths: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the structure of scripts."""
    found: list[Issue] = []
    advice: list[Issue] = []
    left: list[str] = []
    scripts = find(paths)
    for script in scripts:
        try:
            compile_whole(script)
        except ScenarioError as error:
            found += error.issues
            left += printed.left(script.name, error)
        beside = look_beside(script)
        found += [each for each in beside if not each.advice]
        advice += [each for each in beside if each.advice]
    if as_json:
        typer.echo(msgspec.json.encode([issue_json(each) for each in (*found, *advice)]).decode())
    for issue in () if as_json else (*found, *advice):
        print_issue(issue)
    for line in left:
        aside.print(line, markup=False)
    if not found and not as_json:
        hints_too = f"没有错误，{len(advice)} 处提醒" if advice else "没有问题"
        tell(f"{len(scripts)} 个剧本，{hints_too}。")
    raise typer.Exit(1 if found else 0)


@main.command()
def strings(path: Path) -> None:
    """Every text of a script that people read, by its address: what a strings file translates."""
    for address, text in strings_of(compile_path(path)).items():
        out.print(f"{address}: {json.dumps(text, ensure_ascii=False)}", markup=False)


@main.command(name="prove")
def prove_script(
    paths: list[Path],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    budget: Annotated[float, typer.Option(help="秒，每个剧本")] = 60.0,
    save: Annotated[bool, typer.Option("--save", help="把走法存进剧本的 tests")] = False,
) -> None:
    """Explore every way scripts can be played: exit 0 proved, 1 found something or ran out."""
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
        proof = prove(scenario, spent=lambda ends=ends: time.monotonic() > ends)  # type: ignore[misc]
        sound = sound and proof.sound
        found += [issue_json(issue) for issue in proof.issues]
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
    """The findings with their plays, the groups, the shares, and last what was covered."""
    for issue in proof.issues:
        print_issue(issue)
        if issue.play is not None:
            out.print(f"    走法：{' '.join(issue.play) or '(一开始就是)'}", markup=False)
    out.print(printed.groups(proof))
    if proof.fairness is not None:
        out.print(printed.shares(scenario, proof.fairness))
    out.print(f"{scenario.id}:{printed.last_line(proof)}", markup=False)


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


@main.command(name="test")
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
        out.print(printed.outcome(outcome), markup=False)
    out.print(f"{len(outcomes) - failed} 通过，{failed} 未通过")
    out.print(printed.coverage(lines))
    raise typer.Exit(1 if failed else 0)


@main.command()
def play(path: Path) -> None:
    """Play all roles in this terminal: step, undo, save as a test."""
    [script] = find([path])

    def save(name: str, moves: list[str], table: Playthrough) -> None:
        [now] = find([path])
        write(Path(script.name), kept(now, text_of(now), name, moves, table))

    terminal.play(terminal.Seats(compile_file(script), save), out, lambda: input("> "))


@main.command()
def graph(
    path: Path,
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("scenario.svg"),
    log: Annotated[list[Path] | None, typer.Option("--log", help="真实的记录，可多次给出")] = None,
) -> None:
    """Draw the script; with --log, where the teams of those logs went."""
    scenario = compile_path(path)
    went = traffic([read_log(each) for each in log]) if log else None
    try:
        drawn = svg(dot(scenario, went))
    except AppError as error:
        refuse(error)
    write(output, drawn)
    out.print(f"画好了：{output}", markup=False)


@main.command(name="schema")
def print_schema() -> None:
    """The JSON Schema of scripts, for editors (yaml-language-server)."""
    typer.echo(schema_text())


def schema_text() -> str:
    """The schema as it is written to files."""
    return json.dumps(schema(), ensure_ascii=False, indent=2)


@main.command()
def new(folder: Path, title: Annotated[str, typer.Option()] = "新剧本") -> None:
    """Begin a scenario in a new folder; its name becomes the scenario's id."""
    name = folder.resolve().name
    if ID.fullmatch(name) is None:
        out.print(f"{name}：文件夹名要以字母开头，只用字母、数字、- 和 _。", markup=False)
        raise typer.Exit(1)
    if folder.is_file() or (folder.exists() and any(folder.iterdir())):
        out.print(f"{folder}：已经有东西了。请换一个新的文件夹。", markup=False)
        raise typer.Exit(1)
    with making(folder, SCRIPT_FILE, SCHEMA_FILE):
        write(folder / SCRIPT_FILE, starter(name, title))
        write(folder / SCHEMA_FILE, schema_text() + "\n")
    out.print(f"有了：{folder / 'scenario.yaml'}", markup=False)
    out.print(f"接着：hongchuan check {folder} ;hongchuan play {folder}", markup=False)


@main.command()
def sources(
    paths: list[Path],
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """The bibliography of scripts, and what still has to be checked against the originals."""
    text = bibliography([compile_file(script) for script in find(paths)])
    if output is None:
        typer.echo(text, nl=False)
        return
    write(output, text)
    out.print(f"写好了：{output}", markup=False)


@main.command()
def fmt(
    paths: list[Path],
    check_only: Annotated[bool, typer.Option("--check", help="只看，不改")] = False,
) -> None:
    """Tidy scripts; their meaning and comments stay. Exit 1: --check found one untidy."""
    from engine.author.fmt import FormatError, formatted  # slow to import, and needed only here

    untidy = 0
    for script in find(paths):
        try:
            done = formatted(text_of(script))
        except FormatError as error:
            tell(f"{script.name}:{error.message.zh}{error.remedy.zh}")
            raise typer.Exit(UNREADABLE) from error
        if done.encode() == script.data:
            continue
        untidy += 1
        tell(f"{script.name}:{'可以整理' if check_only else '整理好了'}")
        if not check_only:
            write(Path(script.name), done)
    raise typer.Exit(1 if untidy and check_only else 0)


@main.command(name="replay")
def replay_log(
    log: Path,
    scenario: Annotated[Path, typer.Option()],
    head: Annotated[str, typer.Option("--head", help="记在别处的链首，查它还在不在")] = "",
) -> None:
    """Fold a log, print the fingerprint of its end state; say where its chain is broken, and where
    the script as it is now would have gone otherwise (exit 1)."""
    script = compile_path(scenario)
    records = read_log(log)
    try:
        state = replay(log.name, records)
    except ReplayError as error:
        refuse(error, 1)
    out.print(f"{state.seq} 条记录，结局 {state.ending or '—'}")
    out.print(fingerprint(state))
    _tell_chain(log, head)
    if state.digest == script.digest:
        return
    gone = first_difference(script, records)
    if gone is None:
        out.print("剧本改过，但照现在的剧本，这一局会走得一模一样。")
        return
    out.print(f"剧本改过：从第 {gone.seq} 条记录起，会走得不一样。", markup=False)
    out.print(f"  当时：{gone.was}\n  现在：{gone.now}", markup=False)
    raise typer.Exit(1)


def _tell_chain(log: Path, head: str) -> None:
    """What the log's chain proves; exits 1 if it was changed."""
    keys = [key_of(each) for each in store.known_secrets()]
    lines = decoded(log.read_bytes()).text.encode().split(b"\n")
    links = judged(appends(lines), keys, head.strip())
    if links.found == "foreign" and not keys:
        out.print("链没有查：这里没有密钥（HONGCHUAN_SECRET 或 var/secret）。", markup=False)
        return
    whose = f"局 {links.run}：" if links.run else ""
    out.print(f"{whose}{links.told.zh}。", markup=False)
    if links.found in WRONG:
        raise typer.Exit(1)
    if links.head:
        out.print(f"链首 {links.head}", markup=False)


main.command(name="report")(commands.report)
main.command(name="export")(commands.export)
for keeping in (store.backup, store.restore, store.verify, store.erase, store.lapse):
    main.command()(keeping)
