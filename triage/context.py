"""The markers of a text, filed by where they stand, so that each cue is judged in constant time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from triage.clauses import Clauses
from triage.cues import Hit
from triage.wordsets import word_set

_REAL_PEOPLE: Final = word_set("je me ma mon mes moi notre nos nous")
_AFTER_DENYING_PLUS: Final = word_set("de rien personne jamais du aucun aucune nulle depuis")
_BEFORE_OTHER_PLUS: Final = word_set("de en non le la les encore un moi")
_WINDOW: Final = 5


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the cues of a text.

    `in_clause[kind]` are the clauses that hold a marker, `in_sentence[kind]` the sentences.
    `covered[kind]` are the words that lie within markers of idioms and denials.
    """

    words: Sequence[str]
    clauses: Clauses
    negators: Sequence[int]
    in_clause: Mapping[str, Set[int]]
    in_sentence: Mapping[str, Set[int]]
    covered: Mapping[str, Set[int]]
    supposing: Mapping[int, Sequence[Hit]]
    fictional: Set[int]
    last_joke: int
    taken_back: int
    last_return: int


def context_of(
    words: Sequence[str], clauses: Clauses, markers: Iterable[tuple[str, Hit]]
) -> Context:
    """File the markers of a text."""
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for kind, hit in markers:
        by_kind[kind].append(hit)
    negators = _negators(words, clauses, by_kind)
    supposing: dict[int, list[Hit]] = defaultdict(list)
    for hit in by_kind["hypothesis"]:
        supposing[clauses.clause[hit.end - 1]].append(hit)
    return Context(
        words=words,
        clauses=clauses,
        negators=negators,
        in_clause=_numbers(by_kind, clauses.clause, ("past", "recent", "now")),
        in_sentence=_numbers(by_kind, clauses.sentence, ("past", "over")),
        covered={kind: _covered(by_kind[kind]) for kind in ("idiom", "refuted")},
        supposing=supposing,
        fictional=_fictional(words, clauses, by_kind),
        last_joke=max((hit.end for hit in by_kind["joke"] if _is_joke(hit, words)), default=-1),
        taken_back=_taken_back_until(words, by_kind["retraction"]),
        last_return=_last_return(by_kind["returned"], negators),
    )


def _numbers(
    by_kind: Mapping[str, Sequence[Hit]], numbers: Sequence[int], kinds: Iterable[str]
) -> dict[str, Set[int]]:
    return {kind: {numbers[hit.start] for hit in by_kind[kind]} for kind in kinds}


def _covered(hits: Iterable[Hit]) -> Set[int]:
    return {place for hit in hits for place in range(hit.start, hit.end)}


def _negators(
    words: Sequence[str], clauses: Clauses, by_kind: Mapping[str, Sequence[Hit]]
) -> list[int]:
    pseudo = _covered(by_kind["pseudo_negation"])
    found = {hit.end - 1 for hit in by_kind["negation"]} - pseudo
    return sorted(
        place for place in found if words[place] != "plus" or _plus_denies(place, words, clauses)
    )


def _plus_denies(place: int, words: Sequence[str], clauses: Clauses) -> bool:
    """« il ne me frappe plus » denies; « plus fort », « en plus », « plus que » do not."""
    clause = clauses.clause[place]
    for earlier in range(max(0, place - _WINDOW), place):
        if words[earlier] == "ne" and clauses.clause[earlier] == clause:
            return True
    if place and words[place - 1] in _BEFORE_OTHER_PLUS:
        return False
    if place + 1 == len(words) or clauses.clause[place + 1] != clause:
        return True
    return words[place + 1] in _AFTER_DENYING_PLUS


def _fictional(
    words: Sequence[str], clauses: Clauses, by_kind: Mapping[str, Sequence[Hit]]
) -> Set[int]:
    """The sentences that tell a story, a lesson or the news, and nobody's life.

    Once such a frame is set, later sentences belong to it as long as no real person appears.
    """
    if not by_kind["fiction"] or by_kind["real"]:
        return frozenset()
    framed = {clauses.sentence[hit.start] for hit in by_kind["fiction"]}
    real = {clauses.sentence[place] for place, word in enumerate(words) if word in _REAL_PEOPLE}
    first, last = min(framed), clauses.sentence[-1]
    return framed | {number for number in range(first + 1, last + 1) if number not in real}


def _is_joke(hit: Hit, words: Sequence[str]) -> bool:
    """« je rigole pas » is no joke."""
    return hit.end == len(words) or words[hit.end] not in {"pas", "plus", "jamais"}


def _taken_back_until(words: Sequence[str], retractions: Sequence[Hit]) -> int:
    """Up to which word a retraction reaches: all of the text, or to the « mais » behind it."""
    if not retractions:
        return -1
    end = retractions[-1].end
    for place in range(end, len(words)):
        if words[place] in {"mais", "sauf"}:
            return place
    return len(words)


def _last_return(returns: Iterable[Hit], negators: Sequence[int]) -> int:
    """Where the text last says that the person is back, and does not deny it."""
    last = -1
    for hit in returns:
        index = bisect_left(negators, hit.start - 2)
        if index == len(negators) or negators[index] >= hit.end:
            last = max(last, hit.end)
    return last
