"""Weigh the clues of a text: how likely each indicator and each level is, and which words say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from triage.clauses import Clauses
from triage.clues import (
    Clue,
    Piece,
    passages_of,
    pieces_of,
    place_clue,
    rule_clues,
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
_STEEPEST: Final = 30.0
# What a word must weigh to belong to the words that are shown.
_WORTH_SHOWING: Final = 0.15


@dataclass(frozen=True, slots=True)
class LevelWeights:
    """What the likelihood of each head adds to a level; the level is reached from 0 on."""

    base: float
    adds: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """All that was learned.

    `clues` gives for a clue the heads that it speaks for or against, `bases` what each head starts
    from, `limits` how likely an indicator must be to be said.
    """

    clues: Mapping[str, tuple[tuple[int, float], ...]]
    bases: Sequence[float]
    levels: Mapping[Level, LevelWeights]
    limits: Mapping[Indicator, float]


NOTHING_LEARNED: Final = Weights({}, (-9.0,) * len(HEADS), {}, dict.fromkeys(Indicator, 1.0))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text after weighing: `chances[p][head]` is how likely passage `p` makes a head.

    `passages[p]` are its first and last piece, `sums[i][head]` what piece `i` adds to a head.
    """

    pieces: Sequence[Piece]
    clues: Sequence[Sequence[Clue]]
    sums: Sequence[Sequence[float]]
    passages: Sequence[tuple[int, int]]
    chances: Sequence[Sequence[float]]

    def likely(self, *, without: int | None = None) -> list[float]:
        """For each head how likely it is where it is most likely; `without` leaves out a piece."""
        counted = [
            chances
            for (first, last), chances in zip(self.passages, self.chances, strict=True)
            if without is None or not first <= without <= last
        ]
        return [max(column) for column in zip(*counted, strict=True)] or [0.0] * len(HEADS)

    def speaks_most(self, head: int) -> int:
        """The number of the piece that speaks most for a head, where that is most likely."""
        best = max(range(len(self.passages)), key=lambda p: self.chances[p][head])
        first, last = self.passages[best]
        return max(range(first, last + 1), key=lambda piece: self.sums[piece][head])


def weigh(
    words: Sequence[str],
    clauses: Clauses,
    judged: Iterable[Judged],
    weights: Weights,
    classes_of: Mapping[str, Sequence[str]],
) -> Weighed:
    """Weigh every passage of a text."""
    pieces = pieces_of(words, clauses)
    ruled = rule_clues(judged, pieces)
    clues = [
        [*word_clues(words, piece, classes_of), *more]
        for piece, more in zip(pieces, ruled, strict=True)
    ]
    sums, counts = [], []
    for listed in clues:
        total, count = _sum(listed, weights)
        sums.append(total)
        counts.append(count)
    passages = passages_of(pieces)
    chances = []
    for first, last in passages:
        depth = weights.clues.get(place_clue(pieces[first].start), ())
        scale = max(1, sum(counts[first : last + 1])) ** -DAMPING
        chances.append(_chances(sums[first : last + 1], scale, depth, weights.bases))
    return Weighed(pieces, clues, sums, passages, chances)


def _sum(clues: Iterable[Clue], weights: Weights) -> tuple[list[float], int]:
    """What the clues of a piece add to each head, and how many of them are known."""
    total = [0.0] * len(HEADS)
    known = weights.clues.get
    count = 0
    for clue in {clue for clue, _, _ in clues}:
        speaks = known(clue)
        if speaks is not None:
            count += 1
            for head, weight in speaks:
                total[head] += weight
    return total, count


def _chances(
    sums: Sequence[Sequence[float]],
    scale: float,
    depth: Iterable[tuple[int, float]],
    bases: Sequence[float],
) -> list[float]:
    scores = [
        base + scale * total
        for base, total in zip(bases, map(sum, zip(*sums, strict=True)), strict=True)
    ]
    for head, weight in depth:
        scores[head] += weight
    return [1 / (1 + exp(-max(-_STEEPEST, min(_STEEPEST, score)))) for score in scores]


def words_for(weighed: Weighed, head: int, weights: Weights) -> tuple[int, int]:
    """The run of words that speaks most for a head, within the piece that does: start and end."""
    number = weighed.speaks_most(head)
    piece = weighed.pieces[number]
    worth = [-_WORTH_SHOWING] * (piece.end - piece.start)
    for clue, start, end in set(weighed.clues[number]):
        for spoken, weight in weights.clues.get(clue, ()):
            if spoken == head:
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


def level_of(likely: Sequence[float], weights: Weights) -> Level:
    """The highest level that is reached."""
    for level in reversed(ABOVE_LOW):
        rule = weights.levels[level]
        if rule.base + sum(add * likely[head] for head, add in rule.adds.items()) >= 0:
            return level
    return Level.LOW
