"""`make learn`: learn from labelled examples how much each clue weighs, and write triage/weights.

Every file of `corpora/learn` is the work of one writer. All that is chosen here (limits, how levels
follow from likelihoods) is chosen on readings by weights that never saw that writer, and the
figures printed at the end are of such readings too.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from runtime.settings import PROJECT_ROOT
from triage.clues import DEPTHS, passages_of, pieces_of, place_clue, rule_clues, word_clues
from triage.engine import judge_text
from triage.evaluate import LabelledSignal, read_corpus
from triage.learned import HUNDREDTHS
from triage.rulebook import Rulebook, load_rulebook
from triage.rulefiles import OWN_FOLDER
from triage.vocabulary import Indicator, Level
from triage.weighing import ABOVE_LOW, DAMPING, HEAD_OF, HEADS, NOTHING_LEARNED

EXAMPLES = PROJECT_ROOT / "corpora" / "learn"
STRENGTH = 0.7
FEWEST_TEXTS = 3
SMALLEST_WEIGHT = 0.10
# Short texts that say one thing teach words; how a level follows is learned from whole messages.
SHORT = "say-"
SHORT_COUNTS = 0.3
FEWEST_POSITIVE = 4
LEVELS = tuple(Level)
UNLABELLED = -1
RULES = "say-rules"
FOLDS = 6
Matrix = Any
Array = Any


@dataclass(frozen=True)
class Examples:
    """All passages of all labelled texts, as rows of clue counts.

    `owner[i]` is the text of row `i`; `truth[text, head]` what is asserted; `writer[text]` its file.
    `decides[i]` is 1 where its writer says that row `i` decides the level, 0 where another row does,
    and -1 where nothing is said. `asked[text, head]` is false where the label is not known: an example
    of a rule is labelled for the indicator of that rule alone.
    """

    rows: Matrix
    owner: Array
    truth: Array
    level: Array
    writer: Array
    names: list[str]
    decides: Array
    asked: Array


def read_examples(rulebook: Rulebook) -> Examples:
    """Turn every labelled text into clues, passage by passage."""
    texts: list[tuple[str, LabelledSignal]] = []
    deciding: list[list[str]] = []
    for path in sorted(EXAMPLES.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        texts += [(path.stem, signal) for signal in read_corpus(lines)]
        deciding += [json.loads(line).get("decides", []) for line in lines if line.strip()]
    counted, decides = [], []
    for (_, signal), quotes in zip(texts, deciding, strict=True):
        counts, decided = _clue_counts(signal.text, quotes, rulebook)
        counted.append(counts)
        decides += decided
    truth = [_truth(signal) for _, signal in texts]
    asked = [[True] * len(HEADS) for _ in texts]
    ranks = [signal.level.rank for _, signal in texts]
    writers = [name for name, _ in texts]
    for code, text, said in _rule_examples(rulebook):
        counts, decided = _clue_counts(text, [], rulebook)
        counted.append(counts)
        decides += decided
        truth.append([said] * len(HEADS))
        asked.append([head == HEAD_OF[code] for head in range(len(HEADS))])
        ranks.append(UNLABELLED)
        writers.append(RULES)
    met = Counter(clue for passages in counted for clue in set().union(*map(set, passages)))
    names = sorted(clue for clue, number in met.items() if number >= FEWEST_TEXTS)
    rows, owner = _matrix(counted, {name: place for place, name in enumerate(names)})
    return Examples(
        rows,
        owner,
        np.array(truth),
        np.array(ranks),
        np.array(writers),
        names,
        np.array(decides),
        np.array(asked),
    )


def _rule_examples(rulebook: Rulebook) -> Iterator[tuple[Indicator, str, bool]]:
    """What must match a rule and what must not, as the rule files have it."""
    for cue in rulebook.cues:
        if cue.code is not None:
            yield from ((cue.code, text, True) for text in cue.asserts)
            yield from ((cue.code, text, False) for text in cue.ignores)


def _clue_counts(
    text: str, quotes: Sequence[str], rulebook: Rulebook
) -> tuple[list[Counter[str]], list[int]]:
    """The clues of each passage of a text, and whether it holds a quote that decides."""
    words, clauses, judged = judge_text(text, rulebook)
    pieces = pieces_of(words.words, clauses)
    ruled = rule_clues(judged, pieces)
    of_piece = [
        {clue for clue, _, _ in word_clues(words.words, piece, rulebook.classes_of_words)}
        | {clue for clue, _, _ in clues}
        for piece, clues in zip(pieces, ruled, strict=True)
    ]
    ends = [text.index(quote) + len(quote) for quote in quotes]
    counted, decides = [], []
    for first, last in passages_of(pieces):
        found = Counter([clue for clues in of_piece[first : last + 1] for clue in clues])
        counted.append(found | Counter([place_clue(pieces[first].start)]))
        start, end = words.starts[pieces[first].start], words.ends[pieces[last].end - 1]
        decides.append(int(any(start < place <= end + 1 for place in ends)) if ends else -1)
    return counted or [Counter()], decides or [-1]


def _truth(signal: LabelledSignal) -> list[bool]:
    reached = [signal.level.rank >= level.rank for level in ABOVE_LOW]
    return reached + [code in signal.indicators for code in Indicator]


def _matrix(counted: Sequence[Sequence[Counter[str]]], place_of: dict[str, int]) -> Any:
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    owner: list[int] = []
    depths = {place for clue, place in place_of.items() if clue in DEPTHS}
    for text, passages in enumerate(counted):
        for counts in passages:
            known = {place_of[clue]: n for clue, n in counts.items() if clue in place_of}
            # Where a passage stands is a fact about it, not one of its words: never damped.
            fixed = depths & known.keys()
            scale = max(1, sum(known.values()) - len(fixed)) ** -DAMPING
            columns += known
            data += [
                1.0 if place in fixed else number * scale for place, number in known.items()
            ]
            ends.append(len(columns))
            owner.append(text)
    shape = (len(owner), len(place_of))
    return sp.csr_matrix((data, columns, ends), shape=shape, dtype=np.float32), np.array(owner)


def fit(rows: Matrix, owner: Array, said: Array, decides: Array | None) -> tuple[Array, float]:
    """Weights of one head. Where no passage is marked as saying it: guess, then look again.

    First every passage of a text that says it counts as saying it, a share each; then only those
    that the first weights find most likely. A passage that is marked (`decides`) counts, and those
    beside it count neither way.
    """
    if said.sum() < FEWEST_POSITIVE:
        return np.zeros(rows.shape[1]), -9.0
    _, first, number = np.unique(owner, return_index=True, return_counts=True)
    positive = said[owner]
    weight = np.where(positive, 1.0 / number[owner], 1.0)
    if decides is not None:
        weight = np.where(positive & (decides >= 0), decides, weight)
    model = _fitted(rows, positive, weight)
    scores = rows @ model.coef_[0] + model.intercept_[0]
    positive, weight = np.zeros(len(owner), bool), np.ones(len(owner))
    for text in np.flatnonzero(said):
        span = slice(first[text], first[text] + number[text])
        if decides is not None and decides[span].max() > 0:
            positive[span] = weight[span] = decides[span] > 0
            continue
        best = scores[span].max()
        positive[span] = scores[span] >= max(best - 1.0, 0.0) if best > 0 else scores[span] >= best
        weight[span] = positive[span]
    model = _fitted(rows, positive, weight)
    kept = np.where(np.abs(model.coef_[0]) >= SMALLEST_WEIGHT, model.coef_[0], 0.0)
    return kept, float(model.intercept_[0])


def _fitted(rows: Matrix, positive: Array, weight: Array) -> LogisticRegression:
    many, few = weight[~positive].sum(), weight[positive].sum()
    weight = np.where(positive, weight * min(8.0, (many / few) ** 0.5), weight)
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3, random_state=0)
    return model.fit(rows, positive, sample_weight=weight)


def likelihoods(rows: Matrix, owner: Array, texts: int, weights: Array, bases: Array) -> Array:
    """For each text and head how likely it is in the passage that speaks most for it."""
    chance = 1 / (1 + np.exp(-np.clip(rows @ weights + bases, -30, 30)))
    likely = np.zeros((texts, len(HEADS)))
    np.maximum.at(likely, owner, chance)
    return likely


def fit_all(examples: Examples, texts: Array) -> tuple[Array, Array]:
    """The weights and the base of each head, learned from some of the texts."""
    fitted = []
    for head in range(len(HEADS)):
        chosen = texts & examples.asked[:, head]
        of_row = chosen[examples.owner]
        number = np.cumsum(chosen) - 1
        fitted.append(
            fit(
                examples.rows[of_row],
                number[examples.owner[of_row]],
                examples.truth[chosen, head],
                examples.decides[of_row] if head < len(ABOVE_LOW) else None,
            )
        )
    return np.array([weights for weights, _ in fitted]).T, np.array([base for _, base in fitted])


def read_unseen(examples: Examples, writers: Sequence[str]) -> Array:
    """The likelihoods of some writers' texts by weights learned from all the others."""
    theirs = np.isin(examples.writer, writers)
    weights, bases = fit_all(examples, ~theirs)
    of_row = theirs[examples.owner]
    place = np.cumsum(theirs) - 1
    owner = place[examples.owner[of_row]]
    return likelihoods(examples.rows[of_row], owner, int(theirs.sum()), weights, bases)


def learn_levels(likely: Array, level: Array, weight: Array) -> list[tuple[float, Array]]:
    """How levels follow from likelihoods: (base, weight of each head), no weight below zero.

    That none is below zero makes more evidence never lower a level.
    """
    return [_never_lowering(likely, level >= above.rank, weight) for above in ABOVE_LOW]


def _never_lowering(likely: Array, said: Array, weight: Array) -> tuple[float, Array]:
    sign = np.where(said, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        adds, base = parameters[:-1], parameters[-1]
        margin = sign * (likely @ adds + base)
        pull = weight * -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        value = (weight * np.logaddexp(0, -margin)).sum() + 0.15 * (adds**2).sum()
        return value, np.append(likely.T @ pull + 0.3 * adds, pull.sum())

    bounds = [(0.0, None)] * likely.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(likely.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    return float(found.x[-1]), found.x[:-1]


def choose_limits(likely: Array, truth: Array) -> Array:
    """For each indicator the likelihood from which on it is said, with the best F1."""
    limits = []
    for head in range(len(ABOVE_LOW), len(HEADS)):
        said, chance = truth[:, head], likely[:, head]
        grid = np.arange(0.20, 0.66, 0.05)
        scores = [_f1(said, chance >= limit) for limit in grid]
        # Few cases choose badly: draw the choice towards what suits all.
        share = min(1.0, said.sum() / 60)
        limits.append(share * grid[int(np.argmax(scores))] + (1 - share) * 0.35)
    return np.array(limits)


def _f1(said: Array, read: Array) -> float:
    return float(2 * (said & read).sum() / max(1, said.sum() + read.sum()))


def levels_of(likely: Array, rules: Sequence[tuple[float, Array]], shift: Sequence[float]) -> Array:
    above = np.array([likely @ adds + base + s for (base, adds), s in zip(rules, shift, strict=True)])
    return ((above >= 0) * np.arange(1, len(LEVELS))[:, None]).max(axis=0)


def report(name: str, gold: Array, read: Array) -> str:
    """One line of figures of levels."""
    f1 = np.mean([_f1(gold == rank, read == rank) for rank in range(len(LEVELS))])
    expected = np.mean((gold[:, None] - read[None, :]) ** 2)
    kappa = 1 - np.mean((gold - read) ** 2) / max(expected, 1e-9)
    share = lambda part, whole: part.sum() / max(1, whole.sum())  # noqa: E731
    return (
        f"{name:18} n {len(gold):5} critical {share((gold == 3) & (read == 3), gold == 3):.3f}"
        f" high+ {share((gold >= 2) & (read >= 2), gold >= 2):.3f}"
        f" false critical {share((gold < 3) & (read == 3), gold < 3):.3f}"
        f" low as high+ {share((gold == 0) & (read >= 2), gold == 0):.3f}"
        f" F1 {f1:.3f} kappa {kappa:.3f}"
    )


SHIFT = (-0.1, 0.0, 0.3)


def main() -> None:
    examples = read_examples(load_rulebook(weights=NOTHING_LEARNED))
    print(f"{len(examples.level)} texts, {examples.rows.shape[0]} passages, {len(examples.names)} clues")
    writers = sorted(set(examples.writer))
    folds = [writers[number::FOLDS] for number in range(FOLDS)]
    likely = np.zeros((len(examples.level), len(HEADS)))
    with ProcessPoolExecutor(2) as pool:
        for fold, read in zip(folds, pool.map(read_unseen, [examples] * FOLDS, folds), strict=True):
            likely[np.isin(examples.writer, fold)] = read
    np.savez("/work/proto/oof2.npz", likely=likely, truth=examples.truth, level=examples.level, writer=examples.writer)
    whole = ~np.char.startswith(examples.writer.astype(str), SHORT)
    weight = np.where(whole, 1.0, SHORT_COUNTS) * (examples.level != UNLABELLED)
    _print_unseen(examples, likely, writers, weight, whole)
    limits = choose_limits(likely[whole], examples.truth[whole])
    _print_codes(examples, likely, limits, whole)
    weights, bases = fit_all(examples, np.ones(len(examples.level), bool))
    _write_clues(examples.names, weights, bases)
    _write_levels(learn_levels(likely, examples.level, weight), limits)


def _print_unseen(examples: Examples, likely: Array, writers: Iterable[str], weight: Array, whole: Array) -> None:
    read = np.zeros(len(examples.level), int)
    for writer in writers:
        theirs = examples.writer == writer
        rules = learn_levels(likely[~theirs], examples.level[~theirs], weight[~theirs])
        read[theirs] = levels_of(likely[theirs], rules, SHIFT)
        print(report(writer, examples.level[theirs], read[theirs]))
    print(report("whole messages", examples.level[whole], read[whole]))


def _print_codes(examples: Examples, likely: Array, limits: Array, whole: Array) -> None:
    said = examples.truth[whole][:, len(ABOVE_LOW) :]
    read = likely[whole][:, len(ABOVE_LOW) :] >= limits
    print(f"all indicators F1 {_f1(said, read):.3f} precision {(said & read).sum() / read.sum():.3f} recall {(said & read).sum() / said.sum():.3f}")
    for head, code in enumerate(Indicator):
        print(f"  {code:26} F1 {_f1(said[:, head], read[:, head]):.3f} cases {said[:, head].sum()} limit {limits[head]:.2f}")


def _write_clues(names: Sequence[str], weights: Array, bases: Array) -> None:
    folder = OWN_FOLDER / "weights"
    folder.mkdir(exist_ok=True)
    # A clue counts as known by standing here, also where it speaks for nothing.
    lines = [" ".join(HEADS), " ".join(str(round(base * HUNDREDTHS)) for base in bases)]
    for name, row in zip(names, np.round(weights * HUNDREDTHS).astype(int), strict=True):
        lines.append(f"{name}\t" + " ".join(f"{head}:{row[head]}" for head in np.flatnonzero(row)))
    (folder / "clues.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_levels(rules: Sequence[tuple[float, Array]], limits: Array) -> None:
    lines = ["# Made by `make learn` from corpora/learn. Not to be edited: change the examples.", ""]
    for level, (base, adds), shift in zip(ABOVE_LOW, rules, SHIFT, strict=True):
        lines += [f"[level.{level.value}]", f"base = {base + shift:.2f}", f"[level.{level.value}.adds]"]
        lines += [f'"{HEADS[head]}" = {adds[head]:.2f}' for head in np.flatnonzero(adds > 0.05)]
        lines.append("")
    lines.append("[limit]")
    lines += [f"{code.value} = {limit:.2f}" for code, limit in zip(Indicator, limits, strict=True)]
    (OWN_FOLDER / "weights" / "levels.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
