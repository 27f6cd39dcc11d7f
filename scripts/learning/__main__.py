"""Learn, print how well unseen writers are read, and write the weights.

Every file of `corpora/learn` is the work of one writer. What is chosen here (limits, how levels
follow from likelihoods) is chosen on readings by weights that never saw that writer, and the
figures that are printed are of such readings too.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from cli.evaluate import report
from scripts.learning.examples import UNLABELLED, Array, Examples, learned_from, read_examples
from scripts.learning.heads import fit_all, read_unseen
from scripts.learning.levels import Unseen, choose_limits
from triage.assessment import Assessment, Finding
from triage.evaluate import evaluate
from triage.learned import CLUES, LEVELS
from triage.rulebook import load_rulebook
from triage.rulefiles import OWN_FOLDER
from triage.vocabulary import UNKNOWN_TERRITORY, FindingStatus, Indicator, Level
from triage.weighing import ABOVE_LOW, HEAD_OF, HEADS, HUNDREDTHS, NOTHING_LEARNED

FOLDS = 6
# Short texts that say one thing teach words; how a level follows is learned from whole messages.
SHORT = "say-"
SHORT_COUNTS = 0.3
WORTH_WRITING = 0.05


def main() -> None:
    examples = read_examples(load_rulebook(weights=NOTHING_LEARNED))
    passages, clues = examples.rows.shape
    print(f"{len(examples.level)} texts, {passages} passages, {clues} clues")
    writers = sorted(set(examples.writer))
    folds = [writers[number::FOLDS] for number in range(FOLDS)]
    unseen, whole = _read_each_unseen(examples, folds)
    everything = np.ones(len(examples.level), bool)
    limits = choose_limits(unseen.likely()[whole], examples.truth[whole])
    _print_figures(examples, unseen, folds, limits)
    _write_clues(examples.names, *fit_all(examples, everything))
    _write_levels(unseen.learn_levels(everything), limits)


def _read_each_unseen(examples: Examples, folds: Sequence[Sequence[str]]) -> tuple[Unseen, Array]:
    chances = np.zeros((examples.rows.shape[0], len(HEADS)))
    with ProcessPoolExecutor(2) as pool:
        read = pool.map(read_unseen, [examples] * len(folds), folds)
        for fold, theirs in zip(folds, read, strict=True):
            chances[np.isin(examples.writer, fold)[examples.owner]] = theirs
    whole = ~np.char.startswith(examples.writer.astype(str), SHORT)
    weight = np.where(whole, 1.0, SHORT_COUNTS) * (examples.level != UNLABELLED)
    first = np.searchsorted(examples.owner, np.arange(len(examples.level)))
    return Unseen(chances, first, examples.level, weight), whole


def _print_figures(
    examples: Examples, unseen: Unseen, folds: Iterable[Sequence[str]], limits: Array
) -> None:
    ranks = np.zeros(len(examples.level), int)
    for fold in folds:
        theirs = np.isin(examples.writer, fold)
        ranks[theirs] = unseen.levels(unseen.learn_levels(~theirs))[theirs]
    likely = unseen.likely()
    levels = tuple(Level)
    shown = [
        number
        for number in range(len(examples.signals))
        if not str(examples.writer[number]).startswith(SHORT)
    ]
    signals = [examples.signals[number] for number in shown]
    read = [_as_assessment(levels[ranks[number]], likely[number], limits) for number in shown]
    # Only figures: the texts of misses are for who asks for them, with `triage evaluate`.
    lines = list(report(evaluate(signals, read), signals, read))
    print("\n".join(lines[: next(i for i, x in enumerate(lines) if x.startswith("critical sign"))]))
    for name in sorted({str(examples.writer[number]) for number in shown}):
        own = [place for place, number in enumerate(shown) if examples.writer[number] == name]
        figures = evaluate([signals[i] for i in own], [read[i] for i in own]).overall
        print(
            f"{name:18} n {figures.signals:4}  critical {figures.critical_recall.value:.3f}  "
            f"high+ {figures.high_or_above_recall.value:.3f}  "
            f"low as high+ {figures.low_read_as_high.value:.3f}  F1 {figures.macro_f1:.3f}"
        )


def _as_assessment(level: Level, likely: Array, limits: Array) -> Assessment:
    said = (c for number, c in enumerate(Indicator) if likely[HEAD_OF[c]] >= limits[number])
    findings = tuple(Finding(code, 0, 0, FindingStatus.ASSERTED, "weighed") for code in said)
    return Assessment(level, UNKNOWN_TERRITORY, findings, (), (), "unseen")


def _write_clues(names: Sequence[str], weights: Array, bases: Array) -> None:
    # A clue counts as known by standing here, also where it speaks for nothing.
    lines = [" ".join(HEADS), " ".join(str(round(base * HUNDREDTHS)) for base in bases)]
    for name, row in zip(names, np.round(weights * HUNDREDTHS).astype(int), strict=True):
        lines.append(f"{name}\t" + " ".join(f"{head}:{row[head]}" for head in np.flatnonzero(row)))
    (OWN_FOLDER / CLUES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_levels(rules: Sequence[tuple[float, Array]], limits: Array) -> None:
    lines = [
        "# Made by `make learn` from corpora/learn. Not to be edited: change the examples.",
        f'learned_from = "{learned_from()}"',
    ]
    for level, (base, adds) in zip(ABOVE_LOW, rules, strict=True):
        lines += ["", f"[level.{level.value}]", f"base = {base:.2f}", f"[level.{level.value}.adds]"]
        worth = np.flatnonzero(adds > WORTH_WRITING)
        lines += [f'"{HEADS[head]}" = {adds[head]:.2f}' for head in worth]
    lines += ["", "[limit]"]
    lines += [f"{code.value} = {limit:.2f}" for code, limit in zip(Indicator, limits, strict=True)]
    (OWN_FOLDER / LEVELS).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
