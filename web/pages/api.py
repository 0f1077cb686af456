"""The HTTP API (docs/wire.md; the fixed interface)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from engine.evening.actors import Staff
from engine.evening.broken_runs import broken_part, whole
from engine.evening.joining import take_seat
from engine.evening.leading import command_session
from engine.evening.library import Entry
from engine.evening.opening import open_session
from engine.rules.chain import exported
from engine.store.people.accounts import Account
from engine.store.scripts.puts import Put
from engine.store.sessions.sessions import Session
from engine.views.console import run_parts
from engine.views.session import RunInfo, session_phase
from web import metrics
from web.door.audit import touches
from web.door.auth import AccountDep, MaybeAccountDep, address_of, guest_of, may_watch
from web.door.bodies import json_response, read_json
from web.door.doors import LedSession, Public, staff
from web.door.logins import log_in
from web.door.once import by_itself, key_of
from web.door.statuses import web_error
from web.live.wire import DeskRequest
from web.services import ServicesDep

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
    abreast: bool = False
    """Whoever is through with an act waits for the other teams."""


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


def put_item(put: Put, account: Account | None) -> dict[str, Any]:
    """How a draft came into the menu; by whom, to who is logged in."""
    act = {"draft": put.number, "at_ms": put.at_ms, "proved": put.proved}
    return act | ({"by": put.who} if account is not None else {})


def scenario_item(entry: Entry, account: Account | None) -> dict[str, Any]:
    """A sound scenario as the menu shows it."""
    scenario = entry.shown
    assert scenario is not None, "asked of sound ones only"
    return {
        "id": entry.name,
        "put": put_item(entry.put, account) if entry.put is not None else None,
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
async def get_scenarios(services: ServicesDep, account: MaybeAccountDep) -> Response:
    """The menu."""
    entries = await services.library.entries(account)
    sound = [entry for entry in entries if entry.scenario is not None]
    return json_response([scenario_item(entry, account) for entry in sound])


@router.post("/api/sessions")
async def post_session(
    request: Request, services: ServicesDep, account: Annotated[Account, Depends(staff("run"))]
) -> Response:
    """Open a session."""
    asked = await _body(request, SessionRequest)
    actor = Staff(account)
    session = await open_session(
        services, actor, asked.scenario, asked.teams, branch=asked.branch, trial=asked.trial,
        abreast=asked.abreast,
    )  # fmt: skip
    touches(request, session.branch)
    services.limits.guessed_right(address_of(request), session.code)
    opened = {
        "id": session.id,
        "code": session.code,
        "join_url": services.session_info(session).join_url,
        "runs": [run.id for run in session.runs],
    }
    return json_response(opened, 201)


@router.post("/api/sessions/{code}/seats", dependencies=Public)
@by_itself
async def post_seat(code: str, request: Request, services: ServicesDep) -> Response:
    """Take a seat."""
    asked = await _body(request, SeatRequest)
    guest, key = guest_of(request), key_of(request)
    taken = await take_seat(services, guest, code, asked.name, asked.team, asked.role, key)
    return json_response(taken, 201)


@router.post("/api/sessions/{name}/commands")
async def post_command(
    request: Request, services: ServicesDep, session: LedSession, account: AccountDep
) -> Response:
    """The facilitator's hand."""
    services.limits.desk(account.id)
    asked = await _body(request, DeskRequest)
    return json_response({"runs": await command_session(services, Staff(account), session, asked)})


@router.get("/api/sessions/{name}")
async def get_session(
    services: ServicesDep,
    session: Annotated[Session, Depends(staff("see", of="session", gives="view"))],
) -> Response:
    """State of every run, who waits for whom."""
    infos, broken = await services.run_infos(session)

    def told(infos: list[RunInfo]) -> dict[str, Any]:
        phase = session_phase([info.state for info in infos]) if infos else "broken"
        return {"phase": phase, "runs": run_parts(infos, "zh")}

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
    second late, and on a disk with little room for now: that is said, and is no reason to send
    nobody here."""
    await services.readiness.check()
    said = ["ok"]
    if services.relay is not None and not services.relay.connected:
        said.append("redis away")
    if services.room_mb is not None:
        said.append(f"disk {services.room_mb} MB")
    return PlainTextResponse(", ".join(said) + "\n")


@router.get("/metrics", dependencies=Public)
async def get_metrics(request: Request, services: ServicesDep) -> Response:
    """For Prometheus: on this machine, or where the settings say. How many play, and what they are
    refused, is nobody else's business in the room."""
    if not may_watch(request, services.settings):
        raise web_error("only_here")
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
