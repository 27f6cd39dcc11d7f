"""Read what was learned from labelled examples: the weights of clues, and how levels follow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from triage.rulefiles import RulebookError, read_toml
from triage.vocabulary import Indicator, Level
from triage.weighing import ABOVE_LOW, HEADS, HUNDREDTHS, LevelWeights, Weights

CLUES: Final = "weights/clues.tsv"
LEVELS: Final = "weights/levels.toml"


def read_weights(folder: Path) -> Weights:
    """Read and check the weights; raise RulebookError naming the file and the place."""
    rows, table, bases = _read_clues(folder)
    listed = read_toml(folder, LEVELS)
    return Weights(rows, table, bases, _levels(listed), _limits(listed))


def _read_clues(
    folder: Path,
) -> tuple[dict[str, int], NDArray[np.int32], NDArray[np.float64]]:
    """The first line names the heads, the second what each starts from; then a clue a line."""
    try:
        lines = (folder / CLUES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise RulebookError(CLUES, "file", "is missing: run make learn") from None
    if not lines or tuple(lines[0].split()) != HEADS:
        raise RulebookError(CLUES, "line 1", "names other indicators: run make learn")
    rows: dict[str, int] = {}
    table = np.zeros((len(lines) - 2, len(HEADS)), np.int32)
    number = 2
    try:
        bases = np.array([int(base) for base in lines[1].split()]) / HUNDREDTHS
        for number, line in enumerate(lines[2:], start=3):
            clue, _, spoken = line.partition("\t")
            rows[clue] = number - 3
            for pair in spoken.split():
                head, _, weight = pair.partition(":")
                table[number - 3, int(head)] = int(weight)
    except (ValueError, IndexError):
        raise RulebookError(CLUES, f"line {number}", "cannot be read") from None
    if len(bases) != len(HEADS):
        raise RulebookError(CLUES, "line 2", f"must hold {len(HEADS)} numbers")
    return rows, table, bases


def _levels(listed: Mapping[str, Any]) -> dict[Level, LevelWeights]:
    found: dict[Level, LevelWeights] = {}
    for level in ABOVE_LOW:
        try:
            entry = listed["level"][level.value]
            adds = np.zeros(len(HEADS))
            for name, add in entry["adds"].items():
                adds[HEADS.index(name)] = float(add)
            found[level] = LevelWeights(float(entry["base"]), adds)
        except (KeyError, TypeError, ValueError) as error:
            raise RulebookError(LEVELS, level.value, f"lacks or has a wrong {error}") from None
        if adds.min() < 0:
            raise RulebookError(LEVELS, level.value, "a weight below 0 would lower a level")
    return found


def _limits(listed: Mapping[str, Any]) -> dict[Indicator, float]:
    try:
        return {code: float(listed["limit"][code.value]) for code in Indicator}
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(LEVELS, "limit", f"lacks or has a wrong {error}") from None
