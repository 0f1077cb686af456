"""The shape of a request, judged by its head, before a byte of its body is read.

How long what was sent takes to read is the sender's choice as long as they choose how it is read: a
character set among a hundred (one of which is quadratic), a compression, a boundary, one of two
lengths that contradict each other. So there is one way of each sort, and what comes otherwise is
refused.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.datastructures import Headers

from web.door.statuses import web_error

ONCE: Final = (
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "origin",
    "transfer-encoding",
)
"""Two of these would let us read the one and a proxy before us the other."""
FORM: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data"
JSON: Final = "application/json"
CHARSETS: Final = ("utf-8", "utf8", "us-ascii")
BOUNDARY_MAX: Final = 70
"""RFC 2046, 5.1.1."""
TYPE_MAX: Final = 200


class Kind(NamedTuple):
    """A Content-Type, read."""

    type: str
    parameters: tuple[tuple[str, str], ...]


def check_head(headers: Headers) -> None:
    """What each request must keep to. Raises Refused malformed_head."""
    for name in ONCE:
        if len(headers.getlist(name)) > 1:
            raise web_error("malformed_head", what=name)
    if "content-length" in headers and "transfer-encoding" in headers:
        raise web_error("malformed_head", what="Content-Length + Transfer-Encoding")


def has_body(headers: Headers) -> bool:
    """A body follows."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip("0") != ""


def check_type(headers: Headers, types: tuple[str, ...]) -> None:
    """How the body is written: in one of these types. Raises Refused wrong_type."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise web_error("wrong_type", what=f"Content-Encoding: {coding[:40]}")
    said = headers.get("content-type", "")
    if not said:
        return  # then nothing reads it as a form, and JSON is UTF-8
    if len(said) > TYPE_MAX:
        raise web_error("wrong_type", what=f"Content-Type: {said[:40]}…")
    kind = kind_of(said)
    if kind.type not in types:
        raise web_error("wrong_type", what=f"Content-Type: {kind.type}")
    for name, value in kind.parameters:
        odd = name.startswith("charset") and (name != "charset" or value.lower() not in CHARSETS)
        if odd or (name.startswith("boundary") and not 0 < len(value) <= BOUNDARY_MAX):
            raise web_error("wrong_type", what=f"{name}={value[:40]}")


def kind_of(said: str) -> Kind:
    """The type and its parameters, in small letters but for their values."""
    type_, *rest = said.split(";")
    pairs = (one.partition("=") for one in rest)
    return Kind(
        type_.strip().lower(),
        tuple((name.strip().lower(), value.strip().strip('"')) for name, _, value in pairs),
    )
