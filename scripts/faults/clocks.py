"""How far the clock of one process is put wrong: a file that both sides read."""

import os
from pathlib import Path
from typing import Final

CLOCK_FILE: Final = "FAULTS_CLOCK_FILE"


def show_time(clock: Path, seconds_more: int) -> None:
    """At once, never half: the process may just be reading it."""
    beside = clock.with_suffix(".next")
    beside.write_text(str(seconds_more), "ascii")
    beside.replace(clock)


def clock_of_this_process() -> Path:
    return Path(os.environ[CLOCK_FILE])


def seconds_more(clock: Path) -> float:
    return float(clock.read_text("ascii"))
