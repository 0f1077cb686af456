"""Who may meet whom in the store: for each method that looks before it writes, an act that changes
what it saw (`interleaved.py`)."""

from __future__ import annotations

from typing import Final

from tests.store.meetings import accounts, kept, seats

ROWS: Final = [*seats.ROWS, *accounts.ROWS, *kept.ROWS]
BLIND: Final = {
    "sessions.set_address": "one statement, whatever stood there",
    "sessions.lock_joining": "one statement, whatever stood there",
    "sessions.renew_code": "one statement, which names the open session; codes are unique",
    "sessions.count_in": "one statement, whatever stood there",
    "sessions.close_session": "one statement, which names the open session",
    "sessions.strike": "one statement, whatever stood there",
    "people.change_account": "one statement, which names who stays what it is",
    "people.find_login": "that a login is used is noted where there is one",
    "people.end_login": "one statement ends it, whoever else does",
    "people.end_logins": "one statement ends them, whoever else does",
    "notes.change": "one statement, which names the author",
    "notes.remove": "one statement, which names the author",
    "alive.try_write": "writes what stands there",
    "audit.act": "one chain of all workers: tests/store/audit/test_audit.py",
    "audit.ready": "as `act`",
    "audit.close": "as `act`",
    "store.close": "writes what waits, as `store.append`",
}
"""What writes without having looked, or in the statement that looks."""
