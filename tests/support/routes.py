"""The routes of the app with the doors they declare, and the table of it all for docs/rights.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from starlette.routing import BaseRoute

from engine.rights import RIGHTS, RIGHTS_OF, ROLES
from web.door.auth import checked_form
from web.door.doors import SOCKETS, Door, door_of


class Way(NamedTuple):
    """One method of one route."""

    method: str
    path: str
    door: Door
    form: bool
    """It takes a form with its mark."""


def calls_of(dependant: Dependant) -> Iterator[object]:
    """Every dependency of a route, however deep."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls_of(inner)


def doors(route: APIRoute | APIWebSocketRoute) -> list[Door]:
    """The doors a route declares; it should be one."""
    found = [door_of(call) for call in calls_of(route.dependant)]
    return list(dict.fromkeys(door for door in found if door is not None))


def routes(app: FastAPI) -> list[APIRoute | APIWebSocketRoute]:
    """The routes that functions of ours answer."""
    return [route for route in every(app) if isinstance(route, APIRoute | APIWebSocketRoute)]


def every(app: FastAPI) -> list[BaseRoute]:
    """All routes, those of included routers too."""
    return [context.original_route for context in iter_route_contexts(app.routes)]


def ways(app: FastAPI) -> list[Way]:
    """Every method of every route."""
    return [
        Way(method, route.path, doors(route)[0], checked_form in calls_of(route.dependant))
        for route in routes(app)
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]


WHO = {
    "public": "anybody", "participant": "a participant", "staff": "any account",
    "onlooker": "whoever has the evening's link to look on",
}  # fmt: skip
HEAD = """\
# Who may do what

Made from the routes and from [engine/rights.py](../engine/rights.py) by
`scripts/test tests/web/door/test_rights.py --update-golden`; a test calls every route as every role, with what lies in their own branch and in
a foreign one, and holds it to this page.

An account has one or more roles. It may within its own branch; an account without branch everywhere, and an administrator everywhere.
What lies in a foreign branch looks as if it weren't there (404); a right that is missing is told (403 `no_right`).
"""


def document(app: FastAPI) -> str:
    """The whole page."""
    lines = [HEAD, "## Roles and rights", ""]
    lines += ["| right | allows | " + " | ".join(ROLES) + " |", "|---" * (len(ROLES) + 2) + "|"]
    for right, allows in RIGHTS.items():
        marks = ["yes" if right in RIGHTS_OF[role] else "" for role in ROLES]
        lines.append(f"| `{right}` | {allows} | " + " | ".join(marks) + " |")
    lines += ["", "## Routes", "", "| route | needs | within the branch |", "|---|---|---|"]
    found = sorted(ways(app), key=lambda way: (way.path, way.method))
    lines += [f"| `{way.method} {way.path}` | {_needs(way.door)} |" for way in found]
    lines += [
        "",
        "## The socket `/live`",
        "",
        "| `as` | needs | within the branch |",
        "|---|---|---|",
    ]
    lines += [f"| `{kind}` | {_needs(door)} |" for kind, door in SOCKETS.items()]
    return "\n".join(lines) + "\n"


def _needs(door: Door) -> str:
    wanted = f"`{door.right}`" if door.right else WHO[door.who]
    if door.practice:
        wanted += f"; for a practice `{door.practice}`"
    return f"{wanted} | {'yes' if door.of else ''}"
