"""All roles in one terminal: see what is open, make a move, take it back, keep it as a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from engine.errors import Rejection
from engine.proof.dice import turns
from engine.proof.playthrough import Playthrough
from engine.rules.stand_in import moment_of
from engine.scenario.model import Scenario
from engine.values import ANY

HELP: Final = (
    "输入序号或走法（date=d23、rescue=y38、wait=30s、leave=recorder）；"
    "u 撤一步，s 名字 存成测试，? 帮助，q 退出"
)


class Seats:
    """A play that can be taken back. `save` keeps (name, moves, where it stands) somewhere."""

    def __init__(self, scenario: Scenario, save: Callable[[str, list[str], Playthrough], None]):
        self.scenario = scenario
        self.moves: list[str] = []
        self.table = Playthrough(scenario)
        self._save = save

    def make(self, move: str) -> None:
        """Make a move as a test's `play` has it. Raises Rejection: nothing has changed."""
        self.table.move(move)
        self.moves.append(move)

    def undo(self) -> bool:
        """Take the last move back; False: there is none."""
        if not self.moves:
            return False
        self.moves.pop()
        self.table = Playthrough(self.scenario)
        for move in self.moves:
            self.table.move(move)
        return True

    def save(self, name: str) -> None:
        """Keep the play as a test."""
        self._save(name, self.moves, self.table)

    def options(self) -> list[tuple[str, str]]:
        """(move, what it says) for everything somebody could do now."""
        found: dict[str, str] = {}
        for turn in turns(self.table):
            scene = self.table.state.scene
            assert scene is not None, "turns are of the scene being played"
            held = scene.tasks[turn.task.id]
            who = f"{turn.slot}:" if len(held.slots) > 1 and turn.slot != ANY else ""
            moment = moment_of(self.table.state, turn.task, held, turn.slot)
            for answer in turn.task.body.guesses(moment):
                move = f"{who}{turn.task.id}={','.join(answer)}"
                found.setdefault(move, f"{turn.role or '谁先来'}  {turn.task.ask}")
        for hold in self.table.state.holds.values():
            rescue = self.scenario.traps[hold.trap].rescue
            for choice in rescue.choices if rescue is not None else ():
                found.setdefault(f"rescue={choice.id}", f"解救  {choice.text}")
        return list(found.items())


def show(seats: Seats, out: Console) -> list[tuple[str, str]]:
    """Show where the play stands; the options as listed."""
    state = seats.table.state
    scene = seats.scenario.scenes[state.scene.id] if state.scene is not None else None
    if scene is not None:
        out.rule(f"{scene.title}  ({scene.id})")
        out.print(Markdown(scene.story))
        for site in scene.places.values():
            there = "、".join(seats.scenario.roles[role].name for role in site.roles)
            out.print(Markdown(f"**{site.title}** （{there}）　{site.story}"))
    values = "  ".join(f"{name}={value}" for name, value in state.vars.items())
    out.print(values, style="dim", markup=False)
    options = seats.options()
    table = Table(show_header=False, box=None)
    for number, (move, says) in enumerate(options, start=1):
        table.add_row(str(number), move, says)
    out.print(table)
    if state.ending:
        out.print("到了结局。u 撤一步，s 名字 存成测试，q 退出", style="bold")
    return options


def play(seats: Seats, out: Console, ask: Callable[[], str]) -> None:
    """Play until `q` or the end of input."""
    out.print(HELP)
    options = show(seats, out)
    while True:
        try:
            said = ask().strip()
        except EOFError:
            return
        if said == "q":
            return
        problem = _obey(seats, said, options, out)
        if problem:
            out.print(problem, style="red", markup=False)
        else:
            options = show(seats, out)


def _obey(seats: Seats, said: str, options: list[tuple[str, str]], out: Console) -> str:
    """Do what was said; what is wrong with it, or nothing."""
    word, _, rest = said.partition(" ")
    if word in ("", "?"):
        return HELP
    if word == "u":
        return "" if seats.undo() else "还没有走过。"
    if word == "s":
        if not rest.strip():
            return "给测试起个名字：s 一路答对"
        seats.save(rest.strip())
        out.print("存好了。")
        return ""
    if said.isdigit():
        if not 1 <= int(said) <= len(options):
            return f"没有第 {said} 项。"
        said = options[int(said) - 1][0]
    try:
        seats.make(said)
    except (Rejection, ValueError) as refusal:
        return (
            f"{refusal.message.zh}{refusal.remedy.zh}" if isinstance(refusal, Rejection) else HELP
        )
    return ""
