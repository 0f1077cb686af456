"""The rooms of 飞夺·1935, and its doors off their hinges; river.py has what is outdoors."""

from __future__ import annotations

from collections.abc import Callable

from woodcut import (
    BOARD,
    INK,
    LAMP,
    PAPER,
    WIDE,
    WOOD,
    Knife,
    back,
    ground,
    layer,
    oil_lamp,
    room,
    shape,
    sheet,
    table,
    torch,
)


def door(
    knife: Knife, x: float, y: float, wide: float, high: float, turn: float = 0, *, cuts: int = 0
) -> str:
    """A plank door off its hinges; `cuts`: marks in its edge, one above the other."""
    seams = "".join(f"M{x + wide * k / 4:.0f} {y}h5v{high}h-5z" for k in (1, 2, 3))
    marks = "".join(
        f"M{x + 12} {y + high * (0.84 - 0.095 * n):.0f}h{wide * 0.3:.0f}v6h-{wide * 0.3:.0f}z"
        for n in range(cuts)
    )
    return (
        f'<g transform="rotate({turn:g} {x + wide / 2:.0f} {y + high:.0f})">'
        + shape(WOOD, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + knife.hatch(
            x + 6, y + 10, x + wide - 6, y + high - 6, 17, "#6b4c2d", 1.5, 4, gap=0.4, length=90
        )
        + shape(BOARD, seams)
        + shape(BOARD, f"M{x} {y + high * 0.16:.0f}h{wide}v16h-{wide}z")
        + shape(LAMP, marks)
        + "</g>"
    )


def meet(knife: Knife) -> str:
    leaning = [
        door(knife, 200 + 232 * n, 330 + 20 * (n % 2), 180, 440, (-5, 4, -3, 6, -6, 3)[n],
             cuts=7 if n == 2 else 0)
        for n in range(6)
    ]  # fmt: skip
    round_ = [
        back(x, 1090, size, rim=rim)
        for x, size, rim in ((500, 1.0, 1), (760, 0.92, 1), (1240, 0.92, -1), (1500, 1.0, -1))
    ]
    return (
        room(knife, 780)
        + layer("near", ground(knife, 770), *leaning)
        + oil_lamp(knife, 1000, 900, 0.9, 420)
        + layer("figure", *round_)
    )


def papers(knife: Knife) -> str:
    return (
        room(knife, 420)
        + layer(
            "near",
            table(knife, -60, 420, 2040, 660),
            sheet(knife, 190, 520, 330, 420, -6, 11),
            sheet(knife, 590, 500, 330, 430, 3, 12),
            sheet(knife, 1000, 520, 330, 420, -3, 10),
            sheet(knife, 1400, 500, 330, 430, 6, 12),
        )
        + oil_lamp(knife, 960, 470, 0.9, 430)
    )


def phone(knife: Knife) -> str:
    lines = "".join(
        f"M{x} {y}h{w}v34h-{w}z" for x, y, w in (
            (800, 330, 250), (870, 420, 250), (800, 510, 190), (800, 600, 280),
        )
    )  # fmt: skip
    sheets = [
        sheet(knife, x, y, 300, 390, turn, 10)
        for x, y, turn in ((250, 600, -9), (1360, 590, 8), (520, 690, 4))
    ]
    return (
        room(knife, 560)
        + layer("near", table(knife, -60, 560, 2040, 520), *sheets)
        + layer("lamp", '<circle cx="960" cy="520" r="620" fill="url(#glow)"/>', cut=False)
        + layer(
            "figure",
            shape(INK, "M740 210h440q30 0 30 30v680q0 30-30 30H740q-30 0-30-30V240q0-30 30-30z"),
            shape("#2b3a44", "M750 270h420v600H750z"),
            shape(PAPER, lines, 0.8),
            shape(LAMP, "M800 700h320v120H800z", 0.85),
        )
    )


def doorway(knife: Knife) -> str:
    wall = [shape(INK, f"M0 0h{WIDE}V900H0z"), knife.bricks(0, 20, WIDE, 870)]
    hole = (
        shape(PAPER, "M700 900V250h520v650h-24V274H724v626z")
        + shape("#05070a", "M724 900V274h472v626z")
        + shape(WOOD, "M690 900h540v20H690z")
    )
    inside = '<circle cx="900" cy="640" r="210" fill="url(#glow)"/>'
    ember = torch(knife, 900, 650, 70)
    return (
        layer("near", *wall, hole, ground(knife, 905))
        + layer("lamp", inside, ember, cut=False)
        + layer("figure", back(1330, 1000, 1.2, rim=-1), door(knife, 1440, 470, 210, 520, 12))
    )


PICTURES: dict[str, tuple[Callable[[Knife], str], str]] = {
    "meet": (meet, "灯下，四个背影围坐，墙根靠着六扇门板"),
    "papers": (papers, "灯下四张纸"),
    "phone": (phone, "亮着的手机，旁边三张纸"),
    "door": (doorway, "没有门的门口，一个背影，一扇门板"),
}
"""A file's name → how it is drawn, and what it shows."""
