"""Whether anybody has compared a fact with its sources.

A script's author says how sure a fact is; that somebody looked is shown by what he brought home:
the source's own words. A citation without a quote is a pointer, and one whose source is marked
`verify: true` wasn't seen, whatever is quoted. So a fact is unchecked where none of its citations,
its accounts' included, has both. Words seen in a reprint were seen; `where` says that it was one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.scenario.model import Scenario
from engine.script.nodes import Citation, Fact


def citations(fact: Fact) -> Iterator[Citation]:
    """What the fact and its accounts rest on, in the author's order; a source may come twice."""
    yield from fact.sources
    for account in fact.accounts:
        yield from account.sources


def is_checked(scenario: Scenario, citation: Citation) -> bool:
    """The source's words are there, and were compared with the original."""
    return bool(citation.quote) and not scenario.sources[citation.source].verify


def is_unchecked(scenario: Scenario, fact: Fact) -> bool:
    """Nobody has compared the fact with any of its sources."""
    return not is_looked_up(scenario, citations(fact))


def is_looked_up(scenario: Scenario, cited: Iterable[Citation]) -> bool:
    """Somebody has compared what rests on these with one of them."""
    return any(is_checked(scenario, citation) for citation in cited)
