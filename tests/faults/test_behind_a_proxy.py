"""nginx as `deploy/nginx.conf` has it, in front of two servers: an evening through it, while one of
the servers is killed; and whose address a limit goes by."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.conftest import Pair
from tests.faults.evening import PASSWORD, Evening
from tests.faults.test_drain import Interrupted, until
from tests.support.patience import PATIENCE_S
from tests.support.server import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture
def proxy(tmp_path: Path, workers: Pair) -> Iterator[str]:
    """The address of an nginx with the sample's configuration, but for its ports."""
    program = shutil.which("nginx")
    assert program, "nginx isn't installed: scripts/setup-tests"
    port = free_port()
    one, other = (server.url.removeprefix("http://") for server in workers)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for sample, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8000 ", f"server {other} max_fails=1 fail_timeout=5s; server {one} "),
    ):
        assert sample in site
        site = site.replace(sample, here)
    folder = tmp_path / "nginx"
    folder.mkdir()
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ access_log off; {places} {site} }}",
        encoding="utf-8",
    )
    nginx = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    yield f"http://127.0.0.1:{port}"
    nginx.terminate()
    nginx.wait()


async def test_an_evening_through_the_sample_proxy_while_a_server_is_killed(
    workers: Pair, proxy: str, scripts: Path
) -> None:
    def answers() -> bool:
        try:
            return httpx.get(f"{proxy}/readyz", timeout=PATIENCE_S).status_code == 200
        except httpx.HTTPError:
            return False

    await until(answers)
    evening = Evening(workers, scripts)
    await evening.begin([proxy])
    team = Interrupted(evening)
    await team.interrupted(workers[0].kill, lambda: True)
    workers[0].start()
    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    assert any(phone.closes for phone in evening.phones), "both servers had phones"
    records = evening.records()
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    await evening.end()


def test_a_limit_goes_by_the_address_that_the_proxy_tells(workers: Pair) -> None:
    """Else all of a city, behind one proxy, would share one address's limit."""
    with httpx.Client(base_url=workers[0].url, timeout=PATIENCE_S) as client:

        def guess(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            return client.post(
                "/api/token", json={"name": "admin", "password": "?"}, headers=headers
            ).status_code

        while guess("203.0.113.7") != 429:
            pass
        assert guess("203.0.113.8") == 401
        account = {"name": "admin", "password": PASSWORD}
        assert client.post("/api/token", content=json.dumps(account)).status_code == 200
