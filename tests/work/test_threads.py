"""What one person can make long goes to the workshop (`web/pages/work.py`): a thread has neither limit nor
end, and shares the interpreter with everybody's evening."""

from __future__ import annotations

import ast
import re

from tests.test_house import named, nodes, text_of

THREADED = {
    "engine/store/log/file.py": "one thread: the logs' own connection to a SQLite file, which it alone writes by",
    "engine/store/people/passwords.py": "two threads of its own: argon2 lets go of the interpreter",
    "engine/store/threads.py": "an engine's own threads are waited for as it is let go of, each for a while",
    "engine/evening/forgetting.py": "a backup before what can't be undone",
    "web/pages/assets.py": "a file of ours, read to be packed, once",
    "web/pages/asking.py": "which backups lie there, and of which day",
    "engine/work/reading_room.py": "one thread: logs that are folded, long pages that are written out",
    "engine/cli/doctoring.py": "a page for one phone, while the terminal waits for it",
    "engine/evening/library.py": "a script's pictures, read from the disk",
}
"""Who uses threads, and for what."""
ASKS = re.compile(r"\bto_thread\b|run_in_executor|run_in_threadpool|PoolExecutor|\bThread\(")


def test_only_those_use_threads() -> None:
    rooms = [name for name in named(".py") if name.startswith(("engine/", "web/"))]
    assert {name for name in rooms if ASKS.search(text_of(name))} == set(THREADED)


def test_no_route_is_served_by_a_thread() -> None:
    """FastAPI puts every route that isn't `async` into one."""
    rooms = [name for name in named(".py") if name.startswith("web/")]
    assert not [
        f"{place} {node.name}"
        for place, node in nodes(rooms, ast.FunctionDef)
        if any(ast.unparse(one).startswith("router.") for one in node.decorator_list)
    ]
