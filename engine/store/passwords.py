"""Passwords: how they are hashed and verified, a few at a time.

Each takes 64 MiB and a fifth of a second, so that guessing is slow; two threads of their own keep
guesses from taking the memory and the threads of everything else.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

AT_ONCE: Final = 2

_hasher: Final = PasswordHasher()
_threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")


@cache
def _nobodys() -> str:
    """Verified against where there is no such account, so that time tells nothing. Made when first
    needed: importing this module must not cost a hash."""
    return _hasher.hash("nobody's password")


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verified(known: str | None, password: str) -> bool:
    """The password is that of the hash; None: there is no account, which takes as long."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, known, password)


def _verify(known: str | None, password: str) -> bool:
    try:
        return _hasher.verify(known or _nobodys(), password) and known is not None
    except Argon2Error:
        return False
