"""Ids and tokens that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets


def new_id() -> str:
    """An id nobody can guess."""
    return secrets.token_hex(8)


def new_token() -> str:
    """A token to be kept by its holder alone."""
    return secrets.token_urlsafe(24)


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
