"""An SVG that draws, and does nothing else: it runs no script and fetches nothing.

It holds nothing but what is listed here: elements, attributes, functions of styles; an address
leads to a place in the same drawing, `#id`. What editors note for themselves (Inkscape's
namespaces) is let through: nobody acts on it. A list of what is forbidden is never whole: a
prefixed script, an encoding that hides the tag, an animated link got past the one that was here.

It is read once, by a parser, so that a label reading `step one = 2` is one; no pattern goes over
the same text again. A DOCTYPE that declares something of its own is refused: entities hide in it.
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

DEPTH_MAX: Final = 64
USES_MAX: Final = 500
"""What stands once and is shown again; one that shows another doubles with each step."""
PIECES_MAX: Final = 400_000
"""Elements, each as often as a `use` may show it: a million took a laptop's browser twelve seconds
to lay out, and a phone never comes back."""

_SVG: Final = frozenset({"", "http://www.w3.org/2000/svg"})
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_EDITORS: Final = frozenset(
    {
        "http://www.inkscape.org/namespaces/inkscape",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://creativecommons.org/ns#",
        "http://web.resource.org/cc/",
        "http://purl.org/dc/elements/1.1/",
        "http://www.serif.com/",
        "http://www.bohemiancoding.com/sketch/ns",
    }
)
_ELEMENTS: Final = frozenset(
    """a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence filter g line linearGradient marker mask metadata mpath path
    pattern polygon polyline radialGradient rect set stop style svg switch symbol text textPath
    title tspan use view""".split()
)
_TOLD: Final = frozenset(
    """aria-describedby aria-hidden aria-label aria-labelledby class focusable id lang role tabindex
    text title type""".split()
)
"""Attributes that say something and draw nothing."""
_STYLES: Final = frozenset(
    """-inkscape-font-specification alignment-baseline baseline-shift clip clip-path clip-rule color
    color-interpolation color-interpolation-filters color-rendering cursor direction display
    dominant-baseline enable-background fill fill-opacity fill-rule filter flood-color flood-opacity
    font font-family font-feature-settings font-size font-size-adjust font-stretch font-style
    font-variant font-variant-ligatures font-weight image-rendering inline-size isolation kerning
    letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask
    mask-type mix-blend-mode opacity overflow paint-order pointer-events shape-inside
    shape-rendering solid-color solid-opacity stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-align text-anchor text-decoration text-indent text-orientation text-rendering
    text-transform transform transform-box transform-origin unicode-bidi vector-effect visibility
    white-space word-spacing writing-mode""".split()
)
_SHAPES: Final = frozenset(
    """accumulate additive amplitude attributeType azimuth background-color baseFrequency
    baseProfile begin bias by calcMode clipPathUnits contentScriptType contentStyleType cx cy d
    diffuseConstant divisor dur dx dy edgeMode elevation end exponent filterUnits fr from fx fy
    gradientTransform gradientUnits height in in2 intercept k1 k2 k3 k4 kernelMatrix
    kernelUnitLength keyPoints keySplines keyTimes lengthAdjust limitingConeAngle markerHeight
    markerUnits markerWidth maskContentUnits maskUnits max media method min mode numOctaves offset
    operator order orient origin path pathLength patternContentUnits patternTransform patternUnits
    points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits r radius
    refX refY repeatCount repeatDur requiredExtensions requiredFeatures restart result rotate rx ry
    scale seed side slope spacing specularConstant specularExponent spreadMethod startOffset
    stdDeviation stitchTiles style surfaceScale systemLanguage tableValues targetX targetY
    textLength to values version viewBox width x x1 x2 xChannelSelector y y1 y2 yChannelSelector z
    zoomAndPan""".split()
)
_LINKED: Final = frozenset({"actuate", "show", "title", "type"})
"""Attributes of XLink beside `href`; they ask for nothing."""
_ANIMATED: Final = (_STYLES | _SHAPES) - {"style"}
"""What an animation may change: never an address."""
_FUNCTIONS: Final = frozenset(
    """blur brightness calc color-mix contrast cubic-bezier drop-shadow grayscale hsl hsla
    hue-rotate invert matrix matrix3d not nth-child opacity perspective rect rgb rgba rotate
    rotatex rotatey rotatez saturate scale scalex scaley sepia skew skewx skewy steps translate
    translatex translatey url""".split()
)
_NAME_MAX: Final = 32
"""Letters of a function's name that are looked at."""
_CODES: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class _DoesMoreError(Exception):
    """It isn't a drawing alone."""


def draws_only(body: bytes) -> bool:
    """It is a whole SVG in UTF-8, and nothing but a drawing. In time that grows as the body."""
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader()
    parser.XmlDeclHandler = reader.declaration
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    parser.StartElementHandler = reader.element
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body.decode("utf-8-sig"), True)
        reader.whole()
    except (expat.ExpatError, _DoesMoreError, ValueError):
        return False
    return True


class _Reader:
    def __init__(self) -> None:
        self._open: list[tuple[str, str]] = []
        """Its name and id, of every element that isn't over."""
        self._style: list[str] = []
        self._shown: set[str] = set()
        """Ids that a `use` shows again."""
        self._showing: set[str] = set()
        """Ids of what holds a `use`."""
        self._uses = self._pieces = 0

    def declaration(self, version: str, code: str | None, alone: int) -> None:
        _refuse(code is not None and code.lower() not in _CODES)

    def doctype(self, name: str, system: str | None, public: str | None, own: int) -> None:
        _refuse(bool(own) or name.rpartition(":")[2] != "svg")

    def instruction(self, target: str, data: str) -> None:
        _refuse(True)  # a style sheet from elsewhere; `<?xml …?>` isn't one

    def element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        _refuse(len(self._open) >= DEPTH_MAX)
        _refuse(not self._open and (space not in _SVG or tag != "svg"))
        self._open.append((tag if space in _SVG else "", attributes.get("id", "")))
        if space not in _EDITORS:
            _refuse(space not in _SVG or tag not in _ELEMENTS)
        self._pieces += 1
        _refuse(self._pieces * (self._uses + 1) > PIECES_MAX)
        for key, value in attributes.items():
            if space not in _EDITORS or " " in key:  # their elements are nothing to a browser
                _check_attribute(key, value)
        if tag == "use":
            self._use(attributes)

    def _use(self, attributes: dict[str, str]) -> None:
        self._uses += 1
        _refuse(self._uses > USES_MAX)
        self._shown |= {attributes.get(key, "").strip()[1:] for key in ("href", f"{_XLINK} href")}
        self._showing |= {own for _, own in self._open}

    def end(self, name: str) -> None:
        tag, _ = self._open.pop()
        if tag == "style":
            _check_style("".join(self._style))
            self._style.clear()

    def text(self, data: str) -> None:
        if self._open and self._open[-1][0] == "style":
            self._style.append(data)

    def whole(self) -> None:
        """No `use` shows another."""
        _refuse(bool((self._shown & self._showing) - {""}))


def _check_attribute(key: str, value: str) -> None:
    space, _, name = key.rpartition(" ")
    if space in _EDITORS:
        return
    if name == "href" and space in ("", _XLINK):
        _refuse(not value.strip().startswith("#"))
    elif name == "attributeName" and not space:
        _refuse(value.strip() not in _ANIMATED)
    elif space:
        _refuse(space not in (_XML, _XLINK) or (space == _XLINK and name not in _LINKED))
        _refuse(name == "base")  # it would lead `#id` elsewhere
    elif not (name in _TOLD or name.startswith("data-")):
        _refuse(name not in _STYLES and name not in _SHAPES)
        _check_style(value)


def _check_style(text: str) -> None:
    """Neither an at-rule, nor an escape that hides one, nor a function that isn't listed; and what
    `url` is given lies in the drawing."""
    _refuse("\\" in text or "@" in text)
    before, *rest = text.split("(")
    for after in rest:
        name = _last_word(before[-_NAME_MAX:])
        _refuse(bool(name) and name not in _FUNCTIONS)
        if name == "url":
            _refuse(not after.lstrip().lstrip("\"'").lstrip().startswith("#"))
        before = after


def _last_word(text: str) -> str:
    """The word that the text ends with, in small letters. Blanks before a bracket are no part of
    it, and make it no function in a sheet; in `transform` they do."""
    text = text.rstrip().lower()
    at = len(text)
    while at and (text[at - 1].isalnum() or text[at - 1] in "-_"):
        at -= 1
    return text[at:]


def _refuse(wrong: bool) -> None:
    if wrong:
        raise _DoesMoreError
