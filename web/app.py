"""Wiring: settings in, the app out. Importing it opens nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from fastapi import Depends, FastAPI

from engine.evening.checkup import check_up
from engine.evening.convoy import Convoy
from engine.evening.filling import RoomWatch
from engine.evening.forgetting import Keeper
from engine.evening.library import Library
from engine.evening.reviewing import Reviews
from engine.evening.roaming import AddressWatch
from engine.evening.watching import Watch
from engine.host.clock import SteadyClock
from engine.host.host import Host
from engine.host.presence import Presence
from engine.host.pulse import Pulse
from engine.store.database import Database, open_database
from engine.store.place.custody import Note, file_of
from engine.store.place.found import Found, look, look_before
from engine.store.place.secret import secrets_known
from engine.store.place.unopened import opening
from engine.work.reading_room import Reading
from web import garbage, logs, metrics
from web.door.audit import Audited
from web.door.auth import once_by_header
from web.door.doorway import Doorway, ways_of
from web.door.heads import Headed
from web.door.limits import Limits
from web.door.once import AnsweredBefore, Once, repeated
from web.door.replies import add_error_handlers, tell_log
from web.door.weir import Paced
from web.live import socket
from web.openapi import document
from web.pages import (
    account,
    api,
    assets,
    audit_log,
    branch_forms,
    claim,
    evenings,
    filed,
    join,
    keepsakes,
    menu,
    people,
    rehearsal,
    remote_wall,
    replays,
    reports,
    role_cards,
    seat_links,
    studio,
    studio_copy,
    studio_files,
    studio_menu,
    trends,
)
from web.readiness import Readiness, tell_ready
from web.services import Services
from web.settings import Settings

if TYPE_CHECKING:
    from engine.host.relay import Relay

HTTP_ROUTES: Final = (
    api,
    account,
    people,
    branch_forms,
    seat_links,
    claim,
    filed,
    menu,
    join,
    keepsakes,
    evenings,
    remote_wall,
    rehearsal,
    role_cards,
    studio,
    studio_copy,
    studio_files,
    studio_menu,
    trends,
    reports,
    replays,
    audit_log,
)


Announce = Callable[[str | None], None]


def create_app(
    settings: Settings, announce: Announce | None = None, *, prepared: bool = False
) -> FastAPI:
    """The app. `announce` is told, once it is open, the admin's password if one was made and nobody
    has logged in with it. `prepared`: `prepare` has told it; to try it again takes long."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        clock = SteadyClock()
        database = await open_database(
            settings.database_url, clock=clock.now_ms, secret=settings.signing_key()
        )
        made = None if prepared else await _admin(database, settings)
        reading = Reading()
        library = Library(settings.scenarios, database, reading)
        host = Host(database.store, library.scenario_of_run, clock)
        host.standing.pulse = Pulse(clock, database.alive, alone=not settings.redis_url)
        presence = Presence(host)
        app.state.services = Services(
            settings=settings,
            database=database,
            people=database.people,
            sessions=database.sessions,
            host=host,
            presence=presence,
            library=library,
            reading=reading,
            limits=Limits(),
            key=settings.signing_key(),
            port=settings.port,
            on_failed=lambda error, do: tell_log(error, kind="desk", route=do),
            readiness=Readiness(database, settings.database_url),
        )
        database.people.withdrawn = app.state.services.ring_account
        app.state.reviews = Reviews(app.state.services)
        relay = _join_others(app.state.services)
        metrics.measure(database.store, host)
        host.start()
        keeper = Keeper(app.state.services)
        keeper.start()
        watches = _watch(app.state.services)
        warming = asyncio.create_task(_look_about(app), name="warming")
        if announce is not None:
            announce(made)
        tell_ready()
        yield
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await app.state.services.workshop.close()
        reading.close()
        for watch in watches:
            await watch.close()
        await keeper.close()
        await presence.close()
        if relay is not None:
            await relay.close()
        await host.close()
        await database.close()

    app = FastAPI(title="红船", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.openapi = document(app)  # type: ignore[method-assign]
    add_error_handlers(app)
    app.add_exception_handler(AnsweredBefore, repeated)
    _add_doors(app)
    for each in HTTP_ROUTES:  # the socket's commands carry ids of their own
        app.include_router(each.router, dependencies=[Depends(once_by_header)])
    app.include_router(socket.router)
    app.mount("/static", assets.Assets(directory=assets.FOLDER), name="static")
    return app


def _add_doors(app: FastAPI) -> None:
    """What a request passes; the last is the outermost."""
    app.add_middleware(Once)
    app.add_middleware(Doorway, ways=lambda: ways_of(app.routes))
    app.add_middleware(Audited)
    app.add_middleware(Headed)
    app.add_middleware(logs.RequestLog)
    app.add_middleware(Paced)


def _watch(services: Services) -> list[Watch]:
    """What is looked at while it serves."""
    file = file_of(services.settings.database_url)
    watches: list[Watch] = [AddressWatch(services), RoomWatch(services, file), Convoy(services)]
    for watch in watches:
        watch.look_or_say()
        watch.start()
    return watches


async def _look_about(app: FastAPI) -> None:
    """What may be looked at while people play already: what is open, then what was."""
    await check_up(app.state.services)
    await app.state.reviews.warm()


def worker() -> FastAPI:
    """The app of one worker among several: what `hongchuan serve --workers` starts."""
    settings = Settings()
    logs.configure(settings.log)
    metrics.forget_the_dead()
    return create_app(settings, announce=lambda _made: garbage.settle(), prepared=True)


async def prepare(settings: Settings, note: Note) -> tuple[str | None, Found]:
    """Migrate, and make the account `admin`: once, before any worker. (A password made up, what is
    kept there.) `note`: what the database's last holder left."""
    url = settings.database_url
    secret = None if settings.secret else settings.secret_file
    before = look_before(url, secret, time.time_ns() // 1_000_000, note)
    database = await open_database(url, secret=settings.signing_key())
    try:
        with opening(url):  # the disk may be full from the first row on
            found = await look(database, before, note, _secrets(settings))
            return await _admin(database, settings), found
    finally:
        await database.close()


def _secrets(settings: Settings) -> set[str]:
    """The one in use, and those before it, as far as they can be read."""
    found = {settings.signing_key()}
    with suppress(OSError):
        found.update(secrets_known())
    return found


async def _admin(database: Database, settings: Settings) -> str | None:
    return await database.people.ensure_admin(
        settings.admin_password or None, settings.first_password()
    )


def _join_others(services: Services) -> Relay | None:
    """Hear of other workers, and tell them, where Redis is set up."""
    if not services.settings.redis_url:
        return None
    # Only here: one process needs no Redis, and its client is slow to import.
    from engine.host.relay import Relay

    host, presence = services.host, services.presence
    relay = Relay(services.settings.redis_url, host, services.database.store)
    host.announce = relay.moved
    presence.join(relay.ask_who)
    relay.on_who, relay.on_here = presence.here, presence.elsewhere
    relay.on_beside = services.beside
    relay.start()
    services.relay = relay
    return relay
