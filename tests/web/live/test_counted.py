"""What an action takes, counted: tasks begun, folds, looks for deadlines, appends, frames. No times:
those depend on the machine, and these on the program alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.host import loaded
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules import draft, replay
from engine.store.log.sql import SqlStore
from engine.values import Map
from engine.views.seat import RunViews
from tests.support.counted import calls
from tests.support.inside import Inside, inside
from tests.support.scripts import compile_text
from tests.support.turns import ROLES, Turns, rounds, turning
from web.live.framing import Parts, changed_since, parts_frame

TEAMS, ACTIONS = 2, 80


class Work:
    """How often each thing was done."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.done: Counter[str] = Counter()
        self._patch = patch

    def count(self, what: str, holder: Any, name: str, weigh: Callable[..., int]) -> None:
        """Count calls of a function, each for so much as `weigh` says of what it was given."""
        honest = getattr(holder, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.done[what] += weigh(*given)
            return honest(*given, **named)

        self._patch.setattr(holder, name, counted)

    @contextmanager
    def tasks(self) -> Iterator[None]:
        """Count what is begun inside, by its name."""
        loop = asyncio.get_running_loop()

        def noted(loop: Any, doing: Any, **given: Any) -> Any:
            self.done[f"task {doing.__qualname__}"] += 1
            return asyncio.Task(doing, loop=loop, **given)

        loop.set_task_factory(noted)
        try:
            yield
        finally:
            loop.set_task_factory(None)


def played(house: Inside, patch: pytest.MonkeyPatch, *, together: bool) -> Counter[str]:
    """What ACTIONS took, once everybody had been round."""
    turns, work = Turns(house, TEAMS, together=together), Work(patch)

    async def course() -> None:
        async with turns.connected():
            await turns.play(2 * len(ROLES) * TEAMS)
            work.count("folds", draft, "evolve", lambda *given: 1)
            work.count("folds", replay, "evolve", lambda *given: 1)
            work.count("deadlines", loaded, "next_deadline", lambda *given: 1)
            work.count("appends", SqlStore, "append", lambda *given: 1)
            work.count("events", SqlStore, "append", lambda *given: len(given[3]))
            work.count("handles", asyncio.BaseEventLoop, "call_soon", lambda *given: 1)
            with work.tasks():
                await turns.play(ACTIONS)
            work.done["frames"] = turns.counted.frames
            done.update(work.done)  # before everybody goes

    done: Counter[str] = Counter()
    house.run(course())
    return done


@pytest.mark.parametrize("together", [False, True])
def test_an_action_is_folded_once_and_takes_no_task(
    together: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(turning(tmp_path)) as house:
        done = played(house, monkeypatch, together=together)
    assert done["folds"] == done["events"] > 2 * ACTIONS
    assert done["deadlines"] <= ACTIONS  # once a state
    begun = {what: count for what, count in done.items() if what.startswith("task ")}
    assert not {what for what in begun if "Host" in what or "Mailbox" in what}
    assert sum(begun.values()) <= ACTIONS // 8, begun  # of whatever beats beside
    if together:
        assert done["appends"] <= ACTIONS * 3 // 4
    else:
        assert done["appends"] == ACTIONS
        assert done["frames"] == len(ROLES) * ACTIONS
        # What was said, and by whom; the group, what became of it; the team; and once more a beat.
        assert done["handles"] <= 6 * ACTIONS


# ── frames ──────────────────────────────────────────────────────────────────────────────────────

SCENARIO = compile_text(rounds())
SEATS = {f"s{number}": role for number, role in enumerate(ROLES, start=1)}
NAMES = Map({seat: f"参与者{seat}" for seat in SEATS})
ROUNDS = 5
HTML_CALLS, JSON_CALLS = 1_320, 180
"""Of an act's four frames, a few in a hundred more than there are. HTML took 2,220."""


class Watched:
    """A team that goes round, and what its phones are sent for each act."""

    def __init__(self) -> None:
        self.sent: dict[str, Parts] = {}
        self._views, self._played = RunViews(SCENARIO), Playthrough(SCENARIO)

    def acts(self, rounds: int) -> Iterator[None]:
        """Everybody acts so often."""
        yield
        for _ in range(rounds):
            scene = self._played.state.scene
            assert scene is not None, "it goes round"
            for seat, role in SEATS.items():
                self._played.do(cmd.Submit, seat, task=f"{scene.id}{role}", answer=("go",))
                yield

    def look(self) -> dict[str, Parts]:
        """What the phones are shown now."""
        return {seat: self._views.shown(self._played.state, seat, NAMES) for seat in SEATS}

    def send(self, moment: dict[str, Parts], *, html: bool) -> None:
        """The frames of it."""
        for seat, parts in moment.items():
            changed = changed_since(self.sent.get(seat, {}), parts)
            self.sent[seat] = parts
            parts_frame(b"{", changed, "seat", "zh", html=html)

    def play(self, rounds: int) -> None:
        """Everybody acts so often, and is looked at."""
        for _ in self.acts(rounds):
            self.look()


def of_an_act(*, html: bool, name: str = "") -> float:
    """How many calls the four frames of an act take, once every template is there."""
    team, count = Watched(), 0
    for _ in team.acts(2):
        team.send(team.look(), html=html)
    for _ in team.acts(ROUNDS):
        moment = team.look()
        count += calls(partial(team.send, moment, html=html), name=name)
    return count / (ROUNDS * len(ROLES))


def test_a_rendering_does_what_differs_and_no_more() -> None:
    assert of_an_act(html=True, name="word") <= 6, "what is always said is asked for anew"
    assert of_an_act(html=True, name="__new__") <= 20, "a Markup is made of each text"
    assert of_an_act(html=True, name="load") == 0, "a template is looked for anew"
    assert of_an_act(html=True, name="fragment") <= 9, "what is shown alike is rendered once"
    assert of_an_act(html=True) <= HTML_CALLS
    assert of_an_act(html=False) <= JSON_CALLS


def test_a_scene_costs_the_same_however_often_the_team_has_been_round() -> None:
    team = Watched()
    team.play(3)
    few = calls(lambda: team.play(1))
    team.play(30)
    assert calls(lambda: team.play(1)) <= few + 2
