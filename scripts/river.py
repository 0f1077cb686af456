"""The pictures of 飞夺·1935: a river, two banks, torches; those in rooms are in doors.py."""

from __future__ import annotations

from collections.abc import Callable

import doors
from woodcut import (
    DEEP,
    HIGH,
    INK,
    LAMP,
    PAPER,
    STEEL,
    WIDE,
    WOOD,
    Knife,
    back,
    layer,
    night,
    shape,
    torch,
)

ROCK, FAR, FOAM = "#0b1013", "#10181d", "#8fa6b0"
Point = tuple[float, float]


def water(knife: Knife, x0: float, x1: float, top: float, low: float = HIGH) -> str:
    """A river that runs fast: foam in slivers."""
    return shape("#0e1a20", f"M{x0} {top}H{x1}V{low}H{x0}z") + knife.hatch(
        x0, top + 12, x1, low - 6, 21, FOAM, 1.5, 5, gap=0.56, length=90, opacity=0.7
    )


def torches(knife: Knife, *at: Point, reach: float = 70) -> str:
    """A row of them."""
    return layer("lamp", *[torch(knife, x, y, reach) for x, y in at], cut=False)


def rain(knife: Knife) -> str:
    """Slanting, over everything."""
    out = []
    for _ in range(110):
        x, y, long = knife.between(0, WIDE), knife.between(0, HIGH), knife.between(40, 90)
        out.append(f"M{x:.0f} {y:.0f}l-{long * 0.3:.0f} {long:.0f}h2l{long * 0.3:.0f}-{long:.0f}z")
    return layer("near", shape("#6f8894", "".join(out), 0.34))


def range_(knife: Knife, d: str, box: tuple[float, float, float, float]) -> str:
    """A mountain far off, with cuts in its side."""
    return layer(
        "far", shape(FAR, d), knife.hatch(*box, 25, STEEL, 1.5, 4, gap=0.66, length=70, opacity=0.7)
    )


def crag(knife: Knife, d: str, box: tuple[float, float, float, float]) -> str:
    """Rock close by."""
    return layer(
        "near", shape(ROCK, d), knife.hatch(*box, 24, STEEL, 1.5, 4.5, gap=0.62, length=60)
    )


def path(d: str, high: float = 12) -> str:
    """A way along a slope: a pale edge."""
    return (
        f'<path d="{d}" fill="none" stroke="#7d6f57" stroke-width="{high}"/>'
        f'<path d="{d}" fill="none" stroke="{PAPER}" stroke-width="3" opacity=".55"/>'
    )


def chains(left: Point, right: Point, many: int, apart: float, sag: float) -> str:
    """Chains that hang across."""
    out = []
    for n in range(many):
        (x0, y0), (x1, y1) = left, right
        a, b = y0 + n * apart, y1 + n * apart
        mid = (a + b) / 2 + sag
        out.append(f"M{x0:.0f} {a:.0f}Q{(x0 + x1) / 2:.0f} {mid:.0f} {x1:.0f} {b:.0f}")
    return (
        f'<path d="{"".join(out)}" fill="none" stroke="#5d5b53" stroke-width="7"/>'
        f'<path d="{"".join(out)}" fill="none" stroke="{LAMP}" stroke-width="2" '
        'stroke-dasharray="16 12" opacity=".6"/>'
    )


def gatehouse(x: float, base: float, size: float = 1, *, lit: bool = False) -> str:
    """A tower at a bridge's end: two eaves, a door below."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {base + dy * size:.0f}"

    return (
        shape(INK, f"M{p(-110, 0)}V{base - 190 * size:.0f}H{x + 110 * size:.0f}L{p(110, 0)}z")
        + shape(INK, f"M{p(-170, -176)}L{p(-120, -226)}H{x + 120 * size:.0f}L{p(170, -176)}z")
        + shape(INK, f"M{p(-80, -220)}V{base - 290 * size:.0f}H{x + 80 * size:.0f}L{p(80, -220)}z")
        + shape(INK, f"M{p(-140, -278)}Q{p(-80, -300)} {p(0, -356)}Q{p(80, -300)} {p(140, -278)}z")
        + shape(DEEP, f"M{p(-44, 0)}V{base - 96 * size:.0f}H{x + 44 * size:.0f}L{p(44, 0)}z")
        + shape(
            LAMP if lit else STEEL,
            f"M{p(-54, -270)}h{34 * size:.0f}v{34 * size:.0f}h-{34 * size:.0f}z"
            f"M{p(20, -270)}h{34 * size:.0f}v{34 * size:.0f}h-{34 * size:.0f}z",
            0.9 if lit else 0.7,
        )
        + shape(
            PAPER, f"M{p(-170, -176)}L{p(-120, -182)}H{x + 120 * size:.0f}L{p(170, -176)}z", 0.4
        )
    )


# ── pictures ────────────────────────────────────────────────────────────────────────────────────

LEFT = "M0 300L180 330 330 470 420 640 500 820 560 1080H0z"
RIGHT = "M1920 260L1700 320 1560 480 1480 660 1420 830 1370 1080H1920z"
PEAKS = "M0 520L200 330 360 400 560 210 760 390 960 250 1180 420 1380 230 1600 400 1920 300V900H0z"


def gorge(knife: Knife) -> str:
    """Two walls of rock and the river between them."""
    return (
        night(knife, 460)
        + range_(knife, PEAKS, (120, 330, 1800, 640))
        + layer("near", water(knife, 300, 1640, 620))
        + crag(knife, LEFT, (10, 380, 430, 1060))
        + crag(knife, RIGHT, (1500, 380, 1910, 1060))
    )


def cover(knife: Knife) -> str:
    west = [(60 + 62 * n, 452 + 60 * n) for n in range(7)]
    east = [(1862 - 60 * n, 436 + 62 * n) for n in range(7)]
    return (
        gorge(knife)
        + layer("near", chains((440, 560), (1476, 556), 5, 16, 170))
        + torches(knife, *west, *east, reach=66)
        + layer("figure", back(300, 1100, 1.02, rim=1), back(1640, 1100, 1.02, rim=-1))
    )


def ford(knife: Knife) -> str:
    boat = shape(INK, "M700 760Q760 820 900 824H1120Q1230 816 1290 748L1240 860H770z") + shape(
        PAPER, "M700 760Q760 806 900 810H1120Q1230 802 1290 748l-6 10Q1230 816 1120 822H900Q760 "
        "818 704 768z", 0.5
    )  # fmt: skip
    pole = shape(WOOD, "M1180 470h14v330h-14z")
    return (
        night(knife, 440)
        + range_(knife, PEAKS, (120, 330, 1800, 600))
        + layer("near", water(knife, 0, WIDE, 600))
        + layer("near", boat, pole)
        + torches(knife, (1000, 640), reach=190)
        + layer("figure", back(850, 800, 0.5, rim=1), back(1110, 800, 0.5, rim=-1))
        + crag(knife, "M0 820L300 850 520 930 640 1080H0z", (20, 870, 500, 1070))
        + crag(knife, "M1920 800L1640 850 1440 940 1320 1080H1920z", (1480, 870, 1900, 1070))
    )


def road(knife: Knife) -> str:
    way = "M0 930Q420 900 700 760T1240 560T1920 420"
    walkers = [
        back(x, y, size, rim=1)
        for x, y, size in (
            (210, 960, 0.95), (520, 880, 0.74), (800, 760, 0.56), (1040, 670, 0.44),
            (1250, 590, 0.35), (1430, 545, 0.28), (1590, 500, 0.23),
        )
    ]  # fmt: skip
    return (
        night(knife, 420)
        + range_(knife, PEAKS, (120, 330, 1800, 560))
        + layer("near", water(knife, 1100, WIDE, 720))
        + crag(
            knife, "M0 700Q420 690 760 560T1920 330V620Q1500 700 1280 860L1100 1080H0z",
            (20, 760, 1180, 1060),
        )
        + layer("near", path(way, 20))
        + layer("lamp", '<circle cx="1700" cy="330" r="420" fill="url(#glow)"/>', cut=False)
        + layer("figure", *walkers)
    )  # fmt: skip


def two_dragons(knife: Knife) -> str:
    west = [(36 + 52 * n, 500 + 62 * n) for n in range(8)]
    east = [(1886 - 50 * n, 420 + 52 * n) for n in range(8)]
    return (
        gorge(knife)
        + torches(knife, *west, reach=92)
        + torches(knife, *east, reach=48)
        + rain(knife)
    )


def bank(knife: Knife) -> str:
    """The east bank, seen across the water: a stone house above, a beach below."""
    wall = "M0 330L300 260 640 300 980 210 1340 260 1920 150V860H0z"
    house = (
        shape(INK, "M480 440V340l96-54 96 54v100z")
        + shape(PAPER, "M470 344l106-62 106 62-8 8-98-56-98 56z", 0.4)
        + shape(DEEP, "M556 440v-60h40v60zM504 372h26v24h-26zM622 372h26v24h-26z")
    )
    boats = shape(INK, "M1000 752q60 34 170 30t120-40l-26 58h-230z") + shape(
        INK, "M1180 782q50 26 140 22t100-34l-22 50h-192z"
    )
    ranks = [(1290 + 74 * n, 372 - 26 * n) for n in range(8)]
    return (
        night(knife, 340)
        + crag(knife, wall, (20, 320, 1900, 820))
        + layer(
            "near",
            path("M0 760Q200 700 320 660Q440 560 560 450T1100 390T1920 250"),
            path("M320 660Q560 720 760 770T1400 800T1920 760"),
            shape("#2b2a22", "M820 850Q1000 740 1240 770T1640 850z"),
            house,
            boats,
            water(knife, 0, WIDE, 850),
        )
        + torches(knife, *ranks, reach=58)
        + layer("figure", back(280, 720, 0.3), back(345, 722, 0.28))
        + rain(knife)
    )


def cliff(knife: Knife) -> str:
    """The west bank, seen across the water: a plank way above, a path by the water."""
    wall = "M0 160L260 130 420 240 700 150 1000 110 1400 150 1700 240 1920 200V870H0z"
    planks = "".join(f"M{1000 + 25 * n} 368l-14 84h11l13-84z" for n in range(14))
    waiting = [(1500, 690), (1556, 668), (1612, 694), (1470, 730), (1584, 736)]
    return (
        night(knife, 220)
        + crag(knife, wall, (20, 200, 1900, 840))
        + layer(
            "near",
            path(
                "M1920 640Q1700 700 1540 730L1420 440Q1390 366 1300 368H980Q700 366 420 350T0 300",
                14,
            ),
            shape(WOOD, planks),
            path("M1540 730Q1300 800 1000 790T520 770T0 800"),
            shape("#2b2a22", "M560 870Q760 800 940 820T1240 870z"),
            water(knife, 0, WIDE, 860),
        )
        + torches(knife, *waiting, reach=66)
        + rain(knife)
    )


def bridge(knife: Knife) -> str:
    """From the west end: chains underfoot that run to a tower, two rails on each side."""
    floor = "".join(f"M{270 + 172 * n} 1090L{846 + 28.5 * n:.0f} 470" for n in range(9))
    rails = (
        "M-20 330Q420 430 826 430M-20 470Q420 500 832 452M1940 330Q1500 430 1094 430"
        "M1940 470Q1500 500 1088 452"
    )
    posts = "".join(
        f"M{x} {y}l{dx} {dy}h10l{-dx} {-dy}z"
        for x, y, dx, dy in (
            (150, 372, 60, 300), (470, 428, 60, 180), (1770, 372, -60, 300), (1450, 428, -60, 180),
        )
    )  # fmt: skip
    return (
        night(knife, 300)
        + range_(knife, PEAKS, (120, 330, 1800, 480))
        + layer("near", water(knife, 0, WIDE, 560))
        + layer("near", gatehouse(960, 480, 1, lit=True))
        + layer("lamp", '<circle cx="960" cy="230" r="330" fill="url(#glow)"/>', cut=False)
        + crag(knife, "M0 640L140 700 230 860 260 1080H0z", (6, 720, 200, 1070))
        + crag(knife, "M1920 640L1780 700 1690 860 1660 1080H1920z", (1720, 720, 1914, 1070))
        + layer(
            "figure",
            f'<path d="{floor}" fill="none" stroke="#05070a" stroke-width="16"/>'
            f'<path d="{floor}" fill="none" stroke="#8d8a7e" stroke-width="10" '
            'stroke-dasharray="30 12"/>'
            f'<path d="{rails}" fill="none" stroke="#8d8a7e" stroke-width="11" '
            'stroke-dasharray="30 12"/>',
            shape("#5d5b53", posts),
        )
    )


def town(knife: Knife) -> str:
    """The town at dusk, from a spur of the east bank: the bridge, a gate, a way up the hill."""
    roofs = "".join(
        f"M{x} {y}l40-34h{w}l40 34h-18v80h-{w + 44}v-80z" for x, y, w in (
            (740, 590, 90), (850, 550, 110), (1090, 556, 90), (1210, 530, 110), (1120, 610, 130),
            (1310, 570, 100),
        )
    )  # fmt: skip
    smoke = "M1000 640q-90-70-30-170t-40-210q150 70 110 210t50 170z"
    retreat = "".join(f"M{1470 + 38 * n} {390 - 22 * n}v-26h9v26z" for n in range(9))
    creeping = [(330 + 58 * n, 724 - 5 * n) for n in range(5)]
    return (
        night(knife, 330)
        + range_(knife, PEAKS, (120, 330, 1800, 520))
        + crag(
            knife,
            "M640 1080L700 690 760 640 1100 590 1420 440 1920 250V1080z",
            (760, 700, 1900, 1060),
        )
        + layer(
            "near",
            water(knife, 0, 720, 760),
            chains((60, 700), (740, 640), 4, 12, 90),
            shape(INK, roofs),
            gatehouse(1000, 690, 0.85, lit=True),
            shape("#2a3138", smoke, 0.8),
            path("M1300 560Q1500 400 1920 220"),
            shape(PAPER, retreat, 0.8),
        )
        + torches(knife, *creeping, reach=60)
        + layer("figure", back(1560, 1110, 1.0, rim=-1), back(1740, 1120, 0.9, rim=-1))
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "cover": (cover, "夜里的峡谷，两岸各一行火把，中间几根铁链，两个背影"),
    "ford": (ford, "夜里的渡口，河心一只小船，船上一点火"),
    "road": (road, "河边山路上，一行背影往上走"),
    "night": (two_dragons, "雨夜，河两岸各一条火把的长龙"),
    "bank": (bank, "雨夜的东岸：上边一座石头房子，下边沙滩上拴着船，远处一队火把"),
    "cliff": (cliff, "雨夜的西岸：石壁上一条栈道，水边一条小路，岔口几支火把"),
    "bridge": (bridge, "从西桥头看去：脚下的铁链，两边的扶手，对面的桥楼"),
    "town": (town, "黄昏的城：河上的桥，冒烟的城门，城后的山路"),
    **doors.PICTURES,
}
"""A file's name → how it is drawn, and what it shows."""
