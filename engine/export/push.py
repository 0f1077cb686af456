"""Statements to a learning record store, with patience.

A store that is busy or away is tried again (TRIES, waiting longer each time); one that says no is
believed. Ids are fixed, so a batch whose answer got lost may be sent again. A store that minds
being told what it holds already says 409 to the whole batch: each statement is then sent alone. So
is each of a batch that it says 400 to: a store refuses all of a batch for one statement, and what
is wrong in one run keeps nothing of the others from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from engine.errors import AppError, Text
from engine.export.xapi import Statement

BATCH: Final = 100
"""Statements in one request."""
TRIES: Final = 5
TIMEOUT_S: Final = 20
WAIT_S_MAX: Final = 30
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_UNFIT: Final = frozenset({400, 413, 422})
"""Said of what was sent, not of who sends it or where: others may still be taken."""


class PushError(AppError):
    """The store didn't take the statements."""

    def __init__(self, why: str, why_en: str = "") -> None:
        said = why_en or why
        super().__init__(
            "not_pushed",
            Text(f"学习记录库没有收下：{why}", f"The record store didn't take them: {said}"),
            Text(
                "请检查地址、账号和网络，再送一次；送过的不会重复。",
                "Check address, key and network, and send again; nothing is doubled.",
            ),
        )


def push(
    statements: Sequence[Statement],
    *,
    url: str,
    key: str,
    secret: str,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Send them to `url` (the store's xAPI endpoint); how many are there now.

    Raises:
        PushError: the store refused, or couldn't be reached in TRIES tries; or it refused some, and
            has all others.
    """
    patiently = Retrying(
        stop=stop_after_attempt(TRIES),
        wait=wait_random_exponential(multiplier=0.5, max=WAIT_S_MAX),
        retry=retry_if_exception(_may_pass),
        reraise=True,
        sleep=sleep,
    )
    headers = {"X-Experience-API-Version": "1.0.3"}
    endpoint = f"{url.rstrip('/')}/statements"
    refused: list[int] = []
    with httpx.Client(auth=(key, secret), headers=headers, timeout=TIMEOUT_S) as client:
        for first in range(0, len(statements), BATCH):
            batch = list(statements[first : first + BATCH])
            try:
                refused += patiently(_send, client, endpoint, batch)
            except httpx.HTTPStatusError as error:
                raise PushError(f"{error.response.status_code}") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise PushError(str(error) or type(error).__name__) from error
    if refused:
        some, all_ = len(refused), len(statements)
        raise PushError(
            f"{refused[0]}，{all_} 条里有 {some} 条；其余的都在那里了。",
            f"{refused[0]}, {some} of {all_}; it has the others.",
        )
    return len(statements)


def _send(client: httpx.Client, endpoint: str, batch: list[Statement]) -> list[int]:
    """What the store said to each statement that it can't use."""
    answer = client.post(endpoint, json=batch)
    held = answer.status_code == httpx.codes.CONFLICT
    if (held or answer.status_code in _UNFIT) and len(batch) > 1:
        return [said for one in batch for said in _send(client, endpoint, [one])]
    if answer.status_code in _UNFIT:
        return [answer.status_code]
    if not held:
        answer.raise_for_status()
    return []


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _BUSY
    return isinstance(error, httpx.TransportError)
