"""What a connection shows and may do: a seat's line, the console's, the wall's."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import asdict

from engine.errors import Lang
from engine.evening.actors import Staff
from engine.evening.broken_runs import broken_part, whole
from engine.evening.claiming import claims_of
from engine.evening.leading import command_session
from engine.evening.playing import play
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder, Session
from engine.values import Map
from engine.views.console import console
from engine.views.parts.shared import Broken
from engine.views.session import RunInfo, projector
from web.door.audit import Actor
from web.door.auth import account_of
from web.door.doors import SOCKETS, open_to
from web.door.statuses import web_error
from web.live.wire import CommandMessage
from web.services import Services

Parts = dict[str, Any]


class Line:
    """What one audience sees, and does."""

    kind: str
    runs: tuple[str, ...]
    services: Services
    actor: Actor
    pace: str
    """Whose pace its messages count in: the seat's or the account's, whatever the socket."""
    account = ""
    """Id of whose login it hangs on; empty: a seat's."""
    lang: Lang = "zh"
    sent_away = False
    """The server stops, and has told the client to come back."""

    def now_ms(self) -> int:
        """What the clients' countdowns go by."""
        host = self.services.host
        return max((host.now_ms(run) for run in self.runs), default=host.clock.now_ms())

    async def parts(self) -> tuple[int | None, Parts]:
        """(the run's seq, or None for a whole session; all parts)."""
        raise AssertionError("a line has parts")

    def whose(self) -> dict[str, str]:
        """What its first message tells of it: the session, or run and seat."""
        raise AssertionError("a line is somebody's")

    async def check(self) -> None:
        """Raises Refused once whoever is connected may no longer be."""

    async def command(self, message: CommandMessage) -> dict[str, Any]:
        """Carry out a command; the ack's further fields. Raises AppError."""
        raise AssertionError("a line takes commands")


class SeatLine(Line):
    """A participant's."""

    kind = "seat"

    def __init__(
        self, services: Services, holder: SeatHolder, lang: Lang, token: str, rung: int
    ) -> None:
        """`rung`: `seats_rung` before the token was looked at."""
        self._rung = rung
        self.services = services
        self.lang = lang
        self.actor = Actor.of_seat(holder)
        self.pace = f"seat {holder.run}/{holder.seat}"
        self._token = token
        self._names: Map[str, str] | None = None
        self._holder = holder
        self.run, self.seat = holder.run, holder.seat
        self.runs = (holder.run,)

    async def parts(self) -> tuple[int | None, Parts]:
        scenario, state = await self.services.host.state(self.run)
        names = await self.services.names(self.run)
        if names is not self._names:
            # Whoever withdraws a token rings with new names; else somebody has joined.
            # Of a line that begins: somebody has, between its hello and here.
            if self._names is not None or self._rung != self.services.seats_rung:
                await self.check()
            self._names = names
        views = await self.services.views(self.run, scenario, self.lang)
        try:
            return state.seq, asdict(views.seat(state, self.seat, names, self.lang))
        except Exception as error:  # the log doesn't fit its script
            raise self.services.host.broken.note(self.run, error) from error

    async def check(self) -> None:
        if await self.services.sessions.find_seat(self._token) is None:
            raise web_error("seat_needed")

    def whose(self) -> dict[str, str]:
        return {"run": self.run, "seat": self.seat}

    async def command(self, message: CommandMessage) -> dict[str, Any]:
        return {"seq": await play(self.services, self._holder, message)}


class SessionLine(Line):
    """The projector's, or the console's."""

    def __init__(
        self,
        services: Services,
        session: Session,
        kind: str,
        token: str,
        actor: Actor,
        account: Account,
    ) -> None:
        self.services = services
        self.actor = actor
        self.pace = f"staff {actor.entry.who}"
        self.account = account.id
        self._staff = Staff(account)
        self._token = token
        self._session = session
        self.kind = kind
        self._told_broken = False
        self.runs = tuple(run.id for run in session.runs)

    def whose(self) -> dict[str, str]:
        return {"session": self._session.id}

    async def parts(self) -> tuple[int | None, Parts]:
        session = await self.services.sessions.find_session(self._session.id)
        self._session = session or self._session
        self.runs = tuple(run.id for run in self._session.runs)
        infos, broken = await self.services.run_infos(self._session)
        info, wall = self.services.session_info(self._session), self.kind == "projector"
        if not wall:
            claims = await claims_of(self.services, self._session)
            info = msgspec.structs.replace(info, claims=claims)

        def shown(infos: list[RunInfo]) -> Parts:
            if not infos:
                return {"session": None}
            return asdict(projector(info, infos) if wall else console(info, infos))

        parts, broken = whole(self.services.host.broken, infos, broken, shown)
        told = broken_part(self._session, broken, self.lang, wall=wall)
        if told or self._told_broken:  # and once more when it is mended
            parts = {**parts, "broken": None}
        if told:
            parts["broken"] = Broken(all=len(told) == len(self.runs), teams=told)
            self._told_broken = True
        return None, parts

    async def check(self) -> None:
        account, _ = await led_session(self.services, self._token, self.kind, self._session.id)
        self._staff = Staff(account)

    async def command(self, message: CommandMessage) -> dict[str, Any]:
        if self.kind != "console":
            raise web_error("unknown_command", what=message.do)
        return {"runs": await command_session(self.services, self._staff, self._session, message)}


async def led_session(
    services: Services, token: str, kind: str, name: str
) -> tuple[Account, Session]:
    """Who holds the token, and the session they lead. Raises Refused login_needed, no_right,
    not_found."""
    account = await account_of(services, token)
    if account is None:
        raise web_error("login_needed")
    door = SOCKETS[kind]
    if not {door.right, door.practice} & account.rights:
        raise web_error("no_right")
    return account, await open_to(services, account, door, name)
