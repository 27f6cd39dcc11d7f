"""Decide what the text does with what it mentions: assert, deny, suppose, tell as past, or jest."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from triage.context import Context
from triage.cues import Hit
from triage.rulefiles import Cue
from triage.vocabulary import FindingStatus, Indicator
from triage.wordsets import word_set

# « pas » and its kind deny what follows, and the verb just before; the others what follows only.
_BOTH_WAYS: Final = frozenset(
    {"pas", "plus", "jamais", "rien", "guere", "not", "never", "nu", "no"}
)
_REACH_BOTH_WAYS: Final = 5
_REACH_FORWARD: Final = 9
_BEHIND: Final = 4
_TURNED_PAST: Final[Mapping[Indicator, Indicator]] = {
    Indicator.PROSTITUTION_CURRENT: Indicator.PROSTITUTION_PAST,
    Indicator.MISSING: Indicator.RUNAWAY_PAST,
}
_NOW_ONLY: Final = frozenset(
    {Indicator.CONFINEMENT, Indicator.IMMEDIATE_DANGER, Indicator.MEDICAL_EMERGENCY}
)
_TIMELESS: Final = frozenset(
    {
        Indicator.PROSTITUTION_PAST,
        Indicator.RUNAWAY_PAST,
        Indicator.UNDER_13,
        Indicator.UNDER_15,
        Indicator.MINOR,
        Indicator.IN_CARE,
        Indicator.DISABILITY,
        Indicator.PROTECTIVE_ADULT,
        Indicator.BEHAVIOUR_CHANGE,
        Indicator.SCHOOL_DROPOUT,
        Indicator.PREGNANCY,
        Indicator.HEALTH_NEED,
        Indicator.MISSING,
    }
)
_CAN_BE_OVER: Final = frozenset(
    {
        Indicator.PROSTITUTION_CURRENT,
        Indicator.PIMPING,
        Indicator.ONLINE_EXPLOITATION,
        Indicator.HOTEL,
        Indicator.CONTROL,
        Indicator.DEBT,
        Indicator.PHYSICAL_VIOLENCE,
        Indicator.RECRUITMENT,
        Indicator.SUBSTANCE_USE,
        Indicator.THREATS,
    }
)
_NEARLY_PRESUPPOSED: Final = frozenset(
    {
        Indicator.IN_CARE, Indicator.DISABILITY, Indicator.UNDER_13, Indicator.UNDER_15,
        Indicator.MINOR, Indicator.HOTEL, Indicator.PROTECTIVE_ADULT,
    }
)  # fmt: skip
_NO_IMPERFECT: Final = word_set(
    "jamais mais fait lait sait parfait plait connait parait refait effet satisfait retrait"
)
_ABOUT_AGE: Final = frozenset({Indicator.UNDER_13, Indicator.UNDER_15, Indicator.MINOR})


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit with what the text does with it."""

    hit: Hit
    cue: Cue
    code: Indicator | None
    status: FindingStatus
    reason: str = ""
    recent: bool = False

    @property
    def supports(self) -> bool:
        return self.status in {FindingStatus.ASSERTED, FindingStatus.PAST}


def judge(hit: Hit, cue: Cue, context: Context) -> Judged:
    """Return the hit with its status; the reason is in plain French."""
    code = cue.code
    for status, reason in _objections(hit, cue, context):
        return Judged(hit, cue, code, status, reason)
    if code in _TIMELESS and code is not Indicator.MISSING:
        return Judged(hit, cue, code, FindingStatus.ASSERTED)
    if cue.time == "now":
        return Judged(hit, cue, code, FindingStatus.ASSERTED)
    if code is Indicator.MISSING:
        if _is_back(hit, context):
            return Judged(
                hit, cue, Indicator.RUNAWAY_PAST, FindingStatus.PAST, "la personne est revenue"
            )
        return Judged(hit, cue, code, FindingStatus.ASSERTED)
    if _is_past(hit, context) or (code in _CAN_BE_OVER and _is_over(hit, context)):
        turned = cue.past_code or (_TURNED_PAST.get(code, code) if code else None)
        return Judged(hit, cue, turned, FindingStatus.PAST, "raconté comme passé")
    recent = cue.time != "planned" and _is_recent(hit, context)
    if recent and code in _NOW_ONLY:
        return Judged(hit, cue, code, FindingStatus.PAST, "récent, et non en cours", recent=True)
    return Judged(hit, cue, code, FindingStatus.ASSERTED, recent=recent)


def _objections(hit: Hit, cue: Cue, context: Context) -> Iterator[tuple[FindingStatus, str]]:
    if _touches(hit, context.covered["idiom"]):
        yield FindingStatus.SET_ASIDE, "expression courante"
    denial = None if cue.code in _ABOUT_AGE else _denied(hit, cue, context)
    if denial is not None:
        yield denial
    if context.clauses.sentence[hit.start] in context.fictional:
        yield FindingStatus.SET_ASIDE, "fiction, travail scolaire, presse ou propos général"
    if context.last_joke >= hit.start or hit.start < context.taken_back:
        yield FindingStatus.SET_ASIDE, "démenti ou plaisanterie dite comme telle"
    if cue.code not in _ABOUT_AGE and _supposed(hit, cue, context):
        yield FindingStatus.HYPOTHETICAL, "hypothèse ou question générale"


def _touches(hit: Hit, covered: Set[int]) -> bool:
    return bool(covered) and not covered.isdisjoint(range(hit.start, hit.end))


def _denied(hit: Hit, cue: Cue, context: Context) -> tuple[FindingStatus, str] | None:
    for place in _negators_near(hit, context):
        if _denies(place, hit, cue, context):
            if context.words[place] == "plus":
                return FindingStatus.PAST, "dit comme terminé"
            return FindingStatus.NEGATED, "nié"
    if _touches(hit, context.covered["refuted"]):
        return FindingStatus.NEGATED, "nié"
    return None


def _negators_near(hit: Hit, context: Context) -> Iterator[int]:
    """The negations in the clauses of a hit, and just behind it."""
    first = context.clauses.starts[context.clauses.clause[hit.start]]
    index = bisect_left(context.negators, first)
    while index < len(context.negators) and context.negators[index] < hit.end + _BEHIND:
        yield context.negators[index]
        index += 1


def _denies(place: int, hit: Hit, cue: Cue, context: Context) -> bool:
    clause_of, places = context.clauses.clause, context.clauses.places
    both_ways = context.words[place] in _BOTH_WAYS
    firm = cue.firm or hit.denies
    if place >= hit.end:
        near = places[place] == places[hit.end]
        return both_ways and near and clause_of[place] == clause_of[hit.end - 1]
    if place >= hit.start:
        return not firm and clause_of[place] == clause_of[hit.end - 1]
    if (firm and both_ways) or clause_of[place] != clause_of[hit.start]:
        return False
    reach = _REACH_BOTH_WAYS if both_ways else _REACH_FORWARD
    if cue.code is None or cue.code in _NEARLY_PRESUPPOSED:
        reach = 0 if cue.code is None else 1
    return places[hit.start] - places[place + 1] <= reach


def _supposed(hit: Hit, cue: Cue, context: Context) -> bool:
    clause = context.clauses.clause[hit.start]
    sentence_of = context.clauses.sentence
    for marker in context.supposing.get(clause, ()):
        if marker.start < hit.start and not (cue.firm and marker.end - marker.start == 1):
            return True
    # « si un jour ma nièce » : a longer marker may be cut off from its verb by a new subject.
    return any(
        marker.end - marker.start > 1
        and marker.start < hit.start
        and sentence_of[marker.start] == sentence_of[hit.start]
        for marker in context.supposing.get(clause - 1, ())
    )


def _is_past(hit: Hit, context: Context) -> bool:
    if _marked(hit, context, "now") or _marked(hit, context, "recent"):
        return False
    here = context.clauses.sentence[hit.start]
    told_past = context.in_sentence["past"]
    if _in_imperfect(hit, context) and (here in told_past or here - 1 in told_past):
        return True
    return here in told_past and _marked(hit, context, "past", around=1)


def _in_imperfect(hit: Hit, context: Context) -> bool:
    return any(
        word.endswith(("ais", "ait", "aient")) and word not in _NO_IMPERFECT
        for word in context.words[hit.start : hit.end]
    )


def _marked(hit: Hit, context: Context, kind: str, *, around: int = 0) -> bool:
    """Whether a marker stands in the clauses of a hit, or up to `around` clauses beside them."""
    marked = context.in_clause[kind]
    if not marked:
        return False
    clause_of = context.clauses.clause
    first, last = clause_of[hit.start] - around, clause_of[hit.end - 1] + around
    return not marked.isdisjoint(range(first, last + 1))


def _is_over(hit: Hit, context: Context) -> bool:
    over, here = context.in_sentence["over"], context.clauses.sentence[hit.start]
    return here in over or here + 1 in over


def _is_recent(hit: Hit, context: Context) -> bool:
    return _marked(hit, context, "recent") and not _marked(hit, context, "now")


def _is_back(hit: Hit, context: Context) -> bool:
    return context.last_return > hit.start
