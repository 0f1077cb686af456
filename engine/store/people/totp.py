"""Codes of a second device (RFC 6238): six digits, 30 s, the step before and after too."""

from __future__ import annotations

import hmac
from typing import Final

import pyotp

from engine import typed

STEP_MS: Final = 30_000
ISSUER: Final = "红船"


def new_secret() -> str:
    """A secret for a device and us."""
    return pyotp.random_base32()


def uri(secret: str, name: str) -> str:
    """What a device scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now_ms: int) -> int | None:
    """The step a code belongs to, if that is now's or one beside it; width and what stands between
    its digits don't matter."""
    wanted = typed.digits(code)
    if len(wanted) != 6 or not (wanted.isascii() and wanted.isdigit()):
        return None
    now, device = now_ms // STEP_MS, pyotp.HOTP(secret)
    return next(
        (s for s in (now, now - 1, now + 1) if hmac.compare_digest(device.at(s), wanted)), None
    )
