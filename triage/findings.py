"""Settle which indicators a text asserts: where rules and weights agree, and where they do not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from triage.assessment import Finding
from triage.normalise import Words
from triage.qualifiers import Judged
from triage.vocabulary import FindingStatus, Indicator
from triage.weighing import HEAD_OF, Weighed, Weights, words_for

WEIGHED: Final = "weighed"
_OUTWEIGHED: Final = "l'ensemble du passage dit plutôt le contraire"
# Where every rule that saw it says that it is denied, supposed or in jest, weights alone must be
# surer than usual: they see words, and hardly see « pas ».
_SURE: Final = 0.85
# Ages have a form that rules know well: « il y a 14 ans » is none.
_BY_RULE: Final = frozenset({Indicator.UNDER_13, Indicator.UNDER_15, Indicator.MINOR})
# A rule's word stands where hardly anything beside it could speak against it.
_FEW_WORDS: Final = 12
_OF_FEW: Final = 0.2


def settle(
    judged: Iterable[Judged], weighed: Weighed, words: Words, weights: Weights
) -> tuple[list[Judged], tuple[Finding, ...]]:
    """Return what the rules found, as outweighed or not, and all findings in order of place."""
    by_code: dict[Indicator | None, list[Judged]] = defaultdict(list)
    for item in judged:
        by_code[item.code].append(item)
    settled = list(by_code.pop(None, ()))
    findings: list[Finding] = []
    likely = weighed.likely()
    for code in Indicator:
        items = by_code.get(code, [])
        supported = any(item.supports for item in items)
        limit = weights.limits[code]
        if not supported and (items or code in _BY_RULE):
            limit = _SURE
        elif supported and len(words.words) <= _FEW_WORDS:
            limit *= _OF_FEW
        if likely[HEAD_OF[code]] < limit:
            items = [_outweighed(item) if item.supports else item for item in items]
        elif not supported:
            findings.append(_by_weight(code, weighed, words, weights))
        settled += items
        findings += _by_rule(items, words)
    return settled, tuple(
        sorted(findings, key=lambda f: (f.start, f.end, f.indicator.value, f.rule))
    )


def _outweighed(item: Judged) -> Judged:
    return replace(item, status=FindingStatus.SET_ASIDE, reason=_OUTWEIGHED)


def _by_weight(code: Indicator, weighed: Weighed, words: Words, weights: Weights) -> Finding:
    first, last = words_for(weighed, HEAD_OF[code], weights)
    start, end = place_of(words, first, last)
    return Finding(code, start, end, FindingStatus.ASSERTED, WEIGHED)


def _by_rule(items: Sequence[Judged], words: Words) -> Iterator[Finding]:
    """One finding for each status: the first."""
    told: set[FindingStatus] = set()
    for item in items:
        if item.code is not None and item.status not in told:
            told.add(item.status)
            start, end = place_of(words, item.hit.start, item.hit.end)
            yield Finding(item.code, start, end, item.status, item.cue.id, item.reason)


def place_of(words: Words, first: int, last: int) -> tuple[int, int]:
    """Where the words from `first` to before `last` stand in the original text."""
    start, end = words.starts[first], words.ends[last - 1]
    return start, max(start, end)
