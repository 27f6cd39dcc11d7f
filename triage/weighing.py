"""Weigh the clues of a text: how likely each indicator and level is, and which words say so."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from triage.clauses import Clauses
from triage.clues import (
    Clue,
    Piece,
    passages_of,
    pieces_of,
    place_clue,
    rule_clues,
    topic_clues,
    word_clues,
)
from triage.qualifiers import Judged
from triage.vocabulary import Indicator, Level

ABOVE_LOW: Final = (Level.MODERATE, Level.HIGH, Level.CRITICAL)
# What is weighed: « at least this level » three times, then each indicator.
HEADS: Final = (*(f"level:{level.value}" for level in ABOVE_LOW), *(c.value for c in Indicator))
HEAD_OF: Final[Mapping[Indicator, int]] = {
    code: len(ABOVE_LOW) + number for number, code in enumerate(Indicator)
}
# Between presence (a long passage says more) and share (a long passage says the same).
DAMPING: Final = 0.25
# Weights are kept as whole hundredths.
HUNDREDTHS: Final = 100
# What a word must weigh to belong to the words that are shown.
_WORTH_SHOWING: Final = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class LevelWeights:
    """What the likelihood of each head adds to a level; the level is reached from 0 on."""

    base: float
    adds: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """All that was learned.

    `table[rows[clue]]` says how much a clue speaks for or against each head, in hundredths: whole
    numbers, so that a sum is the same in whatever order. `bases` is what each head starts from,
    `limits` how likely an indicator must be to be said.
    """

    rows: Mapping[str, int]
    table: NDArray[np.int32]
    bases: NDArray[np.float64]
    levels: Mapping[Level, LevelWeights]
    limits: Mapping[Indicator, float]


NOTHING_LEARNED: Final = Weights(
    {},
    np.zeros((0, len(HEADS)), np.int32),
    np.full(len(HEADS), -9.0),
    {level: LevelWeights(-1.0, np.zeros(len(HEADS))) for level in ABOVE_LOW},
    dict.fromkeys(Indicator, 1.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A text after weighing: `chances[p, head]` is how likely passage `p` makes a head.

    `passages[p]` are its first and last piece, `sums[i, head]` what piece `i` adds to a head.
    """

    pieces: Sequence[Piece]
    clues: Sequence[Sequence[Clue]]
    sums: NDArray[np.int32]
    passages: Sequence[tuple[int, int]]
    chances: NDArray[np.float64]

    def likely(self) -> list[float]:
        """For each head how likely it is where it is most likely."""
        found: list[float] = self.chances.max(axis=0, initial=0.0).tolist()
        return found

    def without(self, piece: int) -> NDArray[np.float64]:
        """The chances of the passages that do not hold a piece."""
        kept = [not first <= piece <= last for first, last in self.passages]
        left: NDArray[np.float64] = self.chances[np.array(kept, bool)]
        return left

    def speaks_most(self, head: int) -> int:
        """The number of the piece that speaks most for a head, where that is most likely."""
        first, last = self.passages[int(self.chances[:, head].argmax())]
        return first + int(self.sums[first : last + 1, head].argmax())


def weigh(
    words: Sequence[str],
    clauses: Clauses,
    judged: Iterable[Judged],
    weights: Weights,
    classes_of: Mapping[str, Sequence[str]],
    *,
    complete: Sequence[int] = (),
) -> Weighed:
    """Weigh every passage of a text.

    `complete` says for each of `judged` by which word it may be known; none waits for a later one.
    """
    pieces, judged = pieces_of(words, clauses), list(judged)
    waits = dict(zip(map(id, judged), complete, strict=False))
    ends = [piece.end for piece in pieces]
    late = [item for item in judged if waits.get(id(item), 0) > _end_of(item, ends)]
    ruled = rule_clues((item for item in judged if item not in late), pieces)
    clues = [
        [*word_clues(words, piece, classes_of), *more]
        for piece, more in zip(pieces, ruled, strict=True)
    ]
    known = [_known(listed, weights.rows) for listed in clues]
    sums = np.zeros((len(pieces), len(HEADS)), np.int32)
    for number, rows in enumerate(known):
        sums[number] = weights.table[rows].sum(axis=0)
    added = [
        (waits[id(item)], number, set(_known(more, weights.rows)) - set(known[number]))
        for item in late
        for number, more in enumerate(rule_clues([item], pieces))
        if more
    ]
    passages = passages_of(pieces)
    topics = topic_clues(words, pieces, classes_of)
    scores = np.tile(weights.bases, (len(passages), 1))
    for number, (first, last) in enumerate(passages):
        count = sum(len(rows) for rows in known[first : last + 1])
        total = sums[first : last + 1].sum(axis=0)
        for since, piece, more in added:
            if first <= piece <= last and since <= ends[last]:
                count += len(more)
                total = total + weights.table[sorted(more)].sum(axis=0)
        scores[number] += total * (max(1, count) ** -DAMPING / HUNDREDTHS)
        setting = _known(
            [(clue, 0, 0) for clue in (place_clue(pieces[first].start), *topics[last])],
            weights.rows,
        )
        scores[number] += weights.table[setting].sum(axis=0) / HUNDREDTHS
    return Weighed(pieces, clues, sums, passages, 1 / (1 + np.exp(-scores)))


def _end_of(item: Judged, ends: Sequence[int]) -> int:
    """Where the piece ends in which a hit begins."""
    return ends[min(bisect_right(ends, item.hit.start), len(ends) - 1)] if ends else 0


def _known(clues: Iterable[Clue], rows: Mapping[str, int]) -> list[int]:
    """The rows of the clues of a piece, each once."""
    return [row for clue in {clue for clue, _, _ in clues} if (row := rows.get(clue)) is not None]


def words_for(weighed: Weighed, head: int, weights: Weights) -> tuple[int, int]:
    """The run of words that speaks most for a head, within the piece that does: start and end."""
    number = weighed.speaks_most(head)
    piece = weighed.pieces[number]
    worth = [-_WORTH_SHOWING] * (piece.end - piece.start)
    for clue, start, end in sorted(set(weighed.clues[number])):
        row = weights.rows.get(clue)
        if row is None:
            continue
        weight = int(weights.table[row, head]) / HUNDREDTHS
        # A rule's words may lie beyond the piece.
        for place in range(max(start, piece.start), min(end, piece.end)):
            worth[place - piece.start] += weight / (end - start)
    return _heaviest_run(worth, piece)


def _heaviest_run(worth: Sequence[float], piece: Piece) -> tuple[int, int]:
    best, best_span, running, since = float("-inf"), (0, 1), 0.0, 0
    for place, value in enumerate(worth):
        if running <= 0:
            running, since = 0.0, place
        running += value
        if running > best:
            best, best_span = running, (since, place + 1)
    return piece.start + best_span[0], piece.start + best_span[1]


def level_of(chances: NDArray[np.float64], weights: Weights) -> Level:
    """The highest level that a passage reaches by itself; low where there is no passage."""
    for level in reversed(ABOVE_LOW):
        rule = weights.levels[level]
        scores = chances @ rule.adds + rule.base
        if scores.max(initial=-1.0) >= 0:
            return level
    return Level.LOW
