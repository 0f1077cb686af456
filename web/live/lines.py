"""What a connection shows and may do: a seat's line, the console's, the wall's."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from engine.errors import Lang
from engine.evening.actors import Staff
from engine.evening.broken_runs import broken_part, whole
from engine.evening.claiming import claims_of
from engine.evening.leading import command_session
from engine.evening.onlooking import looked_at, looking_link, without_joining
from engine.evening.playing import play
from engine.rules.state import State
from engine.store.audit.entries import Entry
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder, Session
from engine.values import Map
from engine.views.console import console
from engine.views.kept import Kept
from engine.views.parts.shared import Broken
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from web.door.audit import Actor
from web.door.auth import account_of
from web.door.doors import SOCKETS, open_to
from web.door.statuses import web_error
from web.live.framing import Parts
from web.live.wire import CommandMessage
from web.services import Services


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

    def time(self) -> tuple[int, int]:
        """The same, and how fast it goes."""
        host = self.services.host
        return self.now_ms(), max((host.time(run)[1] for run in self.runs), default=1)

    async def parts(self) -> tuple[int | None, Parts]:
        """(the run's seq, or None for a whole session; all parts)."""
        raise AssertionError("a line has parts")

    def at_hand(self) -> tuple[int, Parts] | None:
        """The same, where nothing has to be waited for."""
        return None

    async def left(self) -> None:
        """Whoever it was is no longer connected."""

    def whose(self) -> dict[str, str]:
        """What its first message tells of it: the session, or run and seat."""
        raise AssertionError("a line is somebody's")

    async def check(self) -> None:
        """Raises Refused once whoever is connected may no longer be."""

    async def command(self, message: CommandMessage) -> dict[str, Any]:
        """Carry out a command; the ack's further fields. Raises AppError."""
        raise AssertionError("a line takes commands")


def shown_to(
    services: Services,
    holder: SeatHolder,
    lang: Lang,
    found: tuple[State, RunViews, Map[str, str]],
) -> Parts:
    """All parts of a seat, by what its run is found to be. Raises RunBroken: the log doesn't fit
    its script."""
    state, views, names = found
    try:
        return views.shown(state, holder.seat, names, lang)
    except Exception as error:
        raise services.host.broken.note(holder.run, error) from error


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
        return self._shown(state, views, names)

    def at_hand(self) -> tuple[int, Parts] | None:
        found = self.services.at_hand(self.run, self.lang)
        if found is None or found[2] is not self._names:
            return None
        return self._shown(*found)

    def _shown(self, state: State, views: RunViews, names: Map[str, str]) -> tuple[int, Parts]:
        found = state, views, names
        return state.seq, shown_to(self.services, self._holder, self.lang, found)

    def now_ms(self) -> int:
        return self.services.host.now_ms(self.run)

    def time(self) -> tuple[int, int]:
        return self.services.host.time(self.run)

    async def left(self) -> None:
        presence = self.services.presence
        await presence.disconnected(self.run, self.seat, sent_away=self.sent_away)

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
        self._begin(session, kind, token)

    def _begin(self, session: Session, kind: str, token: str) -> None:
        self._token = token
        self._session = session
        self.kind = kind
        self._told_broken = False
        self._kept: dict[str, Kept] = {}
        self.runs = tuple(run.id for run in session.runs)

    def whose(self) -> dict[str, str]:
        return {"session": self._session.id}

    async def parts(self) -> tuple[int | None, Parts]:
        session = await self.services.sessions.find_session(self._session.id)
        self._session = session or self._session
        self.runs = tuple(run.id for run in self._session.runs)
        infos, broken = await self.services.run_infos(self._session)
        info, wall = await self._info(), self.kind == "projector"

        def shown(infos: list[RunInfo]) -> dict[str, Any]:
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
        return None, {name: self._keep(name, part) for name, part in parts.items()}

    async def _info(self) -> SessionInfo:
        """What is known of the session besides its runs."""
        info = self.services.session_info(self._session)
        if self.kind == "projector":
            return info
        base = info.join_url.removesuffix(f"/join/{info.code}")
        look_url = f"{base}/wall/{looking_link(self.services, self._session)}"
        claims = await claims_of(self.services, self._session)
        return replace(info, claims=claims, look_url=look_url)

    def _keep(self, name: str, part: Any) -> Kept:
        """The part, as it was kept if it hasn't changed."""
        known = self._kept.get(name)
        if known is None or known.part != part:
            known = self._kept[name] = Kept(part)
        return known

    async def check(self) -> None:
        account, _ = await led_session(self.services, self._token, self.kind, self._session.id)
        self._staff = Staff(account)

    async def command(self, message: CommandMessage) -> dict[str, Any]:
        if self.kind != "console":
            raise web_error("unknown_command", what=message.do)
        return {"runs": await command_session(self.services, self._staff, self._session, message)}


class OnlookerLine(SessionLine):
    """The wall, for whoever isn't in the room: by a link, and without how one joins."""

    def __init__(self, services: Services, session: Session, link: str, address: str) -> None:
        Line.__init__(self)
        self.services = services
        told = Entry(
            kind="nobody", act="", branch=session.branch, target=session.id, address=address
        )
        self.actor = Actor(told)
        self.pace = f"onlooker {session.id} {address}"
        self._begin(session, "projector", link)

    async def parts(self) -> tuple[int | None, Parts]:
        await self.check()
        return await super().parts()

    async def _info(self) -> SessionInfo:
        return without_joining(await super()._info())

    def whose(self) -> dict[str, str]:
        return {}

    async def check(self) -> None:
        await looked_at(self.services, self._token)


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
