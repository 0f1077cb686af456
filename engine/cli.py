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
import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from engine.author import terminal, told
from engine.author.bibliography import bibliography
from engine.author.drawing import svg
from engine.author.keep import standing, with_test
from engine.author.new import SCHEMA_FILE, starter
from engine.errors import AppError, Issue, ReplayError, ScenarioError
from engine.export import commands
from engine.proof.divergence import first_difference
from engine.proof.graph import dot, traffic
from engine.proof.playthrough import Playthrough
from engine.proof.prove import Proof, prove
from engine.proof.suite import run_test, tally
from engine.rules.codec import decode_log
from engine.rules.events import Recorded
from engine.rules.replay import fingerprint, replay
from engine.scenario import compile_scenario
from engine.scenario.fields import ID
from engine.scenario.model import Scenario
from engine.scenario.schema import schema
from engine.scenario.strings import STRINGS, strings_of, translated
from engine.store import commands as store

main = typer.Typer(no_args_is_help=True, add_completion=False, help="红船 · hongchuan")
out = Console(soft_wrap=True, highlight=False)

UNREADABLE = 2


def read_script(path: Path) -> tuple[str, bytes]:
    """(name, bytes) of a script or of the one in a folder; exits 2 if it can't be read."""
    file = path / "scenario.yaml" if path.is_dir() else path
    try:
        return str(file), file.read_bytes()
    except OSError as error:
        out.print(f"{file}:读不了({error.strerror})。请检查路径。", markup=False)
        raise typer.Exit(UNREADABLE) from error


def scripts_of(paths: list[Path]) -> list[Path]:
    """The scripts among several paths: what else lies in a folder of scripts is passed over, so
    that `scenarios/*` may be given."""
    if len(paths) == 1:
        return paths
    return [path for path in paths if path.is_dir() or path.suffix in (".yaml", ".yml")]


def compile_path(path: Path) -> Scenario:
    """The scenario at `path`; prints its issues and exits 1 if it has any."""
    name, data = read_script(path)
    try:
        return compile_scenario(data, name)
    except ScenarioError as error:
        for issue in error.issues:
            print_issue(issue)
        raise typer.Exit(1) from error


def compile_whole(name: str, data: bytes) -> Scenario:
    """The scenario, once the strings files beside it are sound too. Raises ScenarioError."""
    scenario = compile_scenario(data, name)
    for file in STRINGS.values():
        words = Path(name).with_name(file)
        if words.is_file():
            translated(scenario, words.read_bytes(), str(words))
    return scenario


def print_issue(issue: Issue) -> None:
    """One issue on one line: place, code, what is wrong, what to do."""
    place = f"{issue.place.file}:{issue.place.line}:{issue.place.column}"
    out.print(f"{place} {issue.code} {issue.message.zh} {issue.remedy.zh}", markup=False)


def issue_json(issue: Issue) -> dict[str, object]:
    """One issue as `--json` gives it."""
    shown: dict[str, object] = {
        "code": issue.code,
        "file": issue.place.file,
        "line": issue.place.line,
        "column": issue.place.column,
        "message": issue.message.zh,
        "remedy": issue.remedy.zh,
    }
    return shown | ({"play": list(issue.play)} if issue.play is not None else {})


@main.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数;多于一个要有 Redis")] = 1,
) -> None:
    """Serve. Settings come from the environment (docs/settings.md)."""
    if workers > 1:
        os.environ["HONGCHUAN_WORKERS"] = str(workers)
    runpy.run_path(str(Path(__file__).resolve().parents[1] / "server.py"), run_name="__main__")


@main.command()
def check(paths: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the structure of scripts."""
    found: list[Issue] = []
    paths = scripts_of(paths)
    for path in paths:
        name, data = read_script(path)
        try:
            compile_whole(name, data)
        except ScenarioError as error:
            found += error.issues
    if as_json:
        typer.echo(msgspec.json.encode([issue_json(issue) for issue in found]).decode())
    for issue in () if as_json else found:
        print_issue(issue)
    if not found and not as_json:
        out.print(f"{len(paths)} 个剧本,没有问题。")
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
    budget: Annotated[float, typer.Option(help="秒,每个剧本")] = 60.0,
    save: Annotated[bool, typer.Option("--save", help="把走法存进剧本的 tests")] = False,
) -> None:
    """Explore every way scripts can be played: exit 0 proved, 1 found something or ran out."""
    found: list[dict[str, object]] = []
    sound = True
    for path in scripts_of(paths):
        name, data = read_script(path)
        try:
            scenario = compile_whole(name, data)
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
            typer.echo(f"{scenario.id}:{told.last_line(proof)}", err=True)
        else:
            print_proof(scenario, proof)
        if save:
            save_plays(Path(name), proof)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    raise typer.Exit(0 if sound else 1)


def print_proof(scenario: Scenario, proof: Proof) -> None:
    """The findings with their plays, the groups, the shares, and last what was covered."""
    for issue in proof.issues:
        print_issue(issue)
        if issue.play is not None:
            out.print(f"    走法:{' '.join(issue.play) or '(一开始就是)'}", markup=False)
    out.print(told.groups(proof))
    if proof.fairness is not None:
        out.print(told.shares(scenario, proof.fairness))
    out.print(f"{scenario.id}:{told.last_line(proof)}", markup=False)


def save_plays(file: Path, proof: Proof) -> None:
    """Write each finding's play into the script's `tests:`."""
    text = file.read_text(encoding="utf-8")
    for issue in proof.issues:
        if issue.play is not None:
            table = Playthrough(compile_scenario(text.encode(), str(file)))
            for move in issue.play:
                table.move(move)
            text = with_test(text, f"证明 {issue.code}", issue.play, standing(table))
    file.write_text(text, encoding="utf-8")


@main.command(name="test")
def run_tests(path: Path, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Run the script's own tests; show where they diverge and what they leave out."""
    scenario = compile_path(path)
    outcomes = [run_test(scenario, case) for case in scenario.tests]
    seen = frozenset(item for outcome in outcomes for item in outcome.seen)
    lines = tally(scenario, seen)
    failed = sum(outcome.divergence is not None for outcome in outcomes)
    if as_json:
        shown = [{"name": each.name, "divergence": each.divergence} for each in outcomes]
        typer.echo(msgspec.json.encode({"tests": shown, "coverage": lines}).decode())
        raise typer.Exit(1 if failed else 0)
    for outcome in outcomes:
        out.print(told.outcome(outcome), markup=False)
    out.print(f"{len(outcomes) - failed} 通过,{failed} 未通过")
    out.print(told.coverage(lines))
    raise typer.Exit(1 if failed else 0)


@main.command()
def play(path: Path) -> None:
    """Play all roles in this terminal: step, undo, save as a test."""
    scenario = compile_path(path)
    file = Path(read_script(path)[0])

    def save(name: str, moves: list[str], table: Playthrough) -> None:
        text = with_test(file.read_text(encoding="utf-8"), name, moves, standing(table))
        file.write_text(text, encoding="utf-8")

    terminal.play(terminal.Seats(scenario, save), out, lambda: input("> "))


@main.command()
def graph(
    path: Path,
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("scenario.svg"),
    log: Annotated[list[Path] | None, typer.Option("--log", help="真实的记录,可多次给出")] = None,
) -> None:
    """Draw the script; with --log, where the teams of those logs went."""
    scenario = compile_path(path)
    went = traffic([read_log(each) for each in log]) if log else None
    try:
        output.write_text(svg(dot(scenario, went)), encoding="utf-8")
    except AppError as error:
        out.print(f"{error.message.zh} {error.remedy.zh}", markup=False)
        raise typer.Exit(UNREADABLE) from error
    out.print(f"画好了:{output}", markup=False)


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
        out.print(f"{name}:文件夹名要以字母开头,只用字母、数字、- 和 _。", markup=False)
        raise typer.Exit(1)
    if folder.exists() and any(folder.iterdir()):
        out.print(f"{folder}:已经有东西了。请换一个新的文件夹。", markup=False)
        raise typer.Exit(1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(starter(name, title), encoding="utf-8")
    (folder / SCHEMA_FILE).write_text(schema_text() + "\n", encoding="utf-8")
    out.print(f"有了:{folder / 'scenario.yaml'}", markup=False)
    out.print(f"接着:hongchuan check {folder} ;hongchuan play {folder}", markup=False)


@main.command()
def sources(
    paths: list[Path],
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """The bibliography of scripts, and what still has to be checked against the originals."""
    text = bibliography([compile_path(path) for path in scripts_of(paths)])
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    out.print(f"写好了:{output}", markup=False)


@main.command()
def fmt(
    paths: list[Path],
    check_only: Annotated[bool, typer.Option("--check", help="只看,不改")] = False,
) -> None:
    """Tidy scripts; their meaning and comments stay. Exit 1: --check found one untidy."""
    from engine.author.fmt import FormatError, formatted  # slow to import, and needed only here

    untidy = 0
    for path in paths:
        name, data = read_script(path)
        try:
            text = data.decode("utf-8")
            done = formatted(text)
        except (UnicodeDecodeError, FormatError) as error:
            shown = f"{error.message.zh}{error.remedy.zh}" if isinstance(error, FormatError) else ""
            out.print(f"{name}:{shown or '文件不是 UTF-8 编码。'}", markup=False)
            raise typer.Exit(UNREADABLE) from error
        if done == text:
            continue
        untidy += 1
        out.print(f"{name}:{'可以整理' if check_only else '整理好了'}", markup=False)
        if not check_only:
            Path(name).write_text(done, encoding="utf-8")
    raise typer.Exit(1 if untidy and check_only else 0)


def read_log(log: Path) -> list[Recorded]:
    """The records of a JSONL log; exits 2 if it can't be read, 1 if it isn't one."""
    try:
        return list(decode_log(log.name, log.read_bytes().splitlines()))
    except OSError as error:
        out.print(f"{log}:读不了({error.strerror})。请检查路径。", markup=False)
        raise typer.Exit(UNREADABLE) from error
    except ReplayError as error:
        out.print(f"{error.message.zh} {error.remedy.zh}", markup=False)
        raise typer.Exit(1) from error


@main.command(name="replay")
def replay_log(log: Path, scenario: Annotated[Path, typer.Option()]) -> None:
    """Fold a log, print the fingerprint of its end state; and say where the script as it is now
    would have gone otherwise (exit 1)."""
    script = compile_path(scenario)
    records = read_log(log)
    try:
        state = replay(log.name, records)
    except ReplayError as error:
        out.print(f"{error.message.zh} {error.remedy.zh}", markup=False)
        raise typer.Exit(1) from error
    out.print(f"{state.seq} 条记录,结局 {state.ending or '—'}")
    out.print(fingerprint(state))
    if state.digest == script.digest:
        return
    gone = first_difference(script, records)
    if gone is None:
        out.print("剧本改过,但照现在的剧本,这一局会走得一模一样。")
        return
    out.print(f"剧本改过:从第 {gone.seq} 条记录起,会走得不一样。", markup=False)
    out.print(f"  当时:{gone.was}\n  现在:{gone.now}", markup=False)
    raise typer.Exit(1)


main.command(name="report")(commands.report)
main.command(name="export")(commands.export)
for keeping in (store.backup, store.restore, store.verify, store.erase, store.lapse):
    main.command()(keeping)


if __name__ == "__main__":
    main()
