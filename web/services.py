"""What every route needs, opened once at start: the house of the evenings, and the web's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from engine.evening.house import House
from engine.evening.reviewing import Reviews
from engine.work.workshop import Workshop
from web.door.hosts import Hosts
from web.door.limits import Limits
from web.door.proxies import ProxyWatch
from web.readiness import Readiness
from web.settings import Settings

ARRIVING_MAX: Final = 8
"""Seats that are let in at the same time; the database's pool has some connections more."""

WORKED_IN: Final = ("web.pages.studio_work", "web.pages.studio_cards")
"""Modules that hands import before their first job."""


@dataclass(kw_only=True)
class Services(House):
    """The open parts of the running program, with what the web adds."""

    settings: Settings
    limits: Limits
    readiness: Readiness
    proxies: ProxyWatch = field(default_factory=ProxyWatch)
    workshop: Workshop = field(default_factory=lambda: Workshop(WORKED_IN))
    """Where whatever one person can make long is done."""
    arriving: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ARRIVING_MAX))
    """Who is let in just now. When everybody comes back at once, the others wait their turn: all
    asking the database together, each would be kept waiting until it was told "not saved"."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.public_url, self.bound = self.settings.public_url, self.settings.host
        self.hosts = Hosts(self.settings)


def get_services(connection: HTTPConnection) -> Services:
    """The services of the app a request or socket came to."""
    services: Services = connection.app.state.services
    return services


def get_reviews(connection: HTTPConnection) -> Reviews:
    """The reviews of the app a request came to."""
    reviews: Reviews = connection.app.state.reviews
    return reviews


ReviewsDep = Annotated[Reviews, Depends(get_reviews)]
ServicesDep = Annotated[Services, Depends(get_services)]
