"""What a newcomer does after `make serve`: reads what it prints, opens the first page, logs in, and
opens a session. Python's own library only, for nothing else is there yet.

    python3 -m tests.support.newcomer
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT_S = 900
"""Setting up fetches packages; after so long it is ended, and what it said is shown."""


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[str, str]]:
    """(address, password) of `admin`) that the server printed; it is asked to stop afterwards."""
    server = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        env={**os.environ, "HONGCHUAN_PORT": "0"},
    )
    ends = threading.Timer(LIMIT_S, os.killpg, (server.pid, signal.SIGKILL))
    ends.start()
    try:
        yield _read(server)
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate()
    finally:
        ends.cancel()
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _read(server: subprocess.Popen[str]) -> tuple[str, str]:
    assert server.stdout is not None
    said = ""
    for line in server.stdout:
        said += line
        if told := told_where(said):
            return told
    sys.exit(f"make serve ended, or said neither address nor password in {LIMIT_S} s:\n{said}")


def told_where(said: str) -> tuple[str, str] | None:
    """(address, password of `admin`) as the greeting tells them; None: not yet."""
    address = re.search(r"this machine\s+(http://\S+)", said)
    password = re.search(r"password[^\n:：]*[:：]\s*(\S+)", said)
    return (address[1], password[1]) if address and password else None


def get(address: str, path: str, body: object = None, token: str = "") -> tuple[int, str]:
    """(status, text) of a page; of a call to the API where a body goes along."""
    asked = urllib.request.Request(
        f"{address}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"} | _bearer(token),
    )
    with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:
        return answer.status, answer.read().decode()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def visit(address: str, password: str) -> str:
    """Opens the first page with all it names, and a session; its join code."""
    status, page = get(address, "/")
    assert status == 200, status
    assert "红船" in page, page
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert files, page
    for file in files:
        assert get(address, file)[0] == 200, file
    login = get(address, "/api/token", {"name": "admin", "password": password})
    token = json.loads(login[1])["token"]
    menu = json.loads(get(address, "/api/scenarios", token=token)[1])
    scripts = menu["scenarios"] if isinstance(menu, dict) else menu
    status, told = get(address, "/api/sessions", {"scenario": scripts[0]["id"], "teams": 1}, token)
    assert status == 201, told
    code: str = json.loads(told)["code"]
    assert get(address, f"/join/{code}")[0] == 200
    return code


if __name__ == "__main__":
    with serving(["make", "serve"]) as (here, secret):
        sys.stdout.write(f"{here}: {len(visit(here, secret))} signs of a join code\n")
