"""What stands in offices without a name: lamps with shades, chairs, telephones, sacks of paper."""

from __future__ import annotations

from collections.abc import Callable

from woodcut import DEEP, INK, LAMP, PAPER, STEEL, WOOD, Knife, layer, shape

IRON, CLOTH, SACK = "#4b5157", "#2f3a2c", "#8a7550"
"""A stove's iron; a coat's cloth; a sack's."""


def poly(at: Callable[[float, float], str], *points: tuple[float, float]) -> str:
    """A closed outline of straight cuts."""
    return "M" + "L".join(at(x, y) for x, y in points) + "z"


def desk_lamp(knife: Knife, cx: float, base: float, size: float = 1, reach: float = 380) -> str:
    """A lamp with a shade, that lights a table and not a wall."""
    s = size
    top = base - 250 * s
    body = shape(INK, f"M{cx - 60 * s:.0f} {base}h{120 * s:.0f}v-14h-{120 * s:.0f}z") + shape(
        INK, f"M{cx - 6 * s:.0f} {base}h{12 * s:.0f}V{top:.0f}h-{12 * s:.0f}z"
    )
    shade = shape(
        IRON,
        f"M{cx - 34 * s:.0f} {top - 60 * s:.0f}h{68 * s:.0f}l{76 * s:.0f} {92 * s:.0f}"
        f"h-{220 * s:.0f}z",
    ) + shape("#fbe7b0", f"M{cx - 104 * s:.0f} {top + 32 * s:.0f}h{208 * s:.0f}v9h-{208 * s:.0f}z")
    lit = top + 40 * s
    return layer(
        "lamp",
        f'<circle cx="{cx}" cy="{lit:.0f}" r="{reach * 1.3:.0f}" fill="url(#glow)"/>',
        layer("rays", knife.rays(cx, lit, 110 * s, reach, 44, LAMP, 10, 170), body, shade),
        cut=False,
    )


def chair(x: float, base: float, size: float = 1, flip: int = 1) -> str:
    """A wooden chair from the side; `flip`: where its back is."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * flip * size:.0f} {base + dy * size:.0f}"

    return shape(
        WOOD,
        poly(p, (-70, 0), (-62, -330), (-44, -330), (-50, 0))
        + poly(p, (-62, -170), (86, -170), (86, -148), (-62, -148))
        + poly(p, (66, -150), (84, -150), (88, 0), (70, 0))
        + poly(p, (-60, -300), (-30, -296), (-30, -240), (-60, -244)),
    ) + shape(LAMP, poly(p, (-62, -170), (86, -170), (86, -164), (-62, -164)), 0.6)


def book(x: float, y: float, wide: float, many: int) -> str:
    """A pile of notebooks with nothing on their covers."""
    out = []
    for n in range(many):
        left, top = x + n % 2 * 12, y - n * 26
        out.append(shape(INK, f"M{left} {top}h{wide}v24h-{wide}z"))
        out.append(shape(PAPER, f"M{left + 6} {top + 7}h{wide - 6}v10h-{wide - 6}z"))
    return "".join(out)


def telephone(x: float, y: float, size: float = 1) -> str:
    """A telephone with a crank."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {y + dy * size:.0f}"

    return (
        shape(INK, poly(p, (-90, 0), (-60, -110), (60, -110), (90, 0)))
        + shape(
            INK,
            f"M{p(-130, -128)}Q{p(0, -190)} {p(130, -128)}L{p(120, -96)}L{p(84, -96)}"
            f"Q{p(0, -146)} {p(-84, -96)}L{p(-120, -96)}z",
        )
        + shape(
            LAMP,
            f"M{p(-126, -130)}Q{p(0, -188)} {p(60, -164)}Q{p(-40, -176)} {p(-118, -122)}z",
            0.8,
        )
        + shape(IRON, poly(p, (84, -50), (130, -50), (130, -84), (142, -84), (142, -40), (84, -40)))
        + shape(PAPER, f"M{p(-30, -40)}a30 30 0 1 0 60 0 30 30 0 1 0-60 0z", 0.5)
    )


def machine(x: float, y: float, size: float = 1) -> str:
    """A calculating machine that is turned by hand."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {y + dy * size:.0f}"

    keys = "".join(
        f"M{p(-120 + 30 * n, -92 + 26 * row)}h{14 * size:.0f}v{14 * size:.0f}h-{14 * size:.0f}z"
        for n in range(8)
        for row in range(3)
    )
    return (
        shape(INK, poly(p, (-170, 0), (-150, -126), (150, -126), (170, 0)))
        + shape(PAPER, keys, 0.75)
        + shape(INK, poly(p, (-180, -132), (180, -132), (170, -170), (-170, -170)))
        + shape(LAMP, poly(p, (-150, -160), (150, -160), (150, -146), (-150, -146)), 0.55)
        + shape(
            IRON,
            poly(p, (166, -60), (230, -60), (230, -130), (246, -130), (246, -46), (166, -46)),
        )
        + shape(WOOD, poly(p, (224, -172), (252, -172), (250, -126), (226, -126)))
    )


def sack(knife: Knife, x: float, base: float, size: float = 1) -> str:
    """A sack, tied, paper standing out of it."""

    def p(dx: float, dy: float) -> str:
        return f"{x + dx * size:.0f} {base + dy * size:.0f}"

    return (
        shape(PAPER, poly(p, (-40, -240), (-6, -296), (20, -250), (52, -286), (46, -226)), 0.85)
        + shape(
            SACK,
            f"M{p(-120, 0)}Q{p(-150, -140)} {p(-46, -226)}L{p(50, -226)}"
            f"Q{p(150, -130)} {p(118, 0)}z",
        )
        + knife.hatch(
            x - 96 * size,
            base - 170 * size,
            x + 96 * size,
            base - 10 * size,
            17,
            "#55472e",
            1.5,
            4,
            gap=0.45,
            length=50,
        )
        + shape(INK, poly(p, (-54, -226), (56, -226), (50, -204), (-50, -204)))
    )


def coat(x: float, y: float, long: float = 380) -> str:
    """A thick coat on a nail."""
    return shape(
        CLOTH,
        f"M{x - 30} {y}q30-26 60 0l34 40 22 210-34 6-14-120 8 {long - 140}h-92l8-{long - 140}"
        "-14 120-34-6 22-210z",
    ) + shape(LAMP, f"M{x - 34} {y + 40}l8 0-14 200-8 0z", 0.5)


def tower(knife: Knife, cx: float, base: float, high: float, wide: float) -> str:
    """A tower of iron bars, thin against the sky, with a cabin on top."""
    top, out = base - high, []
    for side in (-1, 1):
        out.append(
            f"M{cx + side * wide} {base}L{cx + side * 34} {top}h{-side * 12}"
            f"L{cx + side * (wide - 16)} {base}z"
        )
    for n in range(9):
        low, up = n / 9, (n + 1) / 9
        a, b = wide - (wide - 34) * low, wide - (wide - 34) * up
        y0, y1 = base - high * low, base - high * up
        out.append(f"M{cx - a:.0f} {y0:.0f}L{cx + b:.0f} {y1:.0f}v6L{cx - a:.0f} {y0 + 6:.0f}z")
        out.append(f"M{cx + a:.0f} {y0:.0f}L{cx - b:.0f} {y1:.0f}v6L{cx + a:.0f} {y0 + 6:.0f}z")
    cabin = shape(INK, f"M{cx - 62} {top - 74}h124v80h-124z") + shape(
        LAMP, f"M{cx - 22} {top - 52}h34v26h-34z"
    )
    return (
        shape(INK, "".join(out))
        + cabin
        + knife.hatch(cx - 58, top - 70, cx + 58, top, 15, STEEL, 1, 3, gap=0.5, length=30)
    )


def boxes(knife: Knife, x: float, y: float, across: int, down: int, ajar: tuple[int, int]) -> str:
    """A wall of letter boxes, one of them open."""
    wide, high, out = 190, 128, []
    for row in range(down):
        for col in range(across):
            left, top = x + col * wide, y + row * high
            opened = (col, row) == ajar
            out.append(shape(INK, f"M{left} {top}h{wide - 8}v{high - 8}h-{wide - 8}z"))
            face = LAMP if opened else "#223039"
            out.append(shape(face, f"M{left + 7} {top + 7}h{wide - 22}v{high - 22}h-{wide - 22}z"))
            if not opened:
                out.append(shape(DEEP, f"M{left + 40} {top + 30}h{wide - 88}v12h-{wide - 88}z"))
                out.append(shape(STEEL, f"M{left + wide - 42} {top + 70}a9 9 0 1 0 .1 0z"))
    col, row = ajar
    left, top = x + col * wide, y + row * high
    out.append(shape(PAPER, f"M{left + 30} {top + 62}l104-34 14 40-104 36z"))
    out.append(shape("#31414a", f"M{left + wide - 16} {top + 4}l70 26v{high - 24}l-70-18z"))
    right, base = x + across * wide, y + down * high
    return "".join(out) + knife.hatch(
        x, y, right, base, 31, STEEL, 1, 2.6, gap=0.72, length=80, opacity=0.7
    )


def envelope(x: float, y: float, wide: float, high: float, turn: float) -> str:
    """A closed envelope without a stamp."""
    mid = f"{x + wide / 2:.0f} {y + high / 2:.0f}"
    return (
        f'<g transform="rotate({turn:g} {mid})">'
        + shape(INK, f"M{x + 10} {y + 12}h{wide}v{high}h-{wide}z", 0.5)
        + shape(PAPER, f"M{x} {y}h{wide}v{high}h-{wide}z")
        + shape(
            INK,
            f"M{x} {y}l{wide / 2} {high * 0.56:.0f}L{x + wide} {y}l-4 12L{x + wide / 2} "
            f"{y + high * 0.56 + 12:.0f}L{x} {y + 12}z",
            0.55,
        )
        + "</g>"
    )
