"""Measure assessments against labelled signals: pure figures, for a command or a page to print."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from triage.assessment import Assessment
from triage.vocabulary import (
    OUTSIDE_TERRITORY,
    UNKNOWN_TERRITORY,
    Author,
    Indicator,
    Level,
    Territory,
)

_Z_95: Final = 1.959963984540054
_LEVELS: Final = tuple(Level)
# These have no team of their own: to be taken for one is no wrong team.
_TEAMLESS: Final = frozenset({UNKNOWN_TERRITORY, OUTSIDE_TERRITORY})


class CorpusError(ValueError):
    """A line of a corpus that cannot be used; the message gives its number, never its text."""


@dataclass(frozen=True, slots=True)
class LabelledSignal:
    """One line of a corpus, as the labelling guide defines it."""

    id: str
    text: str
    author: Author
    level: Level
    territory: Territory
    indicators: frozenset[Indicator]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases with its Wilson interval at 95 %; of no cases, it is 0 and tells nothing."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        return self.hits / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.cases:
            return (0.0, 1.0)
        share, cases, square = self.value, self.cases, _Z_95**2
        centre = share + square / (2 * cases)
        spread = _Z_95 * sqrt(share * (1 - share) / cases + square / (4 * cases**2))
        scale = 1 + square / cases
        return (max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


@dataclass(frozen=True, slots=True)
class CodeFigures:
    """How well one indicator, or all together, is found."""

    found: int
    missed: int
    invented: int

    @property
    def precision(self) -> float:
        return _ratio(self.found, self.found + self.invented)

    @property
    def recall(self) -> float:
        return _ratio(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.found, 2 * self.found + self.missed + self.invented)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one corpus, or of one kind of author.

    `confusion[gold, read]` counts signals. `critical_misses` are the ids of critical signals that
    were read as less, worst first.
    """

    signals: int
    confusion: Mapping[tuple[Level, Level], int]
    critical_recall: Share
    critical_read_as_low: Share
    high_or_above_recall: Share
    false_critical: Share
    low_read_as_high: Share
    macro_f1: float
    weighted_kappa: float
    codes: Mapping[Indicator, CodeFigures]
    all_codes: CodeFigures
    territory: Share
    wrong_team: Share
    critical_misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a whole corpus, and of each kind of author in it."""

    overall: Figures
    by_author: Mapping[Author, Figures]


def read_corpus(lines: Iterable[str]) -> list[LabelledSignal]:
    """Read a corpus in JSON lines; raise `CorpusError` for the first line that is wrong."""
    signals = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            signals.append(
                LabelledSignal(
                    id=str(entry["id"]),
                    text=str(entry["text"]),
                    author=Author(entry["author"]),
                    level=Level(entry["level"]),
                    territory=Territory(entry["territory"]),
                    indicators=frozenset(Indicator(code) for code in entry["indicators"]),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"line {number}: {type(error).__name__}") from None
    return signals


def evaluate(labelled: Sequence[LabelledSignal], assessments: Sequence[Assessment]) -> Evaluation:
    """Compare each labelled signal with its assessment, given in the same order."""
    pairs = list(zip(labelled, assessments, strict=True))
    by_author = {
        author: _figures([pair for pair in pairs if pair[0].author is author])
        for author in Author
        if any(gold.author is author for gold, _ in pairs)
    }
    return Evaluation(_figures(pairs), by_author)


Pairs = Sequence[tuple[LabelledSignal, Assessment]]


def _figures(pairs: Pairs) -> Figures:
    confusion = Counter((gold.level, read.level) for gold, read in pairs)
    codes = {code: figures for code in Indicator if (figures := _code_figures(code, pairs))}
    named = [pair for pair in pairs if pair[0].territory != UNKNOWN_TERRITORY]
    misses = [p for p in pairs if p[0].level is Level.CRITICAL and p[1].level is not Level.CRITICAL]
    return Figures(
        signals=len(pairs),
        confusion=dict(confusion),
        critical_recall=_share(confusion, gold=(Level.CRITICAL,), read=(Level.CRITICAL,)),
        critical_read_as_low=_share(confusion, gold=(Level.CRITICAL,), read=(Level.LOW,)),
        high_or_above_recall=_share(confusion, gold=_LEVELS[2:], read=_LEVELS[2:]),
        false_critical=_share(confusion, gold=_LEVELS[:3], read=(Level.CRITICAL,)),
        low_read_as_high=_share(confusion, gold=(Level.LOW,), read=_LEVELS[2:]),
        macro_f1=_macro_f1(confusion),
        weighted_kappa=_weighted_kappa(confusion),
        codes=codes,
        all_codes=_sum(codes.values()),
        territory=Share(sum(g.territory == r.territory for g, r in named), len(named)),
        wrong_team=Share(sum(_is_wrong_team(g, r) for g, r in named), len(named)),
        critical_misses=tuple(
            gold.id for gold, _ in sorted(misses, key=lambda p: (p[1].level.rank, p[0].id))
        ),
    )


def _share(
    confusion: Mapping[tuple[Level, Level], int], *, gold: Sequence[Level], read: Sequence[Level]
) -> Share:
    cases = sum(n for (wanted, _), n in confusion.items() if wanted in gold)
    hits = sum(n for (wanted, got), n in confusion.items() if wanted in gold and got in read)
    return Share(hits, cases)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _macro_f1(confusion: Mapping[tuple[Level, Level], int]) -> float:
    """The mean F1 of the levels that occur in the corpus or in the answers."""
    scores = []
    for level in _LEVELS:
        right = confusion.get((level, level), 0)
        gold = sum(n for (wanted, _), n in confusion.items() if wanted is level)
        read = sum(n for (_, got), n in confusion.items() if got is level)
        if gold or read:
            scores.append(_ratio(2 * right, gold + read))
    return _ratio(sum(scores), len(scores))


def _weighted_kappa(confusion: Mapping[tuple[Level, Level], int]) -> float:
    """Cohen's kappa with quadratic weights: two levels off cost four times one."""
    total = sum(confusion.values())
    gold = Counter[Level]()
    read = Counter[Level]()
    for (wanted, got), number in confusion.items():
        gold[wanted] += number
        read[got] += number
    observed = sum(n * (w.rank - g.rank) ** 2 for (w, g), n in confusion.items())
    expected = sum(gold[w] * read[g] * (w.rank - g.rank) ** 2 for w in _LEVELS for g in _LEVELS)
    return 1 - observed * total / expected if expected else 1.0


def _code_figures(code: Indicator, pairs: Pairs) -> CodeFigures | None:
    found = sum(code in g.indicators and code in r.indicators for g, r in pairs)
    missed = sum(code in g.indicators and code not in r.indicators for g, r in pairs)
    invented = sum(code not in g.indicators and code in r.indicators for g, r in pairs)
    return CodeFigures(found, missed, invented) if found + missed + invented else None


def _sum(figures: Iterable[CodeFigures]) -> CodeFigures:
    listed = list(figures)
    return CodeFigures(
        sum(f.found for f in listed), sum(f.missed for f in listed), sum(f.invented for f in listed)
    )


def _is_wrong_team(gold: LabelledSignal, read: Assessment) -> bool:
    """Sent to a team that is not theirs; to send it to coordination costs time, no more."""
    return read.territory not in _TEAMLESS and read.territory != gold.territory
