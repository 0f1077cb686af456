"""The audit log at the web's doors: acts, refusals, logins; who reads it; forgetting a person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from typer.testing import CliRunner
from websockets.exceptions import ConnectionClosed

from engine.cli import main
from engine.evening.commanding import KINDS
from engine.store.audit.trail import Entry
from engine.store.backup.verify import verify_database
from engine.store.database import open_database
from engine.store.sessions.sessions import Session
from tests.support import patience
from tests.support.evenings import NAMES, YIDA, evening, keep_logs, yida
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from tests.web.live.test_live import Phone, phone, run
from web.app import create_app
from web.door.acts import ACTS, OUTCOMES, outcome_zh
from web.door.audit import SAFE, command
from web.settings import Settings


def entries(desk: httpx.Client, **wanted: str) -> list[dict[str, Any]]:
    """What the log says, oldest first; but for who only looked."""
    told = desk.get("/audit/log.jsonl", params=wanted)
    assert told.status_code == 200, told.text
    found = [json.loads(line) for line in reversed(told.text.splitlines())]
    return [each for each in found if not each["act"].startswith("GET ")]


def told(desk: httpx.Client, **wanted: str) -> list[tuple[str, ...]]:
    return [(e["kind"], e["who"], e["act"], e["outcome"]) for e in entries(desk, **wanted)]


def until(desk: httpx.Client, last: tuple[str, ...], **wanted: str) -> list[tuple[str, ...]]:
    """What the log says once it says that too: refusals trail by a moment."""
    return patience.until(lambda: found if last in (found := told(desk, **wanted)) else None)


def test_what_staff_do_is_on_the_disk_before_it_is_answered(
    server: ServerProcess, desk: httpx.Client
) -> None:
    session = opened(desk)
    assert told(desk)[-1] == ("staff", "admin", "POST /api/sessions", "ok")
    path = f"/api/sessions/{session['id']}/commands"
    answer = desk.post(path, json={"do": "close"})
    assert answer.status_code == 200, answer.text
    last = entries(desk)[-1]
    assert (last["act"], last["target"], last["address"]) == (
        "command close", session["id"], "127.0.0.1",
    )  # fmt: skip

    async def at_the_console(room: AsyncExitStack) -> None:
        token = desk.headers["authorization"].removeprefix("Bearer ")
        again = opened(desk)
        console = await phone(room, server, token, **{"as": "console", "session": again["id"]})
        assert (await console.say(do="close"))["type"] == "ack"
        shown = await asyncio.to_thread(entries, desk)
        assert (shown[-1]["act"], shown[-1]["target"]) == ("command close", again["id"])

    run(at_the_console)


def test_refusals_are_told_without_what_was_typed(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client
) -> None:
    session = opened(desk)
    taken = seat(client, session["code"])
    nobody = client.post(f"/api/sessions/{session['id']}/commands", json={"do": "start"})
    assert nobody.status_code == 401
    assert desk.post("/api/sessions/zz/commands", json={"do": "start"}).status_code == 404

    async def too_early(room: AsyncExitStack) -> None:
        one = await phone(room, server, taken["token"])
        for do in ("submit", "submit", "fly"):
            answer = await one.say(do=do, task="date", answer=["我的秘密"])
            assert answer["type"] == "rejected"
        with pytest.raises(AssertionError, match="seat_needed"):
            await phone(room, server, "no token")

    run(too_early)
    found = until(desk, ("nobody", "", "live", "seat_needed"), refused="1")
    for wanted in (
        ("nobody", "", "command ?", "login_needed"),  # what nobody sends isn't read
        ("staff", "admin", "command start", "not_found"),
        ("seat", taken["seat"], "command submit", "not_started"),
        ("seat", taken["seat"], "command ?", "unknown_command"),
        ("nobody", "", "live", "seat_needed"),
    ):
        assert found.count(wanted) == 1, (wanted, found)
    whole = json.dumps(entries(desk), ensure_ascii=False)
    assert "我的秘密" not in whole
    refused = [e for e in entries(desk, refused="1") if e["kind"] == "seat"]
    assert {(e["target"], e["address"]) for e in refused} == {(taken["run"], "")}


def test_logins_name_accounts_and_nothing_else(client: httpx.Client, desk: httpx.Client) -> None:
    for name in ("admin", "my secret password"):
        wrong = client.post("/api/token", json={"name": name, "password": "x"})
        assert wrong.status_code == 401
    found = until(desk, ("nobody", "", "login", "wrong_password"), act="login")
    assert ("staff", "admin", "login", "ok") in found
    assert ("staff", "admin", "login", "wrong_password") in found
    assert ("nobody", "", "login", "wrong_password") in found
    assert "secret password" not in json.dumps(entries(desk))


def test_join_codes_are_not_kept(client: httpx.Client, desk: httpx.Client) -> None:
    assert client.post("/api/sessions/SOMECODE/seats", json={"name": "x"}).status_code == 404
    until(desk, ("nobody", "", "POST /api/sessions/{code}/seats", "not_found"), refused="1")
    assert "SOMECODE" not in json.dumps(entries(desk))


# ── who reads it ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def auditors(server: ServerProcess) -> dict[str, str]:
    """Bearer tokens: of an auditor of a branch, and of one who leads sessions there."""

    async def made() -> dict[str, str]:
        database = await open_database(server.database_url)
        branch = await database.people.create_branch("审计试点支部")
        assert branch is not None
        tokens = {}
        for name, role in (("auditor", "auditor"), ("leader", "facilitator")):
            account = await database.people.create_account(name, [role], branch.id)  # type: ignore[list-item]
            assert account is not None
            tokens[name] = await database.people.create_login(account[0].id, 3600)
        await database.close()
        return tokens

    return asyncio.run(made())


def of(server: ServerProcess, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.url, timeout=patience.PATIENCE_S, headers=headers)


def test_an_auditor_reads_their_own_branchs(
    server: ServerProcess, auditors: dict[str, str], desk: httpx.Client
) -> None:
    opened(desk)
    with of(server, auditors["leader"]) as leader, of(server, auditors["auditor"]) as auditor:
        opened(leader)
        assert [entry["who"] for entry in entries(auditor)] == ["leader"]
        page = auditor.get("/audit").text
        assert "审计试点支部" in page
        assert "开一场" in page
        assert leader.get("/audit").status_code == 403
        assert leader.get("/audit/log.jsonl").status_code == 403
    with httpx.Client(base_url=server.url) as nobody:
        assert nobody.get("/audit").headers["location"].startswith("/login")
        assert nobody.get("/audit/log.jsonl").status_code == 401


def test_what_is_done_to_a_run_is_its_branchs(
    server: ServerProcess, auditors: dict[str, str], desk: httpx.Client
) -> None:
    with of(server, auditors["leader"]) as leader, of(server, auditors["auditor"]) as auditor:
        session = opened(leader)
        note = {"seq": 1, "text": "x"}
        desk.post(f"/review/{session['runs'][0]}/notes", json=note)
        path = f"/api/sessions/{session['id']}/commands"
        assert desk.post(path, json={"do": "close"}).status_code == 200
        wanted = {"POST /review/{run}/notes", "command close"}
        patience.until(lambda: wanted <= {each["act"] for each in entries(auditor, who="admin")})


def test_the_page_filters_and_turns(server: ServerProcess, desk: httpx.Client) -> None:
    async def many() -> None:
        database = await open_database(server.database_url)
        entry = entries_of("paged")
        await asyncio.gather(*(database.audit.act(entry) for _ in range(150)))
        await database.close()

    asyncio.run(many())
    first = desk.get("/audit", params={"who": "paged"})
    assert first.text.count("<td>staff") == 0
    assert first.text.count("开始") >= 100
    older = first.text.split('href="/audit?')[1].split('"')[0].replace("&amp;", "&")
    assert desk.get(f"/audit?{older}").text.count("<code>s</code>") == 50
    assert "没有这样的记录" in desk.get("/audit", params={"day": "2001-01-01"}).text
    assert desk.get("/audit", params={"day": "gestern"}).status_code == 422


def entries_of(who: str) -> Entry:
    return Entry(kind="staff", who=who, act="command start", target="s")


def test_every_act_has_a_name() -> None:
    app = create_app(Settings())
    routes: list[Any] = [context.original_route for context in iter_route_contexts(app.routes)]
    acts = {
        f"{method} {route.path}"
        for route in routes
        for method in getattr(route, "methods", None) or ()
        if method not in SAFE
    }
    assert acts
    missing = acts - set(ACTS)
    assert not missing, "name them in web/door/acts.py"
    assert {command(do) for do in KINDS} <= set(ACTS)
    assert outcome_zh("held") not in ("held", "")
    assert outcome_zh("invalid") == "填写的内容不合要求：…"
    assert outcome_zh("409") == OUTCOMES["409"]


# ── forgetting somebody ─────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def session(server: ServerProcess) -> Session:
    log = evening(yida(), "erased")
    return keep_logs(server.database_url, YIDA.read_bytes(), log, password=server.password)


@pytest.fixture
def browser(server: ServerProcess, desk: httpx.Client) -> Iterator[httpx.Client]:
    """Logged in by cookie, for forms."""
    with httpx.Client(base_url=server.url, timeout=patience.PATIENCE_S) as made:
        made.cookies.set("login", desk.headers["authorization"].removeprefix("Bearer "))
        yield made


def test_a_person_is_erased_from_the_report(browser: httpx.Client, session: Session) -> None:
    path = f"/review/sessions/{session.id}"
    page = browser.get(path).text
    assert NAMES[0] in page
    form = {
        "mark": page.split('name="mark" value="')[1].split('"')[0],
        "person": f"{session.runs[0].id}/s1",
    }
    asked = browser.post(f"{path}/erase", data=form)
    assert asked.status_code == 422, "not without being sure"
    assert NAMES[0] in asked.text
    assert "before-erase-1.backup" in asked.text
    assert NAMES[0] in browser.get(path).text
    form["sure"] = "1"
    nobody = browser.post(f"{path}/erase", data={**form, "person": "other/s1"})
    assert nobody.status_code == 422
    done = browser.post(f"{path}/erase", data=form)
    assert done.status_code == 303, done.text
    for shown in (path, f"/review/{session.runs[0].id}", f"{path}/certificates",
                  f"/review/{session.runs[0].id}/moment?seq=40&screens=all",
                  f"{path}/files/xapi.json"):  # fmt: skip
        assert NAMES[0] not in browser.get(shown).text, shown
    again = browser.post(f"{path}/erase", data=form)
    assert again.status_code == 303, "the same form sent twice is answered as it was"
    form["mark"] = browser.get("/sessions").text.split('name="mark" value="')[1].split('"')[0]
    assert browser.post(f"{path}/erase", data=form).status_code == 422, "nobody is there any more"
    assert ("staff", "admin", "POST /review/sessions/{name}/erase", "ok") in told(browser)


def test_whoever_is_erased_is_shown_out(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another process: the server hears of it from the table."""
    session = opened(desk)
    taken, mate = seat(client, session["code"]), seat(client, session["code"])
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", server.database_url)

    async def shown_out(room: AsyncExitStack) -> None:
        one = await phone(room, server, taken["token"])
        two = await phone(room, server, mate["token"])
        names = {each["seat"]: each["name"] for each in two.parts["team"]}
        words = ["erase", session["id"], taken["seat"], "--yes"]
        assert (await asyncio.to_thread(CliRunner().invoke, main, words)).exit_code == 0
        async with asyncio.timeout(patience.PATIENCE_S):
            assert await last_word(one) == "seat_needed"
            while not any("已删名" in each["name"] for each in two.parts["team"]):
                await two.hear()
        assert names[taken["seat"]] not in json.dumps(two.parts["team"])

    run(shown_out)
    last = told(desk, act="console")[-1]
    assert last[0] == "server"


async def last_word(one: Phone) -> str:
    """Why a socket was closed."""
    code = ""
    with suppress(ConnectionClosed):
        async for message in one.socket:
            code = json.loads(message).get("code", "")
    return code


def test_the_whole_chain_holds(server: ServerProcess, desk: httpx.Client) -> None:
    assert entries(desk)
    found = asyncio.run(verify_database(server.database_url))
    assert not [problem for problem in found.problems if problem.startswith("审计")]
    assert found.chain.seq >= entries(desk)[-1]["seq"]
