"""docs/operate.md followed line by line, from nothing: an evening can be opened at its end.

Only what belongs to the machine itself is played: packages, its users, systemd. Folders of the
machine's are folders of the test's; PostgreSQL is the tests' own cluster; everything else is done.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.newcomer import visit
from tests.support.postgres import Cluster
from tests.support.postgres import postgres as postgres
from tests.support.server import Readiness, free_port
from tests.test_house import tracked

ROOT = Path(__file__).resolve().parents[1]
BACKUP = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.strip()]

COMES_WITH = {
    "git": "git",
    "createuser": "postgresql",
    "createdb": "postgresql",
    "openssl": "openssl",
    "nginx": "nginx",
}
"""The package of what a bare Debian hasn't."""
EVERY_DEBIAN_HAS = {
    "apt-get", "useradd", "runuser", "cd", "install", "sed", "hostname", "cut", "grep", "cp", "rm",
    "systemctl",
}  # fmt: skip
PLAYED = {
    "apt-get": 'echo "$@" >>"$PLAYED/apt-get"',
    "useradd": 'echo "$@" >>"$PLAYED/useradd"',
    "systemctl": 'echo "$@" >>"$PLAYED/systemctl"',
    # As whom, is for the cluster to know, which believes anybody here.
    "runuser": '[ "$1" = -u ] && [ "$3" = -- ] && export PGUSER="$2" && shift 3 && exec "$@"',
    "install": 'args=""; while [ $# -gt 0 ]; do if [ "$1" = -o ]; then shift; else '
    'args="$args \'$1\'"; fi; shift; done; eval exec /usr/bin/install "$args"',
    # The address is a sample; what it holds is what lies here.
    "git": '[ "$1" = clone ] && mkdir -p "$3" && tar -C "$FROM" -cT "$FILES" | tar -C "$3" -x '
    '&& cp -a "$VENV" "$3/.venv"',
}


def commands(line: str) -> set[str]:
    """The programs that a line runs."""
    first = re.findall(r"(?:^|\$\(|[|;&] ?|-- )([a-z][\w./-]*)", re.sub(r'"s\|.*?\|', '"', line))
    return set(first)


def test_every_command_named_is_there_by_then() -> None:
    """A bare Debian's, of a package named before, or ours."""
    named = {word for line in LINES for word in commands(line)}
    packages = set(LINES[0].split()[2:])
    assert LINES[0].startswith("apt-get install ")
    assert {"python3", "python3-venv"} <= packages
    for command in named - EVERY_DEBIAN_HAS:
        if "/" in command:
            assert (ROOT / command).exists(), command
        else:
            assert COMES_WITH[command] in packages, command
    assert named >= {"git", "createuser", "createdb", "openssl", "scripts/setup", "hostname"}


@pytest.fixture
def machine(tmp_path: Path, postgres: Cluster) -> Iterator[tuple[Path, dict[str, str]]]:
    """(its root, the environment of whoever follows the guide)."""
    played, root = tmp_path / "played", tmp_path / "root"
    played.mkdir()
    for name, does in PLAYED.items():
        file = played / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        file.chmod(0o755)
    for folder in ("opt", "etc/systemd/system", "etc/nginx/conf.d", "etc/nginx/sites-enabled"):
        (root / folder).mkdir(parents=True)
    (root / "etc/nginx/sites-enabled/default").touch()
    files = tmp_path / "files"
    files.write_text("\n".join(tracked()), encoding="utf-8")
    yield (
        root,
        {
            **{k: v for k, v in os.environ.items() if not k.startswith("HONGCHUAN_")},
            "PATH": f"{played / 'bin'}:{_programs()}:{os.environ['PATH']}",
            "PLAYED": str(played),
            "FROM": str(ROOT),
            "FILES": str(files),
            "VENV": str(_set_up(tmp_path / "venv", root / "opt/hongchuan")),
            "PGHOST": str(postgres.folder),
            "LC_ALL": "C.UTF-8",
        },
    )
    for command in ("dropdb", "dropuser"):
        subprocess.run(
            [command, "--if-exists", "-U", "postgres", "hongchuan"],
            env={**os.environ, "PGHOST": str(postgres.folder), "PATH": f"{_programs()}:/usr/bin"},
            check=True,
            capture_output=True,
        )


def _programs() -> Path:
    """Where Debian keeps PostgreSQL's own programs."""
    found = shutil.which("createdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/createdb"))
    assert kept or found, "PostgreSQL isn't installed: scripts/setup-tests"
    return kept[-1].parent if kept else Path(str(found)).parent


def _set_up(venv: Path, home: Path) -> Path:
    """A `.venv` as `scripts/setup` leaves it in `home`, of the packages that are here: fetching them
    is what scripts/fresh looks at. Were its stamp another, setup would install into our own."""
    text = b"".join(
        (ROOT / name).read_bytes()
        for name in ("requirements.txt", "requirements.txt", "pyproject.toml")
    )
    (venv / "bin").mkdir(parents=True)
    made_for = hashlib.sha256(text + os.fsencode(home.resolve())).hexdigest()
    (venv / "stamp-requirements.txt").write_text(made_for, encoding="ascii")
    python = f'exec {shlex.quote(sys.executable)} "$@"'
    ours = f'PYTHONPATH="$PWD" exec {shlex.quote(sys.executable)} -m engine.cli "$@"'
    for name, does in {"python": python, "hongchuan": ours}.items():
        file = venv / "bin" / name
        file.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        file.chmod(0o755)
    return venv


def placed(text: str, root: Path) -> str:
    """The machine's folders are the test's."""
    return re.sub(r"(?<![\w.])/(opt|etc|var/backups)/", rf"{root}/\1/", text)


@contextmanager
def service(root: Path, environment: dict[str, str], cluster: Cluster) -> Iterator[str]:
    """The unit as systemd would start it, on a free port, beside this cluster: its address."""
    unit = (root / "etc/systemd/system/hongchuan.service").read_text(encoding="utf-8")
    told = dict(re.findall(r"^(ExecStart|WorkingDirectory|EnvironmentFile|Type)=(.+)$", unit, re.M))
    assert told["Type"] == "notify"
    settings = dict(
        line.split("=", 1)
        for line in Path(placed(told["EnvironmentFile"], root)).read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert settings["HONGCHUAN_DATABASE_URL"].endswith("?host=/var/run/postgresql")
    port = free_port()
    url = settings["HONGCHUAN_DATABASE_URL"].replace("/var/run/postgresql", str(cluster.folder))
    settings |= {
        "HONGCHUAN_PORT": str(port),
        "HONGCHUAN_DATABASE_URL": url,
        "HONGCHUAN_REDIS_URL": f"unix://{root}/no-redis.sock",
        "HONGCHUAN_WORKERS": "2",
    }
    with Readiness() as readiness, (root / "log").open("wb") as log:
        process = subprocess.Popen(
            shlex.split(placed(told["ExecStart"], root)),
            cwd=placed(told["WorkingDirectory"], root),
            env={**environment, **settings, "NOTIFY_SOCKET": readiness.address},
            stdout=log,
            stderr=log,
        )
        try:
            ready = readiness.wait(process, 2)
            assert ready, (root / "log").read_text(encoding="utf-8")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def test_whoever_follows_it_from_nothing_opens_an_evening(
    machine: tuple[Path, dict[str, str]], postgres: Cluster
) -> None:
    root, environment = machine
    said = subprocess.run(
        ["bash", "-e", "-c", placed("\n".join(LINES), root)],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    own = Path(sysconfig.get_path("purelib")).glob("__editable__*.py")
    assert not [file for file in own if str(root) in file.read_text(encoding="utf-8")], (
        "ours is ours"
    )
    played = Path(environment["PLAYED"])
    done = (played / "systemctl").read_text(encoding="utf-8").splitlines()
    assert done == ["daemon-reload", "enable --now hongchuan", "reload nginx"]
    assert not (root / "etc/nginx/sites-enabled/default").exists()
    assert (root / "opt/hongchuan/var").stat().st_mode & 0o777 == 0o700
    settings = root / "etc/hongchuan.env"
    assert settings.stat().st_mode & 0o777 == 0o600
    assert "change-me" not in settings.read_text(encoding="utf-8")
    assert "party.example.cn" not in settings.read_text(encoding="utf-8")
    password = said.stdout.strip().rsplit("PASSWORD=", 1)[1]
    with service(root, environment, postgres) as address:
        assert visit(address, password)
        back_up(root, environment, postgres)


def back_up(root: Path, environment: dict[str, str], cluster: Cluster) -> None:
    """As docs/backup.md says, every day by cron: one sound backup lies there."""
    folder = re.findall(r"`(install -d [^`]*/var/backups/\w+)`", BACKUP)
    script = re.findall(r"^```\n(#!/bin/sh\n.*?)^```$", BACKUP, re.M | re.S)
    settings = root / "etc/hongchuan.env"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("/var/run/postgresql", str(cluster.folder)), encoding="utf-8")
    (root / "var/backups").mkdir(parents=True)
    for does in (*folder, *script):
        done = subprocess.run(
            ["sh", "-c", placed(does, root)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((root / "var/backups/hongchuan").glob("*.backup"))) == 1
