"""What triage says of a text, and the words that it says it for."""

from dataclasses import dataclass
from typing import Protocol

from triage.vocabulary import FindingStatus, Indicator, Level, Territory


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator with the words that carry it.

    `start` and `end` are character offsets into the original text: `text[start:end]` is what
    staff see highlighted. `rule` names the entry of the rule files; `reason` says in plain French
    what was set aside and why, and is empty for an asserted fact.
    """

    indicator: Indicator
    start: int
    end: int
    status: FindingStatus
    rule: str
    reason: str = ""

    @property
    def supports(self) -> bool:
        return self.status in {FindingStatus.ASSERTED, FindingStatus.PAST}


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place that the text names, with its offsets in the original text."""

    start: int
    end: int
    name: str
    territory: Territory


class Places(Protocol):
    """Knows places: whose district a text speaks of, and where it says so."""

    def locate(self, text: str) -> tuple[Territory, tuple[PlaceMention, ...]]: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole answer. The same text and rules version give the same answer, byte for byte.

    `because` are sentences in plain French that explain the level, most important first; they
    never repeat words of the text. `deciding` is the sentence that weighs most for the level, as
    offsets into the text; nothing for a low one.
    """

    level: Level
    territory: Territory
    findings: tuple[Finding, ...]
    places: tuple[PlaceMention, ...]
    because: tuple[str, ...]
    rules_version: str
    deciding: tuple[int, int] | None = None

    @property
    def indicators(self) -> frozenset[Indicator]:
        """What the text asserts, past facts included."""
        return frozenset(finding.indicator for finding in self.findings if finding.supports)
