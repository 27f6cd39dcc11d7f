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
    """Tell what the words before a place make of it."""
    before = _words_before(mention, tokens, cues)
    if before and before[0] in cues.negations:
        return Role.OTHER
    verb = _verb_role(before, cues)
    past = any(word in cues.past for word in before[:_NEAR])
    if verb is Role.LEFT:
        return verb
    if verb in {Role.NOW, Role.PLACED, Role.HOME} and not _is_others(before, cues):
        return Role.OTHER if past and verb is Role.HOME else verb
    if past or _is_others(before, cues):
        return Role.OTHER
    if verb is not None:
        return verb
    if any(word in cues.work for word in before):
        return Role.WORK
    return Role.SIGNED if mention.isolated else Role.PLAIN


def _words_before(mention: Mention, tokens: Tokens, cues: PlaceCues) -> list[str]:
    """Give the words of the clause before the place, nearest first."""
    words: list[str] = []
    at = mention.first
    while at > 0 and len(words) < _WINDOW and not tokens.broken(at):
        at -= 1
        if tokens.words[at] in cues.breaks:
            break
        words.append(tokens.words[at])
    return words


def _verb_role(before: Sequence[str], cues: PlaceCues) -> Role | None:
    """Tell what the nearest verb or noun of staying makes of the place."""
    of = bool(before) and before[0] in _OF
    for at, word in enumerate(before[:_NEAR]):
        if word in cues.left and at and before[at - 1] in _OF:
            return Role.LEFT
        if word in cues.now:
            return Role.HOME if of and word not in cues.institutions else Role.NOW
        if word in cues.placed:
            gone = any(each in cues.left for each in before[at + 1 : at + 4])
            return Role.LEFT if gone else Role.PLACED
        if word in cues.home:
            return Role.HOME
        if word in cues.going:
            return Role.GOING
    return None


def _is_others(before: Sequence[str], cues: PlaceCues) -> bool:
    """Tell whether the place belongs to somebody else: « un mec de Lens », « mon père vit à »."""
    for word in before:
        if word in cues.persons:
            return False
        if word in cues.others:
            return True
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
