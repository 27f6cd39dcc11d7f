"""Decide from the places of a text whose team it is: where the person is wins over the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from triage.place_cues import PlaceCues
from triage.place_evidence import Mention
from triage.place_lexicon import Place
from triage.place_tokens import Tokens
from triage.vocabulary import OUTSIDE_TERRITORY, UNKNOWN_TERRITORY, Territory

_WINDOW: Final = 12
_NEAR: Final = 6
_AFTER: Final = 5
_IN_A_COUNTRY: Final = frozenset({"en", "au", "aux", "a", "in"})
_SEVERAL: Final = frozenset("des les ces ses mes deux trois 2 3 4 avec vieux plusieurs".split())  # noqa: SIM905
_WITH: Final = frozenset({"chez", "avec", "a", "par", "che"})
_OF: Final = frozenset({"de", "d", "du", "des"})


class Role(IntEnum):
    """What a place is to the person concerned; the greatest wins."""

    ORIGIN = 0
    OTHER = 1
    WORK = 2
    GOING = 3
    PLAIN = 4
    LEFT = 5
    SIGNED = 6
    HOME = 7
    PLACED = 8
    NOW = 9


@dataclass(frozen=True, slots=True)
class RoledPlace:
    territory: Territory
    role: Role


def role_of(mention: Mention, tokens: Tokens, cues: PlaceCues) -> Role:
    """Tell what the words around a place make of it."""
    before, together = _words_before(mention, tokens, cues)
    if _is_denied(before, cues):
        return Role.OTHER
    if mention.place.country and (not before or before[0] not in _IN_A_COUNTRY):
        return Role.ORIGIN
    verb = _verb_role(before, cues)
    others = _is_others(before[: together if verb else _WINDOW], cues)
    past = any(word in cues.past for word in before[: min(_NEAR, together)])
    if verb is Role.NOW and not others:
        return Role.OTHER if _over_after(mention, tokens, cues) else verb
    if verb is Role.LEFT and not others:
        return verb
    if past or others:
        return Role.OTHER
    if verb is not None:
        return verb
    if any(word in cues.work for word in before):
        return Role.WORK
    return Role.SIGNED if mention.isolated else Role.PLAIN


def _words_before(mention: Mention, tokens: Tokens, cues: PlaceCues) -> tuple[list[str], int]:
    """Give the words of the clause before the place, nearest first, and how many no comma parts."""
    words: list[str] = []
    together = 0
    at = mention.first
    while at > 0 and len(words) < _WINDOW and not tokens.broken(at):
        if not together and tokens.paused(at) and words:
            together = len(words)
        at -= 1
        if tokens.words[at] in cues.breaks:
            break
        words.append(tokens.words[at])
    return words, together or len(words)


def _over_after(mention: Mention, tokens: Tokens, cues: PlaceCues) -> bool:
    """Tell whether « le week-end dernier » follows: then the person is there no more."""
    following: list[str] = []
    for at in range(mention.last + 1, min(mention.last + 1 + _AFTER, len(tokens.words))):
        if tokens.paused(at):
            break
        following.append(tokens.words[at])
    return "depuis" not in following and any(word in cues.over for word in following)


def _verb_role(before: Sequence[str], cues: PlaceCues) -> Role | None:
    """Tell what the nearest verb or noun of staying makes of the place."""
    of = bool(before) and before[0] in _OF
    for at, word in enumerate(before[:_NEAR]):
        if word in cues.left and at and before[at - 1] in _OF:
            return Role.LEFT
        if word in cues.professions:
            return Role.WORK
        if word in cues.now:
            return Role.HOME if of and at == 1 else _usual_or_now(before, cues)
        if word in cues.placed:
            gone = any(each in cues.left for each in before[at + 1 : at + 4])
            return Role.LEFT if gone else Role.PLACED
        if word in cues.home:
            return Role.HOME
        if word in cues.going:
            return Role.GOING
    return None


def _is_denied(before: Sequence[str], cues: PlaceCues) -> bool:
    """Tell « pas Lille » and « pas de Lille » from Lille."""
    if not before:
        return False
    linked = before[0] in cues.prepositions or before[0] in _OF
    return before[0] in cues.negations or (linked and not cues.negations.isdisjoint(before[1:2]))


def _usual_or_now(before: Sequence[str], cues: PlaceCues) -> Role:
    """Tell « fugue souvent à » from « en fugue à »."""
    usual = any(word in cues.usual for word in before[:_NEAR])
    return Role.GOING if usual else Role.NOW


def _is_others(before: Sequence[str], cues: PlaceCues) -> bool:
    """Tell whether the place belongs to somebody else: « un mec de Lens », « mon père vit à ».

    « Chez sa tante à » is where the person is.
    """
    for at, word in enumerate(before):
        if word in cues.persons:
            return False
        if word == "mecs" and not _SEVERAL.intersection(before[at + 1 : at + 2]):
            continue  # « MECS de Bailleul » is a children's home, « des mecs de Bailleul » are men
        if word in cues.others:
            with_them = any(each in _WITH for each in before[at + 1 : at + 3])
            return before[0] in _OF or not with_them
    return False


def settled(place: Place, mentions: Sequence[Mention]) -> Territory:
    """Give the place's team; one shared by several is settled by the other places named."""
    if len(place.territories) == 1:
        return place.territories[0]
    others = {each.place.territories[0] for each in mentions if len(each.place.territories) == 1}
    common = others & set(place.territories)
    return common.pop() if len(common) == 1 else UNKNOWN_TERRITORY


def territory_of(places: Sequence[RoledPlace]) -> Territory:
    """Weigh the places of a text.

    A person of the département who is outside just now stays with their home team: outside is
    said only where no place here is theirs.
    """
    here = [each for each in places if each.territory not in {OUTSIDE_TERRITORY, UNKNOWN_TERRITORY}]
    outside = max(
        (each.role for each in places if each.territory == OUTSIDE_TERRITORY), default=None
    )
    if not here:
        return OUTSIDE_TERRITORY if outside else UNKNOWN_TERRITORY
    best = max(each.role for each in here)
    if outside is not None and _is_theirs(outside) and not _outweighs(best, outside):
        return OUTSIDE_TERRITORY
    among = [each.territory for each in here if each.role == best]
    return among[-1] if best in {Role.NOW, Role.HOME} else among[0]


def _is_theirs(role: Role) -> bool:
    return role >= Role.PLAIN


def _outweighs(here: Role, outside: Role) -> bool:
    if outside is Role.HOME:
        return here >= Role.SIGNED
    if outside is Role.NOW:
        return here >= Role.PLAIN or here is Role.WORK
    return here >= Role.WORK
