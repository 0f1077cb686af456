"""A PostgreSQL cluster of the tests' own: on a socket in a folder of its own, gone afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SERVER = (
    "-c listen_addresses='{address}' -c unix_socket_directories={folder} -c max_connections=60 "
    "-c fsync=off -c shared_buffers=32MB"
)
"""No port: the socket's folder tells clusters apart. The cluster doesn't outlive the tests, so
nothing is gained by waiting for the disk; what survives a crash is SQLite's test."""


class Cluster:
    """A running cluster that gives every test a database."""

    def __init__(self, folder: Path, address: str = "") -> None:
        """`address`: one that it listens on too, for whoever can reach it."""
        self.folder = folder
        self._address = address
        self._numbers = itertools.count(1)

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        _run("createdb", "-h", str(self.folder), "-U", "postgres", name)
        if self._address:
            return f"postgresql://postgres@{self._address}/{name}"
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def restart(self) -> None:
        """Stop it as a crash would, cutting every connection, and start it again."""
        self.stop()
        self.start()

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        options = _SERVER.format(folder=self.folder, address=self._address)
        log = str(self.folder / "log")
        _run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop it at once."""
        _run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A cluster for all tests of this process."""
    with cluster_at() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Cluster) -> str:
    """An empty database."""
    return postgres.create_database()


@contextmanager
def cluster_at(address: str = "") -> Iterator[Cluster]:
    """A running cluster; with an address, anybody of its network may enter."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = str(folder / "data")
        _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        if address:
            with (folder / "data" / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write("host all all samenet trust\n")
        cluster = Cluster(folder, address)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def _run(program: str, *args: str) -> None:
    """Run a program of PostgreSQL; as its own user if we are root, which it refuses to be."""
    as_user = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*as_user, str(_find(program)), *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert done.returncode == 0, f"{program}: {done.stderr.decode()}"


def _find(program: str) -> Path:
    """Debian keeps the programs of each version apart, out of the path."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"),
        key=lambda path: float(path.parent.parent.name),
    )
    found = installed[-1] if installed else shutil.which(program)
    assert found, f"{program} of PostgreSQL isn't installed: scripts/setup-tests"
    return Path(found)
