"""What Prometheus is told."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

COMMANDS: Final = Counter(
    "hongchuan_commands", "Commands, by what they asked and how it ended.", ["do", "outcome"]
)
SOCKETS: Final = Gauge("hongchuan_sockets", "Sockets open now.")
COMMIT: Final = Histogram(
    "hongchuan_command_seconds", "From a command's arrival to its commit, in seconds."
)
QUEUED: Final = Gauge(
    "hongchuan_outbox_bytes", "The most that ever waited to be sent to one socket, in bytes."
)
