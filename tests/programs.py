"""The command in processes of its own, forked from one that has imported it already.

What runs is `cli.app.main` as an operator starts it, killed and ended like any process; only the
import, a second of the processor for each of the suite's many starts, is spared.
"""

import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from runtime.settings import PROJECT_ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["cli.app"])
STREAMS = ("stdout", "stderr")

# A listening socket among the arguments is given to the process, and stands there as its number.
Argument = str | Path | socket.socket


class Program:
    """One started command. What it says is read when it has ended."""

    def __init__(self, *arguments: Argument, **environment: str) -> None:
        self._folder = Path(mkdtemp(prefix="pe-said-"))
        given = [part if isinstance(part, socket.socket) else str(part) for part in arguments]
        self._process: BaseProcess = _FORKS.Process(
            target=_live, args=(given, plain_environment() | environment, self._folder)
        )
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def returncode(self) -> int | None:
        """Of an ended process as `subprocess` gives it: negative for a signal."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process.pid or 0, number)

    def kill(self) -> None:
        if self.returncode is None:
            self.send_signal(signal.SIGKILL)
            self._process.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def ended(self, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Wait for its end."""
        self._process.join(seconds)
        assert self.returncode is not None, "the command did not end"
        said = [(self._folder / stream).read_text("utf-8") for stream in STREAMS]
        shutil.rmtree(self._folder)
        return subprocess.CompletedProcess([], self.returncode, *said)

    async def wait(self) -> int:
        return (await asyncio.to_thread(self.ended)).returncode


def run(*arguments: Argument, **environment: str) -> subprocess.CompletedProcess[str]:
    return Program(*arguments, **environment).ended()


def run_fresh(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in an interpreter of its own, for what happens as it starts."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        env=plain_environment() | environment, cwd=PROJECT_ROOT,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def plain_environment() -> dict[str, str]:
    """Without the settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if "POINT_ECOUTE_" not in name}


def _live(
    arguments: list[str | socket.socket], environment: Mapping[str, str], folder: Path
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT_ROOT)
    for number, stream in enumerate(STREAMS, start=1):
        with (folder / stream).open("wb", buffering=0) as file:
            os.dup2(file.fileno(), number)
    sys.argv = [
        "point-ecoute",
        *(str(part.detach()) if isinstance(part, socket.socket) else part for part in arguments),
    ]
    from cli.app import main  # noqa: PLC0415  there already

    main()
