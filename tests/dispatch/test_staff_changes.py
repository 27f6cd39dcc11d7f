"""Who leaves sees, holds and hears nothing any more; what they had goes back as it was promised."""

from dataclasses import replace

import pytest

from dispatch.channels.base import ChannelDown
from dispatch.desk import Desk, SignedIn
from dispatch.errors import (
    LastSupervisor,
    SignalNotFound,
    SignInRefused,
    UnknownMember,
    WrongRecoveryKey,
)
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, claim, list_queue
from dispatch.replies import reply
from dispatch.roster import put_on_call, read_roster, week_of
from dispatch.routing import SUPERVISION
from dispatch.sign_in import resume, sign_in
from dispatch.staff_changes import change_teams, disable_member, enable_member
from dispatch.worker import Worker
from intake.reception import Reception
from records import Records
from records.sealing import make_key_pair
from records.tables import Role
from tests.builders import PASSWORD, FrozenClock, a_draft, a_kept_signal, a_member, every_row
from tests.channels import RecordingChannel, tick
from tests.dispatch.test_promises import promises

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
ANNE = "anne@equipe.invalid"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email=ANNE, name="Anne")


@pytest.fixture
async def bruno(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


async def test_what_who_leaves_had_goes_back_answered_or_not_with_its_promises(
    reception: Reception, desk: Desk, anne: SignedIn, bruno: SignedIn, records: Records
):
    taken, _ = await a_kept_signal(reception, anne, desk)
    answered, _ = await a_kept_signal(reception, anne, desk)
    await claim(taken, anne, desk)
    await open_signal(answered, anne, desk)
    await reply(answered, "on est là", anne, desk, idempotency_key="k")
    before = {ref: await promises(ref, records) for ref in (taken, answered)}
    assert await disable_member(ANNE, desk) == 2

    rows = await list_queue(bruno, desk, queue=Queue.OPEN)
    assert {row.ref: row.owner_id for row in rows} == {taken: None, answered: None}
    for ref, promised in before.items():
        now = await promises(ref, records)
        assert {k: p.due_at for k, p in now.items()} == {k: p.due_at for k, p in promised.items()}
    assert await disable_member(ANNE, desk) == 0


async def test_sessions_end_and_keys_are_withdrawn(
    reception: Reception, desk: Desk, anne: SignedIn, bruno: SignedIn
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await disable_member(ANNE, desk)
    with pytest.raises(SignInRefused):
        await sign_in(ANNE, PASSWORD, desk)
    with pytest.raises(SignInRefused):
        await resume(anne.id, anne.secret, desk, credential=anne.credential)
    # Even with what a process still holds in its memory nothing opens.
    with pytest.raises(SignalNotFound):
        await open_signal(ref, replace(anne, teams=frozenset()), desk)
    held = [row["member_id"] for row in (await every_row(desk.records))["team_key"]]
    assert anne.id not in held
    assert bruno.id in held


async def test_nothing_of_who_left_rings(
    reception: Reception, desk: Desk, anne: SignedIn, installed: Installed, worker: Worker,
    mail: RecordingChannel, clock: FrozenClock,
):  # fmt: skip
    cadre = await a_member(
        desk, installed.recovery, "douaisis", SUPERVISION, role=Role.SUPERVISOR,
        email="cadre@equipe.invalid",
    )  # fmt: skip
    week = week_of(clock(), desk.point.calendar.zone)
    await put_on_call("douaisis", week, anne.id, cadre, desk)
    mail.fails = ChannelDown("password", 535)
    await a_kept_signal(reception, cadre, desk, a_draft(CRITICAL, commune="Douai"))
    await tick(worker)
    await disable_member(ANNE, desk)
    mail.fails = None
    for _ in range(30):
        clock.advance(minutes=2)
        await tick(worker)
    assert mail.addresses
    assert ANNE not in mail.addresses
    page = await read_roster(cadre, desk, weeks=1)
    assert "Anne" not in {one.name for one in page.weeks}


async def test_nobody_is_locked_out_by_the_last_supervisor_leaving(
    desk: Desk, installed: Installed
):
    email = "cadre@equipe.invalid"
    await a_member(desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR, email=email)
    with pytest.raises(LastSupervisor):
        await disable_member(email, desk)
    with pytest.raises(LastSupervisor):
        await change_teams(email, (), desk, by=installed.recovery)
    await a_member(desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR)
    await disable_member(email, desk)


async def test_who_comes_back_gets_their_teams_from_who_holds_the_keys(
    reception: Reception, desk: Desk, anne: SignedIn, bruno: SignedIn
):
    ref, _ = await a_kept_signal(reception, bruno, desk)
    await disable_member(ANNE, desk)
    await enable_member(ANNE, desk)
    back = await sign_in(ANNE, PASSWORD, desk)
    assert back.teams == frozenset()
    with pytest.raises(WrongRecoveryKey):
        await change_teams(ANNE, ("douaisis",), desk, by=make_key_pair().secret)
    await change_teams(ANNE, ("douaisis",), desk, by=bruno)
    back = await sign_in(ANNE, PASSWORD, desk)
    assert (await open_signal(ref, back, desk)).messages


async def test_who_changes_teams_gives_back_what_they_had_in_the_former_one(
    reception: Reception, desk: Desk, anne: SignedIn, bruno: SignedIn, installed: Installed
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await claim(ref, anne, desk)
    assert await change_teams(ANNE, ("flandres",), desk, by=installed.recovery) == 1
    [row] = await list_queue(bruno, desk, queue=Queue.OPEN)
    assert row.owner_id is None
    moved = await resume(anne.id, anne.secret, desk, credential=anne.credential)
    assert moved.teams == {"flandres"}


async def test_an_address_that_nobody_has_is_told(desk: Desk, installed: Installed):
    assert installed.teams
    with pytest.raises(UnknownMember):
        await disable_member("personne@equipe.invalid", desk)
