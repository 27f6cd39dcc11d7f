"""Read the lexicon: word lists, texting forms, word classes, and what is needed to spell."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from triage.normalise import fold
from triage.patterns import FULL_FORMS
from triage.rulefiles import RulebookError, read_toml, toml_names
from triage.spelling import Speller, deletions, masked_forms, sound_of
from triage.wordclasses import WordClass, WordClasses

_WORD: Final = re.compile(
    r"(?:qu|jusqu|lorsqu|puisqu|[jldmtsnc])'(?=[a-z])|[a-z0-9]+\*?|[^\s\x00-\x7f]|[.?!,;:]"
)
_PIECES: Final = re.compile(r"[a-z]+|[0-9]+")
_SHORTEST_MASKED: Final = 4
_SHORTEST_SOUNDED: Final = 3
_COMMON: Final = 400
_FREQUENT: Final = 9_000
_LESS_FREQUENT: Final = 20_000
# A word that rules use is taken for the one meant unless another is this much more frequent.
_RULES_FIRST: Final = 1_500
_SHORTEST_REPAIRED: Final = 6


def read_vocabulary(folder: Path) -> list[str]:
    """French words, the most frequent first, accents folded."""
    return _word_list(folder, "lexicon/french-words.txt")


def read_common_words(vocabulary: Sequence[str]) -> dict[str, float]:
    """How often the most frequent words are met, roughly as their rank has it."""
    return {word: 1 / (rank + 3) for rank, word in enumerate(vocabulary[:_COMMON])}


def _word_list(folder: Path, name: str) -> list[str]:
    try:
        return (folder / name).read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise RulebookError(name, "file", "is missing") from None
    except UnicodeDecodeError:
        raise RulebookError(name, "file", "must hold words without accents") from None


def read_chat_forms(folder: Path) -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {short: (full,) for short, full in FULL_FORMS.items()}
    listed = read_toml(folder, "lexicon/chat.toml").get("forms", {})
    for short, full in listed.items():
        if not isinstance(full, str):
            raise RulebookError("lexicon/chat.toml", short, "must be a text")
        words = _WORD.findall(fold(full))
        forms[fold(short)] = tuple(FULL_FORMS.get(word.rstrip("'"), word) for word in words)
    return forms


def read_classes(
    folder: Path, forms: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, WordClass]]:
    for name in toml_names(folder, "lexicon"):
        for key, entry in read_toml(folder, name).get("class", {}).items():
            yield key, _word_class(key, entry, name, forms)


def _word_class(
    key: str, entry: Mapping[str, Any], name: str, forms: Mapping[str, tuple[str, ...]]
) -> WordClass:
    unknown = entry.keys() - {
        "means", "words", "stems", "except", "phrases", "includes", "verbs",
        "owner", "date", "expires",
    }  # fmt: skip
    if unknown:
        raise RulebookError(name, key, f"unknown key {min(unknown)!r}")
    single: set[str] = set()
    phrases: list[tuple[str, ...]] = []
    for text in [*entry.get("words", "").split(), *entry.get("phrases", [])]:
        canonical = _canonical(text, forms)
        if len(canonical) == 1:
            single.add(canonical[0])
        elif canonical:
            phrases.append(canonical)
    return WordClass(
        key,
        frozenset(single),
        tuple(fold(stem) for stem in entry.get("stems", "").split()),
        tuple(phrases),
        frozenset(fold(word) for word in entry.get("except", "").split()),
        tuple(entry.get("includes", [])),
        tuple(fold(verb) for verb in entry.get("verbs", "").split()),
    )


def _canonical(text: str, forms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Bring words of the lexicon to the form that `normalise.read` gives those of a message."""
    words: list[str] = []
    folded = fold(text)
    for word in _WORD.findall(folded):
        if word.endswith("'"):
            words.append(FULL_FORMS[word[:-1]])
        elif word in forms or word.isalpha() or word.isdigit() or not word.isalnum():
            words.extend(forms.get(word, (word,)))
        else:
            words.extend(_PIECES.findall(word))
    return tuple(words)


def words_of(name: str, classes: Mapping[str, WordClass], vocabulary: list[str]) -> frozenset[str]:
    listed = classes[name]
    words = set(listed.words)
    for included in listed.includes:
        words |= words_of(included, classes, vocabulary)
    return frozenset(words)


def read_expiring(folder: Path) -> Iterator[tuple[str, str, str]]:
    for name in toml_names(folder, "lexicon"):
        for key, entry in read_toml(folder, name).get("class", {}).items():
            if "expires" in entry:
                yield (f"{name}: {key}", str(entry.get("owner", "")), str(entry["expires"]))


def read_foreign(folder: Path) -> dict[str, frozenset[str]]:
    listed = read_toml(folder, "lexicon/languages.toml").get("language", {})
    return {name: frozenset(words.split()) for name, words in listed.items()}


def make_speller(
    folder: Path,
    vocabulary: Sequence[str],
    forms: Mapping[str, tuple[str, ...]],
    classes: Mapping[str, WordClass],
    compiled: WordClasses,
) -> Speller:
    listed = read_toml(folder, "lexicon/chat.toml")
    doubtful = {
        short: tuple(full.split()) for short, full in listed.get("before_participle", {}).items()
    }
    known: dict[str, tuple[str, ...]] = {word: (word,) for word in vocabulary}
    cue_words = compiled.cue_words
    known.update((word, (word,)) for word in cue_words)
    for words in read_foreign(folder).values():
        known.update((word, (word,)) for word in words if word not in known)
    known.update(forms)
    # « c » alone is « c'est » ; « c' » before a word is « ce ».
    known.update((f"{short}'", (full,)) for short, full in FULL_FORMS.items())
    by_deletion: dict[str, list[str]] = defaultdict(list)
    repairable = [w for w in _lexicon_words(classes) if len(w) >= _SHORTEST_REPAIRED]
    for word in sorted(repairable):
        for key in (word, *deletions(word)):
            by_deletion[key].append(word)
    masked = {
        form: word
        for word in sorted(classes["masked"].words)
        if len(word) >= _SHORTEST_MASKED
        for form in masked_forms(word)
    }
    stems: dict[str, list[str]] = defaultdict(list)
    for start, pairs in compiled.stems.items():
        stems[start] = [stem for stem, _ in pairs]
    return Speller(
        known=known,
        cue_words=cue_words,
        by_sound=_by_sound(vocabulary, cue_words),
        by_deletion={key: tuple(words) for key, words in by_deletion.items()},
        masked=masked,
        stems={start: tuple(sorted(set(found))) for start, found in stems.items()},
        doubtful=doubtful,
        participles=_participles(classes),
        first_persons=_first_persons(vocabulary),
    )


def _by_sound(vocabulary: Sequence[str], cue_words: frozenset[str]) -> dict[str, str]:
    """The word most likely meant by each sound: a frequent one, before that one of the rules."""
    rank = {word: place for place, word in enumerate(vocabulary)}
    meant: dict[str, tuple[int, str]] = {}
    candidates = cue_words.intersection(vocabulary[:_LESS_FREQUENT]).union(vocabulary[:_FREQUENT])
    for word in candidates:
        if len(word) < _SHORTEST_SOUNDED:
            continue
        place = rank.get(word, _FREQUENT) + (0 if word in cue_words else _RULES_FIRST)
        sound = sound_of(word)
        if sound and (sound not in meant or (place, word) < meant[sound]):
            meant[sound] = (place, word)
    return {sound: word for sound, (_, word) in meant.items()}


def _lexicon_words(classes: Mapping[str, WordClass]) -> set[str]:
    """The words of the lexicon itself: forms of verbs and words of patterns are not repaired to."""
    return {word for listed in classes.values() for word in listed.words if word.isalpha()}


def _first_persons(vocabulary: Sequence[str]) -> frozenset[str]:
    """Words that can follow « je » as its verb: those with an imperfect beside them."""
    listed = frozenset(vocabulary)
    return frozenset(
        word
        for word in vocabulary
        if (word.endswith("e") and word[:-1] + "ait" in listed)
        or (word.endswith("s") and word[:-1] + "t" in listed and word[:-1] + "ait" not in listed)
    )


def _participles(classes: Mapping[str, WordClass]) -> frozenset[str]:
    return classes["participle"].words
