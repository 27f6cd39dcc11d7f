"""Another name, address, number or role: signing in, alerts, keys and sessions follow at once."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from dispatch.channels.base import ChannelDown
from dispatch.desk import Desk, SignedIn
from dispatch.errors import (
    AddressTaken,
    KeyNotHeld,
    LastSupervisor,
    MemberDisabled,
    NoTeamForThem,
    SignInRefused,
    UnknownMember,
    WrongEmail,
    WrongName,
    WrongPhone,
)
from dispatch.install import Installed
from dispatch.members import NewMember, add_member
from dispatch.queue import Queue, claim, list_queue
from dispatch.routing import SUPERVISION
from dispatch.sign_in import resume, sign_in
from dispatch.staff_changes import change_role, change_teams, disable_member
from dispatch.staff_contact import change_email, change_phone, rename_member
from dispatch.worker import Worker
from intake.reception import Reception
from records.lookups import former_email_lookups
from records.staff import Contact
from records.tables import Member, Role
from tests.builders import PASSWORD, FrozenClock, a_draft, a_kept_signal, a_member, every_row
from tests.channels import RecordingChannel, tick
from tests.dispatch.test_members import actions

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
ANNE, NEW, CADRE = "anne@equipe.invalid", "anne@autre.invalid", "cadre@equipe.invalid"


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", email=ANNE, name="Anne")


@pytest.fixture
async def cadre(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(
        desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR, email=CADRE, name="Cadre"
    )


async def contact_of(member: SignedIn, desk: Desk) -> Contact:
    async with desk.records.reading() as tx:
        row = await tx.staff.member(member.id)
        assert row is not None
        return tx.staff.contact(row)


async def test_another_address_signs_in_and_gets_what_was_waiting(
    desk: Desk,
    anne: SignedIn,
    installed: Installed,
    reception: Reception,
    worker: Worker,
    mail: RecordingChannel,
):
    await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    await change_email(ANNE, f" {NEW} ", desk, by=anne)

    assert (await sign_in(NEW, PASSWORD, desk)).id == anne.id
    with pytest.raises(SignInRefused):
        await sign_in(ANNE, PASSWORD, desk)
    await tick(worker)
    assert mail.addresses == [NEW]
    changes = {"staff:decide", "staff:email"}
    assert [line for line in await actions(desk.records) if line[0] in changes] == [
        ("staff:decide", anne.id),
        ("staff:email", anne.id),
    ]
    stored = repr(await every_row(desk.records))
    assert "autre.invalid" not in stored
    # The former address is free again.
    assert (await a_member(desk, installed.recovery, email=ANNE)).id != anne.id


async def test_an_address_that_another_has_changes_nothing(
    desk: Desk, anne: SignedIn, cadre: SignedIn
):
    for taken in (CADRE, f" {CADRE.upper()}"):
        with pytest.raises(AddressTaken):
            await change_email(ANNE, taken, desk)
    await change_email(ANNE, ANNE.upper(), desk)  # one's own, in other letters

    assert (await sign_in(ANNE, PASSWORD, desk)).id == anne.id
    assert (await sign_in(CADRE, PASSWORD, desk)).id == cadre.id


async def test_who_was_added_under_a_former_form_of_the_address_still_signs_in(
    desk: Desk, anne: SignedIn, cadre: SignedIn
):
    """By the letters as typed: the `é` of one keyboard was not that of another."""
    assert cadre.id != anne.id
    await change_email(ANNE, "anne@équipe.invalid", desk)
    decomposed = unicodedata.normalize("NFD", "anne@équipe.invalid")
    pepper = desk.records.keys.pepper.now
    async with desk.records.transaction() as tx:
        await tx.staff._session.execute(
            update(Member)
            .where(Member.id == anne.id)
            .values(email_lookup=former_email_lookups(decomposed, pepper=pepper)[0])
        )

    for typed in ("anne@équipe.invalid", decomposed, "ANNE@xn--quipe-9ra.invalid"):
        assert (await sign_in(typed, PASSWORD, desk)).id == anne.id
    with pytest.raises(AddressTaken):
        await change_email(CADRE, "anne@équipe.invalid", desk)


async def test_name_and_number_change_and_what_is_none_is_refused(desk: Desk, anne: SignedIn):
    await rename_member(ANNE, "  Anne\u00a0 Martin ", desk)
    await change_phone(ANNE, "06 12 34 56 78", desk)
    assert await contact_of(anne, desk) == Contact("Anne Martin", ANNE, "+33612345678")
    await change_phone(ANNE, " ", desk)
    assert (await contact_of(anne, desk)).phone == ""

    for act, given, error in (
        (rename_member, "", WrongName),
        (rename_member, "…", WrongName),
        (rename_member, "a" * 81, WrongName),
        (rename_member, "Anne\u202e", WrongName),
        (change_phone, "15", WrongPhone),
        (change_phone, "06 12 34 56 78, 06 12 34 56 79", WrongPhone),
        (change_email, "anne@equipe.invalid, bob@equipe.invalid", WrongEmail),
        (change_email, "anne", WrongEmail),
    ):
        with pytest.raises(error) as refused:
            await act(ANNE, given, desk)
        assert given == "" or given not in str(refused.value)
    assert await contact_of(anne, desk) == Contact("Anne Martin", ANNE, "")
    with pytest.raises(UnknownMember):
        await rename_member("personne@equipe.invalid", "Anne", desk)


async def test_a_newcomer_is_checked_as_whoever_changes(desk: Desk, installed: Installed):
    for wrong, error in (
        (NewMember("", NEW, Role.DUTY, (), PASSWORD), WrongName),
        (NewMember("Anne", "anne", Role.DUTY, (), PASSWORD), WrongEmail),
        (NewMember("Anne", NEW, Role.DUTY, (), PASSWORD, "12"), WrongPhone),
        (NewMember("Anne", NEW, Role.ADMINISTRATOR, ("douaisis",), PASSWORD), NoTeamForThem),
    ):
        with pytest.raises(error):
            await add_member(wrong, desk, by=installed.recovery)
    with pytest.raises(SignInRefused):
        await sign_in(NEW, PASSWORD, desk)


async def test_another_role_ends_the_sessions_and_the_keys_follow_it(
    desk: Desk, anne: SignedIn, cadre: SignedIn, reception: Reception
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    with pytest.raises(KeyNotHeld):
        await change_role(ANNE, Role.SUPERVISOR, desk, by=anne)
    assert await change_role(ANNE, Role.SUPERVISOR, desk, by=cadre) == 0
    with pytest.raises(SignInRefused):
        await resume(anne.id, anne.secret, desk, credential=anne.credential)
    risen = await sign_in(ANNE, PASSWORD, desk)
    assert SUPERVISION in risen.teams

    await claim(ref, risen, desk)
    assert await change_role(ANNE, Role.ADMINISTRATOR, desk, by=None) == 1
    fallen = await sign_in(ANNE, PASSWORD, desk)
    assert fallen.teams == frozenset()
    [row] = await list_queue(cadre, desk, queue=Queue.OPEN)
    assert row.owner_id is None
    with pytest.raises(NoTeamForThem):
        await change_teams(ANNE, ["douaisis"], desk, by=cadre)


async def test_supervision_is_never_left_empty(
    desk: Desk, installed: Installed, cadre: SignedIn, anne: SignedIn
):
    assert cadre.id != anne.id
    with pytest.raises(LastSupervisor):
        await change_role(CADRE, Role.DUTY, desk, by=None)
    second = await a_member(
        desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR, email=NEW, name="Second"
    )
    left = await asyncio.gather(
        disable_member(CADRE, desk, by=second),
        disable_member(NEW, desk, by=cadre),
        return_exceptions=True,
    )

    assert [type(one) for one in left if isinstance(one, Exception)] == [LastSupervisor]


async def test_who_is_disabled_gets_no_key(desk: Desk, installed: Installed, anne: SignedIn):
    await disable_member(ANNE, desk)
    with pytest.raises(MemberDisabled):
        await change_teams(ANNE, ["douaisis"], desk, by=installed.recovery)
    assert anne.id not in [row["member_id"] for row in (await every_row(desk.records))["team_key"]]


async def test_who_leaves_supervision_keeps_only_what_their_teams_still_see(
    desk: Desk, installed: Installed, cadre: SignedIn, anne: SignedIn, reception: Reception
):
    """Supervision sees every team's: a signal of a team that one is not in goes back to it."""
    both = await a_member(
        desk, installed.recovery, SUPERVISION, "douaisis", role=Role.SUPERVISOR, email=NEW
    )
    own, _ = await a_kept_signal(reception, anne, desk)
    other, _ = await a_kept_signal(reception, cadre, desk, a_draft(commune="Dunkerque"))
    for ref in (own, other):
        await claim(ref, both, desk)
    assert await change_teams(NEW, ["douaisis"], desk, by=None) == 1

    owners = {row.ref: row.owner_id for row in await list_queue(cadre, desk, queue=Queue.OPEN)}
    assert owners == {own: both.id, other: None}


# What happens to a member of both teams while an alert waits -> from where it still rings them.
LOSING: dict[str, tuple[Callable[[Desk], Awaitable[object]], set[str]]] = {
    "nothing": (lambda desk: rename_member(ANNE, "Anne", desk), {"Douai", "Dunkerque"}),
    "one team": (lambda desk: change_teams(ANNE, ["flandres"], desk, by=None), {"Dunkerque"}),
    "all teams": (lambda desk: change_teams(ANNE, [], desk, by=None), set()),
    "every key": (lambda desk: change_role(ANNE, Role.ADMINISTRATOR, desk, by=None), set()),
    "access": (lambda desk: disable_member(ANNE, desk), set()),
}


@pytest.mark.parametrize("commune", ["Douai", "Dunkerque"])
@pytest.mark.parametrize("lost", LOSING)
async def test_nothing_rings_that_tells_only_of_teams_that_are_lost(
    lost: str,
    commune: str,
    desk: Desk,
    installed: Installed,
    cadre: SignedIn,
    reception: Reception,
    worker: Worker,
    mail: RecordingChannel,
    clock: FrozenClock,
):
    act, rings = LOSING[lost]
    await a_member(desk, installed.recovery, "douaisis", "flandres", email=ANNE, name="Anne")
    mail.fails = ChannelDown("password", 535)
    await a_kept_signal(reception, cadre, desk, a_draft(CRITICAL, commune=commune))
    await tick(worker)
    await act(desk)
    mail.fails = None
    for _ in range(5):
        clock.advance(minutes=2)
        await tick(worker)

    assert (ANNE in mail.addresses) == (commune in rings)
