"""Every page on the smallest phone, in large type: nothing sticks out sideways, and nothing lies over
something else. The pages are those of the routes, so that a new one is among them by itself."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from engine.scenario import compile_scenario
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.e2e.driver import Facilitator
from tests.support.evenings import evening, keep_logs
from tests.support.routes import routes
from tests.support.server import ServerProcess
from web.app import create_app
from web.settings import Settings

NARROWEST = {"width": 360, "height": 740}
NO_PAGE = re.compile(
    r"^/(api|live|healthz|readyz|metrics|language|qr|move|seat)\b|\.\w+$|\{file\}|/moment$|/photo$"
)
"""Files, and what only redirects."""
ELSEWHERE = {
    "/play",
    "/sessions/{name}/projector",
    "/sessions/{name}/rehearsal",
    "/wall/{link}",
    "/play/move",
    "/review/compare",
    "/join/{code}/claim",
    "/seats/{run}/{seat}",
    "/studio/{name}/drafts/{number}",
    "/studio/{name}/work",
    "/studio/{name}/files",
    "/review/sessions/{name}/files/{file}",
}
"""They want a seat, two runs, a draft or a wall: the evenings, the trainer's and the author's hour see
them. A rehearsal is begun below."""

COVERED = """() => {
  const scrolls = one => one !== document.documentElement && one !== document.body
    && (getComputedStyle(one).overflowX !== 'visible' || one.parentElement && scrolls(one.parentElement));
  const seen = [...document.querySelectorAll('a, button, h1, h2, h3, label')]
    .filter(one => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !one.closest('dialog, .skip, svg') && !scrolls(one));
  const boxes = seen.map(one => [one, one.getBoundingClientRect()]);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
    .filter(([other, b]) => !one.contains(other) && !other.contains(one) && over(a, b))
    .map(([other]) => one.textContent.trim() + ' | ' + other.textContent.trim()));
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def paths(session: str, run: str, code: str) -> list[str]:
    """The pages of the routes, each with one of what it shows."""
    of = {"code": code, "run": run}
    found = []
    for route in routes(create_app(Settings())):
        page = isinstance(route, APIRoute) and "GET" in (route.methods or ())
        if page and not NO_PAGE.search(route.path) and route.path not in ELSEWHERE:
            of["name"] = SCRIPT if route.path.startswith(("/scenarios", "/studio")) else session
            found.append(route.path.format(**of))
    return found


def wrong(page: Page, address: str) -> list[str]:
    """What is wrong with the page at this address."""
    answer = page.goto(address)
    assert answer is not None
    if answer.status != 200:
        return [f"{address}: {answer.status}"]
    page.evaluate("document.documentElement.classList.add('large')")
    page.wait_for_function("document.fonts.status === 'loaded'")
    sideways = page.evaluate(SIDEWAYS)
    told = [f"{address}: sticks out by {sideways} px"] if sideways > 0 else []
    return told + [f"{address}: {both}" for both in page.evaluate(COVERED)]


def test_every_page_fits_the_smallest_phone_in_large_type(
    server: ServerProcess, chromium: Browser, scripts: Path
) -> None:
    script = (scripts / SCRIPT / "scenario.yaml").read_bytes()
    log = evening(compile_scenario(script, "s"), "small", wrong_rate=0.5)
    session = keep_logs(server.database_url, script, log, password=ADMIN_PASSWORD)
    somebody = Facilitator(chromium, server.url)
    somebody.log_in(ADMIN_PASSWORD)
    join = somebody.open(SCRIPT, 2)
    page = somebody.console.page
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    pages = paths(session.id, session.runs[0].id, join.rsplit("/", 1)[1])
    found = [told for path in pages for told in wrong(page, server.url + path)]
    page.goto(f"{server.url}/scenarios/{SCRIPT}")
    page.get_by_role("button", name="试演").click()
    page.wait_for_url("**/rehearsal")
    found += wrong(page, page.url)
    assert not found, "\n".join(found)
