"""Start what is measured: web processes on a database of their own, and stop them again."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def process(
    command: list[str], *, env: dict[str, str], port: int, ready: str
) -> Iterator[psutil.Process]:
    """Run a web server until the block ends; wait until `ready` answers at all."""
    with subprocess.Popen(  # noqa: S603  our own commands
        [sys.executable, "-m", *command], env=os.environ | env, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(f"http://127.0.0.1:{port}{ready}")
            yield psutil.Process(server.pid)
        finally:
            server.terminate()


def web_memory_mb(parent: psutil.Process) -> float:
    """The resident memory of the largest process among the server's own, in MB."""
    family = [parent, *parent.children(recursive=True)]
    return round(max(int(p.memory_info().rss) for p in family) / 1e6, 1)


def _wait(url: str, *, tries: int = 300) -> None:
    for _ in range(tries):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310  our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)
