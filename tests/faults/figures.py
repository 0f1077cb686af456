"""What a promise's test measured, beside what was promised: kept, printed, asserted.

What concerns correctness is asserted in every form. A time is asserted in the long form, which is run
alone; the short form shares its machine with other tests, and prints it. What is a time is known by its
unit: nobody has to say so, and nobody can say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

TIMES: Final = frozenset({"s", "ms", "/s"})
"""Units of what depends on the machine, and on what else it does."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that so many per cent of all don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Figures:
    """The figures of one test."""

    def __init__(self, record: Callable[[str, object], None], test: str, *, long: bool) -> None:
        self._record = record
        self._long = long
        self.broken: list[str] = []
        """Figures that weren't reached: told once all are measured."""
        self._command = f".venv/bin/pytest '{test}'" + (" --long" if long else "")

    def exactly(self, promise: str, figure: str, measured: int, wanted: int) -> None:
        """A count that has to be so."""
        held = measured == wanted
        self._keep(promise, figure, measured, f"= {wanted}", "", held)
        if not held:
            self.broken.append(f"{promise}, {figure}: {measured} instead of {wanted}")

    def at_most(self, promise: str, figure: str, measured: float, limit: float, unit: str) -> None:
        """What mustn't be more."""
        held = measured <= limit
        self._keep(promise, figure, measured, f"<= {limit:g}", unit, held)
        if not held and (self._long or unit not in TIMES):
            self.broken.append(f"{promise}, {figure}: {measured:g} > {limit:g}")

    def at_least(self, promise: str, figure: str, measured: float, limit: float, unit: str) -> None:
        """What mustn't be less."""
        held = measured >= limit
        self._keep(promise, figure, measured, f">= {limit:g}", unit, held)
        if not held and (self._long or unit not in TIMES):
            self.broken.append(f"{promise}, {figure}: {measured:g} < {limit:g}")

    def _keep(
        self, promise: str, figure: str, measured: float, reach: str, unit: str, held: bool
    ) -> None:
        kept = {
            "promise": promise,
            "figure": figure,
            "reach": reach,
            "measured": round(measured, 3),
            "unit": unit,
            "held": held,
            "form": "long" if self._long else "short",
            "command": self._command,
        }
        self._record("figure", kept)
