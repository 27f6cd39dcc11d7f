"""`python -m scripts.simulation [--signals N] [--days N] [--seed N]`: prints counts as JSON.

Exits with 1 where a promise broke: a due time without its logged escalation within one pass of a
worker, a rung fired twice, an open signal without a next dated follow-up, a signal that starves.
Two halves of the département are lived side by side, each in a process and a database of its own:
teams share no queue. Each gets half of the signals; what is transferred stays within its half.
"""

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from scripts.simulation.year import HALVES, Counts, live_half


def together(halves: list[Counts]) -> Counts:
    """Sums of what was counted; the outages and changes of the clock were the same for both."""
    first = halves[0]
    same = {name: first[name] for name in ("days", "seed", "clock_changes", "outage_days")}
    sums: Counter[str] = Counter()
    longest: dict[str, float] = {}
    for half in halves:
        sums.update({k: v for k, v in half.items() if isinstance(v, int) and k not in same})
        for level, hours in half["longest_unread_hours"].items():
            longest[level] = max(hours, longest.get(level, 0))
    return {
        **same,
        **sums,
        "longest_unread_hours": longest,
        "took_seconds": max(half["took_seconds"] for half in halves),
        "broken": [line for half in halves for line in half["broken"]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    shares = (given.signals - given.signals // 2, given.signals // 2)
    with ProcessPoolExecutor(len(HALVES), multiprocessing.get_context("spawn")) as pool:
        running = [
            pool.submit(live_half, teams, signals, given.days, given.seed)
            for teams, signals in zip(HALVES, shares, strict=True)
        ]
        counts = together([half.result() for half in running])
    print(json.dumps(counts, indent=2, ensure_ascii=False))
    sys.exit(1 if counts["number_broken"] else 0)


if __name__ == "__main__":
    main()
