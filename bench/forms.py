"""`python -m bench.forms`: what each form of the language costs the proof, alone and two together.

States are counted, and are the same on every machine; seconds are this one's. The script is that of
`tests/support/forms.py`, whose tests hold the counts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations
from time import perf_counter

import msgspec

from engine.proof.explore import explore
from engine.proof.prove import prove
from tests.support.forms import FORMS, text_with
from tests.support.scripts import compile_text

WHOLE_MAX = 20_000
DEAREST = 12
"""Pairs that are printed: those with most states."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a script with some forms came to."""

    forms: tuple[str, ...]
    nodes: int
    whole: int
    """States of the whole graph; as many as were looked at, where there are more."""
    seconds: float
    """Of `prove`, with every role's absence."""


def cost(*forms: str) -> Cost:
    """What the script with these forms comes to."""
    scenario = compile_text(text_with(forms))
    nodes = len(explore(scenario).nodes)
    whole = len(explore(scenario, reduce=False, nodes_max=WHOLE_MAX).nodes)
    began = perf_counter()
    proof = prove(scenario)
    seconds = perf_counter() - began
    assert proof.stopped == "", forms
    return Cost(forms=forms, nodes=nodes, whole=whole, seconds=seconds)


def lines() -> Iterator[str]:
    """The tables, line by line."""
    base = cost()
    yield f"{'form':<24}{'values':>7}{'states':>8}{'times':>7}{'whole':>8}{'prove s':>9}"
    yield _line(base, base, "-")
    for form, values in FORMS.items():
        yield _line(cost(form), base, str(values))
    pairs = [cost(*pair) for pair in combinations(FORMS, 2)]
    yield ""
    yield f"two together: {len(pairs)} pairs; those with most states"
    for one in sorted(pairs, key=lambda one: -one.nodes)[:DEAREST]:
        first, second = one.forms
        yield _line(one, base, str(FORMS[first] * FORMS[second]))
    slowest = max(pairs, key=lambda one: one.seconds)
    yield f"slowest: {'+'.join(slowest.forms)}, {slowest.seconds:.2f} s"


def _line(one: Cost, base: Cost, values: str) -> str:
    name, times = "+".join(one.forms) or "none", one.nodes / base.nodes
    return f"{name:<24}{values:>7}{one.nodes:>8}{times:>7.2f}{one.whole:>8}{one.seconds:>9.2f}"


def main() -> None:
    """Print them."""
    for line in lines():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
