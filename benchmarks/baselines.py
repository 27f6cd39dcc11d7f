"""What two simple ways make of a labelled corpus: keywords, and character n-grams.

`python -m benchmarks.baselines TRAIN[,MORE…] TEST[,MORE…]` prints the measures of `triage.evaluate`
for both, learned from the first files and taken on the second. What stands in both is not learned
from: it would be remembered, not read. No message is ever printed.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from triage.assessment import Assessment
from triage.evaluate import (
    CodeFigures,
    CorpusError,
    Evaluation,
    Figures,
    LabelledSignal,
    Share,
    evaluate,
    read_corpus,
)
from triage.normalise import fold
from triage.vocabulary import UNKNOWN_TERRITORY, Level

# Fifty, as a helpline might put on its list: written from general knowledge before any corpus was
# looked at, and not to be tuned on one, or they would no longer be a baseline.
KEYWORDS: Final[Mapping[Level, tuple[str, ...]]] = {
    Level.CRITICAL: (
        "suicide", "me suicider", "me tuer", "envie de mourir", "veux mourir", "en finir",
        "au secours", "en danger", "séquestrée", "enfermée", "overdose", "viol", "violée",
        "couteau", "arme", "menace de mort",
    ),
    Level.HIGH: (
        "prostitution", "prostituée", "se prostitue", "passes", "clients", "proxénète",
        "michetonnage", "escort", "fugue", "disparue", "me frappe", "me force", "coups", "chantage",
        "nudes", "scarifie", "agression sexuelle", "dettes", "hôtel",
    ),
    Level.MODERATE: (
        "drogue", "cocaïne", "alcool", "enceinte", "harcèlement", "foyer", "décrochage", "absences",
        "peur", "seule", "cadeaux", "argent", "menace", "mal-être", "réseaux sociaux",
    ),
}  # fmt: skip
_HIGHEST_FIRST: Final = tuple(reversed(Level))
_LIST_SEPARATOR: Final = ","


def _whole_words(keywords: Iterable[str]) -> re.Pattern[str]:
    """Any of the keywords, with no letter or digit beside it; its spaces are any white space."""
    folded = (re.escape(fold(keyword)).replace(r"\ ", r"\s+") for keyword in keywords)
    return re.compile(rf"(?<!\w)(?:{'|'.join(folded)})(?!\w)")


_PATTERNS: Final = {level: _whole_words(keywords) for level, keywords in KEYWORDS.items()}


def keyword_level(text: str) -> Level:
    """The highest level that has a keyword in the text; low without any."""
    folded = fold(text)
    return next(
        (
            level
            for level in _HIGHEST_FIRST
            if level in _PATTERNS and _PATTERNS[level].search(folded)
        ),
        Level.LOW,
    )


def learn_ngrams(signals: Sequence[LabelledSignal]) -> Pipeline:
    """Learn levels from character n-grams of two to five, within words.

    Nothing is tuned but for the rounds allowed: the default number stops short of the solution.
    """
    learned = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
        LogisticRegression(class_weight="balanced", max_iter=2_000),
    )
    learned.fit([signal.text for signal in signals], [signal.level.value for signal in signals])
    return learned


def ngram_levels(learned: Pipeline, texts: Sequence[str]) -> list[Level]:
    return [Level(str(level)) for level in learned.predict(texts)]


def evaluate_levels(signals: Sequence[LabelledSignal], levels: Iterable[Level]) -> Evaluation:
    """The measures of triage for answers that are a level and no more."""
    return evaluate(
        signals,
        [Assessment(level, UNKNOWN_TERRITORY, (), (), (), "baseline") for level in levels],
    )


def read_files(listed: str) -> list[LabelledSignal]:
    """The signals of the corpora listed with commas; raise `CorpusError` with the file's name."""
    signals = []
    for name in listed.split(_LIST_SEPARATOR):
        try:
            signals += read_corpus(Path(name).read_text("utf-8").splitlines())
        except CorpusError as error:
            raise CorpusError(f"{name}: {error}") from None
    return signals


def unseen(train: Iterable[LabelledSignal], test: Iterable[LabelledSignal]) -> list[LabelledSignal]:
    """The signals to learn from whose text, whatever its case and spaces, is none of the test."""
    tested = {_same_text(signal.text) for signal in test}
    return [signal for signal in train if _same_text(signal.text) not in tested]


def _same_text(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def report(name: str, evaluation: Evaluation) -> Iterator[str]:
    """The lines to print for one baseline: figures named as in `triage.evaluate`, no words."""
    yield f"## {name}"
    yield f"{'label, and what was said':28}" + "".join(f"{level:>10}" for level in _HIGHEST_FIRST)
    confusion = evaluation.overall.confusion
    for gold in _HIGHEST_FIRST:
        cells = "".join(f"{confusion.get((gold, said), 0):10}" for said in _HIGHEST_FIRST)
        yield f"{gold:28}{cells}"
    yield from _measures(evaluation.overall)
    for author, figures in evaluation.by_author.items():
        yield f"of {figures.signals} by {author}:"
        yield from (
            f"  {line}"
            for line in _measures(figures)
            if line.startswith(("critical_recall", "high_or_above_recall", "macro_f1"))
        )


def _measures(figures: Figures) -> Iterator[str]:
    for field in fields(figures):
        shown = _shown(getattr(figures, field.name))
        if shown:
            yield f"{field.name:28}{shown}"


def _shown(value: Any) -> str:  # noqa: ANN401  whatever figures there are
    """A figure as text; tables and lists of ids are not shown here."""
    match value:
        case Share(hits=hits, cases=cases):
            low, high = value.interval
            return f"{value.value:.3f}  [{low:.3f}, {high:.3f}]  {hits} of {cases}"
        case CodeFigures():
            return f"{value.f1:.3f}  precision {value.precision:.3f}, recall {value.recall:.3f}"
        case float():
            return f"{value:.3f}"
        case int():
            return str(value)
        case _:
            return ""


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2:  # noqa: PLR2004  to train, to test
        print(__doc__, file=sys.stderr)
        return 2
    try:
        train, test = map(read_files, arguments)
    except (OSError, CorpusError) as error:
        print(error, file=sys.stderr)
        return 1
    texts = [signal.text for signal in test]
    learned_from = unseen(train, test)
    by_keywords = evaluate_levels(test, map(keyword_level, texts))
    by_ngrams = evaluate_levels(test, ngram_levels(learn_ngrams(learned_from), texts))
    print("\n".join(report("50 keywords", by_keywords)), end="\n\n")
    left_out = len(train) - len(learned_from)
    learned = f"learned from {len(learned_from)} signals ({left_out} left out, which stand in both)"
    print("\n".join(report(f"character n-grams, {learned}", by_ngrams)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
