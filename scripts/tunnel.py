"""The pictures of 坑道·1952: rock, one tin lamp, and what is left. scripts/pictures draws them."""

from __future__ import annotations

from collections.abc import Callable

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
    shape,
    sheet,
    table,
)

GREEN, TIN, APPLE = "#33402f", "#6d665a", "#c98a3a"
"""A kettle's cloth; a tin; an apple by lamplight: red is for a fall and the oath."""


def rock(knife: Knife) -> str:
    """A hole in a hill, from inside: its walls lean in, its floor is trodden."""
    walls = (
        shape("#0b1013", f"M0 0h{WIDE}v{HIGH}H0z")
        + shape(
            "#1a2429", "M150 1080Q60 640 300 300q330-240 700-230 420 0 660 240 220 330 120 770z"
        )
        + shape(
            "#141c21", "M420 1080q-60-360 140-560 240-180 460-170 280 0 420 190 140 220 90 540z"
        )
    )
    return layer(
        "far",
        walls,
        knife.hatch(170, 120, 620, 900, 24, STEEL, 1.5, 4.5, gap=0.52, length=70),
        knife.hatch(1380, 140, 1800, 900, 24, STEEL, 1.5, 4.5, gap=0.56, length=70),
        knife.hatch(560, 110, 1400, 330, 26, STEEL, 1.5, 4, gap=0.5, length=90),
        knife.hatch(0, 920, WIDE, HIGH, 22, "#2b2118", 2, 5, gap=0.4, length=120),
    )


def props(*lefts: float) -> str:
    """Beams that hold the roof."""
    return "".join(
        shape(WOOD, f"M{x} 250h34v740h-34z") + shape(BOARD, f"M{x - 30} 226h430v36H{x - 30}z")
        for x in lefts
    )


def kettle(x: float, y: float, size: float = 1, turn: float = 0) -> str:
    """A soldier's kettle in its cloth."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {y + dy * size:.0f}"

    return (
        f'<g transform="rotate({turn:g} {p(0, 0)})">'
        + shape(INK, f"M{p(-40, 4)}L{p(-36, -92)}Q{p(0, -120)} {p(36, -92)}L{p(40, 4)}z")
        + shape(GREEN, f"M{p(-34, -2)}L{p(-30, -86)}Q{p(0, -108)} {p(30, -86)}L{p(34, -2)}z")
        + shape(TIN, f"M{p(-11, -102)}L{p(-11, -128)}L{p(11, -128)}L{p(11, -102)}z")
        + shape(LAMP, f"M{p(-28, -8)}L{p(-25, -80)}L{p(-18, -84)}L{p(-20, -8)}z", 0.55)
        + "</g>"
    )


def tin_lamp(knife: Knife, cx: float, base: float, size: float = 1, reach: float = 380) -> str:
    """A tin with a wick in it: the only light."""
    s, fire = size, base - 96 * size
    body = (
        shape(TIN, f"M{cx - 34 * s:.0f} {base}h{68 * s:.0f}v-{62 * s:.0f}h-{68 * s:.0f}z")
        + shape(INK, f"M{cx - 34 * s:.0f} {base - 44 * s:.0f}h{68 * s:.0f}v5h-{68 * s:.0f}z")
        + shape(
            "#fbe7b0",
            f"M{cx} {base - 58 * s:.0f}q-{22 * s:.0f} -{30 * s:.0f} 0 -{82 * s:.0f}"
            f"q{22 * s:.0f} {52 * s:.0f} 0 {82 * s:.0f}z",
        )
    )
    return layer(
        "lamp",
        f'<circle cx="{cx}" cy="{fire:.0f}" r="{reach * 1.35:.0f}" fill="url(#glow)"/>',
        layer("rays", knife.rays(cx, fire, 58 * s, reach, 46, LAMP, 160, 380), body),
        cut=False,
    )


def crate(knife: Knife, x: float, y: float, wide: float, high: float, *, ajar: bool = False) -> str:
    """A box of boards."""
    lid = shape(WOOD, f"M{x - 14} {y - 30}l{wide + 20} -46v26L{x - 14} {y - 6}z") if ajar else ""
    return (
        shape(BOARD, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + knife.hatch(x + 8, y + 12, x + wide - 8, y + high - 6, 18, "#6b4c2d", 2, 5, gap=0.25)
        + lid
    )


def bed(knife: Knife, x: float, y: float) -> str:
    """A stretcher with somebody under a blanket, turned away."""
    return (
        shape(WOOD, f"M{x - 60} {y + 50}h560v14H{x - 60}zM{x - 10} {y + 60}h16v70h-16z")
        + shape(WOOD, f"M{x + 420} {y + 60}h16v70h-16z")
        + shape("#2c3330", f"M{x - 20} {y + 52}q40-86 190-92 150-10 260 56l20 36z")
        + knife.hatch(x + 30, y - 20, x + 400, y + 44, 15, STEEL, 1.5, 4, gap=0.4, length=60)
        + shape(INK, f"M{x + 430} {y + 46}a44 44 0 1 1 70 6z")
    )


def flares(knife: Knife, *at: tuple[float, float, float]) -> str:
    """Lights that hang over a ridge."""
    lit = [
        f'<circle cx="{x}" cy="{y}" r="{reach * 1.2:.0f}" fill="url(#glow)"/>'
        + knife.rays(x, y, 14, reach, 26, LAMP)
        + shape("#fff4d0", f"M{x - 9} {y}a9 9 0 1 0 18 0 9 9 0 1 0-18 0z")
        for x, y, reach in at
    ]
    return layer("lamp", *lit, cut=False)


def hills(knife: Knife) -> str:
    """Two low hills and the way between them."""
    return layer(
        "near",
        shape(
            "#0b1013",
            "M0 760Q260 430 560 470q210 20 340 240l60 60 70-70q150-260 400-250 "
            "320 20 490 340v300H0z",
        ),
        knife.hatch(150, 500, 820, 760, 24, STEEL, 1.5, 4, gap=0.6, length=60, opacity=0.7),
        knife.hatch(1120, 520, 1720, 780, 24, STEEL, 1.5, 4, gap=0.6, length=60, opacity=0.7),
        ground(knife, 790),
    )  # fmt: skip


def apple_of(x: float, y: float, size: float = 1) -> str:
    """One."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {y + dy * size:.0f}"

    return (
        shape(
            APPLE,
            f"M{p(0, -52)}C{p(40, -84)} {p(104, -60)} {p(96, 8)}C{p(90, 66)} {p(44, 100)} "
            f"{p(0, 84)}C{p(-44, 100)} {p(-90, 66)} {p(-96, 8)}C{p(-104, -60)} {p(-40, -84)} "
            f"{p(0, -52)}z",
        )
        + shape(
            "#f6d28e", f"M{p(-66, -22)}Q{p(-54, -56)} {p(-24, -54)}Q{p(-50, -30)} {p(-52, 14)}z"
        )
        + shape(INK, f"M{p(-4, -48)}L{p(6, -104)}L{p(16, -102)}L{p(8, -46)}z")
    )


def hand(x: float, y: float, flip: int = 1) -> str:
    """An open hand in a cuff, held out."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * flip:.0f} {y + dy:.0f}"

    return shape(
        "#2a1f16",
        f"M{p(-420, 210)}L{p(-150, 40)}Q{p(-60, -26)} {p(20, -20)}L{p(120, -44)}Q{p(140, -30)} "
        f"{p(122, -14)}L{p(60, 8)}L{p(150, 2)}Q{p(168, 16)} {p(148, 30)}L{p(56, 44)}"
        f"Q{p(-20, 96)} {p(-90, 110)}L{p(-330, 330)}z",
    ) + shape(LAMP, f"M{p(-150, 40)}Q{p(-60, -26)} {p(20, -20)}L{p(118, -44)}L{p(20, -8)}z", 0.5)


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def tunnel(knife: Knife) -> str:
    seep = knife.hatch(262, 300, 352, 560, 20, "#8fa6b0", 2, 5, gap=0.45, length=26)
    row = [kettle(440 + 76 * n, 838, 0.8, turn) for n, turn in enumerate((0, -3, 4, 0, 78))]
    things = [
        seep,
        shape("#8fa6b0", "M306 566q-16 26 0 36 16-10 0-36z"),
        props(520, 1330),
        knife.hatch(980, 180, 1320, 300, 16, "#8a7a62", 1.5, 4, gap=0.4, length=40),
        *row,
        crate(knife, 880, 800, 210, 120, ajar=True),
        crate(knife, 800, 650, 150, 84),
        bed(knife, 1240, 770),
    ]
    return rock(knife) + layer("near", *things) + tin_lamp(knife, 872, 650, 1, 420)


def rear(knife: Knife) -> str:
    racks = [
        shape(
            WOOD,
            f"M{x} 560h14v330h-14zM{x + 110} 560h14v330h-14zM{x} 640h124v12H{x}z"
            f"M{x} 770h124v12H{x}z",
        )
        for x in (1300, 1490)
    ]  # fmt: skip
    radishes = "".join(
        f"M{x} {y}q-8-34 26-40l10 4q30 10 22 40l-14 66-14 30-12-30z"
        for x, y in ((196, 740), (262, 726), (330, 742))
    )
    leaves = "".join(
        f"M{x} {y}l-26-52 16-4 14 40 10-56 16 4-12 58z"
        for x, y in ((222, 704), (288, 690), (356, 706))
    )
    basket = shape(WOOD, "M180 810h240l-34 130H214z") + knife.hatch(
        200, 820, 400, 930, 16, "#7a5a38", 2, 5, gap=0.2, length=40
    )
    towel = shape(PAPER, "M1316 648h46l-8 130-20-14-22 20z", 0.8)
    plugs = crate(knife, 1000, 850, 180, 90, ajar=True)
    return (
        night(knife, 520)
        + hills(knife)
        + layer(
            "near", shape(GREEN, leaves), shape(PAPER, radishes, 0.85), basket, *racks, towel, plugs
        )
        + layer("near", *[kettle(620 + 84 * n, 930, 0.95) for n in range(4)])
        + flares(knife, (1020, 180, 150))
        + tin_lamp(knife, 860, 860, 0.8, 260)
        + layer("figure", back(1760, 1090, 1.5, rim=-1))
    )


def line(knife: Knife) -> str:
    bent = shape(INK, "M900 930q60-120 170-110 40-60 96-40 50 24 20 76l150 74-20 30-190-40-160 60z")
    load = "".join(kettle(1010 + 40 * n, 846 - 8 * n, 0.6, -30) for n in range(3))
    return (
        night(knife, 560)
        + flares(knife, (420, 210, 220), (1010, 120, 260), (1560, 250, 200))
        + hills(knife)
        + layer("near", knife.hatch(200, 820, 1750, 900, 12, LAMP, 1, 3, gap=0.7, length=40))
        + layer("figure", bent, load)
    )


def one_apple(knife: Knife) -> str:
    hands = [hand(540, 790), hand(1390, 810, -1), hand(700, 990), hand(1230, 1000, -1)]
    return (
        rock(knife)
        + layer("near", crate(knife, 850, 470, 220, 180))
        + tin_lamp(knife, 960, 470, 1.3, 470)
        + layer("figure", *hands, apple_of(960, 790, 1.1))
    )


def papers(knife: Knife) -> str:
    three = [
        sheet(knife, 300, 520, 360, 420, -8, 9),
        sheet(knife, 780, 500, 380, 440, 3, 11),
        sheet(knife, 1270, 530, 360, 400, 9, 8),
    ]
    return (
        layer("far", shape("#10171b", f"M0 0h{WIDE}v{HIGH}H0z"))
        + layer("far", knife.hatch(0, 30, WIDE, 380, 26, DEEP, 3, 9, gap=0.3, length=170))
        + layer("near", table(knife, -60, 400, 2040, 640), *three)
        + tin_lamp(knife, 220, 470, 1.1, 330)
        + layer("figure", apple_of(1760, 560, 0.6))
    )


def mouth(knife: Knife) -> str:
    sky = '<circle cx="1000" cy="560" r="640" fill="url(#glow)"/>'
    hole = shape(
        "#0b1013",
        f"M0 0h{WIDE}v{HIGH}H0zM520 1080q-30-400 120-560 180-170 390-160 "
        "240 0 350 180 110 180 70 540z",
    ).replace("<path", '<path fill-rule="evenodd"')
    return (
        night(knife, 560)
        + layer("lamp", sky, knife.rays(1000, 700, 120, 620, 60, LAMP, 185, 355), cut=False)
        + layer("far", shape("#131b1f", "M300 860q260-180 520-90t420-30 400 60v400H300z"))
        + layer("near", hole, knife.hatch(40, 60, 500, 1040, 26, STEEL, 1.5, 4, gap=0.6, length=80))
        + layer("near", knife.hatch(1480, 60, 1880, 1040, 26, STEEL, 1.5, 4, gap=0.6, length=80))
        + layer("figure", back(860, 1050, 0.9, rim=1), back(1120, 1060, 0.95, rim=-1))
        + layer("figure", kettle(640, 1040, 1))
    )


def dark(knife: Knife) -> str:
    """No lamp: what fell in, the one pick, and a thread of day."""
    stones = "".join(
        shape(
            color,
            f"M{x} {y}q{-w * 0.06:.0f} {-h * 0.8:.0f} {w * 0.3:.0f} {-h}l{w * 0.4:.0f} "
            f"{h * 0.1:.0f}q{w * 0.3:.0f} {h * 0.3:.0f} {w * 0.3:.0f} {h * 0.9:.0f}z",
        )
        for color, x, y, w, h in (
            ("#1d272d", 1500, 560, 230, 170),
            ("#26323a", 1330, 640, 240, 190),
            ("#2b3942", 1560, 760, 290, 230),
            ("#222d34", 1220, 800, 250, 190),
            ("#2f3e48", 1420, 960, 260, 270),
            ("#26323a", 1630, 970, 270, 230),
            ("#2b3942", 1160, 970, 280, 180),
        )
    )
    thread = shape("#8fa6b0", "M1440 372l150 34-8 12-146-34z", 0.8)
    pick = shape(WOOD, "M980 960l120-430 26 8-116 428z") + shape(
        "#6d7a80", "M960 600q130-150 330-80-180-20-316 104z"
    )
    return (
        rock(knife)
        + layer("near", props(420), stones, thread)
        + layer(
            "near",
            knife.hatch(1230, 450, 1840, 940, 24, STEEL, 1.5, 5, gap=0.6, length=60),
            bed(knife, 470, 780),
        )
        + layer("figure", pick, *[kettle(250 + 70 * n, 900, 0.7, 4 * n) for n in range(3)])
    )


def cover(knife: Knife) -> str:
    return (
        rock(knife)
        + layer(
            "near",
            props(430, 1400),
            crate(knife, 850, 640, 220, 200),
            *[kettle(700 + 120 * n, 930, 1.2) for n in range(5)],
        )
        + tin_lamp(knife, 960, 640, 1.8, 560)
        + layer("figure", back(380, 1090, 1.5, rim=1), back(1560, 1090, 1.5, rim=-1))
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "cover": (cover, "坑道里一盏罐头灯，一排水壶，两个背影"),
    "tunnel": (tunnel, "坑道里：渗水的石壁，一排水壶，打开的饼干箱，一副担架"),
    "rear": (rear, "山后：水壶，一筐萝卜，两副没有人取的背架"),
    "line": (line, "照明弹下的两座山头，一个弯着腰背东西的人"),
    "apple": (one_apple, "灯下四只手，一个苹果"),
    "papers": (papers, "桌上并排三张写满字的纸，一个苹果"),
    "dark": (dark, "灯灭着：塌下来的石头，一把镐，一线天光"),
    "mouth": (mouth, "坑道口天亮了，两个背影，一只水壶"),
}
"""A file's name → how it is drawn, and what it shows."""
