"""What pictures are cut of: knives, layers, and things that come back. scripts/pictures uses it.

Four families of colour: ink, night, paper, and one lamp. Everything is slivers of uneven width,
whose edges one filter roughens. Faces are never drawn: backs, shadows, things.
"""

from __future__ import annotations

import math
import random

INK, PAPER, NIGHT, DEEP, LAMP = "#120f0c", "#ecdfc3", "#1c2a33", "#0e161b", "#f0bf62"
STEEL, WOOD, BOARD = "#3b5160", "#4a3420", "#2a1d12"
WIDE, HIGH = 1920, 1080
GLOW = (
    f'<radialGradient id="glow"><stop offset="0" stop-color="{LAMP}" stop-opacity=".85"/>'
    f'<stop offset=".35" stop-color="{LAMP}" stop-opacity=".28"/>'
    f'<stop offset="1" stop-color="{LAMP}" stop-opacity="0"/></radialGradient>'
)
CUT = (
    '<filter id="cut" x="-2%" y="-2%" width="104%" height="104%"><feTurbulence '
    'baseFrequency=".035" numOctaves="2" seed="7"/><feDisplacementMap in="SourceGraphic" '
    'scale="5"/></filter>'
)


def shape(color: str, d: str, opacity: float = 1) -> str:
    """A flat shape."""
    seen = f' opacity="{opacity:g}"' if opacity != 1 else ""
    return f'<path fill="{color}"{seen} d="{d}"/>'


def layer(name: str, *inside: str, cut: bool = True) -> str:
    """What moves together."""
    rough = ' filter="url(#cut)"' if cut else ""
    return f'<g class="{name}"{rough}>{"".join(inside)}</g>'


class Knife:
    """Cuts, by one seed for each picture."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(f"1921 {seed}")

    def between(self, low: float, high: float) -> float:
        """Somewhere from low to high."""
        return self._chance.uniform(low, high)

    def hatch(
        self, x0: float, y0: float, x1: float, y1: float, step: float, color: str,
        low: float, high: float, *, gap: float = 0.2, length: float = 100, opacity: float = 1,
    ) -> str:  # fmt: skip
        """Level cuts of uneven width between two corners."""
        out, y = [], y0
        while y < y1:
            x = x0
            while x < x1:
                long = length * self.between(0.4, 1.6)
                if self._chance.random() > gap:
                    wide, end = self.between(low, high), min(x1, x + long)
                    rise = self.between(-1.5, 1.5)
                    out.append(
                        f"M{x:.0f} {y:.0f}L{end:.0f} {y + rise:.0f}v{wide:.1f}"
                        f"L{x:.0f} {y + wide * 0.4:.1f}z"
                    )
                x += long + self.between(3, 14)
            y += step
        return shape(color, "".join(out), opacity)

    def rays(
        self, cx: float, cy: float, near: float, far: float, many: int, color: str,
        first: float = 0, last: float = 360,
    ) -> str:  # fmt: skip
        """Light, as it is cut: slivers away from where it burns."""
        out = []
        for n in range(many):
            at = math.radians(first + (last - first) * (n + self.between(-0.25, 0.25)) / many)
            start, end = near * self.between(0.9, 1.25), far * self.between(0.55, 1.05)
            wide = self.between(0.006, 0.016)
            points = [(start, at - wide), (end, at), (start, at + wide)]
            there = [f"{cx + r * math.cos(a):.0f} {cy + r * math.sin(a):.0f}" for r, a in points]
            out.append(f"M{there[0]}L{there[1]}L{there[2]}z")
        return shape(color, "".join(out))

    def bricks(self, x: float, y: float, wide: float, high: float) -> str:
        """A wall in which some of the bricks catch light."""
        out, row, top = [], 0, y
        while top < y + high:
            left = x - (17 if row % 2 else 0)
            while left < x + wide:
                a, b = max(x, left), min(x + wide, left + 31)
                if b - a > 6 and self._chance.random() > 0.4:
                    out.append(
                        f"M{a:.0f} {top:.0f}h{b - a:.0f}v{self.between(1.2, 2.6):.1f}H{a:.0f}z"
                    )
                left += 34
            top, row = top + 13, row + 1
        return shape(PAPER, "".join(out), 0.34)

    def lines(self, x: float, y: float, wide: float, rows: int, step: float) -> str:
        """Writing, from afar."""
        out = []
        for row in range(rows):
            end = wide * (self.between(0.3, 0.7) if row == rows - 1 else self.between(0.88, 1))
            out.append(f"M{x:.0f} {y + row * step:.0f}h{end:.0f}v3h-{end:.0f}z")
        return shape(INK, "".join(out), 0.6)


# ── things ──────────────────────────────────────────────────────────────────────────────────────


def window(x: float, y: float, wide: float, high: float, *, lit: bool) -> str:
    """A window with bars."""
    bars = "".join(f"M{x + wide * k / 4 - 2:.0f} {y}h5v{high}h-5z" for k in (1, 2, 3))
    return (
        shape(PAPER, f"M{x - 9} {y - 9}h{wide + 18}v{high + 18}h-{wide + 18}z")
        + shape(LAMP if lit else DEEP, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + shape(INK, f"{bars}M{x} {y + high / 2:.0f}h{wide}v5h-{wide}z")
    )


def gate(x: float, base: float, wide: float, high: float, *, ajar: bool = False) -> str:
    """A stone gate of Shanghai: posts, lintel, an arch above two leaves."""
    top, mid = base - high, x + wide / 2
    leaves = shape(DEEP, f"M{x} {top + 14}h{wide}V{base}h-{wide}z")
    rings = (
        f"M{mid - 20} {base - high / 2}a9 9 0 1 0 .1 0z"
        f"M{mid + 20} {base - high / 2}a9 9 0 1 0 .1 0z"
    )
    if ajar:
        leaves += shape(LAMP, f"M{mid} {top + 18}l{wide * 0.09:.0f} 8V{base}h-{wide * 0.09:.0f}z")
    return (
        shape(
            PAPER, f"M{x - 18} {base}V{top - 8}h{wide + 36}V{base}h-18V{top + 14}h-{wide}V{base}z"
        )
        + shape(PAPER, f"M{x - 26} {top - 12}h{wide + 52}l-14 -16h-{wide + 24}z")
        + shape(PAPER, f"M{x + 10} {top - 34}q{wide / 2 - 10:.0f} -{high / 4:.0f} {wide - 20} 0z")
        + shape(INK, f"M{x + 26} {top - 36}q{wide / 2 - 26:.0f} -{high / 7:.0f} {wide - 52} 0z")
        + leaves
        + shape(PAPER, f"M{mid - 1.5} {top + 16}h3V{base}h-3z{rings}", 0.5)
    )


def house(knife: Knife, x: float, wide: float, top: float, base: float, *, lit: bool) -> str:
    """A house of a lane, from its yard wall to its gable."""
    return (
        shape(INK, f"M{x} {base}V{top + 40}L{x + wide / 2} {top}L{x + wide} {top + 40}V{base}z")
        + knife.bricks(x + 10, top + 60, wide - 20, base - top - 70)
        + gate(x + wide * 0.29, base, wide * 0.42, 250)
        + window(x + wide * 0.3, top + 92, wide * 0.4, 92, lit=lit)
    )


def street_lamp(knife: Knife, cx: float, cy: float, reach: float = 330) -> str:
    """The lamp that all of them come back to."""
    light = layer(
        "rays",
        knife.rays(cx, cy, 62, reach, 64, LAMP),
        shape(LAMP, f"M{cx - 28} {cy - 30}h56l12 66h-80z"),
        shape(
            INK,
            f"M{cx - 36} {cy - 34}q36 -46 72 0zM{cx - 42} "
            f"{cy + 36}h84v8h-84zM{cx - 4} {cy - 116}h8v44h-8z",
        ),
    )
    return layer(
        "lamp",
        f'<circle cx="{cx}" cy="{cy}" r="{reach * 1.25:.0f}" fill="url(#glow)"/>',
        light,
        cut=False,
    )


def oil_lamp(knife: Knife, cx: float, base: float, size: float = 1, reach: float = 360) -> str:
    """A lamp on a table: foot, glass, flame."""
    s, fire = size, base - 150 * size
    body = (
        shape(
            PAPER,
            f"M{cx - 46 * s:.0f} {base}h{92 * s:.0f}l-{26 * s:.0f} "
            f"-{34 * s:.0f}q{14 * s:.0f} -{40 * s:.0f} -{20 * s:.0f} -{44 * s:.0f}"
            f"q-{34 * s:.0f} {4 * s:.0f} -{20 * s:.0f} {44 * s:.0f}z",
        )
        + shape(
            "#f7e3ae",
            f"M{cx - 22 * s:.0f} {base - 78 * s:.0f}q-{26 * s:.0f} -{60 * s:.0f} {6 * s:.0f} "
            f"-{118 * s:.0f}h{32 * s:.0f}q{32 * s:.0f} {58 * s:.0f} {6 * s:.0f} {118 * s:.0f}z",
            0.5,
        )
        + shape(
            LAMP,
            f"M{cx} {base - 86 * s:.0f}q-{26 * s:.0f} -{34 * s:.0f} 0 "
            f"-{92 * s:.0f}q{26 * s:.0f} {58 * s:.0f} 0 {92 * s:.0f}z",
        )
    )
    light = layer("rays", knife.rays(cx, fire, 70 * s, reach, 60, LAMP, 170, 370), body)
    return layer(
        "lamp",
        f'<circle cx="{cx}" cy="{fire:.0f}" r="{reach * 1.4:.0f}" fill="url(#glow)"/>',
        light,
        cut=False,
    )


def torch(knife: Knife, x: float, y: float, reach: float = 90) -> str:
    """One light that somebody carries."""
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{reach * 1.2:.0f}" fill="url(#glow)"/>'
        + knife.rays(x, y, 9, reach, 16, LAMP)
        + shape("#fff0c4", f"M{x - 7:.0f} {y:.0f}a7 9 0 1 0 14 0 7 9 0 1 0-14 0z")
    )


def back(x: float, base: float, size: float = 1, *, hat: bool = False, rim: int = 0) -> str:
    """Somebody from behind; `rim`: on which side the light catches them."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {base + dy * size:.0f}"

    made = shape(
        INK,
        f"M{p(0, -322)}C{p(26, -322)} {p(42, -302)} {p(42, -276)}C{p(42, -261)} {p(37, -249)} "
        f"{p(29, -241)}C{p(63, -231)} {p(81, -201)} {p(87, -145)}L{p(103, 0)}H{x - 103 * size:.0f}"
        f"L{p(-87, -145)}C{p(-81, -201)} {p(-63, -231)} "
        f"{p(-29, -241)}C{p(-37, -249)} {p(-42, -261)} "
        f"{p(-42, -276)}C{p(-42, -302)} {p(-26, -322)} {p(0, -322)}z",
    )
    if hat:
        made += shape(
            INK,
            f"M{p(-64, -292)}Q{p(0, -322)} {p(64, -292)}"
            f"L{p(56, -282)}Q{p(0, -300)} {p(-56, -282)}z",
        )
        made += shape(
            INK, f"M{p(-36, -298)}Q{p(-32, -342)} {p(0, -344)}Q{p(32, -342)} {p(36, -298)}z"
        )
    if rim:
        r = rim
        made += shape(
            LAMP,
            f"M{p(36 * r, -238)}Q{p(72 * r, -224)} {p(80 * r, -168)}L{p(100 * r, 0)}"
            f"L{p(86 * r, 0)}L{p(66 * r, -160)}Q{p(58 * r, -214)} {p(36 * r, -238)}z",
            0.9,
        )
    return made


def night(knife: Knife, low: float = 520) -> str:
    """The sky, from its top."""
    return layer(
        "sky",
        knife.hatch(0, 20, WIDE, low, 15, DEEP, 2, 9, gap=0.18, length=150),
        knife.hatch(900, 40, WIDE, low * 0.7, 30, STEEL, 1, 3, gap=0.5, length=120),
    )


def ground(knife: Knife, top: float, color: str = "#31414a") -> str:
    """What they stand on."""
    return shape("#0c0f10", f"M0 {top}h{WIDE}V{HIGH}H0z") + knife.hatch(
        0, top + 14, WIDE, HIGH - 10, 19, color, 1.5, 4.5, gap=0.4, length=110
    )


def roofs(y: float) -> str:
    """A row of roofs, far away."""
    return layer(
        "far",
        shape(
            "#0b1013",
            f"M0 {y}L90 {y - 50}h120l40 50h90V{y - 70}l70-40 "
            "70 40v60h120l60-60h150l50 60h160v-80h110"
            f"v80h120l70-46 90 46h150l60-70h180l40 40h190v500H0z",
        ),
    )


def room(knife: Knife, floor: float = 800) -> str:
    """A room at night: boards, a wall."""
    return layer(
        "sky",
        knife.hatch(0, 30, WIDE, floor, 24, DEEP, 3, 9, gap=0.24, length=190),
        knife.hatch(
            200, 60, WIDE - 200, floor, 48, STEEL, 1, 2.4, gap=0.6, length=120, opacity=0.6
        ),
    )


def table(knife: Knife, x: float, y: float, wide: float, deep: float = 70) -> str:
    """A table's top and front."""
    return (
        shape(WOOD, f"M{x + 60} {y}h{wide - 120}l60 {deep}H{x}z")
        + shape(BOARD, f"M{x} {y + deep}h{wide}V{HIGH}H{x}z")
        + knife.hatch(
            x + 50,
            y + 8,
            x + wide - 60,
            y + deep - 6,
            14,
            LAMP,
            1,
            3,
            gap=0.45,
            length=120,
            opacity=0.5,
        )
        + knife.hatch(
            x + 10, y + deep + 14, x + wide - 10, HIGH, 22, "#5a4028", 1.5, 4, gap=0.4, length=130
        )
    )


def sheet(
    knife: Knife, x: float, y: float, wide: float, high: float, turn: float, rows: int = 7
) -> str:
    """A sheet of paper with writing on it."""
    mid = f"{x + wide / 2:.0f} {y + high / 2:.0f}"
    return (
        f'<g transform="rotate({turn:g} {mid})">'
        + shape(INK, f"M{x + 10} {y + 12}h{wide}v{high}h-{wide}z", 0.5)
        + shape(PAPER, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + knife.lines(x + wide * 0.12, y + high * 0.14, wide * 0.76, rows, high * 0.76 / rows)
        + "</g>"
    )


def boat(cx: float, y: float, size: float = 1) -> str:
    """A covered boat of the lake, a light in its cabin."""

    def p(dx: float, dy: float) -> str:
        return f"{cx + dx * size:.0f} {y + dy * size:.0f}"

    panes = "".join(
        f"M{p(-188 + 78 * n, -92)}h{52 * size:.0f}v{50 * size:.0f}h-{52 * size:.0f}z"
        for n in range(5)
    )
    return (
        shape(
            INK,
            f"M{p(-430, -36)}Q{p(-330, 0)} {p(-250, 4)}H{cx + 250 * size:.0f}"
            f"Q{p(340, 0)} {p(430, -44)}L{p(330, 60)}H{cx - 330 * size:.0f}z",
        )
        + shape(
            INK, f"M{p(-250, 6)}V{y - 120 * size:.0f}H{cx + 250 * size:.0f}V{y + 6 * size:.0f}z"
        )
        + shape(
            INK,
            f"M{p(-296, -112)}Q{p(-230, -176)} "
            f"{p(-120, -180)}H{cx + 120 * size:.0f}Q{p(230, -176)} {p(296, -112)}z",
        )
        + shape(LAMP, panes)
        + shape(
            PAPER,
            f"M{p(-420, -34)}Q{p(-330, 6)} {p(-250, 10)}H{cx + 250 * size:.0f}Q{p(340, 6)} "
            f"{p(420, -42)}L{p(418, -34)}Q{p(340, 16)} {p(250, 20)}H{cx - 250 * size:.0f}"
            f"Q{p(-330, 16)} {p(-418, -26)}z",
            0.5,
        )
    )
