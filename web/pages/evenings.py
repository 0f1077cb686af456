"""The sessions there are; the desk and the wall of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from engine import civil
from engine.errors import Lang
from engine.evening.seeking import Asked, titles_of, wanted
from engine.evening.shortening import Shortened, shortened
from engine.rules.state import State
from engine.script.cues import CUES, UNHEARD
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE
from engine.store.sessions.sessions import Session
from engine.values import RunId
from engine.views.dealing import left_out
from engine.views.parts.shared import AnyCard
from engine.views.prompting import prompts
from engine.views.session import ends, session_phase
from web.door.auth import (
    AccountDep,
    chrome,
)
from web.door.doors import LedPage, staff
from web.door.heads import let_frame
from web.pages.asking import lapsing
from web.pages.assets import address
from web.pages.finding import AskedDep, Sheet, sheet
from web.pages.menu import PromptsPage
from web.pages.page import Page
from web.pages.render import render_page
from web.pages.studio_told import told_put
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)

MINUTES_MAX: Final = 600
"""As long as an evening may be promised to be."""


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session in the list."""

    id: str
    code: str
    title: str
    created: str
    """Local date and time."""
    teams: int
    phase: str
    """`broken`: none of its teams can be opened."""
    broken: int
    """Teams whose log can't be opened."""
    seats: int
    """Of the others."""
    kind: str
    """`evening`, `trial`, `practice`, `make_up` or `rehearsal`."""
    branch: str


@dataclass(frozen=True, kw_only=True)
class SessionsPage(Page):
    """The sessions that the account sees, newest first, a sheet of them."""

    template: ClassVar[str] = "sessions.html"
    sessions: tuple[SessionRow, ...]
    lapsing: tuple[str, ...]
    """Sessions whose names will soon be erased by themselves; to whoever may do something."""
    branched: bool
    """They may be of several branches."""
    sheet: Sheet
    asked: Asked
    branches: tuple[tuple[str, str], ...]
    """(id, name) to choose from; empty: there is nothing to choose."""
    scripts: tuple[tuple[str, str], ...]
    """(id, title) to choose from."""


@dataclass(frozen=True, kw_only=True)
class ConsolePage(Page):
    """The facilitator's desk; its parts come over the socket."""

    template: ClassVar[str] = "console.html"
    session: str
    code: str
    title: str
    scenario: str
    run: str
    """Of the first team."""
    kind: str
    """`evening`, `trial`, `practice`, `make_up` or `rehearsal`."""
    origin: str
    """For practice: the run it was forked from; for a make-up: one that was missed."""
    put: str
    """Which draft its script is, by whom and when it was put into the menu; empty: it lay in the
    scenarios folder."""
    unproved: bool
    """It was put there to be tried out only."""


@dataclass(frozen=True, kw_only=True)
class ProjectorPage(Page):
    """The wall; its parts come over the socket."""

    template: ClassVar[str] = "projector.html"
    session: str
    code: str
    title: str
    scenario: str
    cues: dict[str, dict[str, str]]
    """A cue's name → `file`, the address of its sound, empty for none; `says`, its caption."""
    link: str = ""
    """By which whoever isn't in the room looks on; empty: it is the room's own wall."""


@dataclass(frozen=True, kw_only=True)
class HandoutPage(Page):
    """What the debrief had no room for, to print."""

    template: ClassVar[str] = "handout.html"
    title: str
    cards: tuple[AnyCard, ...]


@dataclass(frozen=True, kw_only=True)
class ShortenPage(Page):
    """So many minutes are left: what may be shortened, and what the evening loses by it."""

    template: ClassVar[str] = "shorten.html"
    session: str
    title: str
    minutes: int
    teams: int
    found: Shortened | None
    """None: no team can be opened."""


def wall_cues() -> dict[str, dict[str, str]]:
    """Every cue there is."""
    return {
        name: {
            "file": "" if name in UNHEARD else address(f"sounds/{name}.mp3"),
            "says": told.zh,
        }
        for name, told in CUES.items()
    }


def _html(page: Page, status: int = 200, lang: Lang = "zh") -> HTMLResponse:
    return HTMLResponse(render_page(page, lang), status)


@router.get("/sessions")
async def sessions(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("see", page=True))],
    asked: AskedDep,
) -> Response:
    """The branch's sessions."""
    looked_for = await wanted(services, account, asked)
    listing = services.database.listing
    one = sheet(asked, await listing.count(looked_for))
    own = await listing.page(looked_for, first=one.first, count=one.size)
    outlines = await listing.outlines([run.id for session in own for run in session.runs])
    branches = await services.people.branch_names()
    branched = account.scope is None and bool(branches)
    page = SessionsPage(
        **chrome(request, services, account),
        sessions=tuple([await _row(services, session, branches, outlines) for session in own]),
        lapsing=await _lapsing(services, account),
        branched=branched,
        sheet=one,
        asked=asked,
        branches=((WHOLE, "全组织"), *branches.items()) if branched else (),
        scripts=tuple((await titles_of(services, account)).items()),
    )
    return _html(page)


async def _lapsing(services: Services, account: Account) -> tuple[str, ...]:
    """Whose names go by themselves: said days before, to whoever leads sessions there."""
    if "run" not in account.rights:
        return ()
    return lapsing(await services.database.privacy.due(account.scope))


async def _row(
    services: Services,
    session: Session,
    branches: dict[str, str],
    outlines: dict[RunId, State],
) -> SessionRow:
    created = civil.local(session.created_ms)
    states, broken = await _states(services, session, outlines)
    return SessionRow(
        id=session.id,
        code=session.code,
        title=await services.library.title_of(session.digest, session.scenario),
        created=f"{created:%Y-%m-%d %H:%M}",
        teams=len(session.runs),
        phase=session_phase(states) if states else "broken",
        broken=broken or int(not session.runs),
        kind=session.kind,
        branch=branches.get(session.branch or "", ""),
        seats=sum(not seat.left for state in states for seat in state.seats.values()),
    )


async def _states(
    services: Services, session: Session, outlines: dict[RunId, State]
) -> tuple[list[State], int]:
    """(what is known of its runs, how many are broken). Where a log can't be read as it should be,
    its session is opened, which finds out what is wrong with it."""
    if all(run.id in outlines for run in session.runs):
        return [outlines[run.id] for run in session.runs], 0
    infos, broken = await services.run_infos(session)
    return [info.state for info in infos], len(broken)


@router.get("/sessions/{name}/console")
async def console(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The desk."""
    title = await services.library.title_of(session.digest, session.scenario)
    put = await services.database.menu.find(session.put) if session.put is not None else None
    page = ConsolePage(
        **chrome(request, services, account),
        session=session.id,
        code=session.code,
        title=title,
        scenario=session.scenario,
        run=session.runs[0].id if session.runs else "",
        kind=session.kind,
        origin=session.origin_run or "",
        put=told_put(put),
        unproved=put is not None and not put.proved,
    )
    return let_frame(_html(page), request, framed=session.kind == "rehearsal")


@router.get("/sessions/{name}/handout")
async def handout(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The cards that are left out of the debrief, with their sources; of the teams that can be
    opened."""
    runs, _ = await services.run_infos(session)
    cards = left_out(runs[0].scenario, ends(runs)) if runs else ()
    title = await services.library.title_of(session.digest, session.scenario)
    return _html(HandoutPage(**chrome(request, services, account), title=title, cards=cards))


@router.get("/sessions/{name}/prompts")
async def session_prompts(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """What to say at each moment, on paper; by the text that the session began with."""
    found = await services.library.scenario_of_digest(session.digest, session.scenario)
    told, back = chrome(request, services, account), f"/sessions/{session.id}/console"
    return _html(PromptsPage(**told, back=back, scenario=found, cards=tuple(prompts(found))))


@router.get("/sessions/{name}/shorten")
async def shorten(
    request: Request,
    services: ServicesDep,
    session: LedPage,
    account: AccountDep,
    minutes: Annotated[int, Query(ge=0, le=MINUTES_MAX)] = 25,
) -> Response:
    """What is proposed with so many minutes left, as all teams are now. It changes nothing."""
    runs, _ = await services.run_infos(session)
    states = [run.state for run in runs]
    found = shortened(runs[0].scenario, states, minutes * 60) if runs else None
    page = ShortenPage(
        **chrome(request, services, account),
        session=session.id,
        title=await services.library.title_of(session.digest, session.scenario),
        minutes=minutes,
        teams=len(states),
        found=found,
    )
    return _html(page)


@router.get("/sessions/{name}/projector")
async def projector(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The wall."""
    title = await services.library.title_of(session.digest, session.scenario)
    page = ProjectorPage(
        **chrome(request, services, account),
        session=session.id,
        code=session.code,
        title=title,
        scenario=session.scenario,
        cues=wall_cues(),
    )
    return let_frame(_html(page), request, framed=session.kind == "rehearsal")
