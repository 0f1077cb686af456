"""The locks are whole: on every Python and system the program runs on, whatever a locked package
needs is locked too. They are made on one machine, and must hold on machines that nobody here has.

What each package needs is read from what is installed here; which of it another machine needs, its
own markers say. A package that only other machines install can't be read so: those are few, named,
and need nothing themselves.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]

PYTHONS = ("3.11.0", "3.11.2", "3.11.3", "3.11.9", "3.12.0", "3.13.0", "3.13.5", "3.14.0")
SYSTEMS = {
    "linux": ("posix", "Linux", "x86_64"),
    "linux-arm": ("posix", "Linux", "aarch64"),
    "macos": ("posix", "Darwin", "arm64"),
    "windows": ("nt", "Windows", "AMD64"),
}
PLATFORMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}

LEAVES = {"async-timeout", "colorama"}
"""Only other machines install them, and they need nothing."""


def environment(python: str, system: str) -> dict[str, str]:
    """What the markers ask, on such a machine."""
    os_name, platform_system, machine = SYSTEMS[system]
    return {
        **{name: str(value) for name, value in default_environment().items()},
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "implementation_version": python,
        "os_name": os_name,
        "platform_system": platform_system,
        "platform_machine": machine,
        "sys_platform": PLATFORMS[platform_system],
    }


@cache
def entries(file: str) -> tuple[Requirement, ...]:
    """The lines of a lock or of a .in file, without hashes; `-r` followed."""
    found: list[Requirement] = []
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += entries(line.removeprefix("-r ").strip())
        elif line and not line.startswith(("#", " ", "-")):
            found.append(Requirement(line.removesuffix("\\").strip()))
    return tuple(found)


@cache
def needs(name: str) -> tuple[Requirement, ...]:
    """What an installed package says it needs, with its markers."""
    return tuple(Requirement(line) for line in requires(name) or ())


def holes(lock: str, wanted: str, machine: dict[str, str]) -> set[str]:
    """What that machine needs for the .in file and the lock doesn't give it."""
    locked = {
        canonicalize_name(entry.name): Version(next(iter(entry.specifier)).version)
        for entry in entries(lock)
        if entry.marker is None or entry.marker.evaluate(machine)
    }
    todo = [(wanted, entry, {""}) for entry in entries(wanted)]
    seen: set[tuple[str, str]] = set()
    found: set[str] = set()
    while todo:
        whose, need, extras = todo.pop()
        if need.marker and not any(need.marker.evaluate(machine | {"extra": e}) for e in extras):
            continue
        name = canonicalize_name(need.name)
        if name not in locked or not need.specifier.contains(locked[name], prereleases=True):
            found.add(f"{whose} needs {need}; locked: {locked.get(name)}")
            continue
        for extra in {"", *need.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                todo += [(name, each, {"", extra}) for each in _read(name)]
    return found


def _read(name: str) -> tuple[Requirement, ...]:
    try:
        return needs(name)
    except PackageNotFoundError:
        assert name in LEAVES, f"{name} isn't installed here; what it needs can't be read"
        return ()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", ["requirements", "requirements-dev"])
def test_a_lock_gives_every_machine_all_it_needs(lock: str, python: str, system: str) -> None:
    assert holes(f"{lock}.txt", f"{lock}.in", environment(python, system)) == set()


@pytest.mark.parametrize("lock", ["requirements", "requirements-dev", "requirements-lrs"])
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.findall(r"://|--(?:index|extra-index|find-links|trusted)", text)
    one = re.compile(
        r"^(\S+==\S+)(?: ; .*)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.M
    )
    assert len(one.findall(text)) == len(entries(f"{lock}.txt")) > 20


def test_what_the_tests_run_on_is_what_serves() -> None:
    lines = [set(map(str, entries(f"{name}.txt"))) for name in ("requirements", "requirements-dev")]
    assert lines[0] < lines[1]


def test_a_hole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the lock was before: made on one machine, it left out what another one needs."""
    kept = tuple(each for each in entries("requirements.txt") if each.name != "async-timeout")
    whole = entries
    monkeypatch.setitem(
        globals(), "entries", lambda file: kept if file == "requirements.txt" else whole(file)
    )
    missing = holes("requirements.txt", "requirements.in", environment("3.11.2", "linux"))
    assert [line.split(" needs ")[0] for line in missing] == ["redis"]
    assert not holes("requirements.txt", "requirements.in", environment("3.11.3", "linux"))
