"""Ids and tokens that nobody can guess."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

CODE_ALPHABET: Final = "ACDEFGHJKMNPQRTUVWXY34679"
"""Letters and digits that nobody mistakes for each other."""
CODE_LENGTH: Final = 8
CODE_MS: Final = 14 * 24 * 3600 * 1000
"""A join code lapses after fourteen days, if its session isn't closed before."""

SEAT_MS: Final = 21 * 24 * 3600 * 1000
"""What opens a seat opens it so long after its session was made: a week more than anybody joins."""
SEAT_CLOSED_MS: Final = 7 * 24 * 3600 * 1000
"""And so long after it was closed: its page can be looked at once more, for a week."""


def new_id() -> str:
    """An id nobody can guess."""
    return secrets.token_hex(8)


def new_token() -> str:
    """A token to be kept by its holder alone."""
    return secrets.token_urlsafe(24)


def token_for(secret: str, key: str) -> str:
    """The one token that goes with a one-time key: the same key finds what it got before."""
    made = hmac.new(secret.encode(), f"token:{key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:24]).decode()


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A join code, to be read aloud and typed.

    Can it be guessed? There are 25^8, 152 thousand million codes. On the busiest morning a city has
    3,000 sessions open: one code in 51 million is in use. An address may guess 60 at once
    (`engine/evening/paces.py`) and one in twenty seconds from then on, 60,000 in the fourteen days
    that a code lasts at the most: one hit in 840 such addresses. All addresses together get 600 at
    once and one a second in each process before it lets nobody guess twice who has guessed wrong:
    1.2 million in fourteen days, one hit in 42 such fortnights. Six letters would be 244 million
    codes: 15 hits in one.
    """
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def code_for(secret: str, key: str) -> str:
    """The one join code that goes with a command's key; as hard to guess as a new one."""
    made = hmac.new(secret.encode(), f"code:{key}".encode(), hashlib.sha256).digest()
    number, signs = int.from_bytes(made, "big"), ""
    for _ in range(CODE_LENGTH):
        number, sign = divmod(number, len(CODE_ALPHABET))
        signs += CODE_ALPHABET[sign]
    return signs


def new_password() -> str:
    """A password for somebody to copy down once."""
    return secrets.token_urlsafe(9)
