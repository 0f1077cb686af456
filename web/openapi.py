"""What `/openapi.json` says of the HTTP API: bodies and answers as they are read and written.

Bodies are read by msgspec, so FastAPI knows nothing of them; here each route has one row, and the
schemas come from the very types the bodies are read as. Pages for people are no part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from fastapi import FastAPI

from engine.evening.commanding import DESK_KINDS, ID_MAX, ID_PATTERN, OF_ONE
from engine.evening.opening import TEAMS_MAX
from engine.views.parts.desk_parts import DeskRun
from engine.views.parts.shared import BrokenTeam
from web.pages.api import SeatRequest, SessionRequest, TokenRequest

Schema = dict[str, Any]
_REF: Final = "#/components/schemas/{name}"


class ErrorBody(msgspec.Struct):
    """What is wrong, and what to do."""

    code: str
    message: str
    remedy: str


class Error(msgspec.Struct):
    """The one shape of every error."""

    error: ErrorBody


class Token(msgspec.Struct):
    """A facilitator's bearer token."""

    token: str


class RoleItem(msgspec.Struct):
    """A part of a script."""

    id: str
    name: str
    brief: str


class People(msgspec.Struct):
    """How many a script needs, and has room for, in each team."""

    min: int
    max: int


class PutItem(msgspec.Struct):
    """How a draft came into the menu; `by` whom is told to who has a token."""

    draft: int
    at_ms: int
    proved: bool
    by: str | msgspec.UnsetType = msgspec.UNSET


class ScenarioItem(msgspec.Struct):
    """A script of the menu; a branch's own has the id `id@branch`. `put`: it is an author's draft,
    which can only be tried out while it isn't `proved`; null: it lies in the scenarios folder."""

    id: str
    put: PutItem | None
    version: str
    title: str
    summary: str
    minutes: int
    level: str
    themes: list[str]
    cover: str
    roles: list[RoleItem]
    people: People
    objectives: dict[str, str]


class OpenedSession(msgspec.Struct):
    """A session that was opened; `runs` in the order of teams."""

    id: str
    code: str
    join_url: str
    runs: list[str]


class Seat(msgspec.Struct):
    """A seat that was taken. `token` opens the socket."""

    token: str
    seat: str
    run: str
    role: str


class RunOutcome(msgspec.Struct, omit_defaults=True):
    """What one run said to a command: where its effect ended, or why not."""

    run: str
    seq: int | msgspec.UnsetType = msgspec.UNSET
    error: ErrorBody | msgspec.UnsetType = msgspec.UNSET


class Outcome(msgspec.Struct):
    """What every run said."""

    runs: list[RunOutcome]


class SessionState(msgspec.Struct):
    """A session as it is now."""

    id: str
    code: str
    scenario: str
    title: str
    phase: str
    runs: list[DeskRun]
    broken: list[BrokenTeam]


class Route(msgspec.Struct, frozen=True):
    """One row: what is sent, what comes back, which errors there are."""

    method: str
    path: str
    summary: str
    answer: Any
    """A type, told as JSON; or the media type of what isn't."""
    errors: tuple[int, ...]
    status: int = 200
    body: Schema | None = None
    secured: bool = False


def _desk_schema() -> Schema:
    """Any command of the facilitator's, each with its own fields."""
    kinds = [_command_schema(do, kind) for do, kind in DESK_KINDS.items()]
    steps: Schema = {"anyOf": [{"enum": ["open", "next", "previous"]}, {"type": "integer"}]}
    cards: Schema = {"type": "array", "items": {"type": "string"}}
    kinds.append(_command("debrief", {"to": steps, "cards": cards}, []))
    kinds += [_command("draw", {}, []), _command("add_team", {}, [])]
    kinds.append(_command("address", {"address": {"type": "string"}}, ["address"]))
    kinds += [_command(do, {}, []) for do in ("lock", "unlock", "renew_code")]
    seats: Schema = {"seats": {"type": "array", "items": {"type": "string"}}}
    kinds.append(_command("remove_absent", seats, []))
    claim: Schema = {"claim": {"type": "string"}}
    kinds += [_command(do, claim, ["claim"]) for do in ("agree", "decline")]
    return {"oneOf": kinds}


def _command_schema(do: str, kind: type[Any]) -> Schema:
    own = [
        field for field in msgspec.structs.fields(kind) if field.name not in ("id", "at_ms", "by")
    ]
    needed = [field.name for field in own if field.required]
    fields = {field.name: msgspec.json.schema(field.type) for field in own}
    if do in OF_ONE:  # whom it concerns is one run's alone
        return _command(do, {**fields, "run": {"type": "string"}}, [*needed, "run"])
    return _command(do, fields, needed)


def _command(do: str, fields: Schema, needed: list[str]) -> Schema:
    shared = {
        "do": {"const": do},
        "id": {"type": "string", "maxLength": ID_MAX, "pattern": ID_PATTERN},
        "run": {"type": ["string", "null"]},
    }
    return {"type": "object", "properties": shared | fields, "required": ["do", *needed]}


def _body(kind: type[Any], **limits: Schema) -> Schema:
    """The schema of a request's type, with the limits that the type doesn't tell."""
    (made,), found = msgspec.json.schema_components([kind], ref_template=_REF)
    own: Schema = found[made["$ref"].rpartition("/")[2]]
    for name, limit in limits.items():
        own["properties"][name] |= limit
    return own


_JSON: Final = (403, 413, 422)
ROUTES: Final = (
    Route("post", "/api/token", "A facilitator's bearer token.", Token, (401, *_JSON, 429, 503),
          body=_body(TokenRequest)),
    Route("get", "/api/scenarios", "The menu.", list[ScenarioItem], (503,)),
    Route("post", "/api/sessions", "Open a session.", OpenedSession,
          (401, *_JSON, 404, 409, 429, 503),
          status=201, secured=True,
          body=_body(SessionRequest, teams={"minimum": 1, "maximum": TEAMS_MAX})),
    Route("post", "/api/sessions/{code}/seats", "Take a seat.", Seat, (*_JSON, 404, 409, 429, 503),
          status=201, body=_body(SeatRequest, name={"minLength": 1})),
    Route("post", "/api/sessions/{name}/commands", "The facilitator's hand.", Outcome,
          (401, *_JSON, 404, 409, 429, 500, 503), secured=True, body=_desk_schema()),
    Route("get", "/api/sessions/{name}", "State of every run, who waits for whom.", SessionState,
          (401, 404, 503), secured=True),
    Route("get", "/api/runs/{run}/log", "The run's events, one a line.", "application/x-ndjson",
          (401, 404, 503), secured=True),
    Route("get", "/healthz", "The process lives.", "text/plain", ()),
    Route("get", "/readyz", "The database takes what is written.", "text/plain", (503,)),
    Route("get", "/metrics", "For Prometheus.", "text/plain", ()),
)  # fmt: skip
"""Every route for programs."""


def document(app: FastAPI) -> Callable[[], Schema]:
    """The OpenAPI document of the app, made once."""
    made: Schema = {}

    def openapi() -> Schema:
        return made or _fill(made, app)

    return openapi


def _fill(made: Schema, app: FastAPI) -> Schema:
    answers = [route.answer for route in ROUTES if not isinstance(route.answer, str)]
    schemas, components = msgspec.json.schema_components([Error, *answers], ref_template=_REF)
    error, found = schemas[0], iter(schemas[1:])
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        schema = {"type": "string"} if isinstance(route.answer, str) else next(found)
        paths.setdefault(route.path, {})[route.method] = _operation(route, schema, error)
    bearer = {"type": "http", "scheme": "bearer"}
    made.update(
        openapi="3.1.0",
        info={"title": app.title, "version": app.version},
        paths=paths,
        components={"schemas": components, "securitySchemes": {"bearer": bearer}},
    )
    return made


def _operation(route: Route, answer: Schema, error: Schema) -> Schema:
    media = route.answer if isinstance(route.answer, str) else "application/json"
    told = {str(code): _answer("application/json", error, "Refused.") for code in route.errors}
    made: Schema = {
        "summary": route.summary,
        "responses": {str(route.status): _answer(media, answer, route.summary)} | told,
    }
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    if names:
        made["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    if route.body is not None:
        content = {"application/json": {"schema": route.body}}
        made["requestBody"] = {"required": True, "content": content}
    if route.secured:
        made["security"] = [{"bearer": []}]
    return made


def _answer(media: str, schema: Schema, description: str) -> Schema:
    return {"description": description, "content": {media: {"schema": schema}}}
