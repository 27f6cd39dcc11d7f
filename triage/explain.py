"""Explain a level to staff in plain French, without repeating a word of the text."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final

from triage.levels import Gate, LevelRules
from triage.qualifiers import Judged
from triage.vocabulary import FindingStatus, Indicator, Level
from triage.weighing import HEAD_OF, Weights

_FRENCH: Final = {
    Level.CRITICAL: "critique",
    Level.HIGH: "élevé",
    Level.MODERATE: "modéré",
    Level.LOW: "bas",
}
_MOST_REASONS: Final = 6
UNREADABLE: Final = (
    "Le texte n'a pas pu être lu (autre langue ou autre écriture) : une personne doit regarder."
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a level rests on. `without` is the level if its weightiest sentence were not there."""

    level: Level
    said: Set[Indicator]
    known: Set[Indicator]
    likely: Sequence[float]
    gates: Sequence[Gate]
    unreadable: bool
    without: Level


def explain(
    grounds: Grounds, judged: Iterable[Judged], rules: LevelRules, weights: Weights
) -> tuple[str, ...]:
    """Say what supports the level, what was set aside and why, and what would change it."""
    aside = _set_aside(judged, grounds.said, rules)
    if grounds.level is Level.LOW:
        noted = [f"Noté : {rules.codes[code].label}." for code in _ordered(grounds.said)]
        return ("Niveau bas : aucun signe de danger n'est affirmé.", *noted, *aside)
    supporting, others = _shared_out(grounds, weights)
    name = _FRENCH[grounds.level]
    reasons = [gate.why for gate in grounds.gates if gate.level is grounds.level]
    reasons += [rules.codes[code].label for code in supporting]
    sentences = [f"Niveau {name} : {reason}." for reason in reasons[:_MOST_REASONS]]
    if grounds.unreadable:
        sentences.append(UNREADABLE)
    elif not sentences:
        sentences.append(
            f"Niveau {name} : un passage ressemble à des messages de ce niveau, sans qu'un fait "
            "précis ait été reconnu."
        )
    sentences += [f"Aussi : {rules.codes[code].label}." for code in others[:_MOST_REASONS]]
    sentences += [
        f"Déjà dit plus tôt : {rules.codes[code].label}." for code in _ordered(grounds.known)
    ]
    return (*sentences, _what_would_change(grounds), *aside)


def _ordered(codes: Iterable[Indicator]) -> list[Indicator]:
    chosen = frozenset(codes)
    return [code for code in Indicator if code in chosen]


def _shared_out(grounds: Grounds, weights: Weights) -> tuple[list[Indicator], list[Indicator]]:
    """The facts that add to this level, those that add most first, and the other facts."""
    adds = weights.levels[grounds.level].adds
    added = {
        code: float(adds[HEAD_OF[code]]) * grounds.likely[HEAD_OF[code]]
        for code in _ordered(grounds.said)
    }
    supporting = sorted((c for c in added if added[c] > 0), key=lambda c: (-added[c], c.value))
    return supporting, [code for code in added if added[code] == 0]


def _what_would_change(grounds: Grounds) -> str:
    if grounds.without is grounds.level:
        return "Même sans la phrase qui pèse le plus, le niveau resterait le même."
    return f"Sans la phrase qui pèse le plus, le niveau serait {_FRENCH[grounds.without]}."


def _set_aside(judged: Iterable[Judged], said: Set[Indicator], rules: LevelRules) -> list[str]:
    aside: dict[str, str] = {}
    for item in judged:
        if item.code is not None and item.status is not FindingStatus.ASSERTED and item.reason:
            aside.setdefault(rules.codes[item.code].label, item.reason)
    return [f"À part : {label} — {reason}." for label, reason in sorted(aside.items())]
