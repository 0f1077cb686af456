"""What stands in a run's row: commands and errands that wait, and commands decided in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from engine.rules.commands import AnyCommand
from engine.rules.draft import Draft
from engine.rules.events import Recorded
from engine.rules.state import State

CHAIN_MAX: Final = 32
"""Commands decided in one go."""

Key = tuple[str, str]
"""Who asked, and the command's own id."""


class _Awaited:
    """Somebody awaits `done`, unless they have gone: what they asked goes on all the same."""

    __slots__ = ("done",)

    def __init__(self) -> None:
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def tell(self, outcome: Any) -> None:
        """It is done."""
        if not self.done.done():
            self.done.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        """It isn't, and won't be."""
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()  # whoever asked may go now: asyncio isn't to complain


class Errand(_Awaited):
    """Something that awaits, and that nothing else goes on beside."""

    __slots__ = ("doing",)

    def __init__(self, doing: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        super().__init__()
        self.doing = doing


class Asked(_Awaited):
    """A command; its outcome is the seq to acknowledge it with."""

    __slots__ = ("alone", "command", "drawn", "timed", "tries", "unsaved")

    def __init__(self, command: AnyCommand, unsaved: int, *, drawn: bool) -> None:
        super().__init__()
        self.command = command
        self.drawn = drawn
        """It names options as its phone was shown them."""
        self.unsaved = unsaved
        """How often the store hadn't saved by the time it came."""
        self.alone = False
        """It is to spoil nobody else's: something of a chain that it was in can't be written."""
        self.timed = False
        """Its instant is the run's."""
        self.tries = 0
        """How often something came before it, or was written first."""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.command.by, self.command.id


class Chain:
    """Commands decided one on the other, to be written in one append, or none of them."""

    def __init__(self, state: State) -> None:
        self.state = state
        """What they lead to."""
        self.batch: list[Recorded] = []
        self.ends: dict[Key, int] = {}
        """The seq that each which has an effect ends at."""
        self.outcomes: list[tuple[Asked, int | Exception]] = []
        """What whoever asked is told, once it is committed: a refusal, too, was decided on what the
        ones before it lead to."""

    def add(self, command: AnyCommand, draft: Draft) -> None:
        """One more, decided in the state that the others lead to. Its draft has folded what it
        emitted: that isn't done again."""
        if not draft.events:
            return
        by, name = command.by, command.id
        for seq, event in enumerate(draft.events, start=self.state.seq + 1):
            self.batch.append(Recorded(seq=seq, by=by, command=name, event=event))
        self.state = draft.state
        self.ends[by, name] = draft.state.seq

    @property
    def asked(self) -> list[Asked]:
        """Those in it."""
        return [asked for asked, _ in self.outcomes]

    def takes(self, asked: Asked) -> bool:
        """There is room for it."""
        if not self.outcomes:
            return True
        return len(self.outcomes) < CHAIN_MAX and not asked.alone and not self.outcomes[0][0].alone

    def knows(self, key: Key) -> bool:
        """The same command is in it."""
        return any(asked.key == key for asked, _ in self.outcomes)
