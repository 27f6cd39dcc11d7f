"""Pure: which help to show for an assessment, in an order that fits the words."""

from dataclasses import dataclass
from typing import Final

from triage.vocabulary import Indicator, Level

# Three entries on the first card (docs: context). The order for a young person is fixed; death
# comes first where the words are about dying, images where they are about images.
_USUAL: Final = ("police", "silent_sms", "child_danger")


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """Ids of the listening point's numbers, most fitting first; the card says it is automatic."""

    first: tuple[str, ...]
    others: tuple[str, ...]


def emergency_card(level: Level, indicators: frozenset[Indicator]) -> EmergencyCard | None:
    """The card for a critical assessment; None below."""
    if level is not Level.CRITICAL:
        return None
    first = _order(indicators)[:3]
    every = (*_USUAL, "medical", "suicide", "images")
    return EmergencyCard(first, tuple(number for number in every if number not in first))


def _order(indicators: frozenset[Indicator]) -> tuple[str, ...]:
    if Indicator.MEDICAL_EMERGENCY in indicators:
        return ("medical", "silent_sms", "child_danger")
    if indicators & {Indicator.SUICIDE_INTENT, Indicator.SUICIDAL_IDEATION}:
        in_danger_besides = Indicator.IMMEDIATE_DANGER in indicators
        return ("suicide", "police" if in_danger_besides else "medical", "silent_sms")
    if indicators & {Indicator.SEXTORTION} and not indicators & {
        Indicator.IMMEDIATE_DANGER,
        Indicator.CONFINEMENT,
        Indicator.PHYSICAL_VIOLENCE,
    }:
        return ("images", "police", "child_danger")
    return _USUAL
