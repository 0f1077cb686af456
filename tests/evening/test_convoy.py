"""同幕 over the host: two teams of a session, each with its phones, in a program that may die between
any two of its steps. What is asked of tables is in test_abreast.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.evening import watching
from engine.evening.convoy import Convoy
from engine.rules import commands as cmd
from engine.rules.state import State
from engine.store.tokens import new_id
from engine.views.console import run_part
from engine.views.session import RunInfo
from tests.engine.rules.conftest import text_of
from tests.support.finished import bearer
from tests.support.inside import Inside, inside, small
from tests.support.patience import comes
from web.settings import Settings

READ = "q: {role: b, kind: read, ask: 读, story: 文, fact: g}"
ROLES = {"a": "s1", "b": "s2", "c": "s3"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = small(tmp_path, script="abreast", admin_password="admin password")
    made.scenarios.joinpath("abreast", "scenario.yaml").write_text(text_of(READ), "utf-8")
    monkeypatch.setattr(watching, "LOOK_S", 0.02)
    return made


def by_program(app: Inside, token: str) -> str:
    """The id of a session that a program opens."""
    asked = {"scenario": "small", "teams": 2, "abreast": True}
    headers = {"authorization": f"Bearer {token}"}
    made: dict[str, str] = app.ask("POST", "/api/sessions", json=asked, headers=headers).json()
    return made["id"]


def by_form(app: Inside, token: str) -> str:
    """Of one that is opened on the script's page."""
    asked = {"mark": app.mark(token), "teams": "2", "abreast": "1"}
    headers = {"cookie": f"login={token}"}
    answer = app.ask("POST", "/scenarios/small/sessions", data=asked, headers=headers)
    return answer.headers["location"].split("/")[-2]


class Evening:
    """Teams of three, in a program that runs."""

    def __init__(self, app: Inside, runs: list[str]) -> None:
        self.app, self.runs = app, runs
        app.services.presence._return_ms = 20

    @classmethod
    def opened(cls, app: Inside, how: Callable[[Inside, str], str]) -> Evening:
        """Two teams keep abreast, all their phones are there, and it has begun."""
        token = bearer(app)
        headers = {"authorization": f"Bearer {token}"}
        session = how(app, token)
        made = app.ask("GET", f"/api/sessions/{session}", headers=headers).json()
        for team in (1, 2):
            for role in ROLES:
                wish = {"name": role, "team": team, "role": role}
                app.ask("POST", f"/api/sessions/{made['code']}/seats", json=wish)
        evening = cls(app, [run["run"] for run in made["runs"]])
        for team in (1, 2):
            evening.come(team)
        path = f"/api/sessions/{session}/commands"
        app.ask("POST", path, json={"do": "start"}, headers=headers)
        return evening

    def come(self, team: int) -> None:
        for seat in ROLES.values():
            self.app.run(self.app.services.presence.connected(self.runs[team - 1], seat))

    def go(self, team: int) -> None:
        for seat in ROLES.values():
            self.app.run(self.app.services.presence.disconnected(self.runs[team - 1], seat))

    def submit(self, team: int, role: str, task: str) -> None:
        command = cmd.Submit(
            id=new_id(), at_ms=self.app.services.host.clock.now_ms(), by=ROLES[role],
            task=task, answer=(),
        )  # fmt: skip
        self.app.run(self.app.services.host.execute(self.runs[team - 1], command))

    def state(self, team: int) -> State:
        """Of a run that is loaded; a new one for one that isn't."""
        found = self.app.services.host.at_hand(self.runs[team - 1])
        return found[1] if found is not None else State()

    def at(self, team: int) -> str:
        """Where it is; while it waits, also for whom."""
        state = self.state(team)
        where = state.ending or (state.scene.id if state.scene is not None else "")
        return f"{where} {state.waits.teams}" if state.waits else where

    def comes_to(self, first: str, second: str) -> None:
        self.app.run(comes(lambda: (self.at(1), self.at(2)) == (first, second)))

    def seen(self, team: int) -> tuple[Any, Any]:
        """(what a phone of the team shows, what the console shows of it)."""
        run, services = self.runs[team - 1], self.app.services
        scenario, state = self.app.run(services.host.state(run))
        views = self.app.run(services.views(run, scenario, "zh"))
        return views.seat(state, "s1", {}), run_part(RunInfo(run, scenario, state, {}), "zh")

    @contextmanager
    def looked_at(self, team: int) -> Iterator[None]:
        with self.app.services.host.watch(self.runs[team - 1]):
            yield


def test_two_teams_go_on_together_though_the_program_dies_between(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dies, inside(settings) as app:
        evening = Evening.opened(app, by_program)
        evening.submit(1, "b", "q")
        evening.comes_to("one (2,)", "one")
        phone, desk = evening.seen(1)
        assert phone.waiting.others.teams == desk.others.teams == (2,)
        assert (phone.tasks, phone.scene.ends_at_ms, desk.waiting) == ((), None, ())
        evening.submit(2, "b", "q")
        evening.comes_to("z", "z")
        evening.submit(1, "a", "go-on")
        evening.comes_to("z (2,)", "z")
        dies.setattr(Convoy, "_ask", lambda convoy, run: None)  # between commit and asking
        evening.submit(2, "a", "go-on")
        assert evening.at(2) == "z ()", "nobody has been told"
        runs = evening.runs
    with inside(settings) as app:
        evening = Evening(app, runs)
        evening.come(1)
        with evening.looked_at(1):
            evening.comes_to("good", "good")


def test_nobody_waits_for_a_team_whose_phones_all_left(settings: Settings) -> None:
    with inside(settings) as app:
        evening = Evening.opened(app, by_form)
        evening.submit(1, "b", "q")
        evening.comes_to("one (2,)", "one")
        evening.go(2)
        evening.comes_to("z", "one")
        evening.come(2)
        evening.submit(1, "a", "go-on")
        evening.comes_to("z (2,)", "one")
        runs = evening.runs
    with inside(settings) as app:  # the log says that they are there; their phones don't return
        evening = Evening(app, runs)
        evening.come(1)
        with evening.looked_at(1):
            evening.comes_to("good", "one")
