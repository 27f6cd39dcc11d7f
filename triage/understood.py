"""Tell text that triage cannot read from small talk, tests and keyboard mash."""

import re
from typing import Final

from triage.normalise import Words
from triage.rulebook import Rulebook
from triage.wordsets import word_set

_FRENCH: Final = word_set(
    "je tu il elle on nous vous ils elles et est que qui dans pour avec pas ai suis sur mais moi "
    "lui quand bonjour merci etre avoir fait comme plus ce se me te"
)
_FEWEST_WORDS: Final = 3
_MOST_UNKNOWN: Final = 0.5
_SAID_BY_SIGN: Final = 0.3
_FEWEST_LETTERS: Final = 4
_THEIR_SHARE: Final = 0.25
# Sounds like a word: has a vowel, no long run of consonants, not one row of the keyboard.
_MASH: Final = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|^[^aeiouy]+$|(.)\1\1|qsd|sdf|dfg|fgh|hjk|jkl|wxc|xcv|azer|qwer|asdf|zert"
)


def is_unreadable(words: Words, rulebook: Rulebook, *, found_something: bool) -> bool:
    """Whether a person must look because the text is in a script or language not known here."""
    if words.foreign_letters >= max(_FEWEST_LETTERS, _SAID_BY_SIGN * words.letters):
        return True
    if found_something:
        return False
    spoken = [word for word in words.words if word.isalpha()]
    if len(spoken) < _FEWEST_WORDS:
        return False
    ours = sum(word in rulebook.fillers or word in _FRENCH for word in spoken)
    for language, common in rulebook.foreign.items():
        theirs = sum(word in common for word in spoken)
        if language != "benign" and theirs > ours and theirs >= max(2, len(spoken) * _THEIR_SHARE):
            return not any(word in rulebook.foreign["benign"] for word in spoken)
    strange = [word for word in spoken if word not in rulebook.speller.known]
    wordlike = [word for word in strange if len(word) >= _FEWEST_WORDS and not _MASH.search(word)]
    return len(strange) > _MOST_UNKNOWN * len(spoken) and len(wordlike) > 0.6 * len(strange)
