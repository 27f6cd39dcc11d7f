"""Find the cues and the context markers of a text."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from triage.clauses import Clauses
from triage.patterns import Pattern, Spans, find
from triage.wordclasses import WordClasses


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the rules found in the words from `start` to before `end`."""

    owner: int
    start: int
    end: int
    denies: bool = False


class Sightings:
    """Where the word classes stand in one text; worked out for the classes that are asked for."""

    __slots__ = ("_classes", "_known", "_listed", "_words", "present", "words_at")

    def __init__(self, words: list[str], classes: WordClasses) -> None:
        self._classes = classes
        self._known: dict[int, Spans] = {}
        # Numbers, words that only a stem knows, and phrases are few: they are filed at once.
        self._listed: dict[int, Spans] = defaultdict(list)
        self.words_at: dict[str, list[int]] = {}
        for index, word in enumerate(words):
            if word in self.words_at:
                self.words_at[word].append(index)
            else:
                self.words_at[word] = [index]
        self._words = frozenset(self.words_at)
        for word in self._words - classes.listed:
            places = self.words_at[word]
            for class_id in classes.of_unlisted(word):
                self._listed[class_id].extend((place, place + 1) for place in places)
        self._file_phrases(words)
        self.present = self._all_present()

    def _all_present(self) -> int:
        """One bit for each class that stands in the text."""
        present, mask_of = 0, self._classes.masks.get
        for word in self._words:
            present |= mask_of(word, 0)
        for class_id in self._listed:
            present |= 1 << class_id
        return present

    def anchors(self) -> set[int]:
        """The classes present that patterns are filed under."""
        anchors_of = self._classes.anchors_of
        found = set(self._listed)
        for word in self.words_at:
            found.update(anchors_of.get(word, ()))
        return found

    def spans(self, class_id: int) -> Spans:
        """Where a class stands, in order."""
        spans = self._known.get(class_id)
        if spans is None:
            spans = list(self._listed.get(class_id, ()))
            for word in self._words & self._classes.members[class_id]:
                spans += [(place, place + 1) for place in self.words_at[word]]
            if len(spans) > 1:
                spans.sort()
            self._known[class_id] = spans
        return spans

    def _file_phrases(self, words: list[str]) -> None:
        found = list(self._classes.phrases.iter(" " + " ".join(words) + " "))
        if not found:
            return
        index_at: dict[int, int] = {}
        place = 0
        for index, word in enumerate(words):
            place += len(word) + 1
            index_at[place] = index
        for end_place, (length, ids) in found:
            end = index_at[end_place] + 1
            for class_id in ids:
                self._listed[class_id].append((end - length, end))


def find_hits(
    words: list[str],
    classes: WordClasses,
    clauses: Clauses,
    by_anchor: Mapping[int, tuple[Pattern, ...]],
) -> list[Hit]:
    """Return every hit of every pattern, in order of place."""
    sightings = Sightings(words, classes)
    spans, present = sightings.spans, sightings.present
    hits: dict[tuple[int, int, int], bool] = {}
    for class_id in sightings.anchors():
        for pattern in by_anchor.get(class_id, ()):
            if pattern.needed & present == pattern.needed:
                for start, end in find(pattern, spans, clauses):
                    place = (start, end, pattern.owner)
                    hits[place] = hits.get(place, False) or pattern.denies
    return [Hit(owner, start, end, hits[start, end, owner]) for start, end, owner in sorted(hits)]
