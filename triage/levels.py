"""From facts to a level: gates, and weak facts that add up. More evidence never lowers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.qualifiers import Judged
from triage.rulefiles import RulebookError, read_toml
from triage.vocabulary import FindingStatus, Indicator, Level

_FILE = "rules/levels.toml"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What one indicator supports by itself: now, told as recent, told as past."""

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


@dataclass(frozen=True, slots=True)
class LevelRules:
    codes: Mapping[Indicator, CodeRule]
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """One reason for a level."""

    level: Level
    why: str


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


def supports(
    judged: Iterable[Judged],
    known: frozenset[Indicator],
    signals: frozenset[str],
    rules: LevelRules,
) -> list[Support]:
    """Return every reason for a level, the strongest first."""
    facts = {code.value for code in known} | signals
    found: dict[str, Level] = {}
    for code in known:
        _keep(found, rules.codes[code].label, rules.codes[code].now)
    for item in judged:
        if item.status is FindingStatus.ASSERTED:
            facts |= item.cue.signals
            if item.code is not None:
                facts.add(item.code.value)
        elif item.status is FindingStatus.PAST and item.code is not None:
            facts.add(f"past:{item.code.value}")
        else:
            continue
        _keep(found, _label(item, rules), _own_level(item, rules))
    for gate in rules.gates:
        if gate.every <= facts and len(gate.some & facts) >= gate.count:
            _keep(found, gate.why, gate.level)
    reasons = [Support(level, why) for why, level in found.items()]
    return sorted(reasons, key=lambda reason: (-reason.level.rank, reason.why))


def _keep(found: dict[str, Level], why: str, level: Level) -> None:
    if why not in found or found[why].rank < level.rank:
        found[why] = level


def _label(item: Judged, rules: LevelRules) -> str:
    return rules.codes[item.code].label if item.code else item.cue.means


def _own_level(item: Judged, rules: LevelRules) -> Level:
    if item.code is None:
        return item.cue.level or Level.LOW
    rule = rules.codes[item.code]
    if item.status is FindingStatus.PAST:
        return rule.recent if item.recent else rule.past
    return item.cue.level or (rule.recent if item.recent else rule.now)
