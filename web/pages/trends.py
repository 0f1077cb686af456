"""`/review`: what many sessions of a script show together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from msgspec.structs import replace

from engine.author.drawing import DrawingError, svg
from engine.evening.actors import Staff
from engine.evening.reviewing import Reviews
from engine.evening.seeking import Asked, wanted
from engine.proof.graph import dot
from engine.review.heat import heat
from engine.review.ledger import Belief, Played, ScenePace, WeakPoint, ledger, paces, weak_points
from engine.scenario.model import Scenario
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE, Wanted
from engine.store.sessions.sessions import Session
from web.door.auth import chrome
from web.door.doors import staff
from web.door.statuses import web_error
from web.pages.finding import AskedDep, Sheet, sheet
from web.pages.page import Page
from web.pages.render import render_page
from web.pages.replays import local_time
from web.pages.work import DRAW, work
from web.services import ReviewsDep, Services, ServicesDep

router = APIRouter(prefix="/review", include_in_schema=False)
THRESHOLD: Final = 40


@dataclass(frozen=True, kw_only=True)
class PlayedRow:
    """A session that was played, in the list of reviews."""

    id: str
    created: str
    branch: str
    runs: tuple[tuple[str, int], ...]
    """(run, team)."""
    people: int
    traps: int


@dataclass(frozen=True, kw_only=True)
class TrendsPage(Page):
    """What many sessions of one script show together. All figures are over all of them; only the
    list of sessions comes in sheets."""

    template: ClassVar[str] = "trends.html"
    scripts: tuple[tuple[str, str, int], ...]
    """(id, title, sessions) of every script that was opened."""
    scenario: Scenario | None
    """The script told of; None: there are no sessions."""
    threshold: int
    """Percent of slips from which a branch is warned of."""
    asked: Asked
    branches: tuple[tuple[str, str], ...]
    """(id, name) to choose from."""
    sessions: tuple[PlayedRow, ...]
    """Those of the sheet."""
    sheet: Sheet
    """Of the sessions that were played."""
    unplayed: int
    """Sessions that nobody began: they stand in no figure."""
    unread: int
    """Runs whose logs can't be read: they stand in no figure either."""
    runs: int
    people: int
    beliefs: tuple[Belief, ...]
    paces: tuple[ScenePace, ...]
    weak: tuple[WeakPoint, ...]


async def _played(
    services: Services, reviews: Reviews, account: Account, asked: Asked
) -> tuple[list[tuple[str, str, int]], list[Session], dict[str, Played]]:
    """(scripts with their sessions counted, the sessions of the script, their runs by id)."""
    listing = services.database.listing
    looked_for = replace(await wanted(services, account, asked), evenings=True)
    all_of_them = await listing.scripts(Wanted(scope=account.scope, evenings=True))
    counted = {
        name: number for name, _, number in await listing.scripts(replace(looked_for, scenario=""))
    }
    scripts = [
        (
            name,
            await services.library.title_of(digest, name),
            counted.get(name, 0),
        )
        for name, digest, _ in all_of_them
    ]
    chosen = asked.scenario or next(iter(counted), "")
    sessions = await listing.every(replace(looked_for, scenario=chosen)) if chosen else []
    return scripts, sessions, await reviews.tallies(Staff(account), sessions)


@router.get("")
async def get_trends(
    request: Request,
    services: ServicesDep,
    reviews: ReviewsDep,
    account: Annotated[Account, Depends(staff("see", page=True))],
    asked: AskedDep,
    threshold: int = THRESHOLD,
) -> Response:
    """What many sessions of a script show together."""
    scripts, sessions, found = await _played(services, reviews, account, asked)
    script = await reviews.readable(Staff(account), sessions)
    plays = list(found.values()) if script is not None else []  # nothing tells their words
    share = min(100, max(1, threshold))
    begun = {played.session for played in plays}
    began = [session for session in sessions if session.id in begun]
    one = sheet(asked, len(began), {"threshold": str(share)})
    branches = await services.people.branch_names()
    broken = services.host.broken
    page = TrendsPage(
        **chrome(request, services, account),
        scripts=tuple(scripts),
        scenario=script,
        threshold=share,
        asked=asked,
        branches=((WHOLE, "全组织"), *branches.items())
        if account.scope is None and branches
        else (),
        sessions=tuple(_session_rows(began[one.first : one.first + one.size], plays)),
        sheet=one,
        unplayed=len(sessions) - len(began),
        unread=sum(broken.noted(run.id) is not None for one in sessions for run in one.runs),
        runs=len(plays),
        people=sum(len(played.people) for played in plays),
        **(await services.reading.do(_taught, script, plays, share / 100)),
    )
    return HTMLResponse(await services.reading.do(render_page, page))


def _taught(script: Scenario | None, plays: list[Played], share: float) -> dict[str, Any]:
    """What all the runs show."""
    if script is None:
        return {"beliefs": (), "paces": (), "weak": ()}
    return {
        "beliefs": tuple(belief for belief in ledger(script, plays) if belief.met),
        "paces": tuple(paces(script, plays)),
        "weak": tuple(weak_points(script, plays, share)),
    }


def _session_rows(sessions: list[Session], plays: list[Played]) -> list[PlayedRow]:
    by_session: dict[str, list[Played]] = {session.id: [] for session in sessions}
    for played in plays:
        if played.session in by_session:
            by_session[played.session].append(played)
    return [
        PlayedRow(
            id=name,
            created=local_time(min(played.course.started_ms for played in own)),
            branch=own[0].branch,
            runs=tuple((played.run, played.team) for played in own),
            people=sum(len(played.people) for played in own),
            traps=sum(len(played.course.springs) for played in own),
        )
        for name, own in by_session.items()
    ]


def _way(script: Scenario, plays: list[Played]) -> str:
    return dot(script, heat(plays))


@router.get("/heat.svg")
async def get_heat(
    request: Request,
    services: ServicesDep,
    reviews: ReviewsDep,
    account: Annotated[Account, Depends(staff("see"))],
    asked: AskedDep,
) -> Response:
    """The script's picture, its ways as thick as they were walked."""
    _, sessions, found = await _played(services, reviews, account, asked)
    script = await reviews.readable(Staff(account), sessions)
    if script is None:
        raise web_error("not_found")
    try:
        way = await services.reading.do(_way, script, list(found.values()))
        drawn = await work(request, services, account.id, DRAW, svg, way)
    except DrawingError as error:
        raise web_error("invalid", what=error.message.zh + error.remedy.zh) from error
    return Response(drawn, media_type="image/svg+xml")
