"""`/openapi.json` says what is so: schemathesis asks the real server what it says it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from web.app import create_app
from web.openapi import ROUTES
from web.settings import Settings

Record = Callable[[str, object], None]
EXAMPLES = 12
UNTELLABLE = {"/api/token", "/api/sessions/{code}/seats"}
"""Guessing is slowed down (429) whatever is sent; what a name may be, no pattern says shortly."""

load_all_checks()


def test_every_route_for_programs_has_its_row() -> None:
    programs = {
        (method.lower(), route.path)
        for router in _routers()
        for route in router.routes
        for method in route.methods or ()
        if route.path.startswith(("/api", "/healthz", "/readyz", "/metrics"))
    }
    assert programs == {(route.method, route.path) for route in ROUTES}


def _routers() -> list[Any]:
    from web.pages import api, menu, reports, studio
    from web.pages import join as pages
    from web.pages import replays as review

    return [module.router for module in (api, menu, pages, reports, review, studio)]


def test_every_error_has_the_one_shape(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    shape = document["components"]["schemas"]["ErrorBody"]
    assert set(shape["required"]) == {"code", "message", "remedy"}
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    content = answer["content"]["application/json"]
                    assert content["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_the_server_keeps_to_its_document(
    server: ServerProcess,
    desk: httpx.Client,
    client: httpx.Client,
    record_property: Record,
    route: Any,
    mode: GenerationMode,
) -> None:
    if mode is GenerationMode.NEGATIVE and route.body is None:
        record_property("calls", 0)
        return
    schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
    schema.config.update(base_url=server.url)
    session = opened(desk)
    seat(client, session["code"])
    known = {"name": session["id"], "code": session["code"], "run": session["runs"][0]}
    calls = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(schema[route.path][route.method.upper()].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal calls
        calls += 1
        if calls % 3:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        assume(not _has_floats(case.body))
        headers = {"Authorization": desk.headers["authorization"]} if route.secured else {}
        without = [positive_data_acceptance] if route.path in UNTELLABLE else []
        case.call_and_validate(headers=headers, excluded_checks=without)

    run()
    record_property("calls", calls)


def _has_floats(body: object) -> bool:
    """JSON Schema takes 2.0 for a whole number; we don't, and refuse it (422)."""
    return isinstance(body, dict) and any(isinstance(value, float) for value in body.values())
