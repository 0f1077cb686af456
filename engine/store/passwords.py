"""Passwords: how they are hashed and verified, a few at a time.

Each takes 64 MiB and a fifth of a second, so that guessing is slow; two threads of their own keep
guesses from taking the memory and the threads of everything else.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

AT_ONCE: Final = 2

_hasher: Final = PasswordHasher()
_threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")

NO_HASH: Final = _hasher.hash("nobody's password")
"""Verified against where there is no such account, so that time tells nothing."""


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verified(known: str, password: str) -> bool:
    """The password is that of the hash."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(_threads, _hasher.verify, known, password)
    except Argon2Error:
        return False
