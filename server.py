"""`python server.py`: reads the settings, serves, says where. Nothing else."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    # What is imported stays: to look for what doesn't, again and again, is a tenth of the start.
    gc.disable()  # until it is open (garbage.py)

import asyncio
import io
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from contextlib import suppress
from types import FrameType
from typing import Any

import segno
import uvicorn
from starlette.types import ASGIApp

from engine.evening.addresses import LOOPBACK, addresses
from web import garbage, logs
from web.app import create_app, prepare
from web.door.frames import MeteredSocket
from web.door.listening import listen
from web.door.patience import PatientProtocol
from web.metrics import SHARED
from web.settings import Settings
from web.startup import (
    PASSING,
    Custody,
    Found,
    cant_listen,
    heard_or_not,
    no_redis,
    only_server,
    read_settings,
    worded,
)
from web.workers import Supervisor

MESSAGE_BYTES = 64 * 1024
SOCKETS_MAX = 65_536
WORKER_S = 20
"""A worker that doesn't answer its parent for so long is killed, and started anew."""

NO_PHONES = (
    "  手机现在连不上：这台电脑只有自己打得开的地址。请连上会议室的无线网或网线（设了\n"
    "  HONGCHUAN_HOST 的，请去掉），再看控制台里的地址和大屏幕上的码。\n"
    "  No phone can connect: only this machine itself has an address here. Join the room's\n"
    "  network (unset HONGCHUAN_HOST if it is set); the console then shows the address."
)


def allow_sockets() -> None:
    """A phone takes a file descriptor, and many systems give 1,024 unless asked."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS_MAX if hard == resource.RLIM_INFINITY else min(SOCKETS_MAX, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def greet(settings: Settings, port: int, password: str | None, found: Found | None = None) -> None:
    """Say where to go: to the facilitator on this machine, and to phones on the LAN; and what was
    found there. Where nobody can be told (a closed terminal, a full disk) it serves all the same;
    the password is shown again at the next start."""
    with heard_or_not():
        _greet(settings, port, password, found)


def _greet(settings: Settings, port: int, password: str | None, found: Found | None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese; the rest is readable
    say = sys.stdout.write
    likeliest = addresses(port, settings.public_url, settings.host)[0]
    say(f"\n  红船已启动 · ready\n\n  本机 this machine   http://127.0.0.1:{port}\n")
    if likeliest.label == LOOPBACK:
        say(f"\n{NO_PHONES}\n\n")
    else:
        say(f"  手机 phones         {likeliest.url}\n\n")
        segno.make(likeliest.url).terminal(out=sys.stdout, compact=True)
    if found is not None:
        told = found.told()
        say(f"\n  数据 data            {told.zh} · {told.en}\n")
        say(f"                       {found.place}\n")
        for doubt in found.doubts:
            say(f"\n  注意：{doubt.zh}\n  Mind: {doubt.en}\n")
    if password is not None:
        say("\n  组织者账号 facilitator: admin\n")
        say("  第一次登录之前都会显示 · shown until the first login\n")
        say(f"  密码 password: {password}\n\n")
    sys.stdout.flush()
    if settings.open:
        show(f"http://127.0.0.1:{port}/")


def show(url: str) -> None:
    """Open it in this machine's browser, where there is a screen: one of text would take the
    terminal over."""
    screen = sys.platform in ("win32", "darwin")
    if screen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


def main() -> None:
    """Serve until told to stop; exit 2 where somebody has to set something right first, 1 where it
    may pass by itself."""
    # Ctrl-C is how people stop it: the phones have been told by then, and there is nothing to say.
    with worded(), suppress(KeyboardInterrupt):
        serve(read_settings())


def serve(settings: Settings) -> None:
    """Serve with these settings. Raises StartError, CantOpen: it can't begin."""
    logs.configure(settings.log)
    allow_sockets()
    if settings.workers > 1 and not settings.redis_url:
        raise no_redis()
    with only_server(settings) as custody:
        serve_alone(settings, custody)


def serve_alone(settings: Settings, custody: Custody) -> None:
    """Serve; no other server has the database, and is told where. Raises as `serve`."""
    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        raise cant_listen(settings, error) from error
    port = listening.getsockname()[1]
    custody.note(addresses(port, settings.public_url, settings.host)[0].url)
    # Before anybody serves, so that what can't be opened is said in a sentence, and once.
    try:
        made, found = asyncio.run(prepare(settings, custody.before))
    except BaseException:
        listening.close()
        raise
    if settings.workers > 1:
        garbage.settle()
        greet(settings, port, made, found)
        serve_many(settings, listening, port)
        return
    settings = settings.model_copy(update={"port": port})

    def opened(_made: str | None) -> None:
        garbage.settle()
        greet(settings, port, made, found)

    app = create_app(settings, announce=opened, prepared=True)
    heed_closed_window()
    Serving(config_of(app, settings)).run(sockets=[listening])


class Serving(uvicorn.Server):
    """Stops in its own order, however often it is told to: a second Ctrl-C would cut off what is
    being written, and say so by a traceback. It takes some seconds at most."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            super().handle_exit(sig, frame)


def heed_closed_window() -> None:
    """A terminal window that is closed stops the server as Ctrl-C does, with word to the phones;
    under nohup it goes on. (Several workers are renewed by this signal instead.)"""
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def serve_many(settings: Settings, listening: socket.socket, port: int) -> None:
    """Several processes on one socket; who dies is started anew. Ends with 1 where none of them
    could begin: what kept it is told by themselves."""
    os.environ["HONGCHUAN_PORT"] = str(port)  # workers read the settings for themselves
    config = config_of("web.app:worker", settings, factory=True, workers=settings.workers)
    with tempfile.TemporaryDirectory(prefix="hongchuan-metrics-") as figures:
        os.environ[SHARED] = figures
        supervisor = Supervisor(config, sockets=[listening])
        supervisor.run()
    if supervisor.failed:
        sys.exit(PASSING)


def config_of(app: ASGIApp | str, settings: Settings, **more: Any) -> uvicorn.Config:
    """How an app is served."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws=MeteredSocket,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=WORKER_S,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        server_header=False,
        **more,
    )


if __name__ == "__main__":
    main()
