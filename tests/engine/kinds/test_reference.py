"""The tables in the guides are written from what they tell of: of kinds from the registry, of parts
from the structs of views.

After adding a kind or a field: `pytest --update-golden tests/engine/kinds/test_reference.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.kinds.registry import KINDS
from tests.support import shapes

DOCS = Path(__file__).resolve().parents[3] / "docs"


def kinds() -> Iterator[str]:
    """What each kind is, for authors."""
    for kind in KINDS.values():
        yield f"| `{kind.name}` | {kind.does} | {kind.ends} |"


def keys() -> Iterator[str]:
    """What each kind reads, for authors."""
    for kind in KINDS.values():
        for key in kind.keys:
            told = f"{key.told}{'，必写' if key.needed else ''}"
            yield f"| `{kind.name}` | `{key.name}` | {told} | `{key.example}` |"


def answers() -> Iterator[str]:
    """What each kind is answered with, for clients."""
    for kind in KINDS.values():
        yield f"| `{kind.name}` | {_ANSWERS[kind.form.collected]} |"


def shows() -> Iterator[str]:
    """What each kind shows, for clients."""
    for kind in KINDS.values():
        # A family's struct is its own where nothing is added to it, else what it begins with.
        yield from shapes.rows(kind.shows, f"`{kind.name}`")


def refusals() -> Iterator[str]:
    """What each kind refuses an answer for, and what then."""
    for kind in KINDS.values():
        assert kind.then.keys() == kind.refusals.keys(), kind.name
        for code, (then, what) in kind.then.items():
            yield f"| `{code}` | {then} | {what} |"


_ANSWERS = {
    "checked": "ids of options",
    "items": "ids of all options, in order",
    "pairs": "`id=id`, one of the first list with one of the second",
    "text": "the text",
    "none": "empty, to confirm or to end it; else an id",
}
TABLES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "language.md kinds": ("| `kind` | 做什么 | 什么时候算完 |", kinds),
    "language.md keys": ("| `kind` | 自己的键 | 写什么 | 例 |", keys),
    "wire.md refusals": ("| code | then | what, of a kind |", refusals),
    "wire.md answers": ("| `kind` | `answer` |", answers),
    "wire.md shows": ("| `kind` | field | is | what |", shows),
    "wire.md shapes": ("| shape | field | is | what |", shapes.shapes),
    **{
        f"wire.md {name}": (f"| of a {name} | field | is | what |", partial(shapes.parts, view))
        for name, view in shapes.VIEWS.items()
    },
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_the_kinds_say(name: str, pytestconfig: pytest.Config) -> None:
    head, rows = TABLES[name]
    page = DOCS / name.split()[0]
    before, _, rest = page.read_text(encoding="utf-8").partition(f"{head}\n")
    rule, _, rest = rest.partition("\n")
    assert set(rule) <= {"|", "-"}, f"{page.name} has no table {head}"
    table, gap, after = rest.partition("\n\n")
    if pytestconfig.getoption("--update-golden"):
        table = "\n".join(rows())
        page.write_text(f"{before}{head}\n{rule}\n{table}{gap}{after}", encoding="utf-8")
    assert table.splitlines() == list(rows())
