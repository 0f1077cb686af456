"""还剩几分钟: what may be shortened so that the evening ends in time, and what it loses by it.

Proposals only: whoever leads does them, or not, with the commands there are. Lengths are those of
the proof (`engine/proof/fairness.py`), for a team that makes no mistake, so an evening takes
longer rather than shorter. What costs least comes first: what may be left anyhow, then cards that
the handout has too, then scenes; the sentence that each keeps for themselves goes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from engine.proof.fairness import Fairness, fairness, scene_s
from engine.rules.deck import is_spare
from engine.rules.settle import is_over
from engine.rules.state import State
from engine.scenario.checks import traps_of
from engine.scenario.model import Scenario, Scene, Task
from engine.values import SceneId
from engine.views.dealing import to_arrange
from engine.views.parts.desk_parts import DeckCard
from engine.views.team import station_of, stations

CARD_S: Final = 100
"""Of a debrief: twenty minutes are a dozen cards."""
REFLECT_S: Final = 180
"""What whoever leads gives for the last sentence (`wording.PROMPTS`)."""


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that may be shortened."""

    kind: Literal["optional", "cards", "scene", "reflect"]
    saves_s: int
    title: str = ""
    """Of its scene."""
    here: bool = False
    """The team furthest behind is in that scene now."""
    then: str = ""
    """Of a scene that is left out: the title of the one to jump to from it."""
    asks: tuple[str, ...] = ()
    """Tasks that nobody does then."""
    beliefs: tuple[str, ...] = ()
    """Misconceptions that nobody meets then."""
    cards: tuple[DeckCard, ...] = ()
    """Cards that go into the handout."""


class Shortened(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of an evening, and what to do about it."""

    play_s: int
    """Of the team furthest behind, to its ending."""
    debrief_s: int
    left_s: int
    """So much time there is."""
    savings: tuple[Saving, ...]
    """As many as are needed, those first that cost least; empty: it fits."""

    @property
    def needs_s(self) -> int:
        """All that is to come."""
        return self.play_s + self.debrief_s

    @property
    def over_s(self) -> int:
        """Too much by so many seconds, before anything is shortened; negative: to spare."""
        return self.needs_s - self.left_s

    @property
    def still_s(self) -> int:
        """Too much even so."""
        return max(0, self.over_s - sum(one.saves_s for one in self.savings))


def shortened(scenario: Scenario, states: Sequence[State], left_s: int) -> Shortened:
    """What is proposed with `left_s` seconds left. `states`: of all runs, and not none."""
    known, cards = fairness(scenario), _cards(scenario, states)
    ways = [(_ahead(scenario, known, state), state) for state in states]
    ahead, slowest = max(ways, key=lambda way: _play_s(scenario, way[0]))
    play_s, debrief_s = _play_s(scenario, ahead), sum(map(_card_s, cards))
    over_s, taken = play_s + debrief_s - left_s, list[Saving]()
    for saving in _savings(scenario, slowest, ahead, cards):
        if over_s <= 0:
            break
        one = _fewest(saving, over_s) if saving.kind == "cards" else saving
        taken.append(one)
        over_s -= one.saves_s
    return Shortened(play_s=play_s, debrief_s=debrief_s, left_s=left_s, savings=tuple(taken))


# ── what is to come ─────────────────────────────────────────────────────────────────────────────

_Ahead = list[tuple[Scene, list[Task]]]
"""Scenes to come, the present one first, each with what is still to be done in it."""


def _ahead(scenario: Scenario, known: Fairness, state: State) -> _Ahead:
    """The way of a team that answers rightly, from where this one is."""
    if state.phase not in ("lobby", "playing"):
        return []
    way = stations(scenario)
    now = state.scene.id if state.scene is not None else ""
    if now in known.path:
        names = known.path[known.path.index(SceneId(now)) + 1 :]
    else:  # the lobby, or a scene beside the way
        been = station_of(scenario, state)
        names = tuple([name for name in known.path if way.get(SceneId(name), 0) > been])
    found: _Ahead = []
    if state.scene is not None:
        here = scenario.scenes[state.scene.id]
        found.append((here, [one for one in here.tasks.values() if not _gone(state, one)]))
    for name in names:
        scene = scenario.scenes[SceneId(name)]
        asked = [one for one in scene.tasks.values() if (name, one.id) not in known.dropped]
        found.append((scene, asked))
    return found


def _gone(state: State, task: Task) -> bool:
    """It is done, skipped or not asked."""
    assert state.scene is not None
    held = state.scene.tasks.get(task.id)
    return is_over(state.scene, task) or (held is not None and held.status == "out")


def _lasts_s(scenario: Scenario, scene: Scene, tasks: list[Task]) -> int:
    """With nothing left to do in it, a scene is over."""
    return scene_s(scenario, scene, tasks) if tasks else 0


def _play_s(scenario: Scenario, ahead: _Ahead) -> int:
    return sum(_lasts_s(scenario, scene, tasks) for scene, tasks in ahead)


def _cards(scenario: Scenario, states: Sequence[State]) -> tuple[DeckCard, ...]:
    """Of the debrief, those to come; before it, those that are proposed as things stand."""
    if all(state.phase == "closed" for state in states):
        return ()
    dealt = to_arrange("", scenario, states, "debrief")
    step = max([state.step for state in states if state.phase == "debrief"], default=0)
    return dealt.cards[step:] if dealt is not None else ()


def _card_s(card: DeckCard) -> int:
    return REFLECT_S if card.card == "reflect" else CARD_S


# ── what may go ─────────────────────────────────────────────────────────────────────────────────


def _savings(
    scenario: Scenario, state: State, ahead: _Ahead, cards: tuple[DeckCard, ...]
) -> Iterator[Saving]:
    """All there is, what costs least first."""
    yield from _optional(scenario, state, ahead)
    spare = [card for card in reversed(cards) if is_spare(card.card)]
    spare.sort(key=lambda card: _COST.index(card.card.partition(":")[0]))
    if spare:
        yield Saving(kind="cards", saves_s=CARD_S * len(spare), cards=tuple(spare))
    yield from _scenes(scenario, state, ahead)
    if any(card.card == "reflect" for card in cards):
        yield Saving(kind="reflect", saves_s=REFLECT_S)


_COST: Final = ("fact", "discuss", "trap")
"""Cards that may go, those first that cost least: a fact is read as well on paper; what people fell
for is what they came for."""


def _fewest(saving: Saving, over_s: int) -> Saving:
    """As many cards as are needed, and no more."""
    count = min(len(saving.cards), -(-over_s // CARD_S))
    return Saving(kind="cards", saves_s=CARD_S * count, cards=saving.cards[:count])


def _optional(scenario: Scenario, state: State, ahead: _Ahead) -> Iterator[Saving]:
    for scene, tasks in ahead:
        free = [task for task in tasks if task.optional]
        kept = [task for task in tasks if not task.optional]
        saves_s = _lasts_s(scenario, scene, tasks) - _lasts_s(scenario, scene, kept)
        if saves_s > 0:
            yield _of(scenario, state, scene, free, kind="optional", saves_s=saves_s)


def _scenes(scenario: Scenario, state: State, ahead: _Ahead) -> Iterator[Saving]:
    """Whole scenes, but for the last before an ending: fewest misconceptions first, then what is
    longest. Tasks that may be left were left before."""
    found = []
    for (scene, tasks), (after, _) in zip(ahead, ahead[1:], strict=False):
        kept = [task for task in tasks if not task.optional]
        saves_s = _lasts_s(scenario, scene, kept)
        if saves_s:
            one = _of(scenario, state, scene, kept, kind="scene", saves_s=saves_s)
            found.append(msgspec.structs.replace(one, then=after.title))
    yield from sorted(found, key=lambda one: (len(one.beliefs), -one.saves_s))


def _of(
    scenario: Scenario,
    state: State,
    scene: Scene,
    lost: list[Task],
    *,
    kind: Literal["optional", "scene"],
    saves_s: int,
) -> Saving:
    traps = dict.fromkeys(trap for task in lost for trap in traps_of(task))
    return Saving(
        kind=kind,
        saves_s=saves_s,
        title=scene.title,
        here=state.scene is not None and state.scene.id == scene.id,
        asks=tuple([task.ask for task in lost]),
        beliefs=tuple([scenario.traps[trap].belief for trap in traps]),
    )
