"""Assess a text: read it, find what it says, weigh it, and explain the answer."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from triage.assessment import Assessment, PlaceMention, Places
from triage.clauses import Clauses, cut
from triage.context import context_of
from triage.cues import Hit, find_hits
from triage.explain import Grounds, explain
from triage.findings import place_of, settle
from triage.levels import Gate, facts_of
from triage.normalise import Words, read
from triage.qualifiers import Judged, judge
from triage.rulebook import Rulebook
from triage.understood import is_unreadable
from triage.vocabulary import UNKNOWN_TERRITORY, Indicator, Level, Territory
from triage.weighing import ABOVE_LOW, HEAD_OF, Weighed, level_of, weigh

# From here on a fact that a rule found and that the words around it bear out stands by itself.
_SURE: Final = 0.75
_NOWHERE: Final[Set[int]] = frozenset()


def assess(text: str, rulebook: Rulebook, *, known: Iterable[Indicator] = ()) -> Assessment:
    """Say how soon a person must read a text, where it belongs and why.

    `known` are the codes of earlier messages of the conversation and of an age that was stated:
    they count as evidence and never lower the level. Never raises, whatever the text.
    """
    words, clauses, judged = judge_text(text, rulebook)
    weighed = weigh(words.words, clauses, judged, rulebook.weights, rulebook.classes_of_words)
    settled, findings = settle(judged, weighed, words, rulebook.weights)
    said = frozenset(finding.indicator for finding in findings if finding.supports)
    known = frozenset(known)
    unreadable = is_unreadable(words, rulebook, found_something=bool(said))
    likely = _with_known(weighed.likely(), known)
    sure = [item for item in settled if item.code and likely[HEAD_OF[item.code]] >= _SURE]
    floor = max((rulebook.levels.own_level(item) for item in sure), key=_rank, default=Level.LOW)
    rated = _rate(likely, facts_of(said | known, settled), rulebook, unreadable=unreadable)
    rated = replace(rated, level=max(floor, rated.level, key=_rank))
    deciding, without = None, Level.LOW
    if rated.level is not Level.LOW and weighed.pieces:
        piece = weighed.speaks_most(ABOVE_LOW.index(rated.level))
        deciding = place_of(words, weighed.pieces[piece].start, weighed.pieces[piece].end)
        without = _level_without(piece, weighed, known, rulebook, unreadable=unreadable)
    grounds = Grounds(
        rated.level, said, known - said, likely, rated.gates, unreadable, _lower(without, rated.level)
    )
    territory, mentions = _located(text, rulebook.places)
    return Assessment(
        level=rated.level,
        territory=territory,
        findings=findings,
        places=mentions,
        because=explain(grounds, settled, rulebook.levels, rulebook.weights),
        rules_version=rulebook.version,
        deciding=deciding,
    )


@dataclass(frozen=True, slots=True)
class _Rated:
    level: Level
    gates: Sequence[Gate]


def _with_known(likely: list[float], known: Iterable[Indicator]) -> list[float]:
    """What was said earlier is as good as certain."""
    for code in known:
        likely[HEAD_OF[code]] = 1.0
    return likely


def _rate(
    likely: Sequence[float], facts: Set[str], rulebook: Rulebook, *, unreadable: bool
) -> _Rated:
    """The highest of what the weights, the gates and an unreadable text ask for."""
    gates = rulebook.levels.opened(facts)
    level = level_of(likely, rulebook.weights)
    asked = [level, *(gate.level for gate in gates), *([Level.MODERATE] if unreadable else [])]
    return _Rated(max(asked, key=_rank), gates)


def _level_without(
    piece: int, weighed: Weighed, known: Set[Indicator], rulebook: Rulebook, *, unreadable: bool
) -> Level:
    """The level if the sentence that weighs most were not there."""
    likely = _with_known(weighed.likely(without=piece), known)
    limits = rulebook.weights.limits
    facts = {code.value for code in Indicator if likely[HEAD_OF[code]] >= limits[code]}
    return _rate(likely, facts, rulebook, unreadable=unreadable).level


def _lower(one: Level, other: Level) -> Level:
    return min(one, other, key=_rank)


def _rank(level: Level) -> int:
    return level.rank


def _located(text: str, places: Places | None) -> tuple[Territory, tuple[PlaceMention, ...]]:
    return (UNKNOWN_TERRITORY, ()) if places is None else places.locate(text)


def judge_text(text: str, rulebook: Rulebook) -> tuple[Words, Clauses, list[Judged]]:
    """The words of a text, its clauses, and what the rules alone make of it."""
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
