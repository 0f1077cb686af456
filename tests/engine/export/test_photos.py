"""Photos: what upload takes, every document shows, upright and saying nothing else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageCms, ImageDraw

from engine.export.photo import PIXELS_MAX, SIDE_MAX, PhotoError, fitted
from engine.export.record import record
from tests.support.evenings import evening, report_of, yida

RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)
ORIENTATION, CAMERA = 0x0112, 0x0110
TURNED = (
    Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_270,
)  # fmt: skip
"""How a camera turned the picture, by orientation from 2 on (Exif 2.3, 4.6.4)."""


def scene(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """White, with red in its upper left and blue in its upper right corner."""
    made = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(made)
    wide, high = size
    draw.rectangle((0, 0, wide // 3, high // 3), RED)
    draw.rectangle((wide - wide // 3, 0, wide, high // 3), BLUE)
    return made


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def camera(orientation: int, **options: Any) -> bytes:
    """As cameras write it: Exif first, and no JFIF at all."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = orientation, "Kamera X"
    turned = scene() if orientation == 1 else scene().transpose(TURNED[orientation - 2])
    whole = saved(turned, "JPEG", exif=exif, quality=95, **options)
    at = whole.index(b"\xff\xe0")
    length = int.from_bytes(whole[at + 2 : at + 4], "big")
    return whole[:at] + whole[at + 2 + length :]


def bare() -> bytes:
    """Neither Exif nor JFIF: what our own cleaning used to leave."""
    whole = saved(scene(), "JPEG", quality=95)
    length = int.from_bytes(whole[4:6], "big")
    return whole[:2] + whole[4 + length :]


def profiled() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(scene(), "JPEG", quality=95, icc_profile=profile)


def see_through() -> Image.Image:
    made = scene().convert("RGBA")
    made.putalpha(255)
    made.paste((0, 0, 0, 0), (20, 20, 40, 40))
    return made


FAMILY: dict[str, Callable[[], bytes]] = {
    **{f"camera {n}": lambda n=n: camera(n) for n in range(1, 9)},  # type: ignore[misc]
    "camera, progressive": lambda: camera(6, progressive=True),
    "JFIF": lambda: saved(scene(), "JPEG", quality=95),
    "bare": bare,
    "progressive": lambda: saved(scene(), "JPEG", quality=95, progressive=True),
    "CMYK": lambda: saved(scene().convert("CMYK"), "JPEG", quality=95),
    "profile": profiled,
    "nonsense of a profile": lambda: saved(scene(), "JPEG", quality=95, icc_profile=b"x" * 200),
    "comment": lambda: saved(scene(), "JPEG", quality=95, comment="Kamera X"),
    "PNG": lambda: saved(scene(), "PNG"),
    "PNG, palette": lambda: saved(scene().convert("P"), "PNG"),
    "PNG, see-through": lambda: saved(see_through(), "PNG"),
    "WebP": lambda: saved(scene(), "WEBP", quality=95),
    "WebP, see-through": lambda: saved(see_through(), "WEBP", lossless=True),
    "GIF": lambda: saved(scene().convert("P"), "GIF"),
    "GIF, moving": lambda: saved(
        scene().convert("P"), "GIF", save_all=True, append_images=[scene()]
    ),
    "BMP": lambda: saved(scene(), "BMP"),
    "large": lambda: saved(scene((4_800, 3_200)), "JPEG", quality=95),
    "large PNG": lambda: saved(scene((4_800, 3_200)), "PNG"),
}


def near(one: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 60 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", FAMILY)
def test_whatever_is_taken_is_shown_upright_in_the_record(name: str) -> None:
    photo = fitted(FAMILY[name]())
    shown = Image.open(BytesIO(photo))
    wide, high = shown.size
    assert (wide / high, max(shown.size) <= SIDE_MAX) == (1.5, True)
    corners = [(2, 2), (wide - 3, 2), (2, high - 3), (wide - 3, high - 3), (wide // 2, high - 3)]
    found = [shown.getpixel(corner) for corner in corners]
    for pixel, colour in zip(found, (RED, BLUE, WHITE, WHITE, WHITE), strict=True):
        assert near(pixel, colour), found
    assert b"Kamera" not in photo
    assert not shown.getexif()
    document = Document(
        BytesIO(record(replace(REPORT, activity=replace(REPORT.activity, photo=photo))))
    )
    (picture,) = document.inline_shapes
    assert abs(picture.width / picture.height - 1.5) < 0.01


@pytest.mark.parametrize("name", ["camera 1", "camera 6", "bare", "CMYK", "PNG, see-through"])
def test_a_photo_kept_long_ago_is_shown_too(name: str) -> None:
    kept = replace(REPORT.activity, photo=FAMILY[name]())
    document = Document(BytesIO(record(replace(REPORT, activity=kept))))
    (picture,) = document.inline_shapes
    assert picture.width > picture.height


@pytest.mark.parametrize("kind", ["L", "I;16"])
def test_grey_photos_keep_their_greys(kind: str) -> None:
    half = Image.new(kind, (30, 20), 128 if kind == "L" else 128 * 256)
    assert near(Image.open(BytesIO(fitted(saved(half, "PNG")))).getpixel((5, 5)), (128, 128, 128))


def test_a_tall_photo_stays_on_its_page() -> None:
    tall = replace(REPORT.activity, photo=saved(scene((400, 1_600)), "JPEG"))
    (picture,) = Document(BytesIO(record(replace(REPORT, activity=tall)))).inline_shapes
    assert picture.height.cm < 16


def bomb() -> bytes:
    """A PNG of few bytes that says it is of very many pixels."""
    made = bytearray(saved(Image.new("L", (8, 8)), "PNG"))
    made[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(made)


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "HEIC": ("photo_heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    "AVIF": ("photo_heic", lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"),
    "nothing": ("photo_bad", lambda: b""),
    "text": ("photo_bad", lambda: b"hello"),
    "PDF": ("photo_bad", lambda: b"%PDF-1.7\n"),
    "cut short": ("photo_bad", lambda: saved(scene((600, 400)), "JPEG", quality=95)[:900]),
    "cut PNG": ("photo_bad", lambda: saved(scene((600, 400)), "PNG")[:300]),
    "too many bytes": ("photo_large", lambda: b"\xff\xd8\xff" + bytes(33 * 1024 * 1024)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str) -> None:
    code, made = REFUSED[name]
    with pytest.raises(PhotoError) as caught:
        fitted(made())
    assert caught.value.code == code
    assert caught.value.remedy.zh


def test_a_bomb_is_told_by_its_header() -> None:
    assert 60_000**2 > PIXELS_MAX
    with pytest.raises(PhotoError):
        fitted(bomb())


SMALL = sorted(name for name in FAMILY if "large" not in name)


@example("camera 7", [(16, 255), (221, 0), (506, 0)])  # Corrupt EXIF data
@example("camera 6", [(33, 117)])  # Truncated File Read
@example("camera 1", [(119, 131), (39, 1), (483, 255)])  # Tag data larger than file
@example("camera 7", [(295, 255), (23, 1), (110, 0)])  # struct.error, of an Exif written anew
@given(
    st.sampled_from(SMALL),
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_any_damage_gives_a_photo_or_a_refusal(name: str, damage: list[tuple[int, int]]) -> None:
    """Without a warning too: here a warning is an error."""
    body = bytearray(FAMILY[name]())
    for place, value in damage:
        body[place % len(body)] = value
    try:
        assert fitted(bytes(body)).startswith(b"\xff\xd8\xff\xe0")
    except PhotoError:
        pass


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_photo_with_a_wrong_tag_is_upright_all_the_same(orientation: int) -> None:
    body = bytearray(FAMILY[f"camera {orientation}"]())
    type_of_camera = body.index(CAMERA.to_bytes(2, "big")) + 2
    body[type_of_camera : type_of_camera + 2] = (0x0102).to_bytes(2, "big")
    wide, high = Image.open(BytesIO(fitted(bytes(body)))).size
    assert wide > high


REPORT = report_of(yida(), evening(yida(), "photos"))
