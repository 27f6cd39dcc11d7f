"""Cut words into sentences and clauses, because a « pas » reaches no further than its clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from triage.wordsets import word_set

SENTENCE_ENDS: Final = frozenset(".?!\n")
_CLAUSE_MARKS: Final = frozenset(",;:-")
_OPENERS: Final = word_set(
    "mais car donc alors sinon puis ensuite quand lorsque parce puisque pendant si que sauf meme "
    "comme bref but because when if that pero porque cuando dar pentru cand walakin"
)
_SUBJECTS: Final = frozenset(["je", "il", "ils", "elle", "elles", "on", "tu"])
_PREPOSITIONS: Final = frozenset(
    [
        "avec",
        "pour",
        "chez",
        "a",
        "de",
        "sur",
        "contre",
        "sans",
        "et",
        "comme",
        "entre",
        "vers",
        "par",
        "envers",
        "que",
        "moi",
        "toi",
        "lui",
        "aidez",
    ]
)
_DETERMINERS: Final = frozenset(
    [
        "mon",
        "ma",
        "mes",
        "son",
        "sa",
        "ses",
        "un",
        "une",
        "des",
        "le",
        "la",
        "les",
        "notre",
        "leur",
        "deux",
        "ce",
        "cet",
        "cette",
        "quelqu",
    ]
)
# After a determiner and a person, one of these shows that the person is a subject.
_AFTER_SUBJECT: Final = word_set(
    "me te se lui nous vous ne ont est sont va vont veut veulent fait font dit disent a qui"
)
_NEGATIONS: Final = word_set("pas plus jamais rien")


@dataclass(frozen=True, slots=True)
class Clauses:
    """For each word: its clause, its sentence, and its place when fillers do not count.

    `places` has one entry more than there are words, so that the end of a span has a place too.
    """

    clause: list[int]
    sentence: list[int]
    places: list[int]
    starts: list[int]


def cut(words: Sequence[str], fillers: frozenset[str], persons: frozenset[str]) -> Clauses:
    """Number the clauses and sentences of a text.

    Messages have little punctuation: a new subject opens a clause as surely as a comma does.
    """
    clause_of: list[int] = []
    sentence_of: list[int] = []
    places: list[int] = []
    starts: list[int] = [0]
    clause = sentence = place = 0
    fresh = True
    previous = ""
    last = len(words) - 1
    for index, word in enumerate(words):
        if not fresh and _opens(words, index, previous, last, persons):
            clause += 1
            starts.append(index)
        clause_of.append(clause)
        sentence_of.append(sentence)
        places.append(place)
        fresh = word in _OPENERS
        if word in SENTENCE_ENDS or word in _CLAUSE_MARKS:
            if word in SENTENCE_ENDS:
                sentence += 1
            if not (word == "," and index < last and words[index + 1] in {"de", "ni", "d"}):
                clause += 1
                starts.append(index + 1)
            fresh = True
        elif word not in fillers:
            place += 1
        previous = word
    places.append(place)
    return Clauses(clause_of, sentence_of, places, starts)


def _opens(
    words: Sequence[str], index: int, previous: str, last: int, persons: frozenset[str]
) -> bool:
    word = words[index]
    if word in _SUBJECTS:
        return previous not in _PREPOSITIONS
    if word in _OPENERS:
        return not (word == "que" and previous in {"ne", "plus", "moins", "est"})
    if word == "ce":
        return index < last and words[index + 1] in {"est", "etait", "sera"}
    if word in _DETERMINERS and index + 1 < last and words[index + 1] in persons:
        # Only worth the risk behind a negation, which must not reach the new subject's verb.
        denied = not _NEGATIONS.isdisjoint(words[max(0, index - 3) : index])
        return denied and previous not in _PREPOSITIONS and words[index + 2] in _AFTER_SUBJECT
    return False
