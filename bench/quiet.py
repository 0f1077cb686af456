"""What an act costs in the rules, the views and the frames, on a machine that is busy with others.

    .venv/bin/python -m bench.quiet
    cd ../old && PYTHONPATH=. .venv/bin/python ../new/bench/quiet.py     another checkout, by turns

The same few acts are played a hundred times over, and of each the least time counts: nobody else
ran just then. So it tells a few in a hundred, where a minute's mean is off by ten times as many.
Store, loop and sockets aren't in it: `bench.inside` is for these.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter_ns
from typing import Final

from rich import print as say

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.values import Map
from engine.views.seat import RunViews
from tests.support.scripts import compile_text
from tests.support.turns import ROLES, rounds
from web.live.framing import Parts, changed_since, parts_frame

PLAYS: Final = 100
ROUNDS: Final = 4
NEW: Final = 2
"""Rounds in which something is seen for the first time, which don't count."""
STAGES: Final = ("rules", "views", "HTML", "JSON")
SCENARIO: Final = compile_text(rounds())
SEATS: Final = {f"s{number}": role for number, role in enumerate(ROLES, start=1)}
NAMES: Final = Map({seat: f"参与者{seat}" for seat in SEATS})


def took_us(work: Callable[[], None]) -> float:
    """How long it takes, this time."""
    began = perf_counter_ns()
    work()
    return (perf_counter_ns() - began) / 1_000


def play() -> list[list[float]]:
    """For each act, what each stage took."""
    views, played = RunViews(SCENARIO), Playthrough(SCENARIO)
    moment: dict[str, Parts] = {}
    sent: dict[tuple[str, bool], Parts] = {}

    def act(seat: str, task: str) -> None:
        played.do(cmd.Submit, seat, task=task, answer=("go",))

    def look() -> None:
        moment.update({seat: views.shown(played.state, seat, NAMES) for seat in SEATS})

    def send(*, html: bool) -> None:
        for seat, parts in moment.items():
            changed = changed_since(sent.get((seat, html), {}), parts)
            sent[seat, html] = parts
            parts_frame(b"{", changed, "seat", "zh", html=html)

    acts = []
    for count in range(ROUNDS):
        for seat, role in SEATS.items():
            scene = played.state.scene
            assert scene is not None, "it goes round"
            task = f"{scene.id}{role}"
            took = [took_us(lambda seat=seat, task=task: act(seat, task)), took_us(look)]  # type: ignore[misc]
            took += [took_us(lambda html=html: send(html=html)) for html in (True, False)]  # type: ignore[misc]
            acts += [took] if count >= NEW else []
    return acts


def main() -> None:
    """Measure."""
    gc.disable()
    least = play()
    for _ in range(PLAYS):
        again = zip(least, play(), strict=True)
        least = [[min(both) for both in zip(*acts, strict=True)] for acts in again]
    for place, stage in enumerate(STAGES):
        say(f"{sum(act[place] for act in least) / len(least):6.1f} µs an act  {stage}")


if __name__ == "__main__":
    main()
