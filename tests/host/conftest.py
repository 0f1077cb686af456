"""Stores for the tests of the host."""

from __future__ import annotations

from tests.support.postgres import postgres as postgres
from tests.support.postgres import postgres_url as postgres_url
