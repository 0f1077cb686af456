"""Ids and tokens that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

CODE_ALPHABET: Final = "ACDEFGHJKMNPQRTUVWXY34679"
"""Letters and digits that nobody mistakes for each other."""
CODE_LENGTH: Final = 6


def new_id() -> str:
    """An id nobody can guess."""
    return secrets.token_hex(8)


def new_token() -> str:
    """A token to be kept by its holder alone."""
    return secrets.token_urlsafe(24)


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A join code, to be read aloud and typed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_password() -> str:
    """A password for somebody to copy down once."""
    return secrets.token_urlsafe(9)
