"""Real web processes of ours, on a socket that outlives them."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from runtime.settings import Settings


def free_port() -> int:
    """For a command that insists on a number; the system hands it out again only after others."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening_socket() -> Iterator[socket.socket]:
    """Clients wait in its queue while no process serves it: no polling, no refused connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        listener.set_inheritable(True)
        yield listener


@asynccontextmanager
async def serving(settings: Settings, log: Path, *, redis_url: str = "") -> AsyncIterator[str]:
    """Both doors in one process, its standard streams in a log file; gives its address."""
    environment = {
        "POINT_ECOUTE_DATA": str(settings.data),
        "POINT_ECOUTE_DATABASE_URL": settings.database,
    } | ({"POINT_ECOUTE_REDIS_URL": redis_url} if redis_url else {})
    with listening_socket() as listener, log.open("wb") as stream:
        fd = listener.fileno()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "serve", "--fd", str(fd),
            env=os.environ | environment, pass_fds=[fd], stdout=stream, stderr=stream,
        )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            assert await process.wait() == 0, "the web process ended by itself; see its log"
