"""Assess a text: read it, find what it says, weigh it, and explain the answer."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from triage.assessment import Assessment, PlaceMention, Places
from triage.clauses import Clauses, cut
from triage.context import context_of
from triage.cues import Hit, find_hits
from triage.explain import Grounds, explain
from triage.findings import place_of, settle
from triage.letters import read_letter
from triage.levels import facts_of
from triage.normalise import Words, read
from triage.qualifiers import Judged, judge
from triage.rulebook import Rulebook
from triage.signs import Plain
from triage.understood import is_unreadable
from triage.vocabulary import UNKNOWN_TERRITORY, Indicator, Level, Territory
from triage.weighing import ABOVE_LOW, HEAD_OF, HEADS, level_of, weigh

# From here on a fact that a rule found stands by itself.
_SURE: Final = 0.75
_NOWHERE: Final[Set[int]] = frozenset()
_NOTHING: Final[Set[Indicator]] = frozenset()


def assess(text: str, rulebook: Rulebook, *, known: Iterable[Indicator] = ()) -> Assessment:
    """Say how soon a person must read a text, where it belongs and why.

    `known` are the codes of earlier messages of the conversation and of an age that was stated:
    they count as evidence and never lower the level. Never raises, whatever the text.

    A quoted older mail counts with the sender's own words where it says something by itself: a
    mother may forward her daughter's message. Else it changes nothing.
    """
    letter = read_letter(text)
    own = _assess(letter.own, rulebook, frozenset(known))
    if letter.quoted is None or not _says_something(_assess(letter.quoted, rulebook, _NOTHING)):
        return own
    whole = _assess(letter.whole, rulebook, frozenset(known))
    if own.territory != UNKNOWN_TERRITORY:
        whole = replace(whole, territory=own.territory)
    return whole if whole.level.rank >= own.level.rank else own


def _says_something(quoted: Assessment) -> bool:
    return quoted.level is not Level.LOW or bool(quoted.indicators)


def _assess(text: Plain, rulebook: Rulebook, known: Set[Indicator]) -> Assessment:
    words, clauses, judged = _judge(text, rulebook)
    weighed = weigh(
        words.words,
        clauses,
        judged,
        rulebook.weights,
        rulebook.classes_of_words,
        complete=_complete_at(judged),
    )
    settled, findings = settle(judged, weighed, words, rulebook.weights)
    said = frozenset(finding.indicator for finding in findings if finding.supports)
    unreadable = is_unreadable(words, rulebook, found_something=bool(said))
    chances = _with_known(weighed.chances, known)
    asked = [_own_level(settled, weighed.likely(), rulebook)]
    asked += [Level.MODERATE] if unreadable else []
    gates = rulebook.levels.opened(facts_of(said | known, settled))
    level = _highest([level_of(chances, rulebook.weights), *(g.level for g in gates), *asked])
    deciding, without = None, Level.LOW
    if level is not Level.LOW and weighed.pieces:
        number = weighed.speaks_most(ABOVE_LOW.index(level))
        piece = weighed.pieces[number]
        deciding = place_of(words, piece.start, piece.end)
        left = _level_of_rest(_with_known(weighed.without(number), known), known, rulebook)
        without = min(level, _highest([left, *asked[1:]]), key=_rank)
    grounds = Grounds(level, said, known - said, weighed.likely(), gates, unreadable, without)
    territory, mentions = _located(text, rulebook.places)
    return Assessment(
        level=level,
        territory=territory,
        findings=findings,
        places=mentions,
        because=explain(grounds, settled, rulebook.levels, rulebook.weights),
        rules_version=rulebook.version,
        deciding=deciding,
    )


def _with_known(chances: NDArray[np.float64], known: Set[Indicator]) -> NDArray[np.float64]:
    """What was said earlier is as good as certain, whatever passage is looked at."""
    if not known:
        return chances
    chances = chances.copy() if len(chances) else np.zeros((1, len(HEADS)))
    chances[:, [HEAD_OF[code] for code in known]] = 1.0
    return chances


def _own_level(settled: Iterable[Judged], likely: Sequence[float], rulebook: Rulebook) -> Level:
    """The highest level of a fact that a rule found and that the words around it bear out."""
    sure = (item for item in settled if item.code and likely[HEAD_OF[item.code]] >= _SURE)
    return _highest(rulebook.levels.own_level(item) for item in sure)


def _level_of_rest(
    chances: NDArray[np.float64], known: Set[Indicator], rulebook: Rulebook
) -> Level:
    """The level if the sentence that weighs most were not there."""
    likely = chances.max(axis=0, initial=0.0)
    limits = rulebook.weights.limits
    said = {code for code in Indicator if likely[HEAD_OF[code]] >= limits[code]} | known
    gates = rulebook.levels.opened({code.value for code in said})
    return _highest([level_of(chances, rulebook.weights), *(gate.level for gate in gates)])


def _highest(levels: Iterable[Level]) -> Level:
    return max(levels, key=_rank, default=Level.LOW)


def _rank(level: Level) -> int:
    return level.rank


def _located(text: Plain, places: Places | None) -> tuple[Territory, tuple[PlaceMention, ...]]:
    if places is None:
        return UNKNOWN_TERRITORY, ()
    territory, found = places.locate(text.text)
    spans = [text.written(place.start, place.end) for place in found]
    return territory, tuple(
        replace(place, start=start, end=end)
        for place, (start, end) in zip(found, spans, strict=True)
    )


def judge_text(text: str, rulebook: Rulebook) -> tuple[Words, Clauses, list[Judged]]:
    """The words of a text, its clauses, and what the rules alone make of it."""
    return _judge(read_letter(text).whole, rulebook)


def _judge(text: Plain, rulebook: Rulebook) -> tuple[Words, Clauses, list[Judged]]:
    words = read(text, rulebook.speller)
    clauses = cut(words.words, rulebook.fillers, rulebook.persons)
    return words, clauses, _judged(words, clauses, rulebook)


def _judged(words: Words, clauses: Clauses, rulebook: Rulebook) -> list[Judged]:
    if not words.words:
        return []
    hits = find_hits(words.words, rulebook.classes, clauses, rulebook.by_anchor)
    count = len(rulebook.cues)
    cue_hits: list[Hit] = []
    excepted: dict[int, set[int]] = {}
    markers: list[tuple[str, Hit]] = []
    for hit in hits:
        if hit.owner < count:
            cue_hits.append(hit)
        elif hit.owner < 2 * count:
            excepted.setdefault(hit.owner - count, set()).update(range(hit.start, hit.end))
        else:
            markers.append((rulebook.markers[hit.owner - 2 * count].kind, hit))
    context = context_of(words.words, clauses, markers)
    judged = [
        judge(hit, rulebook.cues[hit.owner], context)
        for hit in cue_hits
        if excepted.get(hit.owner, _NOWHERE).isdisjoint(range(hit.start, hit.end))
    ]
    return _with_company(_with_companions(judged))


def _with_companions(judged: list[Judged]) -> list[Judged]:
    """A cue may carry further indicators: « il me prête à ses amis » is two facts at once."""
    return judged + [
        replace(item, code=code) for item in judged for code in item.cue.also if item.supports
    ]


def _with_company(judged: list[Judged]) -> list[Judged]:
    """Drop the cues that say nothing without others, where those others are missing."""
    while True:
        facts = _facts(judged)
        kept = [
            item
            for item in judged
            if (not item.cue.needed or item.cue.needed & _facts_without(item, judged, facts))
        ]
        if len(kept) == len(judged):
            return kept
        judged = kept


def _complete_at(judged: list[Judged]) -> list[int]:
    """For each cue the number of words by which the company that it needs has been said.

    What is said later must not weaken what stands before it: a passage knows of such a cue only
    where its company stands before the passage ends.
    """
    complete = [0] * len(judged)
    waiting = {number for number, item in enumerate(judged) if item.cue.needed}
    for end in sorted({item.hit.end for item in judged}) if waiting else ():
        there = {id(item) for item in _with_company([i for i in judged if i.hit.end <= end])}
        for number in [one for one in waiting if id(judged[one]) in there]:
            complete[number] = end
            waiting.discard(number)
    return complete


def _facts(judged: Iterable[Judged]) -> frozenset[str]:
    facts: set[str] = set()
    for item in judged:
        if item.supports or item.code is None:
            facts |= item.cue.signals
        if item.supports and item.code is not None:
            facts.add(item.code.value)
    return frozenset(facts)


def _facts_without(item: Judged, judged: list[Judged], facts: frozenset[str]) -> frozenset[str]:
    own = {item.code.value if item.code else ""} | item.cue.signals
    if not own & item.cue.needed:
        return facts
    return _facts(other for other in judged if other.cue is not item.cue)
