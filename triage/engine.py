"""Assess a text: read it, find what it says, weigh it, and explain the answer."""

from collections.abc import Iterable, Set
from dataclasses import replace
from typing import Final

from triage.assessment import Assessment, Finding, PlaceMention, Places
from triage.clauses import Clauses, cut
from triage.context import context_of
from triage.cues import Hit, find_hits
from triage.explain import explain
from triage.levels import Support, supports
from triage.normalise import Words, read
from triage.qualifiers import Judged, judge
from triage.rulebook import Rulebook
from triage.understood import is_unreadable
from triage.vocabulary import UNKNOWN_TERRITORY, FindingStatus, Indicator, Level, Territory

_NOWHERE: Final[Set[int]] = frozenset()
UNREADABLE: Final = (
    "Le texte n'a pas pu être lu (autre langue ou autre écriture) : une personne doit regarder."
)


def assess(text: str, rulebook: Rulebook, *, known: Iterable[Indicator] = ()) -> Assessment:
    """Say how soon a person must read a text, where it belongs and why.

    `known` are the codes of earlier messages of the conversation and of an age that was stated:
    they count as evidence and never lower the level. Never raises, whatever the text.
    """
    words = read(text, rulebook.speller)
    clauses = cut(words.words, rulebook.fillers, rulebook.persons)
    judged = _judged(words, clauses, rulebook)
    known_codes = frozenset(known)
    reasons = supports(judged, known_codes, frozenset(), rulebook.levels)
    if is_unreadable(
        words, rulebook, found_something=any(item.code and item.supports for item in judged)
    ):
        reasons.append(Support(Level.MODERATE, UNREADABLE))
    level = max((reason.level for reason in reasons), key=_rank, default=Level.LOW)
    territory, mentions = _located(text, rulebook.places)
    return Assessment(
        level=level,
        territory=territory,
        findings=_findings(judged, words),
        places=mentions,
        because=explain(level, reasons, judged, rulebook.levels),
        rules_version=rulebook.version,
    )


def _located(text: str, places: Places | None) -> tuple[Territory, tuple[PlaceMention, ...]]:
    return (UNKNOWN_TERRITORY, ()) if places is None else places.locate(text)


def _rank(level: Level) -> int:
    return level.rank


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


def _findings(judged: Iterable[Judged], words: Words) -> tuple[Finding, ...]:
    """One finding for each indicator and status: the first, and the longest at its place."""
    best: dict[tuple[Indicator, FindingStatus], Finding] = {}
    for item in judged:
        if item.code is None:
            continue
        start, end = words.starts[item.hit.start], words.ends[item.hit.end - 1]
        finding = Finding(item.code, start, max(start, end), item.status, item.cue.id, item.reason)
        best.setdefault((item.code, item.status), finding)
    return tuple(sorted(best.values(), key=lambda f: (f.start, f.end, f.indicator.value, f.rule)))
