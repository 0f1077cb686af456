"""Word to whoever started us that we take connections now: systemd, or a test.

The protocol is sd_notify(3)'s: one datagram to the socket that NOTIFY_SOCKET names. Ten lines are
less to keep than a library that has had no release for years; polling /readyz would be the
alternative, which costs a starting machine most where it is slowest.
"""

from __future__ import annotations

import os
import socket
from typing import Final

VARIABLE: Final = "NOTIFY_SOCKET"
READY: Final = b"READY=1"


def tell_ready() -> None:
    """Say that this process serves; nobody asked, or nobody listens any more: nothing happens."""
    address = os.environ.get(VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # Linux' names without a file
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
        try:
            teller.sendto(READY, address)
        except OSError:
            return
