"""Where teams went, counted for the script's picture (`engine/proof/graph.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from engine.proof.graph import Traffic
from engine.review.ledger import Played


def heat(plays: Sequence[Played]) -> Traffic:
    """Scenes entered, ways taken and traps sprung over all the runs."""
    scenes, ways, traps = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for play in plays:
        names = [band.scene for band in play.course.bands]
        scenes.update(names)
        ways.update(pairwise(names))
        traps.update(spring.trap for spring in play.course.springs)
    return Traffic(runs=len(plays), scenes=scenes, ways=ways, traps=traps)
