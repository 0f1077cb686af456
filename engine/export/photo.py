"""A photo as every document shows it: an upright JPEG of bounded size that says nothing else.

Cameras write what browsers show and other programs don't: a way up that only Exif tells, CMYK, no
JFIF. And a photo tells where and when it was taken. So what is uploaded is decoded and written
anew; whatever comes out of here, a browser, Word and a printer show alike.

Decoding is bounded: the header tells how large it is before a pixel is read, a JPEG is decoded at
the scale wanted, and one photo is decoded at a time.
"""

from __future__ import annotations

import struct
import threading
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final

from engine.errors import AppError, Text

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES_MAX: Final = 32 * 1024 * 1024
PIXELS_MAX: Final = 60_000_000
"""Of what is decoded whole: up to four bytes each."""
SCALED_MAX: Final = 250_000_000
"""Of a JPEG that can be decoded at a smaller scale: beyond the largest phone's."""
SIDE_MAX: Final = 2_400
"""Pixels of the longer side that are kept: 300 for each inch of paper as wide as a page."""
QUALITY: Final = 88
_READ: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_HEIF: Final = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")

_DAMAGED: Final = (
    OSError, ValueError, TypeError, SyntaxError, LookupError, ArithmeticError, EOFError,
    struct.error,
)  # fmt: skip
"""What Pillow raises of bytes that are no sound photo."""
_ORIENTATION: Final = 0x0112
_TURNS: Final = (
    "FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM", "TRANSPOSE", "ROTATE_270", "TRANSVERSE",
    "ROTATE_90",
)  # fmt: skip
"""How to turn a photo upright, by orientation from 2 on (Exif 2.3, 4.6.4)."""

_one = threading.Lock()


class PhotoError(AppError):
    """A photo that isn't taken: `photo_heic`, `photo_large`, `photo_bad`."""


_WHY: Final = {
    "photo_heic": (
        Text(
            "这是 HEIC 照片（苹果手机自己的格式），这里读不了。", "A HEIC photo can't be read here."
        ),
        Text(
            "请在手机的“设置—相机—格式”里选“兼容性最佳”再拍，或者打开照片截一张图，传截图。",
            "Choose Settings, Camera, Formats, Most Compatible, or send a screenshot of it.",
        ),
    ),
    "photo_large": (
        Text("这张照片太大了。", "This photo is too large."),
        Text(
            "不超过 32 MB；JPEG 不超过 2.5 亿像素，别的不超过 6000 万像素。请缩小再传。",
            "At most 32 MB, and 60 million pixels, of a JPEG 250.",
        ),
    ),
    "photo_bad": (
        Text("这个文件不是完好的照片。", "This is no sound photo."),
        Text("请换一张 JPEG、PNG、WebP 或 GIF。", "Use another one, in JPEG, PNG, WebP or GIF."),
    ),
}


PHOTO_ZH: Final = {code: what.zh + do.zh for code, (what, do) in _WHY.items()}
"""Why a photo isn't taken, by the code of PhotoError."""


def _refused(code: str) -> PhotoError:
    return PhotoError(code, *_WHY[code])


def fitted(body: bytes) -> bytes:
    """The photo as a JPEG: upright, at most SIDE_MAX pixels long, in sRGB, without metadata.

    Raises:
        PhotoError: it can't be read, or is too large to be.
    """
    if body[4:8] == b"ftyp" and body[8:12] in _HEIF:
        raise _refused("photo_heic")
    if len(body) > BYTES_MAX:
        raise _refused("photo_large")
    # Here, for it is slow to import, and an evening needs no photo.
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # `_draft` looks itself
    try:
        with _one, warnings.catch_warnings():
            # What is left out of a damaged Exif matters to nobody: none of it is kept.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(body), formats=_READ) as image:
                _draft(image)
                return _written(_flat(image))
    except PhotoError:
        raise
    except _DAMAGED as error:
        raise _refused("photo_bad") from error


def _draft(image: Image) -> None:
    """Have a JPEG decoded at about the size wanted. Raises PhotoError photo_large."""
    scaled = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if image.width * image.height > (SCALED_MAX if scaled else PIXELS_MAX):
        raise _refused("photo_large")
    if scaled:
        image.draft(None, (SIDE_MAX, SIDE_MAX))


def _flat(image: Image) -> Image:
    """Upright, no larger than wanted, in plain colours on white."""
    from PIL import Image as images

    profile = image.info.get("icc_profile")
    upright = _plain(_upright(image), profile)
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    paper = images.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return paper


def _upright(image: Image) -> Image:
    """Turned as its Exif says. Pillow's `exif_transpose` writes that Exif anew, and so can't turn a
    photo that has any tag wrong."""
    from PIL.Image import Transpose

    image.load()  # a PNG may tell it after the picture
    said = image.getexif().get(_ORIENTATION)
    if not isinstance(said, int) or not 2 <= said <= 1 + len(_TURNS):
        return image
    return image.transpose(Transpose[_TURNS[said - 2]])


def _plain(image: Image, profile: bytes | None) -> Image:
    """RGB or RGBA, in sRGB where the photo says which colours are its own."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        return _in_srgb(image, profile)
    return image if image.mode == "RGBA" else image.convert("RGB")


def _in_srgb(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(
            image, own, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        made = None  # a profile of nonsense: the colours as they are
    return made or image.convert("RGB")


def _written(image: Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
