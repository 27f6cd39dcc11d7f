"""Load the rules once, at start: the only place where triage reads files."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

from triage.assessment import Places
from triage.learned import read_weights
from triage.levels import LevelRules, read_level_rules
from triage.lexicon_files import (
    make_speller,
    read_chat_forms,
    read_classes,
    read_common_words,
    read_expiring,
    read_foreign,
    read_vocabulary,
    words_of,
)
from triage.patterns import Pattern, PatternError, Step, parse
from triage.rulefiles import (
    OWN_FOLDER,
    Cue,
    Marker,
    RulebookError,
    content_hash,
    read_cues,
    read_markers,
    read_toml,
)
from triage.spelling import Speller
from triage.weighing import Weights
from triage.wordclasses import ClassTable, WordClasses
from triage.wordsets import word_set

# Classes of who acts on whom: nearly every sentence has a word of each.
_BROAD = word_set("filler third aggressor her subject-young possessed-young person victim-object")


@dataclass(frozen=True, slots=True, repr=False)
class Rulebook:
    """Everything `assess` needs, compiled and never changed. Too large to print."""

    version: str
    speller: Speller
    classes: WordClasses
    by_anchor: Mapping[int, tuple[Pattern, ...]]
    cues: tuple[Cue, ...]
    unless: Mapping[int, frozenset[int]]
    markers: tuple[Marker, ...]
    levels: LevelRules
    weights: Weights
    classes_of_words: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    persons: frozenset[str]
    foreign: Mapping[str, frozenset[str]]
    french: frozenset[str]
    expiring: tuple[tuple[str, str, str], ...]
    places: Places | None

    def marker(self, owner: int) -> Marker | None:
        """Owners past the cues and their exceptions are markers."""
        place = owner - 2 * len(self.cues)
        return self.markers[place] if place >= 0 else None


def load_rulebook(
    *, places: Places | None = None, folder: Path | None = None, weights: Weights | None = None
) -> Rulebook:
    """Read, check and compile the rules; raise `RulebookError` naming file, key and reason.

    Only who learns new weights gives some of their own.
    """
    folder = folder or OWN_FOLDER
    version = read_toml(folder, "rules/version.toml").get("version")
    if not isinstance(version, str):
        raise RulebookError("rules/version.toml", "version", "is missing")
    vocabulary = read_vocabulary(folder)
    forms = read_chat_forms(folder)
    classes = dict(read_classes(folder, forms))
    cues = tuple(read_cues(folder))
    markers = tuple(read_markers(folder))
    table = ClassTable(classes, sorted(vocabulary), forms)
    patterns = _compile_all(cues, markers, table)
    by_anchor = _anchored(patterns, table, read_common_words(vocabulary))
    compiled = table.compile(by_anchor)
    return Rulebook(
        version=f"{version}+{content_hash(folder)}",
        speller=make_speller(folder, vocabulary, forms, classes, compiled),
        classes=compiled,
        by_anchor=by_anchor,
        cues=cues,
        unless=_barring(cues),
        markers=markers,
        levels=read_level_rules(folder),
        weights=read_weights(folder) if weights is None else weights,
        classes_of_words=table.classes_of_words(_BROAD),
        fillers=classes["filler"].words,
        persons=words_of("person", classes, vocabulary),
        foreign=read_foreign(folder),
        french=frozenset(vocabulary),
        expiring=tuple(read_expiring(folder)),
        places=places,
    )


def _compile_all(
    cues: tuple[Cue, ...], markers: tuple[Marker, ...], table: ClassTable
) -> list[Pattern]:
    patterns: list[Pattern] = []
    for number, cue in enumerate(cues):
        patterns += _compile(number, cue.patterns, table, cue.id, table.number_of_conjugated)
        patterns += _compile(number + len(cues), cue.unless, table, cue.id, table.number_of)
    for number, marker in enumerate(markers):
        written = map(_fixed, marker.patterns) if marker.kind == "idiom" else marker.patterns
        owner = number + 2 * len(cues)
        patterns += _compile(owner, written, table, marker.kind, table.number_of)
    return patterns


def _fixed(idiom: str) -> str:
    """An idiom of plain words is one phrase: « temps mort » is not in « le temps à la mort »."""
    return idiom if re.search(r"[|<>?.*]", idiom) or " " not in idiom else idiom.replace(" ", "_")


def _compile(
    owner: int,
    written: Iterable[str],
    table: ClassTable,
    where: str,
    number_of: Callable[[str], int],
) -> Iterator[Pattern]:
    for text in written:
        try:
            for first, steps in parse(text, number_of):
                yield _pattern(owner, first, steps, table)
        except PatternError as error:
            raise RulebookError("rules", where, str(error)) from None
        except KeyError as error:
            raise RulebookError("rules", where, f"unknown word class {error}") from None


def _pattern(owner: int, first: int, steps: tuple[Step, ...], table: ClassTable) -> Pattern:
    ids = (first, *(step.class_id for step in steps))
    denies = any(table.has_negation(number) for number in ids)
    needed = reduce(or_, (1 << number for number in ids))
    return Pattern(owner, first, steps, needed, denies)


def _anchored(
    patterns: Iterable[Pattern], table: ClassTable, common: Mapping[str, float]
) -> dict[int, tuple[Pattern, ...]]:
    """File each pattern under the part that is met least, so that most are never tried."""
    anchored: dict[int, list[Pattern]] = defaultdict(list)
    met = {number: table.commonness(number, common) for number in table.members}
    for pattern in patterns:
        ids = (pattern.first, *(step.class_id for step in pattern.steps))
        anchored[min(ids, key=lambda number: (met[number], number))].append(pattern)
    return {number: tuple(listed) for number, listed in anchored.items()}


def _barring(cues: tuple[Cue, ...]) -> dict[int, frozenset[int]]:
    """The cue of each exception: owners from `len(cues)` on are exceptions."""
    return {
        number: frozenset({number + len(cues)}) for number, cue in enumerate(cues) if cue.unless
    }
