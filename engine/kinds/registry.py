"""All kinds of tasks there are, by name, in the order in which people are told of them."""

from __future__ import annotations

from typing import Final

from engine.kinds.choose.kind import Choose
from engine.kinds.discuss.kind import Discuss
from engine.kinds.enter.kind import Enter
from engine.kinds.estimate.kind import Estimate
from engine.kinds.hand.kind import Hand
from engine.kinds.judge.kind import Judge
from engine.kinds.kind import Kind
from engine.kinds.match.kind import Match
from engine.kinds.order.kind import Order
from engine.kinds.read.kind import Read
from engine.kinds.reflect.kind import Reflect
from engine.kinds.refusals import Refusals
from engine.kinds.relay.kind import Relay
from engine.kinds.search.kind import Search
from engine.kinds.select.kind import Select
from engine.kinds.sort.kind import Sort
from engine.kinds.speak.kind import Speak
from engine.kinds.vote.kind import Vote

KINDS: Final[dict[str, type[Kind]]] = {
    kind.name: kind
    for kind in (
        Choose,
        Select,
        Order,
        Match,
        Enter,
        Read,
        Search,
        Hand,
        Vote,
        Discuss,
        Speak,
        Reflect,
        Estimate,
        Sort,
        Judge,
        Relay,
    )
}
"""A kind's name → its class. One line a kind: nothing else in the house lists them."""

IMPLIED: Final = Choose
"""What a task is that has this kind's first key and says no kind."""
REFUSALS: Final[Refusals] = {
    code: told for kind in KINDS.values() for code, told in kind.refusals.items()
}
"""Every kind's own reasons to refuse an answer."""

FOLDERS: Final = __file__.rpartition("/")[0]
"""Where the kinds' folders are, with their pages and styles: for who may read files."""

_SAYS = ("name", "label", "does", "ends", "form")
assert all(hasattr(kind, said) for kind in KINDS.values() for said in _SAYS), "each kind says these"
assert all(kind.__module__ == f"{__package__}.{name}.kind" for name, kind in KINDS.items()), (
    "a kind stands in the folder of its name"
)
