"""Read what was learned from labelled examples: the weights of clues, and how levels follow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from triage.rulefiles import RulebookError, read_toml
from triage.vocabulary import Indicator, Level
from triage.weighing import ABOVE_LOW, HEADS, LevelWeights, Weights

CLUES: Final = "weights/clues.tsv"
LEVELS: Final = "weights/levels.toml"
# Weights are written as whole hundredths.
HUNDREDTHS: Final = 100


def read_weights(folder: Path) -> Weights:
    """Read and check the weights; raise RulebookError naming the file and the place."""
    clues, bases = _read_clues(folder)
    listed = read_toml(folder, LEVELS)
    return Weights(clues, bases, _levels(listed), _limits(listed))


def _read_clues(folder: Path) -> tuple[dict[str, tuple[tuple[int, float], ...]], list[float]]:
    """The first line names the heads, the second what each starts from; then a clue a line."""
    try:
        lines = (folder / CLUES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise RulebookError(CLUES, "file", "is missing: run make learn") from None
    if not lines or tuple(lines[0].split()) != HEADS:
        raise RulebookError(CLUES, "line 1", "names other indicators: run make learn")
    clues: dict[str, tuple[tuple[int, float], ...]] = {}
    pairs: dict[str, tuple[int, float]] = {}  # few different ones: each is kept once
    number = 2
    try:
        bases = [int(base) / HUNDREDTHS for base in lines[1].split()]
        for number, line in enumerate(lines[2:], start=3):
            clue, _, spoken = line.partition("\t")
            weighed = []
            for written in spoken.split():
                pair = pairs.get(written)
                if pair is None:
                    head, _, weight = written.partition(":")
                    pair = pairs[written] = (int(head), int(weight) / HUNDREDTHS)
                weighed.append(pair)
            clues[clue] = tuple(weighed)
    except ValueError:
        raise RulebookError(CLUES, f"line {number}", "cannot be read") from None
    if len(bases) != len(HEADS):
        raise RulebookError(CLUES, "line 2", f"must hold {len(HEADS)} numbers")
    return clues, bases


def _levels(listed: Mapping[str, Any]) -> dict[Level, LevelWeights]:
    found: dict[Level, LevelWeights] = {}
    for level in ABOVE_LOW:
        try:
            entry = listed["level"][level.value]
            adds = {HEADS.index(name): float(add) for name, add in entry["adds"].items()}
            found[level] = LevelWeights(float(entry["base"]), adds)
        except (KeyError, TypeError, ValueError) as error:
            raise RulebookError(LEVELS, level.value, f"lacks or has a wrong {error}") from None
        if min(adds.values(), default=0.0) < 0:
            raise RulebookError(LEVELS, level.value, "a weight below 0 would lower a level")
    return found


def _limits(listed: Mapping[str, Any]) -> dict[Indicator, float]:
    try:
        return {code: float(listed["limit"][code.value]) for code in Indicator}
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(LEVELS, "limit", f"lacks or has a wrong {error}") from None
