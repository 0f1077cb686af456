"""Which of a laptop's addresses is the room's; what wall and desk show when it changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

from engine.evening import house
from engine.evening.addresses import Address, Interface, addresses, likeliest
from engine.evening.roaming import AddressWatch
from tests.support.cheat import as_struct
from tests.support.inside import Inside, inside
from tests.support.scripts import MINI
from web.door.audit import Actor
from web.live.lines import SessionLine
from web.pages.render import render_parts
from web.settings import Settings


def wifi(name: str, address: str) -> Interface:
    return Interface(name=name, address=address, wireless=name.startswith(("wl", "Intel")))


LO = Interface(name="lo", address="127.0.0.1", prefix=8)
LAPTOPS: dict[str, tuple[str, str, list[Interface]]] = {
    # name: (the room's, the way out, what there is)
    "an office's Linux with a VPN": ("192.168.1.23", "192.168.1.23", [
        LO, Interface(name="tun0", address="10.8.0.2", point_to_point=True),
        Interface(name="docker0", address="172.17.0.1", prefix=16),
        Interface(name="br-3f2a", address="172.18.0.1", prefix=16),
        Interface(name="virbr0", address="192.168.122.1"),
        wifi("wlp2s0", "192.168.1.23"),
    ]),
    "a VPN that takes everything": ("192.168.1.23", "10.8.0.2", [
        LO, Interface(name="tun0", address="10.8.0.2"), wifi("wlan0", "192.168.1.23"),
    ]),
    "WireGuard and Tailscale": ("10.1.2.3", "10.1.2.3", [
        LO, Interface(name="wg0", address="10.0.0.2", prefix=32),
        Interface(name="tailscale0", address="100.100.1.1", prefix=32),
        Interface(name="enp3s0", address="10.1.2.3"),
    ]),
    "a cable to the internet": ("10.20.0.5", "10.20.0.5", [
        LO, Interface(name="eth0", address="10.20.0.5"), wifi("wlan0", "192.168.1.23"),
    ]),
    "a hotspot without any way out": ("192.168.43.7", "", [
        LO, Interface(name="eth0", address="10.20.0.5"), wifi("wlan0", "192.168.43.7"),
    ]),
    "a cable that got no address": ("192.168.43.7", "", [
        LO, Interface(name="eth0", address="169.254.7.7", prefix=16), wifi("wlan0", "192.168.43.7"),
    ]),
    "a Mac": ("192.168.0.9", "192.168.0.9", [
        LO, Interface(name="utun4", address="10.9.0.1"),
        Interface(name="bridge100", address="192.168.64.1"),
        Interface(name="en0", address="192.168.0.9"),
    ]),
    "Windows": ("192.168.3.4", "192.168.3.4", [
        Interface(name="Software Loopback Interface 1", address="127.0.0.1", prefix=8),
        Interface(name="Hyper-V Virtual Ethernet Adapter", address="172.20.0.1", prefix=20),
        Interface(name="VirtualBox Host-Only Ethernet Adapter", address="192.168.56.1"),
        Interface(name="Sangfor SSL VPN CS Support System VNIC", address="2.0.0.1"),
        Interface(name="TAP-Windows Adapter V9", address="10.8.0.6"),
        wifi("Intel(R) Wi-Fi 6 AX201", "192.168.3.4"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("laptop", LAPTOPS)
def test_the_rooms_address_comes_first_whatever_stands_beside_it(laptop: str) -> None:
    room, out, found = LAPTOPS[laptop]
    for order in list(permutations(found))[:200]:
        shown = likeliest(order, out)
        assert shown[0].address == room
        assert shown[-1].at.is_loopback
        likely = [one.likely for one in shown]
        assert likely == sorted(likely, reverse=True), "what can't be the room's comes last"


def test_this_machine_has_addresses() -> None:
    found = addresses(8000)
    assert found
    assert all(one.url.endswith(":8000") for one in found)
    assert addresses(8000, "https://party.example.cn/")[0].url == "https://party.example.cn"


HOME = Address("http://192.168.1.23:8000", "无线网 wlan0", likely=True)
CABLE = Address("http://10.20.0.5:8000", "网卡 eth0", likely=True)
VPN = Address("http://10.8.0.2:8000", "虚拟网络或 VPN tun0", likely=False)
AWAY = Address("http://192.168.43.7:8000", "无线网 wlan0", likely=True)


class Machine:
    """This machine, with the addresses it is given."""

    def __init__(self, app: Inside) -> None:
        self.app = app
        self.has: list[Address] = [HOME, VPN]
        token = app.ask(
            "POST", "/api/token", json={"name": "admin", "password": "七月二十三日"}
        ).json()["token"]
        self.headers = {"authorization": f"Bearer {token}"}
        self.token = token
        made = self.post("/api/sessions", scenario="first-congress-demo")
        self.id, self.code = made["id"], made["code"]

    def post(self, path: str, **body: Any) -> Any:
        return self.app.ask("POST", path, json=body, headers=self.headers).json()

    def part(self, kind: str = "console") -> dict[str, Any]:
        services = self.app.services
        session = self.app.run(services.sessions.find_session(self.id))
        assert session is not None
        admin = self.app.run(services.people.find_login(self.token, 3600))
        assert admin is not None
        actor = Actor.of_account(admin, session, "")
        line = SessionLine(services, session, kind, self.token, actor, admin)
        part: dict[str, Any] = json.loads(self.app.run(line.parts())[1]["session"].json())
        return part

    def use(self, address: str) -> Any:
        return self.post(f"/api/sessions/{self.id}/commands", do="address", address=address)


@pytest.fixture
def machine(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("moving")
    (folder / "scenarios" / "first-congress-demo").mkdir(parents=True)
    (folder / "scenarios" / "first-congress-demo" / "scenario.yaml").write_bytes(MINI)
    settings = Settings(
        scenarios=folder / "scenarios",
        database_url=f"sqlite:///{folder}/test.db",
        secret="x",
        admin_password="七月二十三日",
    )
    with inside(settings) as app:
        made = Machine(app)
        monkeypatch.setattr(house, "addresses", lambda *_: made.has)
        yield made


def test_the_desk_is_asked_only_where_more_than_one_may_be_right(machine: Machine) -> None:
    assert machine.part()["asked"] is False, "the VPN is nobody's room"
    machine.has = [CABLE, HOME, VPN]
    part = machine.part()
    assert part["asked"] is True
    assert part["join_url"].startswith(CABLE.url)
    assert [one["url"] for one in part["addresses"]] == [CABLE.url, HOME.url, VPN.url]
    assert machine.use(HOME.url)["runs"]
    part = machine.part()
    assert part["asked"] is False
    assert part["join_url"].startswith(HOME.url)
    assert "error" in machine.use("http://elsewhere:8000")


@pytest.mark.parametrize("chosen", [False, True])
def test_a_laptop_in_another_network_has_it_on_wall_and_desk(
    machine: Machine, chosen: bool
) -> None:
    watch = AddressWatch(machine.app.services)
    if chosen:
        machine.use(HOME.url)
    assert not watch.look()
    assert machine.part()["lost"] == ""

    async def rung() -> bool:
        session = await machine.app.services.sessions.find_session(machine.id)
        assert session is not None
        with machine.app.services.host.watch(session.runs[0].id) as bell:
            machine.has = [AWAY, VPN]
            changed = watch.look()
            await bell.moved()
            return changed

    assert machine.app.run(rung()), "whoever shows the session looks again"
    part = machine.part()
    assert part["lost"] == HOME.url
    assert part["join_url"].startswith(AWAY.url)
    assert machine.part("projector")["join_url"].startswith(AWAY.url)
    machine.use(AWAY.url)
    assert machine.part()["lost"] == "", "the desk has seen it"


def test_a_machine_in_no_network_says_so_on_wall_and_desk(machine: Machine) -> None:
    """The code on the wall would be of 127.0.0.1, without a word."""
    watch = AddressWatch(machine.app.services)
    alone = Address("http://127.0.0.1:8000", "仅本机", likely=False)
    for has, unreachable in [([alone], True), ([HOME, alone], False), ([VPN, alone], False)]:
        machine.has = has
        watch.look()
        for screen in ("console", "projector"):
            part = machine.part(screen)
            assert part["unreachable"] is unreachable
            shown = render_parts(screen, {"session": as_struct(part)})["session"]
            assert ("没有连上网络" in shown) is unreachable


def test_an_address_that_comes_back_is_lost_no_longer(machine: Machine) -> None:
    watch = AddressWatch(machine.app.services)
    machine.has = [AWAY]
    assert watch.look()
    assert machine.part()["lost"] == HOME.url
    machine.has = [HOME, VPN]
    assert watch.look()
    assert machine.part()["lost"] == ""
