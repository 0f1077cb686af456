"""Who was there, and how people of one name are told apart: what every document goes by.

A seat isn't a person. Somebody *came* who had a connection or did something (`Course.came`): a seat
whose phone never arrived was nobody. Somebody *was present* who came and whom the branch hasn't
struck off since: whoever was shown out may have been nobody of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.errors import Lang
from engine.review.learning import Person
from engine.review.ledger import Played


def present(played: Played) -> list[Person]:
    """The people of a run who were there, in the order in which they took their seats."""
    return [person for person in played.people if person.seat not in played.struck]


def placed(team: int, role: str, *, teams: int = 2, lang: Lang = "zh") -> str:
    """Where somebody sits, in a few words: `第 2 队 李大钊`; of a single team the role alone."""
    if teams < 2:
        return role
    return f"team {team}, {role}" if lang == "en" else f"第 {team} 队 {role}"


def told_apart(people: Sequence[tuple[str, int, str]]) -> list[str]:
    """How each of (name, team, role) is written where a list of names has to tell them apart, in
    order: a name alone where nobody else has it, else with its team and role, and with a number
    where two sit in one role. An empty name stays empty."""
    teams = len({team for _, team, _ in people})
    named = Counter(name for name, _, _ in people)
    alike = Counter(people)
    met: Counter[tuple[str, int, str]] = Counter()
    written = []
    for person in people:
        name, team, role = person
        met[person] += 1
        if not name or named[name] == 1:
            written.append(name)
            continue
        number = f" {met[person]}" if alike[person] > 1 else ""
        written.append(f"{name}（{placed(team, role, teams=teams)}{number}）")
    return written
