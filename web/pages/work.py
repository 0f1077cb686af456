"""What is done in the workshop (`engine/work`): the jobs, their limits, and the requests that wait.

Whatever one person can make long belongs here and not into a thread: a thread can't be stopped, has
no limit of memory, and shares the interpreter with everybody's evening.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

from fastapi import Request
from starlette.requests import ClientDisconnect

from engine.errors import Text
from engine.work.bounds import CODES, Limits, work_error
from web.services import Services

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

_SCRIPT: Final = Text(
    "请把剧本改小、改简单些再试。", "Make the script smaller or simpler, and try again."
)
CHECK: Final = Limits(
    lane="quick", wall_s=5, memory_mb=512, what=Text("查错", "Checking"), remedy=_SCRIPT
)
PLAY: Final = Limits(
    lane="trial",
    wall_s=10,
    memory_mb=384,
    what=Text("试玩", "The trial play"),
    remedy=Text(
        "请少走几步，或看看剧本里是不是有自己转个不停的幕，给它加一个任务或长一点的时限。",
        "Make fewer moves; a scene that goes round by itself needs a task, or more time.",
    ),
)
DRAW: Final = Limits(
    lane="trial", wall_s=15, memory_mb=384, what=Text("画图", "Drawing"), remedy=_SCRIPT
)
PROVE: Final = Limits(
    lane="long",
    wall_s=60,
    memory_mb=1024,
    what=Text("证明", "The proof"),
    remedy=Text(
        "请在自己的电脑上证明它（hongchuan prove），那里可以给更多时间；或者把剧本改小些。",
        "Prove it on your own machine (hongchuan prove), or make the script smaller.",
    ),
)
IMPORT: Final = Limits(
    lane="long",
    wall_s=30,
    memory_mb=512,
    result_mb=64,
    what=Text("导入剧本包", "Importing the package"),
    remedy=Text(
        "请少放几张图，把大的 SVG 换成 PNG，再打包。",
        "Pack it with fewer pictures, and PNGs for large SVGs.",
    ),
)
EXPORT: Final = Limits(
    lane="long",
    wall_s=30,
    memory_mb=512,
    result_mb=256,
    what=Text("导出剧本包", "Packing it"),
    remedy=Text(
        "请在“图片”里放下几张用不着的。", "Lay some pictures aside that it can do without."
    ),
)
PHOTO: Final = Limits(
    lane="long",
    wall_s=30,
    memory_mb=1024,
    result_mb=32,
    what=Text("处理合影", "The photo"),
    remedy=Text("请把照片缩小再传。", "Make the photo smaller and send it again."),
)
DOCUMENT: Final = Limits(
    lane="paper",
    wall_s=30,
    memory_mb=512,
    result_mb=128,
    what=Text("写文件", "The document"),
    remedy=Text(
        "请在装着程序的电脑上用 hongchuan report 导出，那里没有时限。",
        "Export it where the program runs (hongchuan report); there is no limit there.",
    ),
)
PUSH: Final = Limits(
    lane="send",
    wall_s=60,
    memory_mb=512,
    what=Text("送学习记录", "Sending the statements"),
    remedy=Text(
        "学习记录库答得太慢。请看看它是否正常，再送一次；送过的不会重复。",
        "The record store is too slow. See whether it is well, and send again; nothing is doubled.",
    ),
)


def told_of(limits: Limits) -> dict[str, str]:
    """What is said of a job that came to no end, in Chinese, by code."""
    told = {code: work_error(code, limits) for code in CODES}
    return {code: error.message.zh + error.remedy.zh for code, error in told.items()}


async def work(
    request: Request,
    services: Services,
    who: str,
    limits: Limits,
    function: Callable[[*Ts], T],
    *given: *Ts,
) -> T:
    """What the function returns, done in the workshop for the account `who`; ended as soon as the
    one who asked has gone. Raises as Workshop.do, and ClientDisconnect."""
    job = asyncio.create_task(services.workshop.do(limits, function, *given, who=who))
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((job, gone), return_when=asyncio.FIRST_COMPLETED)
        if job.done():
            return job.result()
        raise ClientDisconnect
    finally:
        job.cancel()
        gone.cancel()
        await asyncio.gather(job, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    """Returns when nobody waits for the answer any more. What the body still had is passed by."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
