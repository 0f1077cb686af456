"""The pictures of 信箱·1964: rooms with no name on their doors. scripts/pictures draws them."""

from __future__ import annotations

from collections.abc import Callable

from rooms import (
    IRON,
    book,
    boxes,
    chair,
    coat,
    desk_lamp,
    envelope,
    machine,
    sack,
    telephone,
    tower,
)
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
    room,
    shape,
    sheet,
    table,
    window,
)

# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def cover(knife: Knife) -> str:
    glow = '<circle cx="1055" cy="470" r="520" fill="url(#glow)"/>'
    return (
        room(knife, 980)
        + layer("near", boxes(knife, 300, 130, 7, 6, (3, 2)))
        + layer("lamp", glow, knife.rays(955, 445, 110, 420, 48, LAMP), cut=False)
        + layer("figure", back(560, 1100, 1.55, rim=1), back(1390, 1100, 1.5, rim=-1))
    )


def gate(knife: Knife) -> str:
    pins = "".join(
        f"M{knife.between(660, 1110):.0f} {knife.between(180, 400):.0f}a5 5 0 1 0 .1 0z"
        for _ in range(26)
    )
    chart = (
        shape(PAPER, "M640 150h500v280H640z", 0.8)
        + shape(STEEL, "M690 260q90-90 210-40t200-30l20 110-130 70-170-20-130 40z", 0.55)
        + shape(INK, pins)
    )
    stove = (
        shape(IRON, "M1240 640h150l20 240h-190z")
        + shape(IRON, "M1300 640V120h34v520z")
        + shape(LAMP, "M1272 770h74v46h-74z")
        + shape(INK, "M1262 760h94v8h-94zM1262 818h94v8h-94z")
    )
    return (
        room(knife, 830)
        + layer("near", chart, stove)
        + layer("near", *[coat(1540 + 92 * n, 350 + 8 * (n % 2)) for n in range(4)])
        + layer("near", table(knife, 160, 760, 960, 60))
        + layer("near", book(380, 742, 170, 5), telephone(900, 756))
        + layer("figure", back(150, 1090, 1.5, rim=1))
        + layer(
            "lamp",
            '<circle cx="1310" cy="792" r="330" fill="url(#glow)"/>',
            knife.rays(1310, 792, 60, 250, 34, LAMP, 180, 360),
            cut=False,
        )
    )


def nine(knife: Knife) -> str:
    sheets = [
        sheet(knife, 420, 720, 200, 150, -9, 6),
        sheet(knife, 1240, 730, 210, 140, 7, 6),
    ]
    return (
        room(knife, 800)
        + layer("near", window(220, 170, 250, 260, lit=False))
        + layer("near", *[sack(knife, x, 960, size) for x, size in ((1640, 1.1), (1500, 0.9))])
        + layer("near", sack(knife, 1800, 1000, 1.25))
        + layer("near", table(knife, 200, 760, 1260, 70), *sheets, machine(960, 780, 1.05))
        + desk_lamp(knife, 700, 780, 1.1, 430)
        + layer("figure", back(470, 1100, 1.4, rim=1), back(1230, 1110, 1.45, rim=-1))
    )


def west(knife: Knife) -> str:
    shelf = shape(WOOD, "M760 300h520v22H760zM780 322h16v90h-16zM1244 322h16v90h-16z") + shape(
        PAPER, "M890 206h240v94H890z", 0.9
    )
    curves = "M910 276q50-80 100-40t100-20l0 6q-50 54-100 28t-96 32z"
    sill = shape(PAPER, "M300 556h280v24H300z", 0.7) + shape(
        PAPER, "M320 518h220l16 18-16 20H320z", 0.9
    )
    marks = "".join(f"M{340 + 20 * n} 524h3v{9 + 7 * (n % 3)}h-3z" for n in range(10))
    basket = shape(WOOD, "M1430 760h210l-34 190h-142z") + knife.hatch(
        1444, 780, 1626, 940, 18, "#7a5a38", 2, 5, gap=0.2, length=46
    )
    crates = shape(BOARD, "M60 840h250v170H60zM96 700h200v136H96z") + knife.hatch(
        70, 712, 300, 1000, 22, "#6b4c2d", 2, 5, gap=0.35
    )
    return (
        room(knife, 820)
        + layer("near", window(310, 180, 260, 290, lit=False), sill)
        + layer("near", shelf, shape(INK, marks + curves), basket, crates)
        + layer(
            "near",
            table(knife, 640, 740, 700, 60),
            sheet(knife, 850, 640, 210, 120, -4, 1),
            sheet(knife, 720, 700, 150, 80, 8, 4),
        )
        + desk_lamp(knife, 1200, 760, 1, 380)
        + layer("figure", back(1806, 1100, 1.4, rim=-1))
    )


def letter(knife: Knife) -> str:
    pen = shape(INK, "M1160 720l230-150 14 18-226 156-34 6z")
    return (
        room(knife, 640)
        + layer("near", window(1360, 110, 330, 330, lit=False))
        + layer("near", shape("#dfe6e8", "M1364 400q80-40 160-14t162-24v76h-322z", 0.5))
        + layer(
            "near",
            table(knife, -60, 560, 2040, 480),
            sheet(knife, 640, 580, 440, 300, -5, 6),
            envelope(1190, 690, 380, 230, 8),
            pen,
        )
        + desk_lamp(knife, 430, 620, 1.3, 470)
    )


def front(knife: Knife) -> str:
    moon = '<circle cx="1500" cy="210" r="260" fill="url(#glow)"/>' + shape(
        PAPER, "M1440 210a60 60 0 1 0 120 0 60 60 0 1 0-120 0z", 0.9
    )
    stones = "".join(
        f"M{x:.0f} {y:.0f}q{w / 2:.0f}-{w / 3:.0f} {w:.0f} 0z"
        for x, y, w in [
            (knife.between(0, WIDE), knife.between(860, 1060), knife.between(14, 54))
            for _ in range(46)
        ]
    )
    wind = knife.hatch(0, 560, WIDE, 800, 34, PAPER, 0.8, 2, gap=0.8, length=180, opacity=0.5)
    return (
        night(knife, 640)
        + layer("lamp", moon, cut=False)
        + layer("far", shape("#0b1013", "M0 800q300-60 620-34t560-10 740 10v340H0z"))
        + layer("near", ground(knife, 820), shape(STEEL, stones, 0.7))
        + layer("far", tower(knife, 960, 850, 620, 150))
        + layer("near", wind)
        + layer("figure", back(420, 1090, 1.35, rim=1), back(1580, 1100, 1.4, rim=-1))
    )


def rear(knife: Knife) -> str:
    half = sheet(knife, 1160, 690, 260, 180, 6, 7)
    return (
        room(knife, 780)
        + layer("near", *[window(x, 140, 300, 320, lit=False) for x in (1300, 330)])
        + layer("near", table(knife, 180, 740, 1560, 90), half, telephone(780, 790, 1.5))
        + desk_lamp(knife, 1010, 770, 1.3, 460)
        + layer("figure", back(430, 1110, 1.5, rim=1), back(1560, 1110, 1.5, rim=-1))
    )


def boom(knife: Knife) -> str:
    light = '<circle cx="960" cy="790" r="760" fill="url(#glow)"/>'
    caps = "".join(
        f"M{x} {y}q30-34 66-6l16 12-10 8-72-4z"
        for x, y in ((420, 470), (640, 380), (1220, 400), (1430, 500), (860, 460))
    )
    crowd = [
        back(x, 1090, size, rim=rim)
        for x, size, rim in (
            (260, 1.1, 1), (520, 1.25, 1), (760, 1.15, 1), (1130, 1.2, -1), (1390, 1.25, -1),
            (1660, 1.1, -1),
        )
    ]  # fmt: skip
    return (
        night(knife, 620)
        + layer("lamp", light, knife.rays(960, 800, 150, 780, 84, LAMP, 182, 358), cut=False)
        + layer("far", shape("#fff1c6", "M700 806q260-70 520 0z"))
        + layer("near", ground(knife, 800))
        + layer("near", shape(INK, caps))
        + layer("figure", *crowd)
    )


def home(knife: Knife) -> str:
    radio = (
        shape(WOOD, "M1130 560h330v200h-330z")
        + shape(LAMP, "M1330 600h96v60h-96z")
        + knife.hatch(1154, 590, 1300, 740, 14, INK, 4, 7, gap=0.1, length=140)
        + shape(PAPER, "M1352 690a18 18 0 1 0 .1 0zM1404 690a18 18 0 1 0 .1 0z", 0.7)
    )
    lanterns = "".join(
        f'<circle cx="{x}" cy="{y}" r="60" fill="url(#glow)"/>'
        + shape(LAMP, f"M{x - 16} {y - 20}h32v40h-32z")
        for x, y in ((400, 330), (520, 300), (640, 345))
    )
    out_there = shape(DEEP, "M300 170h460v480H300z") + shape(
        PAPER, "M286 156h488v16H286zM286 648h488v18H286zM286 156h16v510h-16zM758 156h16v510h-16z"
    )
    heads = "".join(f"M{x} 640v-60a24 24 0 1 1 46 0v60z" for x in range(320, 740, 66))
    return (
        room(knife, 860)
        + layer("near", out_there, shape(INK, heads))
        + layer("lamp", lanterns, cut=False)
        + layer("near", table(knife, 1040, 750, 560, 60), radio)
        + layer("lamp", '<circle cx="1378" cy="630" r="300" fill="url(#glow)"/>', cut=False)
        + layer("figure", back(960, 1090, 1.65, rim=1), back(730, 1090, 0.95, rim=1))
    )


def turn(knife: Knife) -> str:
    four = [
        chair(520, 860, 1, 1),
        chair(1400, 860, 1, -1),
        chair(700, 1010, 1.2, 1),
        chair(1220, 1010, 1.2, -1),
    ]
    papers = [
        sheet(knife, 500, 640, 110, 60, -6, 3),
        sheet(knife, 1310, 640, 110, 60, 5, 3),
        sheet(knife, 690, 750, 130, 66, 4, 3),
        sheet(knife, 1100, 750, 130, 66, -5, 3),
    ]
    lit = (
        '<circle cx="960" cy="330" r="620" fill="url(#glow)"/>'
        + knife.rays(960, 330, 90, 640, 60, LAMP, 20, 160)
        + shape(INK, "M956 0h8v250h-8z")
        + shape(IRON, "M900 250h120l50 70H850z")
        + shape("#fbe7b0", "M862 320h196v10H862z")
    )
    return (
        room(knife, 800)
        + layer("lamp", lit, cut=False)
        + layer("near", shape("#0c0f10", f"M0 820h{WIDE}V{HIGH}H0z"))
        + layer("near", knife.hatch(0, 834, WIDE, HIGH, 20, "#3a3022", 2, 5, gap=0.4, length=120))
        + layer("near", *four, *papers)
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "cover": (cover, "一面墙的信箱，开着一格，两个背影"),
    "gate": (gate, "登记处：一摞本子，一部电话，炉子，四件大衣，一张扎过针眼的地图"),
    "nine": (nine, "灯下一台手摇计算机，几麻袋的纸，两个背影"),
    "west": (west, "西屋：窗台上一把算尺，架上一叠曲线，桌上一张旧纸，空的字纸篓"),
    "letter": (letter, "灯下一封写了一半的信，一个信封，窗外有雪"),
    "front": (front, "戈壁上一座铁架的塔，一轮月亮，两个背影"),
    "rear": (rear, "桌上一部电话，半本密语，一盏灯"),
    "boom": (boom, "地平线上的光，扔起来的帽子，一排背影"),
    "home": (home, "窗外有灯，桌上一台收音机，一个大人和一个孩子的背影"),
    "turn": (turn, "一盏灯下，四把椅子面对面，各放着一张纸"),
}
"""A file's name → how it is drawn, and what it shows."""
