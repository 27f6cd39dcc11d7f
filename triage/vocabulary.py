"""The words of the labelling guide: levels, indicators, authors, territories."""

from enum import StrEnum
from typing import Final, NewType


class Level(StrEnum):
    """How soon a person must read it; ordered by `rank`, `critical` first of all."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return _RANKS[self]


_RANKS: Final = {level: rank for rank, level in enumerate(Level)}


class Author(StrEnum):
    """Who writes; it never changes the level."""

    YOUNG = "young"
    PEER = "peer"
    RELATIVE = "relative"
    PROFESSIONAL = "professional"
    UNKNOWN = "unknown"


class Indicator(StrEnum):
    """What a text can assert, of anybody concerned."""

    IMMEDIATE_DANGER = "immediate_danger"
    CONFINEMENT = "confinement"
    MEDICAL_EMERGENCY = "medical_emergency"
    SUICIDE_INTENT = "suicide_intent"
    SUICIDAL_IDEATION = "suicidal_ideation"
    SELF_HARM = "self_harm"
    PROSTITUTION_CURRENT = "prostitution_current"
    PROSTITUTION_PAST = "prostitution_past"
    PROSTITUTION_CONSIDERED = "prostitution_considered"
    PIMPING = "pimping"
    RECRUITMENT = "recruitment"
    CONTROL = "control"
    DEBT = "debt"
    HOTEL = "hotel"
    ONLINE_EXPLOITATION = "online_exploitation"
    SEXTORTION = "sextortion"
    INTIMATE_IMAGES = "intimate_images"
    GROOMING = "grooming"
    PHYSICAL_VIOLENCE = "physical_violence"
    SEXUAL_VIOLENCE = "sexual_violence"
    THREATS = "threats"
    WEAPON = "weapon"
    MISSING = "missing"
    RUNAWAY_PAST = "runaway_past"
    HOMELESS = "homeless"
    SUBSTANCE_USE = "substance_use"
    UNEXPLAINED_MONEY = "unexplained_money"
    SCHOOL_DROPOUT = "school_dropout"
    ISOLATION = "isolation"
    BEHAVIOUR_CHANGE = "behaviour_change"
    HEALTH_NEED = "health_need"
    PREGNANCY = "pregnancy"
    IN_CARE = "in_care"
    DISABILITY = "disability"
    UNDER_13 = "under_13"
    UNDER_15 = "under_15"
    MINOR = "minor"
    PROTECTIVE_ADULT = "protective_adult"


class FindingStatus(StrEnum):
    """What the text does with what it mentions; only `asserted` and `past` support a level."""

    ASSERTED = "asserted"
    PAST = "past"
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    SET_ASIDE = "set_aside"  # joke, idiom, fiction, quotation, an adult and not a minor


# A territory is the code of a team's district: data of the listening point, not code.
Territory = NewType("Territory", str)

UNKNOWN_TERRITORY: Final = Territory("unknown")
OUTSIDE_TERRITORY: Final = Territory("hors-departement")
