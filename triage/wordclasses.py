"""Word classes: sets of words and phrases that mean the same to the rules."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
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
_RARELY: Final = 1e-4
_NUMBERS_MET: Final = 0.02
_NEGATIONS: Final = word_set(
    "pas plus jamais rien aucun aucune sans personne nul nulle nulles ni refuse "
    "not no cant dont never"
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
    """The word classes, compiled for looking up.

    `anchors_of` are the classes of a word that patterns are filed under; `listed` are all words
    that need no second look.
    """

    members: Mapping[int, frozenset[str]]
    anchors_of: Mapping[str, tuple[int, ...]]
    masks: Mapping[str, int]
    listed: frozenset[str]
    cue_words: frozenset[str]
    stems: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]]
    numbers: tuple[tuple[int, int, int], ...]
    phrases: Any  # ahocorasick.Automaton has no published types

    def of_unlisted(self, word: str) -> tuple[int, ...]:
        """The classes of a number, or of a word that only a stem knows."""
        if word.isdecimal():  # not isdigit(): « 🄀 » is a digit that int() refuses
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

    def commonness(self, number: int, common: Mapping[str, float]) -> float:
        """How often a class is met, from how often its commonest words are."""
        members = self.members[number]
        met = sum(common.get(word, _RARELY) for word in members.words)
        numbers = sum(word.startswith("#") for word in members.words) * _NUMBERS_MET
        return met + numbers + _RARELY * (len(members.phrases) + 10 * len(members.stems))

    def compile(self, anchors: Container[int]) -> WordClasses:
        members: dict[int, frozenset[str]] = {}
        anchors_of: dict[str, list[int]] = defaultdict(list)
        stems: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
        phrases: dict[str, tuple[int, list[int]]] = {}
        numbers: list[tuple[int, int, int]] = []
        for number, listed in self.members.items():
            members[number] = self._words_of(listed)
            if number in anchors:
                for word in members[number]:
                    anchors_of[word].append(number)
            for stem in listed.stems:
                stems[stem[:3]].append((stem, (number,)))
            for phrase in listed.phrases:
                key = " " + " ".join(phrase) + " "
                phrases.setdefault(key, (len(phrase), []))[1].append(number)
            numbers += [(number, lo, hi) for name, lo, hi in _NUMBERS if f"#{name}" in listed.words]
        cue_words = frozenset().union(*members.values())
        return WordClasses(
            members=members,
            masks=_masks(members),
            anchors_of={word: tuple(ids) for word, ids in anchors_of.items()},
            # A word of no dictionary may have a stem, a number its value, beside being listed.
            listed=self._known,
            cue_words=cue_words,
            stems={start: tuple(found) for start, found in stems.items()},
            numbers=tuple(numbers),
            phrases=_automaton(phrases),
        )

    def classes_of_words(self, broad: Container[str]) -> dict[str, tuple[str, ...]]:
        """For each word the names of its classes, but for those too broad to say anything."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.classes:
            if name not in broad:
                for word in self._words_of(self._gather(f"<{name}>")):
                    found[word].append(f"<{name}>")
        return {word: tuple(names) for word, names in found.items()}

    def _words_of(self, listed: WordClass) -> frozenset[str]:
        words = {word for word in listed.words if not word.startswith("#")}
        for stem in listed.stems:
            words |= self._beginning_with(stem) - listed.excepted
        return frozenset(words)

    def _beginning_with(self, stem: str) -> set[str]:
        index = bisect_left(self.vocabulary, stem)
        found: set[str] = set()
        while index < len(self.vocabulary) and self.vocabulary[index].startswith(stem):
            found.add(self.vocabulary[index])
            index += 1
        return found


def _masks(members: Mapping[int, frozenset[str]]) -> dict[str, int]:
    """For each word its classes as bits: those of a text are known after one `or` a word."""
    classes_of: dict[str, list[int]] = defaultdict(list)
    for number, words in members.items():
        for word in words:
            classes_of[word].append(number)
    masks: dict[str, int] = {}
    for word, numbers in classes_of.items():
        bits = bytearray(numbers[-1] // 8 + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        masks[word] = int.from_bytes(bits, "little")
    return masks


def _automaton(phrases: Mapping[str, tuple[int, list[int]]]) -> Any:  # noqa: ANN401 - it has no published types
    # `iter` reports every phrase, overlapping ones too; `iter_long` drops matches in 2.3.1.
    automaton = ahocorasick.Automaton()
    automaton.add_word(" \x00 ", (1, ()))
    for key, (length, ids) in phrases.items():
        automaton.add_word(key, (length, tuple(ids)))
    automaton.make_automaton()
    return automaton
