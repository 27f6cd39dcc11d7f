"""A policy once used never changes; promises keep the one they were made under."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dispatch.deadline_files import Deadlines, policy_from, policy_kept
from dispatch.deadlines import DUE, DeadlinePolicy
from dispatch.desk import Desk, SignedIn
from dispatch.escalate import escalate
from dispatch.install import Installed
from dispatch.listening_point import ListeningPoint, load_listening_point
from dispatch.policies import load_versions, register_policy
from dispatch.promises import FIRST, Terms, hold, make_promise, rung_at, set_next_rung
from intake.reception import Reception
from records.tables import FollowUpKind, Signal
from runtime.errors import SettingsError
from tests.builders import (
    NORD,
    TUESDAY_MORNING,
    FrozenClock,
    a_draft,
    a_kept_signal,
    a_member,
    every_row,
)
from triage.vocabulary import Level

POINT = load_listening_point(NORD)
TERMS = Terms(POINT.deadlines, POINT.calendar)
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
FILE = tomllib.loads((NORD / "deadlines.toml").read_text("utf-8"))


def changed(version: str, **high: object) -> DeadlinePolicy:
    return policy_from(
        Deadlines.model_validate(FILE | {"version": version, "high": FILE["high"] | high})
    )


def with_policy(desk: Desk, policy: DeadlinePolicy) -> Desk:
    return replace(desk, point=replace(desk.point, deadlines=policy))


def test_a_policy_that_is_kept_and_read_again_is_the_same(point: ListeningPoint):
    assert policy_kept(point.deadlines.content) == point.deadlines


async def test_other_deadlines_under_a_used_version_are_refused(installed: Installed, desk: Desk):
    assert installed.teams
    await register_policy(desk)
    wrong = changed(desk.point.deadlines.version, read="2 h duty")
    with pytest.raises(SettingsError, match="new version"):
        await register_policy(with_policy(desk, wrong))
    await register_policy(with_policy(desk, changed("2027-01", read="2 h duty")))
    async with desk.records.reading() as tx:
        versions = await load_versions(desk.point, tx)
    assert set(versions.kept) == {desk.point.deadlines.version, "2027-01"}


async def test_a_promise_keeps_the_rungs_it_was_made_under(
    reception: Reception, desk: Desk, installed: Installed, clock: FrozenClock
):
    member: SignedIn = await a_member(desk, installed.recovery, "douaisis")
    await a_kept_signal(reception, member, desk, a_draft(CRITICAL, commune="Douai"))
    later = with_policy(desk, changed("2027-01", read="9 h duty"))
    await register_policy(later)
    clock.advance(minutes=15)
    await escalate(later, [])

    fired = [row["percent"] for row in (await every_row(desk.records))["escalation"]]
    assert sorted(fired) == [0, 100]


@pytest.mark.parametrize(
    "rungs",
    [{}, {"50": ["team"]}, {"100": []}, {"100": ["everybody"]}, {"-1": ["team"], "100": ["team"]}],
)
def test_a_ladder_without_the_due_time_or_that_tells_nobody_is_a_mistake(rungs: object):
    with pytest.raises(ValidationError):
        changed("x", rungs=rungs)


# Laws of the ladder

moments = st.integers(0, 60 * 24 * 400).map(lambda m: TUESDAY_MORNING + timedelta(minutes=m))
levels = st.sampled_from(Level)
kinds = st.sampled_from(FollowUpKind)


@settings(deadline=None, max_examples=200)
@given(kinds, levels, moments)
def test_rungs_come_in_order_and_one_comes_at_the_due_time(kind, level, since):
    promise = make_promise(kind, Signal(level=level), TERMS, since=since)
    rungs: list[tuple[int, datetime]] = []
    while promise.next_rung is not None:
        assert promise.next_rung_at is not None
        rungs.append((promise.next_rung, promise.next_rung_at))
        set_next_rung(promise, TERMS, after=promise.next_rung)

    assert [at for _, at in rungs] == sorted(at for _, at in rungs)
    assert dict(rungs)[DUE] == promise.due_at
    assert all(at >= since for _, at in rungs)
    assert all(
        (at <= promise.due_at) == (percent <= DUE) or at == promise.due_at for percent, at in rungs
    )


@settings(deadline=None, max_examples=200)
@given(kinds, levels, moments, st.integers(0, 60 * 24 * 60))
def test_seen_never_takes_the_due_time_away_and_never_ends_the_ladder(kind, level, since, minutes):
    promise = make_promise(kind, Signal(level=level), TERMS, since=since)
    now = since + timedelta(minutes=minutes)
    while promise.next_rung_at is not None and promise.next_rung_at <= now:
        set_next_rung(promise, TERMS, after=promise.next_rung)
    before = promise.next_rung_at
    hold(promise, TERMS, now=now)

    if before is None:
        assert promise.next_rung_at is None
    elif now < promise.due_at:
        assert (promise.next_rung, promise.next_rung_at) == (DUE, promise.due_at)
    else:
        assert promise.next_rung_at is not None
        assert promise.next_rung_at >= before
        rests_until = max(before, now + (promise.due_at - promise.counted_from))
        assert promise.next_rung_at <= TERMS.may_ring(kind, level, rests_until)


@settings(deadline=None, max_examples=200)
@given(kinds, levels, moments, st.integers(0, 60 * 24 * 60))
def test_seen_before_the_pass_came_by_never_puts_the_due_time_off(kind, level, since, minutes):
    """Between the due time and the next pass of a worker, or during a week without one."""
    promise = make_promise(kind, Signal(level=level), TERMS, since=since)
    hold(promise, TERMS, now=since + timedelta(minutes=minutes))

    assert promise.next_rung is not None
    assert promise.next_rung_at is not None
    assert promise.next_rung <= DUE
    assert promise.next_rung_at <= promise.due_at


@settings(deadline=None, max_examples=300)
@given(kinds, levels, moments, st.integers(0, 60 * 24 * 60))
def test_nobody_is_rung_for_what_is_not_urgent_outside_duty_hours(kind, level, since, minutes):
    """Nor between late evening and morning for what is high, seen or not."""
    promise = make_promise(kind, Signal(level=level), TERMS, since=since)
    if minutes % 2:
        hold(promise, TERMS, now=since + timedelta(minutes=minutes))
    urgent = POINT.deadlines.is_urgent(kind, level)
    while promise.next_rung_at is not None:
        if not urgent:
            assert POINT.calendar.is_on_duty(promise.next_rung_at)
        elif level is Level.HIGH and kind in FIRST and promise.next_rung != DUE:
            assert POINT.calendar.awake.is_on_duty(promise.next_rung_at)
        set_next_rung(promise, TERMS, after=promise.next_rung)


def test_a_high_signal_tells_who_is_on_call_at_once_by_day_and_at_eight_by_night():
    for since, told in (("2026-11-24 09:00", "09:00"), ("2026-11-24 23:00", "07:00")):
        moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
        promise = make_promise(FollowUpKind.READ, Signal(level=Level.HIGH), TERMS, since=moment)
        assert promise.next_rung == 0
        assert promise.next_rung_at is not None
        assert promise.next_rung_at.strftime("%H:%M") == told


def test_half_of_duty_time_is_counted_in_duty_time(point: ListeningPoint):
    """Four hours of duty from Friday 16:30: half of it is Monday 10:00, French time."""
    friday = TUESDAY_MORNING + timedelta(days=3, hours=6, minutes=30)
    terms = Terms(changed("2027-02", answer="4 h duty", read="1 h duty"), point.calendar)
    promise = make_promise(FollowUpKind.ANSWER, Signal(level=Level.HIGH), terms, since=friday)

    assert rung_at(promise, 50, terms).isoformat() == "2026-11-30T09:00:00+00:00"
