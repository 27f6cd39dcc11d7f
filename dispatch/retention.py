"""Pure: what is erased when, by the listening point's own retention, and what is held and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from records.tables import Outcome
from triage.vocabulary import Level


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    no_danger: timedelta
    transmitted_content: timedelta
    transmitted_record: timedelta
    longest: timedelta
    kept_after_message: timedelta


class Fate(StrEnum):
    """What happens to a signal today. HELD_…: its time has come, and something forbids it."""

    KEPT = "kept"
    ERASE_CONTENT = "erase_content"
    ERASE = "erase"
    HELD_OPEN = "held_open"
    HELD_UNREAD = "held_unread"
    HELD_UNASSIGNED = "held_unassigned"
    HELD_CRITICAL = "held_critical"
    HELD_RECENT = "held_recent"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides of one signal; `last_contact` is the later of the last message and answer."""

    is_open: bool
    is_unread: bool
    is_unassigned: bool
    level: Level
    outcome: Outcome | None
    last_contact: datetime
    closed_at: datetime | None
    content_erased: bool


# No danger was identified, or there is nobody to be in danger.
_NO_DANGER = frozenset({Outcome.NO_DANGER, Outcome.TEST})


def fate(facts: Facts, policy: RetentionPolicy, *, now: datetime) -> Fate:
    """What is due, unless something forbids it: then it is held, for a person to decide."""
    due = _due(facts, policy, now)
    if due is Fate.KEPT:
        return due
    return _held(facts, policy, now) or due


def _due(facts: Facts, policy: RetentionPolicy, now: datetime) -> Fate:
    since_contact = now - facts.last_contact
    if since_contact >= policy.longest:
        return Fate.ERASE
    if facts.outcome in _NO_DANGER and since_contact >= policy.no_danger:
        return Fate.ERASE
    if facts.outcome is Outcome.TRANSMITTED and facts.closed_at is not None:
        since = now - facts.closed_at
        if since >= policy.transmitted_record:
            return Fate.ERASE
        if since >= policy.transmitted_content and not facts.content_erased:
            return Fate.ERASE_CONTENT
    return Fate.KEPT


def _held(facts: Facts, policy: RetentionPolicy, now: datetime) -> Fate | None:
    if facts.is_open:
        return Fate.HELD_OPEN
    if facts.is_unread:
        return Fate.HELD_UNREAD
    if facts.is_unassigned:
        return Fate.HELD_UNASSIGNED
    if facts.level is Level.CRITICAL:
        return Fate.HELD_CRITICAL
    if now - facts.last_contact < policy.kept_after_message:
        return Fate.HELD_RECENT
    return None
