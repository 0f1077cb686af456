"""The store in memory."""

from __future__ import annotations

import pytest

from engine.store.log.memory import MemoryStore
from tests.store.contract import StoreContract


class TestMemory(StoreContract):
    """Keeps the contract."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
