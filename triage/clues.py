"""Clues: the words, pairs of words, word classes and rule hits that speak for a reading.

One clue says little; together, with the weights learned from labelled examples (`weighing`), they
recognise a situation that is told without any of its usual words.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from triage.clauses import Clauses
from triage.qualifiers import Judged
from triage.wordsets import word_set

_MARKS: Final = frozenset(",;:-.?!\n€%")
_SUBJECTS: Final = word_set("je tu il elle on nous vous ils elles")
# Between a subject and its verb: what does not say what is done.
_BETWEEN: Final = word_set(
    "me te se le la les lui leur ne y en a ai as ont est sont suis etait ete avoir etre "
    "aussi bien meme plus tres trop tout tous"
)
# Laughter says nothing: distress is often masked by it.
_LAUGHTER: Final = word_set("mdr mdrr ptdr lol xd haha hahaha jpp 😂 🤣 😅 😭 😆 😹 💀")
_ROOT: Final = 6
_VERB_WITHIN: Final = 6
_TOPIC: Final = "<topic-"
_OFTEN: Final = 3
LONGEST_PIECE: Final = 30
LONGEST_PASSAGE: Final = 60
# Numbers speak by their size: ages, sums, everything else.
_SIZES: Final = ((2, "#0"), (12, "#child"), (14, "#13-14"), (17, "#15-17"), (99, "#grown"))
_LONGEST_NUMBER: Final = 9
_DEPTHS: Final = ((30, "@start"), (60, "@60"), (120, "@120"))

Clue = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of a long one: the words from `start` to before `end`."""

    start: int
    end: int


def pieces_of(words: Sequence[str], clauses: Clauses) -> list[Piece]:
    """Cut a text into sentences, and sentences that are too long at the clause before the limit."""
    pieces: list[Piece] = []
    start, count = 0, len(words)
    while start < count:
        end = start + 1
        while end < count and clauses.sentence[end] == clauses.sentence[start]:
            if end - start >= LONGEST_PIECE:
                break
            end += 1
        if end < count and clauses.sentence[end] == clauses.sentence[end - 1]:
            end = _clause_before(start, end, clauses)
        if any(word not in _MARKS for word in words[start:end]):
            pieces.append(Piece(start, end))
        start = end
    return pieces


def _clause_before(start: int, end: int, clauses: Clauses) -> int:
    for place in range(end, start + LONGEST_PIECE // 2, -1):
        if clauses.clause[place] != clauses.clause[place - 1]:
            return place
    return end


def passages_of(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Each piece alone, and with what stands before it, as numbers of first and last piece.

    A passage reaches back as far as its limit allows, so that « il a 40 ans » stands beside what
    he does; and never forward, so that a sentence more never takes a passage away. Each piece alone
    too, so that nothing said before a plain danger weakens it.
    """
    passages: list[tuple[int, int]] = []
    first = 0
    for last, piece in enumerate(pieces):
        while first < last and piece.end - pieces[first].start > LONGEST_PASSAGE:
            first += 1
        passages.append((first, last))
        if first < last:
            passages.append((last, last))
    return passages


def place_clue(words_before: int) -> str:
    """How far into a text a passage stands: of a long letter, few passages say anything."""
    return next((name for limit, name in _DEPTHS if words_before <= limit), "@far")


def is_setting(clue: str) -> bool:
    """Whether a clue is about where a passage stands, and in what text."""
    return clue.startswith(("@", "~"))


def topic_clues(
    words: Sequence[str], pieces: Sequence[Piece], classes_of: Mapping[str, Sequence[str]]
) -> list[list[str]]:
    """For each piece what the text is about so far: a blow in a game is none in a bedroom.

    What comes later says nothing about it, so that a sentence more never lowers a level.
    """
    seen: set[str] = set()
    met: Counter[str] = Counter()
    found: list[list[str]] = []
    for piece in pieces:
        for word in set(words[piece.start : piece.end]) - seen:
            seen.add(word)
            met.update(name for name in classes_of.get(word, ()) if name.startswith(_TOPIC))
        found.append([f"~{name}{'+' if count >= _OFTEN else ''}" for name, count in met.items()])
    return found


def word_clues(
    words: Sequence[str], piece: Piece, classes_of: Mapping[str, Sequence[str]]
) -> Iterator[Clue]:
    """The clues of the words of a piece, with the words that each stands for; some come twice."""
    before = root_before = ""
    for place in range(piece.start, piece.end):
        word = words[place]
        if word in _LAUGHTER:
            continue
        if word in _MARKS:
            before = root_before = ""
            continue
        spoken = _size(word) if word.isdecimal() else word
        root = spoken[:_ROOT]
        yield spoken, place, place + 1
        if root != spoken:
            yield root + "-", place, place + 1
        if before:
            yield f"{before} {spoken}", place - 1, place + 1
            if root != spoken or root_before != before:
                yield f"{root_before} {root}-", place - 1, place + 1
        before, root_before = spoken, root
        for name in classes_of.get(word, ()):
            yield name, place, place + 1
    yield from _deeds(words, piece)


def _deeds(words: Sequence[str], piece: Piece) -> Iterator[Clue]:
    """Who does what: a subject and the verb behind it."""
    for place in range(piece.start, piece.end):
        if words[place] in _SUBJECTS:
            verb = _verb_after(words, place, piece.end)
            if verb is not None:
                yield f"{words[place]}>{words[verb][:_ROOT]}", place, verb + 1


def _size(digits: str) -> str:
    value = int(digits) if len(digits) <= _LONGEST_NUMBER else 10**9
    return next((name for limit, name in _SIZES if value <= limit), "#many")


def _verb_after(words: Sequence[str], place: int, end: int) -> int | None:
    for after in range(place + 1, min(end, place + _VERB_WITHIN)):
        if words[after] in _MARKS:
            return None
        if words[after] not in _BETWEEN:
            return after
    return None


def rule_clues(judged: Iterable[Judged], pieces: Sequence[Piece]) -> list[list[Clue]]:
    """For each piece the rules that hit in it, with what the text does with the fact."""
    found: list[list[Clue]] = [[] for _ in pieces]
    ends = [piece.end for piece in pieces]
    for item in judged:
        place = item.hit.start, item.hit.end
        clues = [(f"sign:{signal}", *place) for signal in item.cue.signals]
        if item.code is not None:
            told = item.status.value + (":recent" if item.recent else "")
            clues.append((f"rule:{item.cue.id}:{told}", *place))
            clues.append((f"code:{item.code.value}:{told}", *place))
        number = bisect_right(ends, item.hit.start)
        while number < len(pieces) and pieces[number].start < item.hit.end:
            found[number] += clues
            number += 1
    return found
