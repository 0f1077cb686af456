"""The pictures of 一天的行程单: a table, a well, a road, sheets. scripts/pictures draws them."""

from __future__ import annotations

from collections.abc import Callable

from rooms import IRON, chair, desk_lamp, envelope, telephone
from woodcut import (
    BOARD,
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
    ground,
    layer,
    night,
    roofs,
    room,
    shape,
    sheet,
    table,
    window,
)

CLOTH = "#7d5a38"
"""A roll of cloth by lamplight: red is for a fall and the oath."""


def rows(knife: Knife, x: float, y: float, wide: float, high: float, many: int) -> str:
    """A sheet of hours: a box at the left of each line; the last lines are empty."""
    out, step = [], high * 0.84 / many
    for n in range(many):
        top = y + high * 0.1 + n * step
        out.append(f"M{x + wide * 0.08:.0f} {top:.0f}h{wide * 0.14:.0f}v3h-{wide * 0.14:.0f}z")
        long = wide * knife.between(0.4, 0.6) if n < many - 3 else 0
        out.append(f"M{x + wide * 0.3:.0f} {top:.0f}h{long:.0f}v4h-{long:.0f}z")
        rule = wide * 0.88
        out.append(f"M{x + wide * 0.06:.0f} {top + step * 0.6:.0f}h{rule:.0f}v1h-{rule:.0f}z")
    return (
        shape(INK, f"M{x + 12} {y + 14}h{wide}v{high}h-{wide}z", 0.5)
        + shape(PAPER, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + shape(INK, "".join(out), 0.65)
    )


def drawer(x: float, y: float, wide: float, high: float, out: float = 0) -> str:
    """A drawer, shut, or pulled out by so much with a paper standing in it."""
    face = shape(BOARD, f"M{x} {y + out}h{wide}v{high}h-{wide}z") + shape(
        INK, f"M{x + wide / 2 - 30} {y + out + high / 2}h60v12h-60z"
    )
    if not out:
        return face
    inside = shape(DEEP, f"M{x + 14} {y}h{wide - 28}l14 {out}H{x}z")
    paper = shape(PAPER, f"M{x + 40} {y + out}l10-{out + 46} {wide - 110} 12 4 {out + 34}z", 0.9)
    return inside + paper + face


def car(x: float, base: float, size: float = 1) -> str:
    """A plain car from the side, its lamps on."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {base + dy * size:.0f}"

    wheels = "".join(
        f"M{p(dx - 42, -34)}a{42 * size:.0f} {42 * size:.0f} 0 1 0 {84 * size:.0f} 0 "
        f"{42 * size:.0f} {42 * size:.0f} 0 1 0-{84 * size:.0f} 0z"
        for dx in (-170, 180)
    )
    return (
        shape(
            INK,
            f"M{p(-320, -50)}L{p(-310, -130)}L{p(-180, -150)}L{p(-110, -236)}L{p(110, -236)}"
            f"L{p(190, -150)}L{p(316, -128)}L{p(326, -50)}z",
        )
        + shape(STEEL, f"M{p(-150, -152)}L{p(-94, -216)}L{p(-10, -216)}L{p(-10, -152)}z")
        + shape(STEEL, f"M{p(10, -152)}L{p(10, -216)}L{p(96, -216)}L{p(154, -152)}z")
        + shape(INK, wheels)
        + shape(IRON, f"M{p(-330, -62)}L{p(330, -62)}L{p(330, -52)}L{p(-330, -52)}z")
        + shape(LAMP, f"M{p(-322, -120)}L{p(-296, -124)}L{p(-296, -96)}L{p(-322, -94)}z")
    )


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def cover(knife: Knife) -> str:
    four = [
        back(x, 1100, size, rim=rim)
        for x, size, rim in ((330, 1.4, 1), (700, 1.25, 1), (1230, 1.25, -1), (1600, 1.4, -1))
    ]
    lit = '<circle cx="960" cy="420" r="620" fill="url(#glow)"/>' + knife.rays(
        960, 420, 330, 700, 70, LAMP
    )
    return (
        room(knife, 900)
        + layer("lamp", lit, cut=False)
        + layer("near", rows(knife, 740, 120, 440, 640, 11))
        + layer("figure", *four)
    )


def desk(knife: Knife) -> str:
    cloth = (
        shape(CLOTH, "M1190 600q100-34 200 0v70q-100 34-200 0z")
        + shape("#5f4329", "M1376 596q34 40 0 82q-26-40 0-82z")
        + knife.hatch(1196, 606, 1372, 664, 12, "#5f4329", 1.5, 4, gap=0.4, length=60)
    )
    slips = "".join(
        sheet(knife, 1010 + 14 * n, 780 - 10 * n, 130, 90, turn, 4)
        for n, turn in enumerate((-8, 3, 9))
    )
    key = (
        shape(WOOD, "M1570 740h70l10 60q-45 24-90 0z")
        + shape(PAPER, "M1650 760h60v10h-12v12h-10v-12h-38z", 0.85)
        + shape(PAPER, "M1596 726a16 16 0 1 1 .1 0z", 0.6)
    )
    return (
        room(knife, 560)
        + layer("near", window(240, 90, 260, 300, lit=False))
        + layer("near", table(knife, -60, 540, 2040, 500))
        + desk_lamp(knife, 1560, 600, 1.2, 430)
        + layer("near", sheet(knife, 340, 620, 250, 190, -6, 6))
        + layer("near", rows(knife, 740, 590, 230, 250, 9))
        + layer("near", cloth, slips, key)
    )


def plan(knife: Knife) -> str:
    blank = shape(INK, "M812 712h320v190h-320z", 0.5) + shape(PAPER, "M800 700h320v190h-320z")
    four = [
        back(x, base, size, rim=rim)
        for x, base, size, rim in (
            (380, 1090, 1.3, 1), (640, 1120, 1.4, 1), (1290, 1120, 1.4, -1), (1560, 1090, 1.3, -1),
        )
    ]  # fmt: skip
    return (
        room(knife, 620)
        + layer("near", window(300, 110, 260, 280, lit=False))
        + layer("near", table(knife, 260, 640, 1400, 240), blank)
        + layer("near", telephone(1330, 690, 0.9))
        + desk_lamp(knife, 960, 650, 1.3, 470)
        + layer("figure", *four)
    )


def village(knife: Knife) -> str:
    well = (
        shape(IRON, "M840 800h280l-20 170H860z")
        + knife.bricks(856, 812, 250, 150)
        + shape(DEEP, "M846 800q134-44 268 0-134 40-268 0z")
        + shape(WOOD, "M850 800l40-260h20l-30 260zM1070 800l-30-260h20l46 260z")
        + shape(WOOD, "M880 540h180v18H880zM950 528h40v44h-40z")
        + shape(INK, "M966 572h5v150h-5z")
    )
    pail = shape(STEEL, "M1230 870h110l-18 110h-74z") + shape(
        INK, "M1226 866q58-70 118 0l-8 4q-50-54-102 0z"
    )
    house = (
        shape("#0b1013", "M180 860V520l230-140 230 140v340z")
        + shape(DEEP, "M360 620h110v240H360z")
        + shape(PAPER, "M470 616l30 10v240l-30-6z", 0.5)
        + shape(INK, "M150 540l260-166 260 166-14 24-246-150-246 150z")
        + knife.bricks(196, 560, 150, 290)
    )
    sun = (
        '<circle cx="1560" cy="420" r="420" fill="url(#glow)"/>'
        + knife.rays(1560, 420, 80, 360, 46, LAMP)
        + shape("#fbe7b0", "M1504 420a56 56 0 1 0 112 0 56 56 0 1 0-112 0z")
    )
    return (
        night(knife, 560)
        + layer("lamp", sun, cut=False)
        + roofs(640)
        + layer("near", ground(knife, 850), house, well, pail)
        + layer("figure", back(1420, 1080, 1.05, rim=1), back(1690, 1100, 1.25, rim=-1))
    )


def hall(knife: Knife) -> str:
    bowls = "".join(f"M{x} 742h120q-10 60-60 60t-60-60z" for x in (520, 720, 920, 1120))
    soup = "".join(f"M{x + 6} 742q54-26 108 0z" for x in (520, 720, 920, 1120))
    steam = knife.hatch(560, 600, 1200, 720, 22, PAPER, 0.8, 2, gap=0.75, length=26, opacity=0.6)
    return (
        room(knife, 700)
        + layer(
            "near", shape(DEEP, "M1440 240h260v560h-260z"), shape(LAMP, "M1668 244l24 6v550h-24z")
        )
        + layer(
            "near", table(knife, 260, 740, 1080, 70), shape(PAPER, bowls), shape(LAMP, soup, 0.8)
        )
        + layer("near", steam, *[chair(x, 1010, 1.0, f) for x, f in ((340, 1), (1290, -1))])
        + layer(
            "lamp",
            '<circle cx="880" cy="330" r="560" fill="url(#glow)"/>',
            knife.rays(880, 330, 80, 430, 44, LAMP, 20, 160),
            shape(INK, "M876 0h8v250h-8z") + shape(IRON, "M830 250h100l44 64H786z"),
            cut=False,
        )
        + layer("figure", *[back(x, 980, 1.2, rim=-1) for x in (1480, 1580, 1690)])
    )


def road(knife: Knife) -> str:
    beam = shape(LAMP, "M470 770L0 700v230l470-120z", 0.4)
    way = shape("#141a1d", "M0 860q700-50 1920 10v210H0z") + knife.hatch(
        0, 930, WIDE, 950, 18, PAPER, 3, 6, gap=0.5, length=120, opacity=0.6
    )
    sign = (
        shape(INK, "M1500 420h14v460h-14z")
        + shape(PAPER, "M1400 380h214v110h-214z", 0.9)
        + shape(STEEL, "M1492 400h30v26h26v24h-26v26h-30v-26h-26v-24h26z")
    )
    return (
        night(knife, 620)
        + layer("far", shape("#0b1013", "M0 780q340-130 700-60t620-40 600 60v300H0z"))
        + layer("near", way, sign)
        + layer("lamp", '<circle cx="470" cy="780" r="300" fill="url(#glow)"/>', beam, cut=False)
        + layer("near", car(800, 900, 1.05))
        + layer("figure", back(1290, 1040, 0.85, rim=-1), back(1372, 1040, 0.5, rim=-1))
    )


def drawers(knife: Knife) -> str:
    chest = shape(WOOD, f"M430 300h1060v{HIGH - 300}H430z") + knife.hatch(
        440, 310, 1480, 330, 10, LAMP, 1, 3, gap=0.4, length=120, opacity=0.6
    )
    four = [
        drawer(470, 380, 460, 170),
        drawer(990, 380, 460, 170, 70),
        drawer(470, 690, 460, 170, 90),
        drawer(990, 700, 460, 170),
    ]
    return (
        room(knife, 1000)
        + layer("near", chest, *four, envelope(1110, 230, 190, 100, -4))
        + desk_lamp(knife, 640, 300, 0.9, 420)
        + layer("figure", back(240, 1100, 1.5, rim=1), back(1690, 1100, 1.5, rim=-1))
    )


def week(knife: Knife) -> str:
    pen = shape(INK, "M1140 780l260-130 12 18-254 138-32 4z")
    return (
        room(knife, 560)
        + layer("near", window(1380, 90, 320, 330, lit=False))
        + layer("near", table(knife, -60, 540, 2040, 500))
        + layer("near", rows(knife, 760, 580, 380, 400, 7), pen)
        + desk_lamp(knife, 520, 610, 1.3, 480)
        + layer("figure", back(250, 1130, 1.35, rim=1), back(1650, 1130, 1.35, rim=-1))
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "cover": (cover, "墙上一张大大的行程单，末几行空着，四个背影"),
    "desk": (desk, "桌上一份公函，一张行程单，一卷布，一叠票，一只车钥匙的皮套"),
    "plan": (plan, "四个人围着一张白纸，一部电话"),
    "village": (village, "一口井，一只漏桶，一扇亮着的门，两个背影"),
    "hall": (hall, "食堂一张桌，四只碗，门口站着三个人"),
    "road": (road, "夜路上一辆车，一块医院的路牌，一个大人和一个孩子"),
    "drawers": (drawers, "一只柜子四只抽屉，开着两只，一个信封，两个背影"),
    "week": (week, "灯下一张空着末几行的行程单，一支笔"),
}
"""A file's name → how it is drawn, and what it shows."""
