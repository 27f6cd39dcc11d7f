"""Read and check a file of deadlines: how each version is written, kept and read again."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
)

from dispatch.deadlines import DUE, Allowance, DeadlinePolicy, LinkPolicy, Rungs, Span
from records.tables import Audience
from triage.vocabulary import Level

_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    number, _, rest = value.partition(" ")
    unit, _, duty = rest.partition(" ")
    is_number = re.fullmatch("[1-9][0-9]{0,3}", number) is not None
    if not is_number or unit not in _UNITS or duty not in {"", "duty"}:
        raise ValueError("expected a duration like '15 min', '4 h duty' or '5 d'")
    return Span(timedelta(**{_UNITS[unit]: int(number)}), on_duty=bool(duty))


def _written(span: Span) -> str:
    """In the largest unit that divides it, so that it can be read again."""
    unit = next(u for u in reversed(_UNITS) if not span.length % timedelta(**{_UNITS[u]: 1}))
    number = span.length // timedelta(**{_UNITS[unit]: 1})
    return f"{number} {unit}" + (" duty" if span.on_duty else "")


Duration = Annotated[Span, BeforeValidator(_span), PlainSerializer(_written)]


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
    recontact: Duration


class _Link(_WithRungs):
    rhythm: Annotated[tuple[Duration, ...], Field(min_length=1)]
    after_return: Duration = Field(alias="return")
    misses: int = Field(ge=1, le=10)


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
        allowances={level: Allowance(**dict(getattr(file, level.value))) for level in Level},
        link=LinkPolicy(link.rhythm, link.after_return, link.misses, link.rungs),
        content=file.model_dump_json(by_alias=True),
    )


def policy_kept(content: str) -> DeadlinePolicy:
    """A policy as it was first used; ValidationError where the content is not one."""
    return policy_from(Deadlines.model_validate_json(content))
