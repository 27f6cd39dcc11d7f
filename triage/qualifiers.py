"""Decide what the text does with what it mentions: assert, deny, suppose, tell as past, or jest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from triage.clauses import Clauses
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
_REACH_BACKWARD: Final = 1
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


@dataclass(frozen=True, slots=True)
class Context:
    """The markers of a text, by kind, and its words and clauses."""

    words: Sequence[str]
    clauses: Clauses
    markers: Mapping[str, Sequence[Hit]]
    negators: Sequence[int]


def context_of(
    words: Sequence[str], clauses: Clauses, markers: Iterable[tuple[str, Hit]]
) -> Context:
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for kind, hit in markers:
        by_kind[kind].append(hit)
    return Context(words, clauses, by_kind, _negators(words, clauses, by_kind))


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


def _objections(hit: Hit, cue: Cue, context: Context) -> Iterable[tuple[FindingStatus, str]]:
    if _within(hit, context.markers.get("idiom", ())):
        yield FindingStatus.SET_ASIDE, "expression courante"
    denial = None if cue.code in _ABOUT_AGE else _denied(hit, cue, context)
    if denial is not None:
        yield denial
    if _in_fiction(hit, context):
        yield FindingStatus.SET_ASIDE, "fiction, travail scolaire, presse ou propos général"
    if _taken_back(hit, context):
        yield FindingStatus.SET_ASIDE, "démenti ou plaisanterie dite comme telle"
    if cue.code not in _ABOUT_AGE and _supposed(hit, cue, context):
        yield FindingStatus.HYPOTHETICAL, "hypothèse ou question générale"


def _within(hit: Hit, markers: Iterable[Hit]) -> bool:
    return any(m.start < hit.end and hit.start < m.end for m in markers)


def _negators(
    words: Sequence[str], clauses: Clauses, markers: Mapping[str, Sequence[Hit]]
) -> list[int]:
    pseudo = {
        place for hit in markers.get("pseudo_negation", ()) for place in range(hit.start, hit.end)
    }
    found = {hit.end - 1 for hit in markers.get("negation", ())} - pseudo
    return sorted(
        place for place in found if words[place] != "plus" or _plus_denies(place, words, clauses)
    )


_AFTER_DENYING_PLUS: Final = frozenset(
    ["de", "rien", "personne", "jamais", "du", "aucun", "aucune", "nulle", "depuis"]
)


def _plus_denies(place: int, words: Sequence[str], clauses: Clauses) -> bool:
    """« il ne me frappe plus » denies; « plus fort », « en plus », « plus que » do not."""
    clause = clauses.clause[place]
    earlier = words[max(0, place - 5) : place]
    first = max(0, place - 5)
    if any(
        word == "ne" and clauses.clause[first + offset] == clause
        for offset, word in enumerate(earlier)
    ):
        return True
    if place and words[place - 1] in {"de", "en", "non", "le", "la", "les", "encore", "un", "moi"}:
        return False
    following = words[place + 1] if place + 1 < len(words) else ""
    if not following or clauses.clause[min(place + 1, len(words) - 1)] != clause:
        return True
    return following in _AFTER_DENYING_PLUS


_NEARLY_PRESUPPOSED: Final = frozenset(
    {
        Indicator.IN_CARE, Indicator.DISABILITY, Indicator.UNDER_13, Indicator.UNDER_15,
        Indicator.MINOR, Indicator.HOTEL, Indicator.PROTECTIVE_ADULT,
    }
)  # fmt: skip


def _denied(hit: Hit, cue: Cue, context: Context) -> tuple[FindingStatus, str] | None:
    clause_of, places, words = context.clauses.clause, context.clauses.places, context.words
    firm = cue.firm or hit.denies
    presupposed = cue.code is None or cue.code in _NEARLY_PRESUPPOSED
    for place in context.negators:
        both_ways = words[place] in _BOTH_WAYS
        if place >= hit.end:
            near = places[place] - places[hit.end] <= _REACH_BACKWARD - 1
            denies = both_ways and near and clause_of[place] == clause_of[hit.end - 1]
        elif place >= hit.start:
            denies = not firm and clause_of[place] == clause_of[hit.end - 1]
        else:
            reach = _REACH_BOTH_WAYS if both_ways else _REACH_FORWARD
            reach = 1 if presupposed else reach
            near = places[hit.start] - places[place + 1] <= reach
            denies = near and clause_of[place] == clause_of[hit.start]
            denies = denies and not (firm and both_ways)
        if denies:
            if words[place] == "plus":
                return FindingStatus.PAST, "dit comme terminé"
            return FindingStatus.NEGATED, "nié"
    if _within(hit, context.markers.get("refuted", ())):
        return FindingStatus.NEGATED, "nié"
    return None


def _in_fiction(hit: Hit, context: Context) -> bool:
    frames = context.markers.get("fiction", ())
    if not frames or context.markers.get("real"):
        return False
    sentence_of = context.clauses.sentence
    here = sentence_of[hit.start]
    if any(sentence_of[frame.start] == here for frame in frames):
        return True
    first = min(sentence_of[frame.start] for frame in frames)
    return here > first and not _speaks_of_real_people(here, context)


_REAL_PEOPLE: Final = frozenset(["je", "me", "ma", "mon", "mes", "moi", "notre", "nos", "nous"])


def _speaks_of_real_people(sentence: int, context: Context) -> bool:
    return any(
        number == sentence and word in _REAL_PEOPLE
        for word, number in zip(context.words, context.clauses.sentence, strict=True)
    )


def _taken_back(hit: Hit, context: Context) -> bool:
    if any(joke.end >= hit.start for joke in context.markers.get("joke", ())):
        return True
    return bool(context.markers.get("retraction"))


def _supposed(hit: Hit, cue: Cue, context: Context) -> bool:
    clause_of, sentence_of = context.clauses.clause, context.clauses.sentence
    for marker in context.markers.get("hypothesis", ()):
        if marker.start >= hit.start or (cue.firm and marker.end - marker.start == 1):
            continue
        last = marker.end - 1
        if clause_of[last] == clause_of[hit.start]:
            return True
        # « si un jour ma nièce » : the marker's clause may be cut by its own subject.
        if sentence_of[last] == sentence_of[hit.start] and (
            clause_of[hit.start] - clause_of[last] == 1 and marker.end - marker.start > 1
        ):
            return True
    return False


def _is_past(hit: Hit, context: Context) -> bool:
    clause_of, sentence_of = context.clauses.clause, context.clauses.sentence
    first, last = clause_of[hit.start], clause_of[hit.end - 1]
    if _marked_in_clause(hit, context, "now") or _marked_in_clause(hit, context, "recent"):
        return False
    here = sentence_of[hit.start]
    told_as_lasting = _in_imperfect(hit, context)
    for marker in context.markers.get("past", ()):
        if told_as_lasting and 0 <= here - sentence_of[marker.start] <= 1:
            return True
        near = first - 1 <= clause_of[marker.start] <= last + 1
        if near and sentence_of[marker.start] == here:
            return True
    return False


_NO_IMPERFECT: Final = word_set(
    "jamais mais fait lait sait parfait plait connait parait refait effet satisfait retrait"
)


def _in_imperfect(hit: Hit, context: Context) -> bool:
    return any(
        word.endswith(("ais", "ait", "aient")) and word not in _NO_IMPERFECT
        for word in context.words[hit.start : hit.end]
    )


def _marked_in_clause(hit: Hit, context: Context, kind: str) -> bool:
    clause_of = context.clauses.clause
    first, last = clause_of[hit.start], clause_of[hit.end - 1]
    return any(first <= clause_of[marker.start] <= last for marker in context.markers.get(kind, ()))


def _is_over(hit: Hit, context: Context) -> bool:
    sentence_of = context.clauses.sentence
    here = sentence_of[hit.start]
    return any(
        0 <= sentence_of[marker.start] - here <= 1 for marker in context.markers.get("over", ())
    )


def _is_recent(hit: Hit, context: Context) -> bool:
    return _marked_in_clause(hit, context, "recent") and not _marked_in_clause(hit, context, "now")


def _is_back(hit: Hit, context: Context) -> bool:
    return any(
        marker.end > hit.start and not _holds_negation(marker, context)
        for marker in context.markers.get("returned", ())
    )


def _holds_negation(marker: Hit, context: Context) -> bool:
    return any(marker.start - 2 <= place < marker.end for place in context.negators)
