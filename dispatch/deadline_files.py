"""Read and check a file of deadlines: how each version is written, kept and read again."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
)

from dispatch.deadlines import DUE, Allowance, Counted, DeadlinePolicy, LinkPolicy, Rungs, Span
from records.tables import Audience, FollowUpKind
from triage.vocabulary import Level

_UNITS = {"min": "minutes", "h": "hours", "d": "days"}
_SPAN = re.compile(r"(?P<number>[1-9][0-9]{0,3}) (?P<unit>min|h|d)(?: (?P<counted>duty|waking))?")
_DUTY_DAYS = re.compile(r"end of (?P<number>[1-9][0-9]?) duty days?")


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    if days := _DUTY_DAYS.fullmatch(value):
        return Span(timedelta(days=int(days["number"])), Counted.DUTY_DAYS)
    if found := _SPAN.fullmatch(value):
        length = timedelta(**{_UNITS[found["unit"]]: int(found["number"])})
        return Span(length, Counted(found["counted"] or Counted.CLOCK))
    raise ValueError(
        "expected a duration like '15 min', '4 h duty', '2 h waking', '5 d' or 'end of 2 duty days'"
    )


def _written(span: Span) -> str:
    """In the largest unit that divides it, so that it can be read again."""
    if span.counted is Counted.DUTY_DAYS:
        return f"end of {span.length.days} duty days"
    unit = next(u for u in reversed(_UNITS) if not span.length % timedelta(**{_UNITS[u]: 1}))
    number = span.length // timedelta(**{_UNITS[unit]: 1})
    return f"{number} {unit}" + ("" if span.counted is Counted.CLOCK else f" {span.counted}")


def _by_the_clock(span: Span) -> Span:
    if span.counted is not Counted.CLOCK:
        raise ValueError("counted by the clock: it is made shorter after a miss")
    return span


Duration = Annotated[Span, BeforeValidator(_span), PlainSerializer(_written)]
ByTheClock = Annotated[Duration, AfterValidator(_by_the_clock)]
_Kinds = Annotated[
    tuple[FollowUpKind, ...], AfterValidator(lambda kinds: tuple(sorted(set(kinds))))
]
# Policies that were used before urgency was said: nothing of theirs waits for opening hours.
_EVERY_KIND = tuple(sorted(FollowUpKind))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _WithRungs(_Strict):
    rungs: dict[Annotated[int, Field(ge=0, le=1000)], tuple[Audience, ...]]

    @field_validator("rungs")
    @classmethod
    def tells_at_the_due_time(cls, value: Rungs) -> Rungs:
        if DUE not in value:
            raise ValueError("100, the due time itself, needs a rung: else nobody would be told")
        if not all(value.values()):
            raise ValueError("a rung tells nobody")
        return dict(sorted(value.items()))


class _Allowance(_WithRungs):
    read: Duration
    answer: Duration
    recontact: ByTheClock
    urgent: _Kinds = _EVERY_KIND


class _Link(_WithRungs):
    rhythm: Annotated[tuple[ByTheClock, ...], Field(min_length=1)]
    after_return: Duration = Field(alias="return")
    misses: int = Field(ge=1, le=10)
    after_miss: int = Field(default=DUE, ge=1, le=DUE)
    shortest: ByTheClock = Span(timedelta(hours=1))
    urgent: _Kinds = _EVERY_KIND


class Deadlines(_Strict):
    version: str = Field(pattern=r"^[\w.-]{1,40}$")
    critical: _Allowance
    high: _Allowance
    moderate: _Allowance
    low: _Allowance
    follow_up: _Link


def policy_from(file: Deadlines) -> DeadlinePolicy:
    link = file.follow_up
    return DeadlinePolicy(
        version=file.version,
        allowances={level: _allowance(getattr(file, level.value)) for level in Level},
        link=LinkPolicy(
            rhythm=link.rhythm,
            after_return=link.after_return,
            misses=link.misses,
            rungs=link.rungs,
            after_miss=link.after_miss,
            shortest=link.shortest.length,
            urgent=frozenset(link.urgent),
        ),
        content=file.model_dump_json(by_alias=True),
    )


def _allowance(one: _Allowance) -> Allowance:
    return Allowance(one.read, one.answer, one.recontact, one.rungs, frozenset(one.urgent))


def policy_kept(content: str) -> DeadlinePolicy:
    """A policy as it was first used; ValidationError where the content is not one."""
    return policy_from(Deadlines.model_validate_json(content))
