"""What takes long to read isn't read on the loop's thread, which serves those who play."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Template

from engine.review.moments import History
from engine.review.run_clock import RunClock
from engine.review.telling import Teller
from engine.script import source
from engine.store.log import sql
from tests.support.evenings import PASSWORD, keep_evenings
from tests.support.inside import Inside, inside, small
from tests.support.patience import soon

LONG = ("trends.html", "review.html", "compare.html", "report.html")
"""Pages as long as what was played."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inside, list[str]]]:
    """An app whose process has read nothing of what was played, and pages that read it."""
    settings = small(tmp_path_factory.mktemp("beside"), admin_password=PASSWORD)
    with inside(settings) as app:
        one, other = app.run(keep_evenings(app.services.database, 2))
    runs = [each.runs[0].id for each in (one, other)]
    with inside(settings) as app:
        app.run(_looked_about())
        yield (
            app,
            [
                "/",
                "/studio",
                f"/review/{runs[0]}",
                f"/review/compare?a={runs[0]}&b={runs[1]}",
                f"/review/{runs[1]}/moment?seq=40&screens=projector",
                "/review",
                f"/review/heat.svg?scenario={one.scenario}",
                f"/review/sessions/{one.id}",
                f"/review/sessions/{other.id}/files/主题党日活动记录.docx",
            ],
        )


async def _looked_about() -> None:
    """What an app does at its start, resting between, is over."""
    await soon(asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_name() == "warming")))


def test_whatever_reads_long_reads_beside_the_loop(
    house: tuple[Inside, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, pages = house
    loops, where = threading.get_ident(), dict[str, set[bool]]()

    def watched(name: str, real: Any) -> Any:
        def noting(*given: Any, **named: Any) -> Any:
            where.setdefault(name, set()).add(threading.get_ident() == loops)
            return real(*given, **named)

        return noting

    def rendered(template: Template, *given: Any, **named: Any) -> str:
        if template.name in LONG:
            where.setdefault(str(template.name), set()).add(threading.get_ident() == loops)
        return render(template, *given, **named)

    render = Template.render
    monkeypatch.setattr(Template, "render", rendered)
    monkeypatch.setattr(sql, "records_of", watched("a log is decoded", sql.records_of))
    monkeypatch.setattr(History, "__init__", watched("a log is folded", History.__init__))
    monkeypatch.setattr(RunClock, "tick", watched("a log is reviewed", RunClock.tick))
    monkeypatch.setattr(Teller, "marks", watched("a log is told", Teller.marks))
    build = source._Builder.build
    monkeypatch.setattr(source._Builder, "build", watched("a script is compiled", build))
    token = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD}).json()
    for page in pages:
        answer = app.ask("GET", page, headers={"cookie": f"login={token['token']}"})
        assert answer.status_code == 200, (page, answer.text[:300])
    read = {"decoded", "folded", "reviewed", "told"}
    assert {*where} == {f"a log is {how}" for how in read} | {"a script is compiled", *LONG}
    assert where == dict.fromkeys(where, {False})
