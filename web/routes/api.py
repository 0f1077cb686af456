"""The HTTP API (docs/wire.md; the fixed interface)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from engine.rules.chain import exported
from engine.scenario.model import Scenario
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE
from engine.store.sessions.sessions import Session
from engine.views.desk import run_part
from engine.views.session import RunInfo, session_phase
from web import metrics
from web.audit import touches
from web.auth import AccountDep, address_of, may_watch
from web.bodies import json_response, read_json
from web.broken import broken_part, whole
from web.desk import command_session
from web.errors import web_error
from web.logins import log_in
from web.once import by_itself, key_of
from web.rights import LedSession, Public, staff
from web.seats import take_seat
from web.services import Services, ServicesDep
from web.teams import TEAMS_MAX
from web.wire import DeskRequest

router = APIRouter()

BODY_MAX = 64 * 1024


class TokenRequest(msgspec.Struct, frozen=True):
    """A facilitator logs in."""

    name: str
    password: str
    code: str = ""
    """Of the second device, where the account has one."""


class SessionRequest(msgspec.Struct, frozen=True):
    """A facilitator opens a session."""

    scenario: str
    teams: int = 1
    branch: str | None = None
    """Id or name of the branch it is held for, from whoever may in all; else the account's own."""
    trial: bool = False
    """Tried out: it counts in no figure and is filed nowhere."""


class SeatRequest(msgspec.Struct, frozen=True):
    """A participant takes a seat."""

    name: str
    team: int | None = None
    role: str | None = None


async def _body(request: Request, kind: type[Any]) -> Any:
    return await read_json(request, kind, BODY_MAX)


@router.post("/api/token", dependencies=Public)
async def post_token(request: Request, services: ServicesDep) -> Response:
    """A bearer token."""
    asked = await _body(request, TokenRequest)
    token = await log_in(request, services, asked.name, asked.password, asked.code)
    return json_response({"token": token})


def scenario_item(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the menu shows it."""
    return {
        "id": scenario.id,
        "version": scenario.version,
        "title": scenario.title,
        "summary": scenario.summary,
        "minutes": scenario.minutes,
        "level": scenario.level,
        "themes": scenario.themes,
        "cover": scenario.cover,
        "roles": [
            {"id": role.id, "name": role.name, "brief": role.brief}
            for role in scenario.roles.values()
        ],
        "people": {
            "min": sum(role.seats_min for role in scenario.roles.values()),
            "max": sum(role.seats_max for role in scenario.roles.values()),
        },
        "objectives": dict(scenario.objectives),
    }


@router.get("/api/scenarios", dependencies=Public)
async def get_scenarios(services: ServicesDep) -> Response:
    """The menu."""
    return json_response([scenario_item(scenario) for scenario in services.library.sound()])


async def open_session(
    services: Services,
    owner: Account,
    scenario_name: str,
    teams: int,
    *,
    branch: str | None = None,
    trial: bool = False,
    asked: Request | None = None,
) -> dict[str, Any]:
    """A new session with its runs opened. `branch`: as in `SessionRequest`; `asked`: the request,
    for the audit log. Raises WebError not_found, invalid."""
    if not 1 <= teams <= TEAMS_MAX:
        raise web_error("invalid", what=f"teams: 1–{TEAMS_MAX}")
    entry = services.library.get(scenario_name)
    scenario = entry.scenario
    assert scenario is not None, "get() refuses broken ones"
    await services.database.texts.keep(
        scenario.digest, scenario.id, scenario.version, entry.text, entry.strings
    )
    bodies = await asyncio.to_thread(services.library.pictures, entry)
    session = await services.sessions.create_session(
        scenario=scenario.id,
        digest=scenario.digest,
        teams=teams,
        owner=owner.id,
        branch=await _branch_of(services, owner, branch),
        trial=trial,
        pictures=await services.database.pictures.keep(bodies),
    )
    if asked is not None:
        touches(asked, session.branch)
    for run in session.runs:
        await services.host.open(run.id, scenario, seed=run.seed, team=run.team)
    info = services.session_info(session)
    return {
        "id": session.id,
        "code": session.code,
        "join_url": info.join_url,
        "runs": [run.id for run in session.runs],
    }


async def _branch_of(services: Services, owner: Account, asked: str | None) -> str | None:
    """The branch a session is held for; None: the whole organisation. Raises WebError invalid."""
    if not asked:
        return owner.branch
    if asked == WHOLE and owner.scope is None:
        return None
    for branch in await services.people.list_branches():
        if asked in (branch.id, branch.name) and owner.reaches(branch.id):
            return branch.id
    raise web_error("invalid", what="没有这个支部")


@router.post("/api/sessions")
async def post_session(
    request: Request, services: ServicesDep, account: Annotated[Account, Depends(staff("run"))]
) -> Response:
    """Open a session."""
    asked = await _body(request, SessionRequest)
    opened = await open_session(
        services,
        account,
        asked.scenario,
        asked.teams,
        branch=asked.branch,
        trial=asked.trial,
        asked=request,
    )
    services.limits.guessed_right(address_of(request), opened["code"])
    return json_response(opened, 201)


@router.post("/api/sessions/{code}/seats", dependencies=Public)
@by_itself
async def post_seat(code: str, request: Request, services: ServicesDep) -> Response:
    """Take a seat."""
    asked = await _body(request, SeatRequest)
    address, key = address_of(request), key_of(request)
    taken = await take_seat(services, code, asked.name, asked.team, asked.role, address, key)
    return json_response(taken, 201)


@router.post("/api/sessions/{name}/commands")
async def post_command(
    request: Request, services: ServicesDep, session: LedSession, account: AccountDep
) -> Response:
    """The facilitator's hand."""
    services.limits.desk(account.id)
    asked = await _body(request, DeskRequest)
    return json_response({"runs": await command_session(services, session, asked)})


@router.get("/api/sessions/{name}")
async def get_session(
    services: ServicesDep,
    session: Annotated[Session, Depends(staff("see", of="session", gives="view"))],
) -> Response:
    """State of every run, who waits for whom."""
    infos, broken = await services.run_infos(session)

    def told(infos: list[RunInfo]) -> dict[str, Any]:
        phase = session_phase([info.state for info in infos]) if infos else "broken"
        return {"phase": phase, "runs": [run_part(info, "zh") for info in infos]}

    shown, broken = whole(services.host.broken, infos, broken, told)
    return json_response(
        {
            "id": session.id,
            "code": session.code,
            "scenario": session.scenario,
            "title": await services.library.title_of(session.digest, session.scenario),
            **shown,
            "broken": broken_part(session, broken, "zh"),
        }
    )


@router.get("/api/runs/{run}/log", dependencies=[Depends(staff("export", of="run", gives="file"))])
async def get_log(run: str, services: ServicesDep) -> Response:
    """The run's events, one a line, with the links of their chain."""
    lines = b"".join(map(exported, await services.database.store.appends(run)))
    return Response(lines, media_type="application/x-ndjson")


@router.get("/healthz", dependencies=Public)
async def get_health() -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", dependencies=Public)
async def get_ready(services: ServicesDep) -> Response:
    """The database takes what is written. Raises StoreUnavailable. Without Redis workers go on, a
    second late: that is said, and is no reason to send nobody here."""
    await services.readiness.check()
    alone = services.relay is not None and not services.relay.connected
    return PlainTextResponse("ok, redis away\n" if alone else "ok\n")


@router.get("/metrics", dependencies=Public)
async def get_metrics(request: Request, services: ServicesDep) -> Response:
    """For Prometheus: on this machine, or where the settings say. How many play, and what they are
    refused, is nobody else's business in the room."""
    if not may_watch(request, services.settings):
        raise web_error("only_here")
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
