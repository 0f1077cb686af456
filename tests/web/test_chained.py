"""What a server writes is chained with its own secret, and what it hands out can be judged by it."""

from __future__ import annotations

from pathlib import Path

from engine.rules.chain import appends, judged, key_of
from tests.support.inside import inside, small

SECRET = "the installation's own"
PASSWORD = "七月二十三日的船"


def test_a_servers_logs_are_chained_with_its_secret(tmp_path: Path) -> None:
    with inside(
        small(tmp_path, script="first-congress-demo", secret=SECRET, admin_password=PASSWORD)
    ) as app:
        who = {"name": "admin", "password": PASSWORD}
        token = app.ask("POST", "/api/token", json=who).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        asked = {"scenario": "first-congress-demo", "teams": 1}
        made = app.ask("POST", "/api/sessions", json=asked, headers=bearer).json()
        command = f"/api/sessions/{made['id']}/commands"
        for act in ("start", "close"):
            app.ask("POST", command, json={"do": act}, headers=bearer)
        [run] = made["runs"]
        for path in (f"/api/runs/{run}/log", f"/review/{run}/log.jsonl"):
            log = app.ask("GET", path, headers=bearer).content.splitlines()
            found = judged(appends(log), [key_of(SECRET)])
            assert (found.found, found.run) == ("held", run), path
            assert judged(appends(log), [key_of("")]).found == "foreign"
        for path in ("/api/runs/nowhere/log", "/review/nowhere/log.jsonl"):
            assert app.ask("GET", path, headers=bearer).status_code == 404
