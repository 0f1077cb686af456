"""How a play begins: everybody seated, and what the run drew.

A drawn variable is the other side's move. Nobody reads it before the first scene that asks for it,
so for the proof it is drawn on the way into that scene, and until then plays are alike whatever it
will be; after the last scene that may ask, they are alike again (`Flow.awake`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product

from engine.proof.moves import Draws, Move
from engine.proof.playthrough import Playthrough
from engine.rules.events import AnyEvent
from engine.scenario.model import Scenario
from engine.values import RoleId, VarId

Asks = Callable[[Iterable[AnyEvent]], frozenset[VarId]]
"""The drawn variables that the scenes entered may ask for the first time."""


def opening(scenario: Scenario, absent: RoleId | None, draws: Draws = ()) -> Playthrough:
    """Everybody seated and the play begun; the absent role's seat has left at once."""
    table = Playthrough(scenario, draws=dict(draws))
    if absent is not None:
        table.move(f"leave={absent}")
    return table


def drawn_in(scenario: Scenario, names: Collection[VarId]) -> Iterator[Draws]:
    """Every draw of these variables; one of nothing where there are none."""
    if not names:
        yield ()
        return
    order = [name for name in scenario.vars if name in names]
    for values in product(*(scenario.vars[name].domain for name in order)):
        yield tuple(zip(order, values, strict=True))


def openings(
    scenario: Scenario, absent: RoleId | None, asks: Asks
) -> list[tuple[Playthrough, Move | None]]:
    """Every way in which a play begins, with the draw as a move, where there was one."""
    names = frozenset[VarId]()
    while True:
        found = [
            (opening(scenario, absent, draws), Move(kind="draw", draws=draws) if draws else None)
            for draws in drawn_in(scenario, names)
        ]
        asked = names.union(*(asks(record.event for record in table.records) for table, _ in found))
        if asked == names:
            return found
        names = asked
