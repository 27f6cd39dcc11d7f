"""Word classes: sets of words and phrases that mean the same to the rules."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import ahocorasick

from triage.conjugate import forms_of
from triage.patterns import FULL_FORMS
from triage.wordsets import word_set

# Numbers belong to classes by their value: (name, lowest, highest).
_NUMBERS: Final = (
    ("number", 0, 10**9),
    ("n-child", 3, 12),
    ("n-13-14", 13, 14),
    ("n-15-17", 15, 17),
    ("n-young", 3, 17),
    ("n-grown", 18, 99),
    ("n-small", 1, 31),
    ("n-year", 1990, 2099),
    ("n-sum", 20, 100_000),
)
_LONGEST_NUMBER: Final = 9
_NEGATIONS: Final = word_set(
    "pas plus jamais rien aucun aucune sans personne not no cant dont never nul nulle nulles ni"
)


@dataclass(frozen=True, slots=True)
class WordClass:
    """A class as it is written in the lexicon, in canonical words."""

    name: str
    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excepted: frozenset[str] = frozenset()
    includes: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordClasses:
    """The classes of each word, compiled."""

    of_word: Mapping[str, tuple[int, ...]]
    stems: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]]
    numbers: tuple[tuple[int, int, int], ...]
    phrases: Any  # ahocorasick.Automaton has no published types
    sizes: Mapping[int, int]

    def of_unlisted(self, word: str) -> tuple[int, ...]:
        """The classes of a number, or of a word that only a stem knows."""
        if word.isdigit():
            value = int(word) if len(word) <= _LONGEST_NUMBER else 10**9
            return tuple(number for number, low, high in self.numbers if low <= value <= high)
        found: list[int] = []
        for stem, ids in self.stems.get(word[:3], ()):
            if word.startswith(stem):
                found.extend(ids)
        return tuple(found)


@dataclass(slots=True)
class ClassTable:
    """Numbers classes while the rules are read, then compiles them."""

    classes: Mapping[str, WordClass]
    vocabulary: Sequence[str]
    forms: Mapping[str, tuple[str, ...]]
    _known: frozenset[str] = field(init=False)
    numbers: dict[str, int] = field(default_factory=dict)
    members: dict[int, WordClass] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = frozenset(self.vocabulary)

    def number_of(self, part: str) -> int:
        """Return the number of a pattern's part: a word, a stem, a class, or a choice of these."""
        return self._number(part, conjugated=False)

    def number_of_conjugated(self, part: str) -> int:
        """The same, an infinitive in a choice standing for all forms of its verb."""
        return self._number(part, conjugated="|" in part)

    def _number(self, part: str, *, conjugated: bool) -> int:
        key = part + ("+" if conjugated else "")
        if key not in self.numbers:
            number = len(self.numbers)
            self.numbers[key] = number
            members = self._gather(part)
            self.members[number] = self._conjugated(members) if conjugated else members
        return self.numbers[key]

    def _conjugated(self, members: WordClass) -> WordClass:
        known = self._known
        words = set(members.words)
        for word in members.words:
            words |= forms_of(word, known)
        return replace(members, words=frozenset(words - members.excepted))

    def has_negation(self, number: int) -> bool:
        members = self.members[number]
        denying = sum(not _NEGATIONS.isdisjoint(phrase) for phrase in members.phrases)
        return bool(members.words & _NEGATIONS) or 2 * denying > len(members.phrases)

    def _gather(self, part: str) -> WordClass:
        words: set[str] = set()
        stems: list[str] = []
        phrases: list[tuple[str, ...]] = []
        excepted: set[str] = set()
        for choice in part.split("|"):
            if choice.startswith("<") and choice.endswith(">"):
                self._add_class(choice[1:-1], words, stems, phrases, excepted)
            elif "_" in choice:
                phrases.append(tuple(FULL_FORMS.get(word, word) for word in choice.split("_")))
            elif choice.endswith("*"):
                stems.append(choice[:-1])
            else:
                canonical = self.forms.get(choice, (choice,))
                if len(canonical) == 1:
                    words.add(canonical[0])
                else:
                    phrases.append(canonical)
        return WordClass(part, frozenset(words), tuple(stems), tuple(phrases), frozenset(excepted))

    def _add_class(
        self,
        name: str,
        words: set[str],
        stems: list[str],
        phrases: list[tuple[str, ...]],
        excepted: set[str],
    ) -> None:
        if any(name == number for number, _, _ in _NUMBERS):
            words.add(f"#{name}")
            return
        listed = self.classes[name]
        words |= listed.words
        for verb in listed.verbs:
            words |= forms_of(verb, self._known)
        stems += listed.stems
        phrases += listed.phrases
        excepted |= listed.excepted
        for included in listed.includes:
            self._add_class(included, words, stems, phrases, excepted)

    def compile(self) -> WordClasses:
        # Every French word has an entry, so that a stem is tried on words of no dictionary only.
        of_word: dict[str, list[int]] = {word: [] for word in self.vocabulary}
        stems: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
        phrases: dict[str, tuple[int, list[int]]] = {}
        numbers: list[tuple[int, int, int]] = []
        sizes: dict[int, int] = {}
        for number, members in self.members.items():
            words = {w for w in members.words if not w.startswith("#")}
            for stem in members.stems:
                words |= self._beginning_with(stem) - members.excepted
                stems[stem[:3]].append((stem, (number,)))
            for word in words:
                of_word.setdefault(word, []).append(number)
            for phrase in members.phrases:
                key = " " + " ".join(phrase) + " "
                phrases.setdefault(key, (len(phrase), []))[1].append(number)
            numbers += [
                (number, low, high) for name, low, high in _NUMBERS if f"#{name}" in members.words
            ]
            sizes[number] = len(words) + len(members.phrases)
        self._complete(of_word, stems, numbers)
        return WordClasses(
            {word: tuple(ids) if ids else () for word, ids in of_word.items()},
            {start: tuple(listed) for start, listed in stems.items()},
            tuple(numbers),
            _automaton(phrases),
            sizes,
        )

    def _complete(
        self,
        of_word: Mapping[str, list[int]],
        stems: Mapping[str, list[tuple[str, tuple[int, ...]]]],
        numbers: list[tuple[int, int, int]],
    ) -> None:
        """Give listed numbers and words of no dictionary the classes they have by value or stem."""
        listed = set(self.vocabulary)
        for word, ids in of_word.items():
            if word.isdigit():
                ids.extend(n for n, low, high in numbers if low <= int(word) <= high)
            elif word not in listed:
                for stem, owners in stems.get(word[:3], ()):
                    if word.startswith(stem) and owners[0] not in ids:
                        ids.extend(owners)

    def _beginning_with(self, stem: str) -> set[str]:
        index = bisect_left(self.vocabulary, stem)
        found: set[str] = {stem}
        while index < len(self.vocabulary) and self.vocabulary[index].startswith(stem):
            found.add(self.vocabulary[index])
            index += 1
        return found


def _automaton(phrases: Mapping[str, tuple[int, list[int]]]) -> Any:  # noqa: ANN401 - it has no published types
    # `iter` reports every phrase, overlapping ones too; `iter_long` drops matches in 2.3.1.
    automaton = ahocorasick.Automaton()
    automaton.add_word(" \x00 ", (1, ()))
    for key, (length, ids) in phrases.items():
        automaton.add_word(key, (length, tuple(ids)))
    automaton.make_automaton()
    return automaton
