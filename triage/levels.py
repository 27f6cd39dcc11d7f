"""What indicators are called, and which of them together make a level, whatever else is said."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.qualifiers import Judged
from triage.rulefiles import RulebookError, read_toml
from triage.vocabulary import FindingStatus, Indicator, Level

_FILE = "rules/levels.toml"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What one indicator is called, and supports by itself: now, told as recent, told as past."""

    label: str
    now: Level
    recent: Level
    past: Level


@dataclass(frozen=True, slots=True)
class Gate:
    """Facts that together support a level: all of `every`, and at least `count` of `some`."""

    level: Level
    every: frozenset[str]
    some: frozenset[str]
    count: int
    why: str

    def opens(self, facts: Set[str]) -> bool:
        return self.every <= facts and len(self.some & facts) >= self.count


@dataclass(frozen=True, slots=True)
class LevelRules:
    codes: Mapping[Indicator, CodeRule]
    gates: tuple[Gate, ...]

    def opened(self, facts: Set[str]) -> list[Gate]:
        """The gates that some facts open, the highest level first. More facts open more gates."""
        found = [gate for gate in self.gates if gate.opens(facts)]
        return sorted(found, key=lambda gate: (-gate.level.rank, gate.why))

    def own_level(self, item: Judged) -> Level:
        """What a fact that a rule found supports by itself."""
        if item.code is None or not item.supports:
            return Level.LOW
        rule = self.codes[item.code]
        if item.status is FindingStatus.PAST:
            return rule.recent if item.recent else rule.past
        return rule.recent if item.recent else rule.now


def read_level_rules(folder: Path) -> LevelRules:
    """Read and check the file of levels."""
    listed = read_toml(folder, _FILE)
    codes = {
        code: _code_rule(listed.get("code", {}).get(code.value), code.value) for code in Indicator
    }
    gates = tuple(_gate(entry, number) for number, entry in enumerate(listed.get("gate", [])))
    return LevelRules(codes, gates)


def _code_rule(entry: Mapping[str, Any] | None, code: str) -> CodeRule:
    if entry is None:
        raise RulebookError(_FILE, code, "is missing")
    try:
        now = Level(entry["now"])
        return CodeRule(
            str(entry["label"]),
            now,
            Level(entry.get("recent", now)),
            Level(entry.get("past", now)),
        )
    except (KeyError, ValueError) as error:
        raise RulebookError(_FILE, code, f"lacks or has a wrong {error}") from None


def _gate(entry: Mapping[str, Any], number: int) -> Gate:
    try:
        return Gate(
            Level(entry["level"]),
            frozenset(entry.get("all", [])),
            frozenset(entry.get("any", [])),
            int(entry.get("count", 1 if entry.get("any") else 0)),
            str(entry["why"]),
        )
    except (KeyError, ValueError) as error:
        raise RulebookError(_FILE, f"gate[{number}]", f"lacks or has a wrong {error}") from None


def facts_of(said: Iterable[Indicator], judged: Iterable[Judged]) -> frozenset[str]:
    """What gates look at: the indicators that are said, told as past or not, and the signs."""
    codes = frozenset(said)
    facts = {code.value for code in codes}
    for item in judged:
        if item.status is FindingStatus.ASSERTED:
            facts |= item.cue.signals
        elif item.status is FindingStatus.PAST and item.code is not None and item.code in codes:
            facts.add(f"past:{item.code.value}")
    return frozenset(facts)
