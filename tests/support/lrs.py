"""A real learning record store (Ralph), in a process and an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support.patience import PATIENCE_S, until
from tests.support.server import ROOT, free_port

PYTHON: Final = ROOT / ".venv-lrs" / "bin" / "python"
KEY, SECRET = "hongchuan", "nineteen-21"

_SERVE: Final = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.data.fs import FSDataBackend
# Else its file takes only the first POST.
FSDataBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
_HASH: Final = (
    "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(4)).decode())"
)
_VALIDATE: Final = """
import json, sys
from ralph.models.xapi.base.statements import BaseXapiStatement
for statement in json.load(sys.stdin):
    BaseXapiStatement.model_validate(statement)
"""


class RecordStore:
    """A running Ralph that keeps its statements in a file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "lrs" / "fs_lrs.jsonl"
        self.file.parent.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/xAPI"
        agent = {"objectType": "Agent", "name": KEY, "mbox": "mailto:test@example.org"}
        account = {
            "username": KEY,
            "hash": _run(_HASH, SECRET).strip(),
            "scopes": ["all"],
            "agent": agent,
        }
        credentials = folder / "auth.json"
        credentials.write_text(json.dumps([account]), encoding="utf-8")
        environment = {
            **os.environ,
            "RALPH_APP_DIR": str(folder),
            "RALPH_AUTH_FILE": str(credentials),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(self.file.parent),
            "RALPH_HISTORY_FILE": str(folder / "history.json"),
        }
        self.log = folder / "lrs.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), "-c", _SERVE, str(self.port)],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        def answers() -> bool:
            assert self._process.poll() is None, self.log.read_text("utf-8", "replace")
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/__heartbeat__", timeout=PATIENCE_S)
            except httpx.TransportError:
                return False
            return True

        until(answers, lambda: self.log.read_text("utf-8", "replace"))

    def kept(self) -> list[dict[str, Any]]:
        """Every statement in its file."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def validate(statements: list[dict[str, Any]]) -> None:
    """Hold statements to Ralph's strict model of xAPI. Raises AssertionError with what it says."""
    _run(_VALIDATE, given=json.dumps(statements))


def _run(code: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [str(PYTHON), "-c", code, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout
