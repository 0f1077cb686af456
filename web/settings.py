"""The settings, from the environment. Documented in docs/settings.md."""

from __future__ import annotations

import base64
import hmac
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine import home
from engine.civil import USUAL
from engine.export.xapi import HOME
from engine.store.place.secret import kept_secret, secret_file


class Settings(BaseSettings):
    """Everything that can be set, each as `HONGCHUAN_` and its name."""

    model_config = SettingsConfigDict(env_prefix="HONGCHUAN_", frozen=True)

    database_url: str = Field(default_factory=home.database_url)
    """SQLite by default; `postgresql://…` when it outgrows one machine."""
    redis_url: str = ""
    """Through which several workers wake each other; empty: one process."""
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that serve."""
    host: str = "0.0.0.0"  # noqa: S104 - phones on the LAN are the point
    port: int = Field(default=8000, ge=0, le=65535)
    scenarios: Path = Field(default_factory=home.scenarios)
    """The folder of scenario folders; an installed program has those of its wheel besides."""
    secret: str = ""
    """Signs forms, keys the chains of the logs; made and kept in `secret_file` at first start."""
    admin_password: str = ""
    """Of the account `admin`; else made, and printed until the first login."""
    public_url: str = ""
    """How phones reach this server, where it isn't one of its own addresses."""
    secret_file: Path = Field(default_factory=secret_file)
    lrs_url: str = ""
    """xAPI endpoint of a learning record store."""
    lrs_key: str = ""
    lrs_secret: str = ""
    xapi_home: str = HOME
    """Root of the names statements use."""
    proxies: str = ""
    """Addresses of reverse proxies, by commas: only what they say of a client's address counts."""
    origins: str = ""
    """Other addresses whose pages may call this server, by commas."""
    hosts: str = ""
    """Other names people reach this server by, by commas."""
    metrics_from: str = ""
    """Addresses or networks that may ask for `/metrics`, by commas; this machine always may."""
    idle_minutes: int = Field(default=120, ge=1, le=720)
    """A login nobody uses for so long is over."""
    zone: str = USUAL
    """Civil time: of every day and hour that people read. `engine/civil.py` reads the variable
    itself, since the command line has no settings."""
    open: bool = False
    """Show the first page in this machine's browser once it is there."""
    log: Literal["console", "json"] = "console"

    def allowed_origins(self) -> frozenset[str]:
        """Origins that are ours besides the address a request came to, in small letters."""
        public = urlsplit(self.public_url)
        own = f"{public.scheme}://{public.netloc}" if public.netloc else ""
        named = (one.strip().rstrip("/").lower() for one in (own, *self.origins.split(",")))
        return frozenset(one for one in named if one)

    def signing_key(self) -> str:
        """The secret; made and kept at the first call. Raises OSError; ValueError: what is kept
        there is no secret, or the beginning of one."""
        return self.secret or kept_secret(self.secret_file)

    def first_password(self) -> str:
        """Of the account `admin`, where none is set: 12 signs. It follows from the secret, so that
        it can be shown again until somebody has logged in, and is written down nowhere."""
        drawn = hmac.digest(self.signing_key().encode(), b"first password", "sha256")
        return base64.urlsafe_b64encode(drawn[:9]).decode()
