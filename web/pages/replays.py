"""`/review/{run}`: the trainer's room. Every page and call needs a login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

import msgspec
import orjson
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.civil import local
from engine.evening.actors import Actor, Staff
from engine.evening.noting import add_note, change_note, fit_note, remove_note
from engine.evening.practising import fork, wind_on
from engine.evening.reviewing import WALL, Reviews, seat_names
from engine.evening.seeking import Asked
from engine.fitting import attachment
from engine.review.compare import Comparison, compare
from engine.review.ledger import Played
from engine.review.telling import Teller
from engine.rules.chain import exported
from engine.scenario.model import Scenario
from engine.store.sessions.listing import Wanted
from engine.store.sessions.notes import Note
from engine.store.sessions.sessions import Session
from web.door.auth import AccountDep, checked_form, chrome
from web.door.bodies import json_response, read_json
from web.door.doors import staff
from web.door.statuses import web_error
from web.pages.finding import AskedDep, Sheet, sheet
from web.pages.page import Page
from web.pages.render import KINDS_ZH, fragment, render_page
from web.pages.timeline import Timeline, timeline
from web.services import ReviewsDep, Services, ServicesDep

router = APIRouter(prefix="/review", include_in_schema=False)
Checked = [Depends(checked_form)]
NotedRun = Annotated[Session, Depends(staff("review", of="run"))]
SeenRun = Annotated[Session, Depends(staff("review", of="run", gives="view"))]
PractisedRun = Annotated[Session, Depends(staff("practise", of="run"))]
BODY_MAX: Final = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A run to be replayed: its timeline, its screens, and what the script on the page needs."""

    run: str
    session: str
    title: str
    team: int
    played: str
    """Local date and time of the start."""
    ending: str
    origin: str
    """The run it was forked from; empty: none."""
    timeline: Timeline
    screens: tuple[tuple[str, str], ...]
    """(seat or `projector`, what it is called)."""
    log: str
    """JSON for the page's script: `axis` by place, `start` of play on it, `seats`, `marks`,
    `scenes`."""
    seq: int
    """Where the page opens."""


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The replay of one run."""

    template: ClassVar[str] = "review.html"
    stage: Stage
    screen: str
    """The screens chosen: one, or `all`."""
    notes: tuple[Note, ...]
    forks: tuple[tuple[str, str], ...]
    """(run, where from) of the practice runs that continue this one."""


@dataclass(frozen=True, kw_only=True)
class ComparePage(Page):
    """Two runs of one script beside each other."""

    template: ClassVar[str] = "compare.html"
    stages: tuple[Stage, Stage]
    comparison: Comparison
    others: tuple[tuple[str, str], ...]
    """(run, what it is called) of a sheet of the runs the first may be compared with."""
    sheet: Sheet
    """Of their sessions."""


class NoteRequest(msgspec.Struct, frozen=True):
    """A trainer's note, or without text a bookmark."""

    seq: int = 0
    text: str = ""


def local_time(at_ms: int) -> str:
    """An instant as people here write it."""
    return f"{local(at_ms):%Y年%m月%d日 %H:%M}"


async def _stage(
    services: Services,
    reviews: Reviews,
    actor: Actor,
    session: Session,
    run: str,
    seq: int | None = None,
) -> tuple[Stage, Scenario, Played]:
    """A run ready to be replayed. Raises Refused not_played: it never began."""
    scenario = await reviews.scenario(actor, session)
    # First, since this says of a log that can't be read that it can't.
    history = await reviews.history(actor, session, run)
    played = (await reviews.played(actor, [session], names=True)).get(run)
    if played is None:
        raise services.host.broken.noted(run) or web_error("not_played")
    stage = await services.reading.do(_set, session, scenario, played, seq, history.last_seq)
    return stage, scenario, played


def _set(
    session: Session, scenario: Scenario, played: Played, seq: int | None, last_seq: int
) -> Stage:
    course = played.course
    marks = Teller(scenario, course, played.names).marks()
    began = course.bands[0].seq
    ending = scenario.scenes.get(course.ending)
    called = seat_names(scenario, played)
    return Stage(
        run=played.run,
        session=session.id,
        title=scenario.title,
        team=course.team,
        played=local_time(course.started_ms),
        ending=ending.title if ending is not None else "",
        origin=course.origin,
        timeline=timeline(scenario, course, marks),
        screens=(*called.items(), (WALL, "投影")),
        log=orjson.dumps(
            {
                "run": played.run,
                "axis": course.axis,
                "start": course.axis[began - 1],
                "seats": list(called),
                "marks": [[mark.seq, mark.kind, mark.text] for mark in marks],
                "scenes": [band.seq for band in course.bands],
            }
        ).decode(),
        seq=min(max(1, seq or began), last_seq),
    )


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


@router.get("/compare")
async def get_compare(
    request: Request,
    services: ServicesDep,
    reviews: ReviewsDep,
    sessions: Annotated[list[Session], Depends(staff("review", of="runs", page=True))],
    account: AccountDep,
    asked: AskedDep,
    a: str,
    b: str,
) -> Response:
    """Two runs beside each other."""
    if sessions[0].scenario != sessions[1].scenario:
        raise web_error("invalid", what="两局不是同一个剧本")
    actor = Staff(account)
    first, scenario, one = await _stage(services, reviews, actor, sessions[0], a)
    second, _, other = await _stage(services, reviews, actor, sessions[1], b)
    same = Wanted(scope=account.scope, scenario=sessions[0].scenario)
    total = await services.database.listing.count(same)
    others = sheet(Asked(page=asked.page), total, {"a": a, "b": b})
    page = ComparePage(
        **chrome(request, services, account),
        stages=(first, second),
        comparison=compare(scenario, one, other),
        others=tuple(await _others(services, reviews, actor, same, others, a)),
        sheet=others,
    )
    return HTMLResponse(await services.reading.do(render_page, page))


async def _others(
    services: Services, reviews: Reviews, actor: Actor, same: Wanted, others: Sheet, run: str
) -> list[tuple[str, str]]:
    """Runs of a sheet of sessions on the same script, newest first."""
    own = await services.database.listing.page(same, first=others.first, count=others.size)
    found = await reviews.tallies(actor, own)
    named = []
    for each in own:
        for one in each.runs:
            if one.id in found and one.id != run:
                kind = KINDS_ZH.get(each.kind, f"第 {one.team} 队")
                named.append((one.id, f"{local_time(found[one.id].course.started_ms)} · {kind}"))
    return named


@router.get("/{run}")
async def get_review(
    run: str,
    request: Request,
    services: ServicesDep,
    reviews: ReviewsDep,
    session: Annotated[Session, Depends(staff("review", of="run", page=True))],
    account: AccountDep,
    seq: int | None = None,
    screen: str = "all",
) -> Response:
    """The replay of a run."""
    stage, _, _ = await _stage(services, reviews, Staff(account), session, run, seq)
    forks = await services.sessions.forks_of(run)
    page = ReviewPage(
        **chrome(request, services, account),
        stage=stage,
        screen=screen,
        notes=tuple(await services.database.notes.of_run(run)),
        forks=tuple(
            (fork.id, f"第 {seq} 步 · {local_time(at_ms)}") for fork, seq, at_ms in forks if seq
        ),
    )
    return HTMLResponse(await services.reading.do(render_page, page))


# ── what the page asks while one scrubs ─────────────────────────────────────────────────────────


@router.get("/{run}/moment")
async def get_moment(
    run: str,
    services: ServicesDep,
    reviews: ReviewsDep,
    session: SeenRun,
    account: AccountDep,
    seq: int,
    screens: str,
) -> Response:
    """Screens after a record, as HTML parts."""
    wanted = [name for name in screens.split(",") if name]
    moment = await reviews.moment(Staff(account), session, run, seq, wanted)
    try:
        shown = {
            screen: {
                name: fragment(WALL if screen == WALL else "seat", name, kept)
                for name, kept in parts.items()
            }
            for screen, parts in moment["screens"].items()
        }
    except Exception as error:  # the log doesn't fit its script
        raise services.host.broken.note(run, error) from error
    return json_response({**moment, "screens": shown})


@router.get("/{run}/log.jsonl", dependencies=[Depends(staff("export", of="run", gives="file"))])
async def get_log(run: str, services: ServicesDep) -> Response:
    """The log, to be kept, with the links of its chain."""
    written = await services.database.store.appends(run)
    if not written:
        raise web_error("not_found")
    lines = b"".join(map(exported, written))
    headers = {"Content-Disposition": attachment(f"{run}.jsonl")}
    return Response(lines, media_type="application/x-ndjson", headers=headers)


# ── bookmarks and notes ─────────────────────────────────────────────────────────────────────────


@router.post("/{run}/notes")
async def post_note(
    run: str,
    request: Request,
    services: ServicesDep,
    reviews: ReviewsDep,
    session: NotedRun,
    account: AccountDep,
) -> Response:
    """A new note."""
    asked = await _note(request)
    staff = Staff(account)
    note = await add_note(services, reviews, staff, session, run, asked.seq, asked.text)
    return json_response(_shown(msgspec.structs.asdict(note)), 201)


@router.post("/{run}/notes/{name}")
async def post_note_text(
    run: str,
    name: str,
    request: Request,
    services: ServicesDep,
    session: NotedRun,
    account: AccountDep,
) -> Response:
    """Other words for a note of one's own."""
    asked = await _note(request)
    text = await change_note(services, Staff(account), session, run, name, asked.text)
    return json_response({"id": name, "text": text})


@router.delete("/{run}/notes/{name}")
async def delete_note(
    run: str,
    name: str,
    request: Request,
    services: ServicesDep,
    session: NotedRun,
    account: AccountDep,
) -> Response:
    """Take a note of one's own away."""
    await _note(request)
    await remove_note(services, Staff(account), session, run, name)
    return json_response({"id": name})


async def _note(request: Request) -> NoteRequest:
    asked: NoteRequest = await read_json(request, NoteRequest, BODY_MAX)
    fit_note(asked.text)
    return asked


def _shown(note: dict[str, Any]) -> dict[str, Any]:
    return {name: note[name] for name in ("id", "seq", "author", "text")}


# ── what if ─────────────────────────────────────────────────────────────────────────────────────


@router.post("/{run}/fork", dependencies=Checked)
async def post_fork(
    run: str,
    services: ServicesDep,
    reviews: ReviewsDep,
    session: PractisedRun,
    account: AccountDep,
    seq: Annotated[int, Form()],
) -> Response:
    """A practice run from just before the record, and its desk."""
    made = await fork(services, reviews, Staff(account), session, run, seq)
    return RedirectResponse(f"/sessions/{made.id}/console", 303)


@router.post("/{run}/wind-on", dependencies=Checked)
async def post_wind_on(
    run: str, services: ServicesDep, session: PractisedRun, account: AccountDep
) -> Response:
    """Let a practice run's stand-ins go on without thinking. Raises Refused not_practice."""
    await wind_on(services, Staff(account), session, run)
    return RedirectResponse(f"/sessions/{session.id}/console", 303)
