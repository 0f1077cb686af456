"""Teams that keep abreast (同幕) are led on together: the one place that asks who waits for whom
(`abreast.py`), and gives the word.

It is asked whenever a run has moved in what may matter: where it is, whether it plays, whether
anybody is there. Presence is in the log, so a phone that comes or goes moves its run, too.
Whichever worker hears of it asks; that two do does no harm, for a run takes the same word once.

A word can be lost between a commit and the asking: the process dies there, the store refuses. So it
is asked again every few seconds for whoever waits and is looked at. That is all there is to a start
as well: nothing has to be found again, for the first phone, wall or console to come back loads its
run. The log says then who was there when the process died; those whose phones don't return are
called away as ever (`Presence.expect`, which is asked here for teams that nobody has come back to),
and hold up nobody any more.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog

from engine.errors import AppError, Rejection, RunBroken
from engine.evening.abreast import Team, Wait, who_waits
from engine.evening.house import House
from engine.evening.watching import Watch
from engine.host.mailbox import RunStopped
from engine.rules.commands import HOST, AwaitTeams, GoOn
from engine.rules.state import State
from engine.store.sessions.sessions import Session
from engine.store.tokens import new_id
from engine.values import RunId

log = structlog.get_logger()

_STALE: Final = (Rejection, RunBroken, RunStopped)
"""Another worker was faster, or the run can't be led just now: what it says next asks again."""


class Convoy(Watch):
    """The task that asks, for all sessions of this process."""

    name = "abreast"

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._moved_runs: set[RunId] = set()
        """To be asked about."""
        self._asking: asyncio.Task[None] | None = None
        house.host.on_moved.append(self._moved)

    def look(self) -> bool:
        """Ask again for whoever waits and is looked at."""
        for run in self._house.host.watched():
            found = self._house.host.at_hand(run)
            if found is not None and found[1].waits:
                self._ask(run)
        return False

    async def close(self) -> None:
        """Stop."""
        self._house.host.on_moved.remove(self._moved)
        await super().close()
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def settled(self) -> None:
        """All that has moved so far has been asked about."""
        while self._asking is not None and not self._asking.done():
            await asyncio.shield(self._asking)

    def _moved(self, run: RunId, state: State) -> None:
        if not state.abreast:
            return
        remembered, matters = self._house.host.remembered(run), _matters(state)
        if remembered is not None and remembered.abreast != matters:
            remembered.abreast = matters
            self._ask(run)

    def _ask(self, run: RunId) -> None:
        self._moved_runs.add(run)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all(), name="abreast_asks")

    async def _ask_all(self) -> None:
        while self._moved_runs:
            run = self._moved_runs.pop()
            try:
                session = await self._house.sessions.session_of_run(run)
                if session is not None:
                    # What moves from here on is asked about anew.
                    self._moved_runs -= {each.id for each in session.runs}
                    await self._lead(session)
            except AppError as error:
                log.warning("abreast.unasked", run=run, why=str(error))
            except Exception:  # one session's bug keeps no other waiting
                log.exception("abreast.failed", run=run)

    async def _lead(self, session: Session) -> None:
        """Give the word to those that may go on, and tell the others for whom they wait."""
        if self._house.relay is not None:
            await self._take_up(session)
        states, _ = await self._house.states(session)
        for wait in who_waits([Team(*each) for each in states]):
            for team in wait.teams:
                self._house.presence.expect(team.run)
            command = self._word(wait)
            if command is None:
                continue
            try:
                await self._house.host.execute(wait.run, command)
            except _STALE:
                continue

    async def _take_up(self, session: Session) -> None:
        """Two workers that know different things would contradict each other: read the logs."""
        for run in session.runs:
            try:
                await self._house.host.refresh(run.id)
            except _STALE:
                continue

    def _word(self, wait: Wait) -> GoOn | AwaitTeams | None:
        at_ms = self._house.host.clock.now_ms()
        if not wait.teams:
            return GoOn(id=f"go_on {wait.seq}", at_ms=at_ms, by=HOST, seq=wait.seq)
        teams = tuple(sorted([team.state.team for team in wait.teams]))
        if teams == wait.told:
            return None
        return AwaitTeams(id=new_id(), at_ms=at_ms, by=HOST, seq=wait.seq, teams=teams)


def _matters(state: State) -> tuple[Any, ...]:
    """What of a run says who waits for whom."""
    there = any(seat.online and not seat.left for seat in state.seats.values())
    where = state.scene.id if state.scene is not None else ""
    return state.phase, state.paused_at_ms, there, where, state.waits
