"""A hand: a process that does one job after another, until its server hangs up or kills it.

    python -m engine.work.hand FD MODULE…

It is a new program, not a copy of the server: it has none of its threads, sockets, settings or
secrets, and knows of the world what a job brings along. It never has more than one job. What a job
was given and what came of it are pickled; both ends are this program.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec

from engine.errors import AppError
from engine.work.bounds import NICE, Limits

if sys.platform != "win32":
    import resource

LENGTH: Final = struct.Struct(">Q")
READY: Final = b"ready"
"""What a hand says first, once it has imported what it works with."""
MIB: Final = 1024 * 1024
JOBS_MAX: Final = 500
GROWN_MAX: Final = 96 * MIB
"""Who has grown by so much, or done so much, is replaced: memory seldom comes back by itself."""
_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""

Outcome = Literal["done", "told", "failed", "work_large"]


class Job(msgspec.Struct, frozen=True):
    """What a hand is asked for."""

    function: Callable[..., Any]
    """Of a module, by whose name it is found again."""
    given: tuple[Any, ...]
    limits: Limits


class Reply(msgspec.Struct, frozen=True):
    """What came of it."""

    outcome: Outcome
    value: bytes
    """Pickled: the result; an AppError; else what a traceback says."""
    last: bool
    """The hand ends now."""


def pack(what: object) -> bytes:
    """A message, with its length before it."""
    body = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def main(line: socket.socket, modules: list[str]) -> None:
    """Do what comes by the line."""
    _behave()
    for module in modules:
        importlib.import_module(module)
    line.sendall(READY)
    held = _held()
    for number in range(1, JOBS_MAX + 1):
        asked = _heard(line)
        if asked is None:
            return
        outcome, value = _do(asked)
        last = number == JOBS_MAX or _held() - held > GROWN_MAX
        line.sendall(pack(Reply(outcome, value, last)))
        if last:
            return


def _behave() -> None:
    """Stand back behind those who play, where memory is short too, and end with the server, however
    that ends."""
    with suppress(OSError):
        os.nice(NICE)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
    if sys.platform == "linux":
        server = os.getppid()
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != server:
            sys.exit(0)


def _heard(line: socket.socket) -> bytes | None:
    """The next message; None: the server has hung up."""
    head = _exactly(line, LENGTH.size)
    return _exactly(line, LENGTH.unpack(head)[0]) if head else None


def _exactly(line: socket.socket, size: int) -> bytes | None:
    into = bytearray(size)
    left = memoryview(into)
    while left:
        came = line.recv_into(left)
        if not came:
            return None
        left = left[came:]
    return bytes(into)


def _do(asked: bytes) -> tuple[Outcome, bytes]:
    """Do a job; how it went, and what came of it."""
    try:
        job: Job = pickle.loads(asked)  # noqa: S301 - from our own server
        _limit(job.limits)
        value = pickle.dumps(job.function(*job.given), pickle.HIGHEST_PROTOCOL)
        if len(value) > job.limits.result_mb * MIB:
            return "work_large", b""
        return "done", value
    except MemoryError:
        return "work_large", b""
    except AppError as error:
        return "told", pickle.dumps(error)
    except Exception:  # noqa: BLE001 - it is told to the server, which raises it
        return "failed", pickle.dumps(traceback.format_exc())
    finally:
        _unlimit()


def _limit(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent_s = int(used.ru_utime + used.ru_stime) + 1
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (spent_s + limits.cpu_s, hard))
    if (mapped := _pages(0)) is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (mapped + limits.memory_mb * MIB, hard))


def _unlimit() -> None:
    """What is told of a job that needed too much may take what it takes."""
    if sys.platform == "win32":
        return
    for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, hard = resource.getrlimit(which)
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (hard, hard))


def _held() -> int:
    """Bytes of memory; 0: this system doesn't say."""
    return _pages(1) or 0


def _pages(which: int) -> int | None:
    """A figure of /proc/self/statm in bytes: 0, what is mapped; 1, what is held."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[which]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


if __name__ == "__main__":
    # Under its own name too: what is pickled names the module, not `__main__`.
    from engine.work import hand

    hand.main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
