"""A run that is played live and replayed from its JSON log after every single command.

Every test of the rules goes through here, so each also proves: replay equals live; a refusal
changes nothing; an accepted command's events fold; settling twice adds nothing; no barrier whose
condition holds stays shut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.errors import Rejection
from engine.proof.playthrough import Playthrough
from engine.rules.codec import decode, encode
from engine.rules.commands import FACILITATOR, AnyCommand
from engine.rules.draft import Draft
from engine.rules.events import AnyEvent
from engine.rules.evolve import EMPTY
from engine.rules.replay import fingerprint, replay
from engine.rules.settle import barrier_holds, settle
from engine.rules.state import State


class Table(Playthrough):
    """A Playthrough that checks its log at every step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._replayed: State = EMPTY
        self._folded = 0
        super().__init__(*args, **kwargs)

    def decide(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        before = self.state
        try:
            events = super().decide(command)
        except Rejection:
            assert self.state is before
            raise
        self.check()
        return events

    def check(self) -> None:
        """Fold what is new in the log, from its JSON, and compare."""
        lines = [encode(recorded) for recorded in self.records[self._folded :]]
        self._replayed = replay("test", (decode(line) for line in lines), self._replayed)
        self._folded = len(self.records)
        assert self._replayed == self.state
        assert fingerprint(self._replayed) == fingerprint(self.state)
        again = Draft(self.scenario, self.state, self.now_ms)
        settle(again)
        assert again.events == [], "settling is not idempotent"
        if self.state.phase == "playing" and self.state.scene and not self.state.waits:
            scene = self.scenario.scenes[self.state.scene.id]
            assert not barrier_holds(scene, self.state.scene), "a barrier stays shut"

    def desk(self, kind: type[Any], **fields: Any) -> tuple[AnyEvent, ...]:
        """A facilitator's command."""
        return self.do(kind, FACILITATOR, **fields)

    def play(self, *moves: str) -> Table:
        """Make moves as written in a script's tests."""
        for move in moves:
            self.move(move)
        return self

    @contextmanager
    def refused(self, code: str) -> Iterator[None]:
        """What is done inside is refused with this code and changes nothing."""
        before, logged = self.state, len(self.records)
        with pytest.raises(Rejection) as caught:
            yield
        assert caught.value.code == code
        assert self.state is before
        assert len(self.records) == logged

    def status(self, task: str) -> str:
        """`locked`, `open`, `done`, `skipped` or `out`."""
        assert self.state.scene is not None
        held = self.state.scene.tasks.get(task)
        return held.status if held is not None else "locked"

    @property
    def at(self) -> str:
        """The scene being played."""
        assert self.state.scene is not None
        return self.state.scene.id

    def tags(self, since: int = 0) -> list[str]:
        """Tags of the events after seq `since`."""
        return [str(r.event.__struct_config__.tag) for r in self.records if r.seq > since]
