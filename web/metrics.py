"""What Prometheus is told. Several workers put their figures together in one folder
(`PROMETHEUS_MULTIPROC_DIR`, set by `server.py`), and whichever is asked answers for all."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from engine.host.host import Host
from engine.store.log.sql import SqlStore

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"

COMMANDS: Final = Counter(
    "hongchuan_commands",
    "Commands over sockets, by what they asked and how it ended: `ack`, or the refusal's code.",
    ["do", "outcome"],
)
COMMAND: Final = Histogram(
    "hongchuan_command_seconds", "From a command's arrival to its acknowledgement or refusal."
)
COMMIT: Final = Histogram(
    "hongchuan_commit_seconds",
    "From asking for an append to its being durable, the wait for the writer included.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
OUTBOX: Final = Gauge(
    "hongchuan_outbox_bytes",
    "The most that ever waited to be sent to one socket.",
    multiprocess_mode="livemax",
)
GROUP: Final = Histogram(
    "hongchuan_commit_appends",
    "Appends in one transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
QUEUE: Final = Gauge(
    "hongchuan_commit_queue", "Appends that wait for the writer.", multiprocess_mode="livesum"
)
SOCKETS: Final = Gauge("hongchuan_sockets", "Sockets open now.", multiprocess_mode="livesum")
LATE: Final = Histogram(
    "hongchuan_deadline_late_seconds", "How long after its instant a deadline was decided."
)
LAG: Final = Histogram(
    "hongchuan_lag_seconds",
    "Age of another worker's event when this one took it up.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


@cache
def commands(do: str, outcome: str) -> Counter:
    """The count of one sort of command: looked up once. What anybody may ask for and the codes it
    may end with are few and known."""
    return COMMANDS.labels(do, outcome)


def measure(store: SqlStore, host: Host) -> None:
    """Let the store and the host tell what they do."""

    def committed(wait_s: float) -> None:
        COMMIT.observe(wait_s)

    def grouped(appends: int, waiting: int) -> None:
        GROUP.observe(appends)
        QUEUE.set(waiting)

    store.on_durable, store.on_group = committed, grouped
    host.on_late = lambda late_ms: LATE.observe(late_ms / 1000)
    host.on_lag = lambda lag_ms: LAG.observe(lag_ms / 1000)


def forget_the_dead() -> None:
    """A worker begins: what a killed one had open is open no more."""
    for file in Path(os.environ.get(SHARED, "")).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def exposition() -> bytes:
    """All figures, in Prometheus' text format: of all workers, where there are several."""
    if not os.environ.get(SHARED):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
