"""An event loop without a clock of its own: nothing waits, and what runs when is always the same.

Time jumps to the next timer as soon as nothing is left to do. Every callback belongs to a `Process`
(by its context), so a whole worker can be killed or frozen between any two of its steps, as the
kernel would: no `finally` of a killed one runs.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar, TypeVarTuple, cast

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Process:
    """Whatever lives and dies as one. The loop asks it before each of its callbacks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.frozen = False
        self.context = copy_context()
        self.context.run(_PROCESS.set, self)
        self._held: list[asyncio.Handle] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def admits(self, handle: asyncio.Handle) -> bool:
        """Whether the callback may run now; if not, it is kept."""
        if self.alive and not self.frozen:
            return True
        self._held.append(handle)
        return False

    def kill(self) -> None:
        """No step of it is taken any more."""
        self.alive = False

    def freeze(self) -> None:
        """No step of it is taken until `thaw`."""
        self.frozen = True

    def thaw(self, loop: VirtualLoop) -> None:
        """It goes on, and finds out how late it is."""
        self.frozen = False
        self.release(loop)

    def bury(self, loop: VirtualLoop) -> None:
        """Let it unwind at last, where nothing it does counts any more."""
        self.alive, self.frozen = True, False
        self.release(loop)

    def release(self, loop: VirtualLoop) -> None:
        """Let what was kept run."""
        if self.alive:
            held, self._held = self._held, []
            loop.put_back(held)

    def spawn(self, doing: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task of this process, to be waited for."""
        return asyncio.get_running_loop().create_task(doing, context=self.context.copy())

    def begin(self, doing: Coroutine[Any, Any, None]) -> None:
        """A task of this process that nobody waits for."""
        task = self.spawn(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


def process() -> Process | None:
    """Whose callback is running; None: the world's own."""
    return _PROCESS.get()


class _Handle(asyncio.Handle):
    __slots__ = ()

    def _run(self) -> None:
        _run_if_admitted(self, super()._run)


class _TimerHandle(asyncio.TimerHandle):
    __slots__ = ()

    def _run(self) -> None:
        _run_if_admitted(self, super()._run)


def _run_if_admitted(handle: Any, run: Callable[[], None]) -> None:
    owner = handle._context.get(_PROCESS)
    if owner is None or owner.admits(handle):
        run()


class _Task(asyncio.Task[Any]):
    """Hashed by its number, so that a set of tasks has the same order in every run."""

    numbers = itertools.count()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.number = next(self.numbers)
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class Stuck(AssertionError):
    """Nothing is left to do, and nobody waits for a time."""


class _NoSelector:
    """Waiting is done by moving the time."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        """What the loop calls between two rounds."""
        self._loop.idle(timeout)
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks in order, and time in no time."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._selector = _NoSelector(self)
        self._clock_resolution = 1e-9
        self.trouble: list[dict[str, Any]] = []
        """What nobody caught."""
        self.set_task_factory(cast(Any, _make_task))
        self.set_exception_handler(lambda _, context: self.trouble.append(context))

    def time(self) -> float:
        return self._now_s

    def idle(self, timeout: float | None) -> None:
        """Nothing is left to do for so long."""
        if timeout is None:
            raise Stuck("nothing is left to do")
        if timeout > 0:
            self._now_s = max(self._now_s, self._scheduled[0].when())  # type: ignore[attr-defined]

    def busy(self) -> bool:
        """Something is to be run at once."""
        return bool(self._ready)  # type: ignore[attr-defined]

    def put_back(self, handles: list[asyncio.Handle]) -> None:
        """Run these next, in this order."""
        self._ready.extend(handles)  # type: ignore[attr-defined]

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = _TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    def _call_soon(self, callback: Any, args: Any, context: Context | None) -> asyncio.Handle:
        handle = _Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def _process_events(self, event_list: list[Any]) -> None:
        return

    def _write_to_self(self) -> None:
        return


def _make_task(
    loop: asyncio.AbstractEventLoop, doing: Any, *, context: Context | None = None
) -> asyncio.Task[Any]:
    return _Task(doing, loop=loop, context=context)


def run(doing: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop of its own, to the end of all tasks."""
    loop = VirtualLoop()
    _Task.numbers = itertools.count()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(doing)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def virtual_loop() -> VirtualLoop:
    """The loop that is running."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


async def pause(seconds: float) -> None:
    """Let so much virtual time go by."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(seconds, _wake, waiting)
    try:
        await waiting
    finally:
        timer.cancel()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def bury_all(processes: list[Process], rounds_max: int = 100) -> None:
    """End every task but this one."""
    loop = virtual_loop()
    for one in processes:
        one.bury(loop)
    this = asyncio.current_task()
    left: list[asyncio.Task[Any]] = []
    for _ in range(rounds_max):
        left = sorted(asyncio.all_tasks() - {this}, key=lambda task: cast(_Task, task).number)
        if not left and not loop.busy():
            return
        if not left:  # what ended may begin another: a run's row goes on by callbacks
            await asyncio.sleep(0)
            continue
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=1)
    raise AssertionError(f"tasks that don't end: {left}")
