"""Explain a level to staff in plain French, without repeating a word of the text."""

from collections.abc import Iterable, Sequence
from typing import Final

from triage.levels import LevelRules, Support
from triage.qualifiers import Judged
from triage.vocabulary import FindingStatus, Level

_FRENCH: Final = {
    Level.CRITICAL: "critique",
    Level.HIGH: "élevé",
    Level.MODERATE: "modéré",
    Level.LOW: "bas",
}
_MOST_REASONS: Final = 6


def explain(
    level: Level, reasons: Sequence[Support], judged: Iterable[Judged], rules: LevelRules
) -> tuple[str, ...]:
    """Say what supports the level, what was set aside and why, and what would change it."""
    if level is Level.LOW:
        sentences = ["Niveau bas : aucun signe de danger n'est affirmé."]
    else:
        deciding = [reason for reason in reasons if reason.level is level]
        others = [r for r in reasons if Level.LOW.rank < r.level.rank < level.rank]
        sentences = [
            f"Niveau {_FRENCH[level]} : {reason.why}." for reason in deciding[:_MOST_REASONS]
        ]
        sentences += [f"Aussi : {reason.why}." for reason in others[:_MOST_REASONS]]
        sentences.append(_what_would_change(level, deciding, others))
    return (*sentences, *_set_aside(judged, rules))


def _what_would_change(level: Level, deciding: Sequence[Support], others: Sequence[Support]) -> str:
    below = max(
        (reason.level for reason in others), key=lambda found: found.rank, default=Level.LOW
    )
    which = "ce fait" if len(deciding) == 1 else "ces faits"
    return f"Sans {which}, le niveau serait {_FRENCH[below]}."


def _set_aside(judged: Iterable[Judged], rules: LevelRules) -> list[str]:
    asserted = set()
    aside: dict[str, str] = {}
    for item in judged:
        if item.code is None:
            continue
        if item.status is FindingStatus.ASSERTED:
            asserted.add(item.code)
        elif item.reason:
            aside.setdefault(rules.codes[item.code].label, item.reason)
    return [f"À part : {label} — {reason}." for label, reason in sorted(aside.items())]
