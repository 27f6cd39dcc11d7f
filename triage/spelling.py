"""Give the canonical words behind a written one: texting forms, masking, slips of the finger."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from triage.wordsets import word_set

_AFTER_HE: Final = word_set(
    "est a va veut peut dit fait met tape frappe regarde prend sait vient part repond crie garde "
    "laisse donne demande force menace me te la le les lui nous m t se s ne n"
)
_SUBJECTS: Final = word_set("je tu il elle on nous vous ils elles ce qui ne me te se lui")
_THEY: Final = word_set("ils elles qui")
_AFTER_THIS: Final = word_set(
    "soir matin midi week mec gars type monsieur garcon truc sera serait que qui jour moment"
)
_AFTER_IT: Final = word_set(
    "fait va me te lui sert suffit tape crie marche dure recommence continue commence arrive "
    "devient"
)
_LEET: Final = str.maketrans("0134578@$!|#", "oieastbasiih")
_RUN: Final = re.compile(r"(.)\1{2,}")
_DOUBLE: Final = re.compile(r"(.)\1")
_PIECES: Final = re.compile(r"[a-z]+|[0-9]+")
_SHORTEST_REPAIRED: Final = 6
_SHORTEST_REST: Final = 2
_SHORTEST_SOUNDED: Final = 3
_LONGEST_SPELT: Final = 40
_DEEPEST_SPLIT: Final = 2
_VOWELS: Final = frozenset("aeiouyh")
# Clitics that texting glues to the next word; those of the second table only before a vowel.
_GLUED_ANYWHERE: Final = (("j", "je"), ("qu", "que"), ("c", "ce"))
_GLUED_TO_VOWEL: Final = (
    ("l", "le"), ("d", "de"), ("m", "me"), ("t", "te"), ("s", "se"), ("n", "ne"), ("k", "que"),
)  # fmt: skip
# Order matters: longer spellings of a sound come first.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"), ("qu|ck|q", "k"), ("sc(?=[eiy])|c(?=[eiy])", "s"), ("ch", "x"), ("c", "k"),
        ("gu(?=[eiy])", "g"), ("g(?=[eiy])", "j"), ("eau|au", "o"), ("oi|wa", "w"),
        ("[ae]i(?![ln])|ay|ey", "e"), ("ain|ein|in|im(?=[bp])|un$", "1"),
        ("[ae]n|[ae]m(?=[bp])", "2"),
        ("y", "i"), ("z", "s"), ("h", ""), (r"(.)\1+", r"\1"),
        ("er$|ent$|ees?$|es$|et$|ez$|e$|[stxdp]+$", ""),
        ("e", ""),
    )
)  # fmt: skip


def sound_of(word: str) -> str:
    """A rough key of how a word sounds, so that « anfermé » meets « enfermé »."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


@dataclass(frozen=True, slots=True)
class Speller:
    """What is needed to spell: known words, the words that rules use, and repairs to them.

    `doubtful` are words such as « ma » that texting also uses for « m'a », to be settled by the
    word that follows.
    """

    known: Mapping[str, tuple[str, ...]]
    cue_words: frozenset[str]
    by_sound: Mapping[str, str]
    by_deletion: Mapping[str, tuple[str, ...]]
    masked: Mapping[str, str]
    stems: Mapping[str, tuple[str, ...]]
    doubtful: Mapping[str, tuple[str, ...]]
    participles: frozenset[str]
    first_persons: frozenset[str]

    def is_cue_word(self, token: str) -> bool:
        return token in self.cue_words or token in self.masked

    def spell(self, token: str) -> tuple[tuple[str, ...], bool]:
        """Return the canonical words of a token that is not known as written.

        The second value says whether it was understood. An unknown word stands for itself.
        """
        if token.isdigit() or not token[0].isalnum():
            return (token,), True
        if len(token) > _LONGEST_SPELT:
            return (token[:_LONGEST_SPELT],), False
        found = (
            self._without_disguise(token)
            or self._split(token, 0)
            or self._sounded(token)
            or self._split(token, 0, by_sound=True)
            or self._repaired(token)
        )
        if found is not None:
            return found, True
        return (token,), self.is_stemmed(token)

    def is_stemmed(self, token: str) -> bool:
        return any(
            token.startswith(stem)
            for stem in self.stems.get(token[:3], ())
            if len(stem) > _SHORTEST_REST + 1
        )

    def settle_doubtful(
        self, words: list[str], starts: list[int], ends: list[int], places: Iterable[int]
    ) -> None:
        """Read « ma » as « m'a » where a participle follows, as texting has it."""
        last = len(words) - 1
        for place in sorted(places, reverse=True):
            before = words[place - 1] if place else ""
            after = words[place + 1] if place < last else ""
            meant = self._meant(words[place], before, after)
            if meant is not None:
                words[place : place + 1] = meant
                starts[place : place + 1] = [starts[place]] * len(meant)
                ends[place : place + 1] = [ends[place]] * len(meant)

    def _meant(self, word: str, before: str, after: str) -> tuple[str, ...] | None:
        """What a word of two readings means between its neighbours; nothing if as written."""
        if word in {"on", "son"}:
            return (self.doubtful[word]) if before in _THEY else None
        if word == "y":
            # In the Nord and in texting « y » before a verb is « il ».
            return ("il",) if after in _AFTER_HE and before not in _SUBJECTS else None
        if word == "se":
            return ("ce",) if after in _AFTER_THIS else None
        if word == "ta" and after == "que":
            return ("tant",)
        if word == "sa" and after in _AFTER_IT:
            return ("ca",)
        return self.doubtful[word] if after in self.participles else None

    def _without_disguise(self, token: str) -> tuple[str, ...] | None:
        known = self.known.get
        if token in self.masked:
            return (self.masked[token],)
        for shortened in (_RUN.sub(r"\1", token), _RUN.sub(r"\1\1", token)):
            if shortened != token and (found := known(shortened) or self._split(shortened, 0)):
                return found
        if token.isalpha():
            return None
        plain = token.translate(_LEET).replace("*", "")
        if plain.isalpha() and not token[0].isdigit():
            found = known(plain) or self._split(plain, 0)
            if found:
                return found
        return self._in_pieces(token)

    def _in_pieces(self, token: str) -> tuple[str, ...] | None:
        """« 16ans » is a number and a word; so is « g16 »."""
        pieces = _PIECES.findall(token)
        words: list[str] = []
        for piece in pieces:
            words.extend(self.known.get(piece) or self._split(piece, 0) or (piece,))
        return tuple(words) if len(pieces) > 1 else None

    def _split(self, token: str, depth: int, *, by_sound: bool = False) -> tuple[str, ...] | None:
        if depth == _DEEPEST_SPLIT or len(token) <= _SHORTEST_REST:
            return None
        for glued, clitic in (*_GLUED_ANYWHERE, *_GLUED_TO_VOWEL):
            if not token.startswith(glued):
                continue
            rest = token[len(glued) :]
            if len(rest) < _SHORTEST_REST or (len(glued) == 1 and not _may_glue(glued, rest)):
                continue
            found = self._rest(glued, rest, depth, by_sound=by_sound)
            if found is not None:
                return (clitic, *found)
        return None

    def _rest(self, glued: str, rest: str, depth: int, *, by_sound: bool) -> tuple[str, ...] | None:
        """What follows a glued clitic; « jregard » is a verb, and not « regard »."""
        if glued == "j" and rest + "re" not in self.known:
            for ending in ("e", "s"):
                if rest + ending in self.first_persons and rest not in self.first_persons:
                    return (rest + ending,)
        found = self.known.get(rest) or self._split(rest, depth + 1, by_sound=by_sound)
        if found is None and self.is_stemmed(rest):
            return (rest,)
        if found is None and by_sound:
            return self._sounded(rest)
        return found

    def _sounded(self, token: str) -> tuple[str, ...] | None:
        if len(token) < _SHORTEST_SOUNDED or not token.isalpha():
            return None
        meant = self.by_sound.get(sound_of(token))
        return None if meant is None else self.known.get(meant, (meant,))

    def _repaired(self, token: str) -> tuple[str, ...] | None:
        if len(token) < _SHORTEST_REPAIRED or not token.isalpha():
            return None
        for shorter in (token, *deletions(token)):
            for word in self.by_deletion.get(shorter, ()):
                if OSA.distance(token, word, score_cutoff=1) <= 1:
                    return (word,)
        return None


def _may_glue(glued: str, rest: str) -> bool:
    return glued == "j" or (glued == "c" and rest[0] != "h") or rest[0] in _VOWELS


def deletions(word: str) -> tuple[str, ...]:
    """The word with each one of its letters left out."""
    return tuple(word[:place] + word[place + 1 :] for place in range(len(word)))


def masked_forms(word: str) -> tuple[str, ...]:
    """The word with one or two inner letters starred, as filters make people write it."""
    forms = [word[:place] + "*" + word[place + 1 :] for place in range(1, len(word) - 1)]
    forms += [word[:place] + "**" + word[place + 2 :] for place in range(1, len(word) - 2)]
    if len(word) > _SHORTEST_REPAIRED - 2:
        forms.append(word[0] + "*" * (len(word) - 2) + word[-1])
    return tuple(forms)
