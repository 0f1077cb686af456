"""Who may come in by which route: each route declares its `Door` as a dependency.

A door says who comes in (anybody, a participant, staff), by which right, and whether what is behind
it belongs to a branch. It is read off the route by the tests and by docs/rights.md, so what is
written there is what is checked here. A right that is missing is told (403); what lies in a foreign
branch looks as if it weren't there (404).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from engine.evening.actors import Need, Staff, let_to
from engine.rights import Right
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder, Session
from web.door.auth import (
    SEAT_COOKIE,
    MaybeAccountDep,
    MaybeSeatDep,
    address_of,
    chrome,
    cookie_name,
)
from web.door.statuses import GoFirst, web_error
from web.services import Services, ServicesDep

Of = Literal["", "session", "run", "runs", "script"]
Gives = Literal["", "file", "view"]
Check = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Door:
    """What a route asks of whoever comes."""

    who: Literal["public", "participant", "onlooker", "staff"]
    right: Right | None = None
    """Of staff; None: any account."""
    of: Of = ""
    """What belongs to a branch: the session, run or script of the path, or the runs `a` and `b`."""
    practice: Right | None = None
    """The right that is enough where the session is a practice."""
    page: bool = False
    """People open it: without a login they are sent to log in, and come back."""
    gives: Gives = ""
    """It takes names out of the program: `file`, told in the audit log each time; `view`, asked
    again and again by a program, told once in a while."""

    @property
    def need(self) -> Need:
        """What is asked of staff, here and by the use case behind."""
        return Need(self.right, self.practice)


def marked(check: Check, door: Door) -> Check:
    """The dependency with its door to be read off it."""
    check.door = door  # type: ignore[attr-defined]
    return check


def door_of(check: object) -> Door | None:
    """The door of a dependency, if it is one."""
    found: Door | None = getattr(check, "door", None)
    return found


async def _anybody() -> None:
    return None


PUBLIC: Final = marked(_anybody, Door("public"))
"""Anybody at all."""
Public: Final = [Depends(PUBLIC)]


def staff(
    right: Right | None = None,
    *,
    of: Of = "",
    practice: Right | None = None,
    page: bool = False,
    gives: Gives = "",
) -> Check:
    """Lets in whoever has the right; gives the account, or the session (two for `runs`) behind it.
    Raises Refused login_needed, no_right, not_found."""
    door = Door("staff", right, of, practice, page, gives)

    async def check(connection: Request, services: ServicesDep, account: MaybeAccountDep) -> Any:
        connection.state.chrome = chrome(connection, services, account)  # for the error's page
        if gives:
            connection.state.gives, connection.state.taker = gives, account  # for the audit log
            await services.database.audit.ready()
        if account is None:
            raise GoFirst("/login?next=" + _here(connection)) if page else web_error("login_needed")
        if not door.need.met_by(account) and (practice is None or practice not in account.rights):
            raise web_error("no_right")
        if of == "script":
            await _check_script(services, account, connection.path_params["name"])
        if of in ("", "script"):
            return account
        found = [await find(services, account, door) for find in _finders(connection, of)]
        connection.state.session = found[0]  # for the audit log
        if door.right == "run":
            services.limits.guessed_right(address_of(connection), found[0].code)
        return found if of == "runs" else found[0]

    return marked(check, door)


def _here(connection: HTTPConnection) -> str:
    query = connection.url.query
    return quote(connection.url.path + (f"?{query}" if query else ""), safe="/")


def _finders(
    connection: HTTPConnection, of: Of
) -> list[Callable[[Services, Account, Door], Awaitable[Session]]]:
    def session(services: Services, account: Account, door: Door) -> Awaitable[Session]:
        return open_to(services, account, door, connection.path_params["name"])

    def run(name: str) -> Callable[[Services, Account, Door], Awaitable[Session]]:
        async def find(services: Services, account: Account, door: Door) -> Session:
            found = await services.sessions.session_of_run(name)
            return let_to(Staff(account), door.need, found)

        return find

    if of == "session":
        return [session]
    if of == "run":
        return [run(connection.path_params["run"])]
    return [run(connection.query_params.get(name, "")) for name in ("a", "b")]


async def _check_script(services: Services, account: Account, name: str) -> None:
    """The script is on the account's shelf, or in the menu, which is everybody's. Raises
    not_found."""
    kept = await services.database.drafts.within(account.scope).holds(name)
    if not kept and not services.library.holds(name):
        raise web_error("not_found")


async def open_to(services: Services, account: Account, door: Door, name: str) -> Session:
    """The session, if the account may come to it by this door. Raises not_found, no_right."""
    found = await services.sessions.find_session(name)
    return let_to(Staff(account), door.need, found)


async def _seated(request: Request, seat: MaybeSeatDep) -> SeatHolder:
    if seat is None:
        had = cookie_name(request, SEAT_COOKIE) in request.cookies
        raise GoFirst("/join?left=1" if had else "/join")
    return seat


Seated = Annotated[SeatHolder, Depends(marked(_seated, Door("participant", page=True)))]
"""The participant who opens the page; others are sent to join."""

_led: Final = staff("run", of="session", practice="practise")
_led_page: Final = staff("run", of="session", practice="practise", page=True)
LedSession = Annotated[Session, Depends(_led)]
"""A session that whoever asks may lead."""
LedPage = Annotated[Session, Depends(_led_page)]

_LED: Final = Door("staff", "run", "session", "practise")
SOCKETS: Final[dict[str, Door]] = {
    "seat": Door("participant"),
    "projector": _LED,
    "console": _LED,
    "onlooker": Door("onlooker"),
}
"""The doors of the socket, by what a hello asks to be."""
