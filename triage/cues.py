"""Find the cues and the context markers of a text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.clauses import Clauses
from triage.normalise import Words
from triage.patterns import Pattern, Spans, find
from triage.wordclasses import WordClasses


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the rules found in the words from `start` to before `end`."""

    owner: int
    start: int
    end: int
    denies: bool = False


def class_spans(words: Words, classes: WordClasses) -> dict[int, Spans]:
    """Return for each word class where it stands in the text."""
    spans: dict[int, Spans] = defaultdict(list)
    of_word = classes.of_word.get
    for index, word in enumerate(words.words):
        ids = of_word(word)
        if ids is None:
            ids = classes.of_unlisted(word)
        if ids:
            span = (index, index + 1)
            for class_id in ids:
                spans[class_id].append(span)
    _add_phrases(words.words, classes, spans)
    return spans


def _add_phrases(words: list[str], classes: WordClasses, spans: dict[int, Spans]) -> None:
    found = list(classes.phrases.iter(" " + " ".join(words) + " "))
    if not found:
        return
    index_at: dict[int, int] = {}
    place = 0
    for index, word in enumerate(words):
        index_at[place + len(word) + 1] = index
        place += len(word) + 1
    touched: set[int] = set()
    for end_place, (length, ids) in found:
        end = index_at[end_place] + 1
        span = (end - length, end)
        touched.update(ids)
        for class_id in ids:
            spans[class_id].append(span)
    for class_id in touched:
        spans[class_id].sort()


def find_hits(
    spans: dict[int, Spans], clauses: Clauses, by_anchor: Mapping[int, tuple[Pattern, ...]]
) -> list[Hit]:
    """Return every hit of every pattern, in order of place, longest first."""
    present = 0
    for class_id in spans:
        present |= 1 << class_id
    hits: dict[tuple[int, int, int], bool] = {}
    for class_id in tuple(spans):
        for pattern in by_anchor.get(class_id, ()):
            if pattern.needed & present == pattern.needed:
                for start, end in find(pattern, spans, clauses):
                    place = (start, end, pattern.owner)
                    hits[place] = hits.get(place, False) or pattern.denies
    return [Hit(owner, start, end, hits[start, end, owner]) for start, end, owner in sorted(hits)]


def overlapping(hit: Hit, others: Iterable[Hit]) -> bool:
    return any(other.start < hit.end and hit.start < other.end for other in others)
