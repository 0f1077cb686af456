"""The pictures of 遵义·1935: a shut door, a roster, a load. scripts/pictures draws them."""

from __future__ import annotations

from collections.abc import Callable

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
    gate,
    ground,
    layer,
    night,
    oil_lamp,
    roofs,
    room,
    shape,
    sheet,
    table,
    torch,
    window,
)

STONE, STRAW, FROST = "#6f7a80", "#a98a52", "#9db0ba"
"""A printer's slab; straw; what lies on the grass before dawn."""


def slab(knife: Knife, x: float, y: float, wide: float, high: float) -> str:
    """Half of a printer's stone: sawn on three sides, broken on the fourth."""
    return (
        shape(
            STONE,
            f"M{x} {y}h{wide}l14 {high * 0.3:.0f}-22 {high * 0.3:.0f} 18 {high * 0.4:.0f}H{x}z",
        )
        + shape(INK, f"M{x} {y + high}h{wide + 10}v16H{x}z", 0.8)
        + knife.hatch(x + 8, y + 10, x + wide - 10, y + high - 6, 13, STEEL, 1.5, 4, gap=0.35)
    )


def pole(x0: float, y0: float, x1: float, y1: float) -> str:
    """A carrying pole, a little bent."""
    mid = f"{(x0 + x1) / 2:.0f} {(y0 + y1) / 2 - 26:.0f}"
    return shape(WOOD, f"M{x0} {y0}Q{mid} {x1} {y1}v15Q{mid} {x0} {y0 + 15}z")


def basket(knife: Knife, x: float, y: float, size: float = 1) -> str:
    """A carrier's basket with its cords."""
    wide, high, top = 170 * size, 110 * size, y - 150 * size
    return (
        shape(WOOD, f"M{x} {y}h{wide:.0f}l-{22 * size:.0f} {high:.0f}h-{wide - 44 * size:.0f}z")
        + knife.hatch(
            x + 12, y + 8, x + wide - 14, y + high - 6, 13, STRAW, 2, 5, gap=0.2, length=34
        )
        + shape(
            INK,
            f"M{x + 6} {y}L{x + wide / 2:.0f} {top:.0f}l5 4L{x + 16} {y}z"
            f"M{x + wide - 6:.0f} {y}L{x + wide / 2:.0f} {top:.0f}l-5 4L{x + wide - 16:.0f} {y}z",
        )
    )


def bundle(knife: Knife, x: float, y: float, wide: float, high: float) -> str:
    """Paper under a cloth, tied twice."""
    return (
        shape(PAPER, f"M{x} {y}h{wide}v{high}H{x}z")
        + shape("#3a3228", f"M{x - 8} {y - 10}h{wide + 16}v{high * 0.55:.0f}H{x - 8}z")
        + shape(
            INK,
            f"M{x + wide * 0.3:.0f} {y - 10}h7v{high + 10}h-7z"
            f"M{x + wide * 0.68:.0f} {y - 10}h7v{high + 10}h-7z",
        )
        + knife.hatch(x, y - 2, x + wide, y + high * 0.5, 14, STEEL, 1, 3, gap=0.5, length=50)
    )


def roster(knife: Knife, x: float, y: float, size: float = 1) -> str:
    """A book lying open, a line struck out, a pencil across it."""
    s = size
    leaves = sheet(knife, x, y, 330 * s, 300 * s, -5, 9) + sheet(
        knife, x + 336 * s, y + 6 * s, 330 * s, 300 * s, 4, 9
    )
    x0, y0 = x + 250 * s, y + 250 * s
    pencil = shape(
        INK,
        f"M{x0:.0f} {y0:.0f}l{300 * s:.0f} -{120 * s:.0f} {10 * s:.0f} {16 * s:.0f}"
        f"-{300 * s:.0f} {122 * s:.0f}-{34 * s:.0f} {4 * s:.0f}z",
    ) + shape(
        LAMP,
        f"M{x0 + 12 * s:.0f} {y0 - 4 * s:.0f}l{280 * s:.0f} -{112 * s:.0f} 3 5"
        f"-{280 * s:.0f} {112 * s:.0f}z",
    )
    return leaves + pencil


def lane(knife: Knife, *, lit: bool) -> str:
    """Two walls that run to a shut door."""
    return layer(
        "near",
        shape(INK, "M0 120L700 380V860L0 1080z"),
        shape(INK, "M1920 120L1220 380V860l700 220z"),
        knife.bricks(20, 330, 620, 470),
        knife.bricks(1280, 330, 620, 470),
        shape("#141c21", "M690 350h540v520H690z"),
        knife.hatch(700, 370, 1220, 850, 24, STEEL, 1.5, 4, gap=0.6, length=80),
        gate(838, 866, 244, 330),
        window(740, 400, 120, 90, lit=lit),
        window(1060, 400, 120, 90, lit=False),
        shape("#0c0f10", "M690 866h540l690 214H0z"),
        knife.hatch(420, 890, 1500, 1070, 20, "#31414a", 1.5, 4.5, gap=0.4, length=110),
    )


def wall_with_gate(knife: Knife) -> str:
    """The wall of a town, its arch open upon a road."""
    arch = "M1290 880V520q0-220 230-220t230 220v360z"
    return layer(
        "far",
        shape("#0b1013", f"M0 150h{WIDE}v740H0z"),
        shape("#0b1013", "".join(f"M{x} 96h70v60h-70z" for x in range(10, WIDE, 128))),
        knife.bricks(10, 190, 1240, 660),
        knife.bricks(1790, 190, 130, 660),
        shape(
            PAPER,
            "M1262 880V516q0-248 258-248t258 248v364h-28V520q0-220-230-220t-230 220v360z",
            0.6,
        ),
        shape("#1c2a33", arch),
        shape("#26363f", "M1290 640q120-60 230-30t230-20v290h-460z"),
        shape(FROST, "M1500 610l40 0 120 270h-250z", 0.25),
    )


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def cover(knife: Knife) -> str:
    load = basket(knife, 250, 900, 1.2) + slab(knife, 1440, 900, 210, 120)
    return (
        night(knife)
        + roofs(400)
        + lane(knife, lit=True)
        + layer("lamp", '<circle cx="800" cy="446" r="300" fill="url(#glow)"/>',
                knife.rays(800, 446, 80, 250, 40, LAMP), cut=False)
        + layer("figure", *[back(x, 1010, size, rim=rim) for x, size, rim in
                            ((740, 0.8, 1), (890, 0.86, 1), (1060, 0.84, -1), (1210, 0.78, -1))])
        + layer("figure", load)
    )  # fmt: skip


def desk(knife: Knife) -> str:
    return (
        room(knife)
        + layer("far", window(1250, 130, 330, 330, lit=False))
        + layer("near", table(knife, 80, 700, 1760, 130), roster(knife, 640, 690, 0.9))
        + oil_lamp(knife, 470, 760, 2, 540)
        + layer("figure", back(330, 1090, 1.5, rim=1), back(1610, 1090, 1.5, rim=-1))
    )


def city_gate(knife: Knife) -> str:
    soles = "".join(
        f"M{x} 900q-10-26 30-30l76-2q44 6 40 30-8 22-50 20l-66 0q-26-2-30-18z" for x in (690, 800)
    )
    straps = "".join(
        f"M{x} 874l30 20 4-8-26-16zM{x + 54} 872l-20 24 8 4 22-26z" for x in (730, 840)
    )
    gap = shape(FROST, "M1070 850h250l30 60h-310z", 0.35) + pole(1040, 930, 1370, 920)
    return (
        night(knife, 300)
        + wall_with_gate(knife)
        + layer(
            "near",
            ground(knife, 876),
            *[bundle(knife, x, y, 170, 120) for x, y in ((170, 770), (350, 790), (260, 680))],
            shape(STRAW, soles),
            shape(INK, straps),
            knife.hatch(694, 876, 940, 912, 9, WOOD, 1.5, 3.5, gap=0.4, length=20),
            gap,
        )
        + layer("lamp", torch(knife, 960, 560, 210), cut=False)
        + layer("near", shape(WOOD, "M952 566h16v330h-16z"))
        + layer("figure", back(1830, 1090, 1.4, rim=-1))
    )


def three_ways(knife: Knife) -> str:
    paths = shape(
        "#26343c",
        "M900 1080L560 640l-300-20v-16l330 8 420 468z"
        "M960 1080L930 420l22 0 90 660zM1060 1080l330-420 330-30v18l-290 40-270 392z",
    )
    hut = shape(INK, "M140 600l90-60 90 60v60H140z") + knife.hatch(
        60, 640, 480, 720, 12, STEEL, 1.5, 4, gap=0.4
    )
    shrine = shape(INK, "M850 380l90-70 90 70h-20v70H870v-70z") + shape(
        "#0b1013", "M560 640q220-240 380-200t420 200z"
    )
    wheel = "".join(
        f"M1650 590l{dx} {dy} 12 8-{abs(dx)} {abs(dy)}z"
        for dx, dy in ((0, -76), (60, -48), (76, 0))
    )
    mill = shape(INK, "M1560 560l110-76 110 76v90h-220z") + shape(
        STEEL,
        wheel
        + "M1590 590a60 60 0 1 0 120 0 60 60 0 1 0-120 0zm14 0a46 46 0 1 1 92 0 46 46 0 1 1-92 0z",
    )
    return (
        night(knife, 520)
        + layer("far", shape("#0b1013", "M0 560q260-90 520-40t480-60 460 50 460-30v600H0z"))
        + layer("near", shrine, ground(knife, 640), hut, mill, paths)
        + layer("near", knife.hatch(0, 690, WIDE, 1070, 15, FROST, 1, 3.5, gap=0.72, length=40))
        + layer("lamp", torch(knife, 1110, 730, 230), cut=False)
        + layer("figure", back(980, 1090, 1.25, rim=1), back(720, 1100, 1.15, rim=1))
    )  # fmt: skip


def one_line(knife: Knife) -> str:
    dawn = shape("#5d7480", "M1250 130h330v330h-330z", 0.9)
    bars = shape(
        INK, "M1330 130h6v330h-6zM1412 130h6v330h-6zM1494 130h6v330h-6zM1250 292h330v6h-330z"
    )
    light = shape(FROST, "M1250 460h330L1200 1000H520z", 0.16)
    plank = shape(WOOD, "M90 260l190-30 60 640-200 40z") + knife.hatch(
        120, 300, 310, 860, 26, "#7a5a38", 2, 5, gap=0.4
    )
    hat = shape(STRAW, "M1420 830q150-120 300 0 30 26-10 34h-280q-40-8-10-34z") + knife.hatch(
        1440, 790, 1700, 850, 10, WOOD, 1.5, 3.5, gap=0.35, length=40
    )
    return (
        room(knife)
        + layer("far", dawn, bars, light)
        + layer("near", plank, table(knife, 60, 620, 1800, 150), roster(knife, 520, 660, 1.15), hat)
    )  # fmt: skip


def crossing(knife: Knife) -> str:
    water = shape("#0f1a20", f"M0 560h{WIDE}V{HIGH}H0z") + knife.hatch(
        0, 574, WIDE, HIGH, 17, STEEL, 1.5, 5, gap=0.5, length=150
    )
    bank = shape("#0b1013", "M0 560q300-170 620-120t520-40 780 80v80H0z")
    near = shape("#0b1013", "M0 900q420-70 900-20t1020-30v230H0z") + knife.hatch(
        0, 920, WIDE, 1070, 18, "#31414a", 1.5, 4, gap=0.45, length=100
    )
    far = [
        torch(knife, x, y, 60)
        for x, y in ((420, 640), (640, 655), (860, 668), (1080, 680), (1300, 700))
    ]
    rafts = shape(
        INK,
        "".join(
            f"M{x} {y}h150l-16 26h-120z"
            for x, y in ((360, 676), (580, 692), (800, 706), (1020, 720), (1240, 742))
        ),
    )
    load = (
        pole(640, 742, 1180, 730) + basket(knife, 570, 890, 0.9) + slab(knife, 1110, 880, 160, 96)
    )
    cords = shape(INK, "M1112 880l66-146 5 3-56 143zM1260 880l-82-146 6-2 88 148z")
    return (
        night(knife, 480)
        + layer("far", bank)
        + layer("near", water, rafts)
        + layer("lamp", *far, cut=False)
        + layer("near", near)
        + layer("figure", back(910, 1030, 1.0, rim=1), load, cords, back(1560, 1070, 1.2, rim=-1))
    )  # fmt: skip


def some_papers(knife: Knife) -> str:
    wire = "".join(sheet(knife, 1180, y, 420, 58, -4, 1) for y in (600, 668, 736))
    photo = (
        '<g transform="rotate(6 470 720)">'
        + shape(PAPER, "M300 580h360v280H300z")
        + shape(DEEP, "M324 604h312v208H324z")
        + shape(STEEL, "M360 800V690l120-60 120 60v110z")
        + shape(INK, "M452 800v-70h56v70zM384 720h44v36h-44zM532 720h44v36h-44z")
        + "</g>"
    )
    return (
        layer("far", shape("#10171b", f"M0 0h{WIDE}v{HIGH}H0z"))
        + layer("far", knife.hatch(0, 30, WIDE, 380, 26, DEEP, 3, 9, gap=0.3, length=170))
        + layer("near", table(knife, -60, 400, 2040, 640), photo, wire,
                sheet(knife, 740, 540, 360, 420, -3, 12), sheet(knife, 1500, 780, 320, 240, 9, 7))
        + oil_lamp(knife, 1130, 480, 1.6, 380)
    )  # fmt: skip


def old_man(knife: Knife) -> str:
    stick = shape(WOOD, "M1150 800h12l26 262h-12z")
    return (
        night(knife, 420)
        + layer("lamp", '<circle cx="960" cy="330" r="620" fill="url(#glow)"/>', cut=False)
        + roofs(400)
        + lane(knife, lit=False)
        + layer("near", shape(PAPER, "M1330 560h90v190h-90z"), knife.lines(1344, 586, 62, 9, 16))
        + layer("figure", stick, back(1060, 1060, 1.15, rim=-1), slab(knife, 470, 930, 220, 110))
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "cover": (cover, "巷子尽头一扇关着的门，四个背影，一副挑子：一头是筐，一头是石板"),
    "room": (desk, "灯下一本摊开的名册，一支铅笔，两个背影"),
    "gate": (city_gate, "城门口：一堆纸捆，一双草鞋，一块空着的地方，城门外的路"),
    "road": (three_ways, "霜夜的路口，三条路，渡口、山神庙、磨坊都黑着"),
    "line": (one_line, "清早的桌上一本名册，一支铅笔横在上头，一顶草帽，一块门板"),
    "river": (crossing, "赤水河边，一排火把，一副挑子：一头是筐，一头是石板"),
    "papers": (some_papers, "灯下几张纸：一份手稿，几条电报，一张房子的照片"),
    "alley": (old_man, "巷子里一个拄着棍子的背影，尽头那扇门关着，墙脚半块石板"),
}
"""A file's name → how it is drawn, and what it shows."""
