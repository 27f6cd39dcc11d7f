"""`make bench`: run the benchmarks named (or all) and write artefacts/bench-<name>.json."""

import importlib
import json
import sys
from pathlib import Path

ARTEFACTS = Path(__file__).resolve().parent.parent / "artefacts"
BENCHMARKS = (
    "receipt", "submissions", "queue", "bot", "triage", "noise", "rewritten", "frozen",
)  # fmt: skip


def main() -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    for name in sys.argv[1:] or BENCHMARKS:
        figures = importlib.import_module(f"benchmarks.{name}").measure()
        path = ARTEFACTS / f"bench-{name}.json"
        path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"{name}: written to {path.relative_to(ARTEFACTS.parent)}\n")


if __name__ == "__main__":
    main()
