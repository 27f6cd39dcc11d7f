"""SQLite in the loop's own thread: handing each statement to another costs more than it does.

Only for a simulated year, in which everything happens one after the other anyway.
"""

from collections.abc import Callable
from typing import Any

import aiosqlite


def run_sqlite_in_place() -> None:
    for name, act in (("_connect", _connect), ("_execute", _execute)):
        setattr(aiosqlite.Connection, name, act)


async def _connect(connection: Any) -> Any:  # noqa: ANN401  the driver's own, not in its types
    connection._connection = connection._connector()  # noqa: SLF001
    return connection


async def _execute(_connection: Any, act: Callable[..., Any], *given: Any, **named: Any) -> Any:  # noqa: ANN401
    return act(*given, **named)
