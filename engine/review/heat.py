"""Where teams went, counted for the script's picture (`engine/proof/graph.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.proof.graph import Traffic, walked
from engine.review.ledger import Played


def heat(plays: Sequence[Played]) -> Traffic:
    """Scenes entered, ways taken and traps sprung over all the runs."""
    return walked(
        (
            [band.scene for band in play.course.bands],
            [spring.trap for spring in play.course.springs],
        )
        for play in plays
    )
