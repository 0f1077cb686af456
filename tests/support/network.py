"""Machines on a network, as namespaces: each with a cable to the switch, and one to this machine.

The switch has an address here, on which a database may listen. Pulling a machine's cable cuts it off
from the database and from the other machines; over its other cable it can still be asked how it is.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class Machine:
    """A namespace."""

    def __init__(self, network: Network, number: int) -> None:
        self.name = f"{network.name}-{number}"
        self.through = ("ip", "netns", "exec", self.name)
        """Words before a command that is to run there."""
        self.address = f"{network.prefix}.{number}.2"
        """Where it can be reached from here, whatever happens to the network."""
        self._cable = f"{network.name}c{number}"
        front = f"{network.name}f{number}"
        _ip("netns", "add", self.name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "net", "netns", self.name)
        _ip("link", "set", self._cable, "master", network.name, "up")
        _ip("link", "add", front, "type", "veth", "peer", "name", "front", "netns", self.name)
        _ip("addr", "add", f"{network.prefix}.{number}.1/24", "dev", front)
        _ip("link", "set", front, "up")
        for device, address in (
            ("net", f"{network.prefix}.0.{number + 1}/24"),
            ("front", f"{self.address}/24"),
        ):
            _ip("-n", self.name, "addr", "add", address, "dev", device)
            _ip("-n", self.name, "link", "set", device, "up")
        _ip("-n", self.name, "link", "set", "lo", "up")

    def pull(self) -> None:
        """Pull its cable: nothing comes or goes, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def plug(self) -> None:
        """Plug it in again."""
        _ip("link", "set", self._cable, "up")


class Network:
    """A switch and the machines on it."""

    def __init__(self) -> None:
        self.name = f"hc{secrets.token_hex(3)}"
        self.prefix = f"10.{100 + secrets.randbelow(100)}"
        self.address = f"{self.prefix}.0.1"
        """Of this machine on the switch."""
        self.machines: list[Machine] = []

    def open(self, machines: int) -> None:
        """Set it up."""
        _ip("link", "add", self.name, "type", "bridge")
        _ip("addr", "add", f"{self.address}/24", "dev", self.name)
        _ip("link", "set", self.name, "up")
        for number in range(1, machines + 1):
            self.machines.append(Machine(self, number))

    def close(self) -> None:
        """Take it away."""
        for machine in self.machines:
            _ip("netns", "del", machine.name)
        _ip("link", "del", self.name)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        f"ip {' '.join(words)}: {done.stderr.strip()}. Cables are pulled between network namespaces, "
        "which takes root, or a container that may make them (docker run --cap-add NET_ADMIN "
        "--cap-add SYS_ADMIN)"
    )


@contextmanager
def network(machines: int) -> Iterator[Network]:
    """Such a network, for as long as the context lasts."""
    assert os.geteuid() == 0, "network namespaces take root"
    made = Network()
    try:
        made.open(machines)
        yield made
    finally:
        made.close()
