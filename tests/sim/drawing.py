"""Scripts for the simulator, drawn as `tests/support/generated.py` draws them: `python -m tests.sim.drawing 12`
appends so many to `drawn.yaml`. Kept are those that reach an ending in every play, and use three forms at the least
of what is scarce, drawn or apart."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from engine.errors import ScenarioError
from engine.proof.prove import prove
from tests.support.generated import script_texts
from tests.support.scripts import compile_text

FILE = Path(__file__).parent / "drawn.yaml"
FORMS = ("places:", "pick:", "cost: {m: -1}}", "if: not w}", "every:", "== p", "talk:", "once:")
TRIES = 20_000
BYTES_MAX = 3_500
JAMS = "SC610"
"""Findings below, and those of an absence, say that somebody may never get to an ending."""


def wanted(text: str) -> bool:
    """It is proved, and has enough in it."""
    if len(text.encode()) > BYTES_MAX or sum(form in text for form in FORMS) < 3:
        return False
    try:
        proof = prove(compile_text(text))
    except ScenarioError:
        return False
    return proof.complete and not any(
        issue.code < JAMS or issue.code == "SC631" for issue in proof.issues
    )


def main(number: int) -> None:
    """Append so many."""
    known = FILE.read_text(encoding="utf-8").split("---\n")
    found: list[str] = []

    @settings(
        max_examples=TRIES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(script_texts())
    def draw(text: str) -> None:
        if len(found) < number and text not in known and wanted(text):
            found.append(text)

    draw()
    FILE.write_text("---\n".join([*known, *found]), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]))
