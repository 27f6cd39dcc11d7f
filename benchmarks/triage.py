"""Messages a second that triage assesses on one core, its load time and its memory."""

import json
import statistics
import subprocess
import sys
import time
from typing import Any

import psutil

from benchmarks import eds
from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT, load_settings
from triage import assess

_ROUNDS = 7
_CORPUS = PROJECT_ROOT / "corpora" / "learn" / "blind-open.jsonl"
_LOADING = """
import time, psutil
before = psutil.Process().memory_info().rss
started = time.perf_counter()
from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import load_settings
point = load_listening_point(load_settings().listening_point)
imported = time.perf_counter()
kept = load_triage(point)
print(time.perf_counter() - imported, psutil.Process().memory_info().rss - before)
"""


def measure() -> dict[str, Any]:
    """The median of several rounds over the open corpus, whole messages as they are.

    Then the same rulebook beside EDS-NLP, on messages of about 300 characters.
    """
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    texts = [json.loads(line)["text"] for line in _CORPUS.read_text("utf-8").splitlines()]
    rates = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for text in texts:
            assess(text, rulebook)
        rates.append(len(texts) / (time.process_time() - started))
    loaded = subprocess.run(  # noqa: S603  our own few lines
        [sys.executable, "-c", _LOADING], capture_output=True, text=True, check=True
    ).stdout.split()
    figures = {
        "messages": len(texts),
        "mean_characters": round(statistics.mean(map(len, texts))),
        "messages_per_second": round(statistics.median(rates)),
        "load_seconds": round(float(loaded[0]), 3),
        "imports_and_load_mb": round(int(loaded[1]) / 1e6, 1),
        "resident_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
    }
    print("  ".join(f"{name} {value}" for name, value in figures.items()))
    return {**figures, "beside_eds_nlp": eds.compare(rulebook)}
