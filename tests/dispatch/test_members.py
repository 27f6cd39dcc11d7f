"""Members: who signs in, who adds whom, what the recovery key does, and what sessions follow."""

import unicodedata
from dataclasses import replace
from typing import Literal
from uuid import UUID

import pytest
from sqlalchemy import select

from dispatch.desk import Desk
from dispatch.errors import (
    AlreadyThere,
    NoTeamForThem,
    NotInstalled,
    SignInRefused,
    WrongRecoveryKey,
)
from dispatch.install import Installed, add_team, install
from dispatch.members import NewMember, add_member, reset_password, secret_binding
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.sign_in import resume, sign_in, sign_out
from intake.reception import Reception
from records import Records, open_records
from records.errors import SealBroken
from records.passwords import password_key, stretch
from records.sealing import SecretKey, lock, make_key_pair, make_secret, unlock
from records.server_keys import ServerKeys, VersionedKey
from records.tables import AuditEntry, Role
from tests.builders import PASSWORD, QUICK, a_kept_signal, a_member, every_row
from tests.databases import Database

EMAIL = "Anne@Equipe.invalid"
Form = Literal["NFC", "NFD"]
ACCENTED = "déjà là, été comme hiver"


def a_newcomer(*teams: str, email: str = EMAIL, role: Role = Role.DUTY) -> NewMember:
    return NewMember("Anne", email, role, teams, PASSWORD)


async def actions(records: Records) -> list[tuple[str, UUID | None]]:
    async with records.reading() as tx:
        found = await tx.audit._session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        return [(line.action, line.member_id) for line in found]


# Signing in


async def test_the_right_password_opens_the_member_s_teams(desk: Desk, installed: Installed):
    await add_member(a_newcomer("douaisis", "flandres"), desk, by=installed.recovery)
    signed_in = await sign_in(" anne@equipe.INVALID ", PASSWORD, desk)

    assert (signed_in.name, signed_in.role) == ("Anne", Role.DUTY)
    assert signed_in.teams == {"douaisis", "flandres"}


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "un autre mot de passe"),
        (EMAIL, ""),
        (EMAIL, PASSWORD + " "),
        (EMAIL, PASSWORD.upper()),
        ("personne@equipe.invalid", PASSWORD),
        ("", ""),
    ],
)
async def test_all_that_is_wrong_is_refused_alike(
    email: str, password: str, desk: Desk, installed: Installed
):
    await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)

    with pytest.raises(SignInRefused) as refused:
        await sign_in(email, password, desk)
    assert str(refused.value) == ""


async def disable(member_id: UUID, desk: Desk) -> None:
    async with desk.records.transaction() as tx:
        member = await tx.staff.member(member_id)
        assert member is not None
        member.disabled_at = desk.clock()


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
async def test_a_password_is_the_same_on_every_keyboard(
    kept: Form, typed: Form, desk: Desk, installed: Installed
):
    password = ACCENTED
    newcomer = replace(a_newcomer("douaisis"), password=unicodedata.normalize(kept, password))
    await add_member(newcomer, desk, by=installed.recovery)

    assert (await sign_in(EMAIL, unicodedata.normalize(typed, password), desk)).name == "Anne"


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
async def test_a_password_kept_before_as_it_was_typed_opens_and_is_kept_anew(
    typed: Form, desk: Desk, installed: Installed
):
    password = ACCENTED
    former = unicodedata.normalize("NFD", password)
    member_id = await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)
    async with desk.records.transaction() as tx:
        member = await tx.staff.member(member_id)
        assert member is not None
        secret = make_secret()
        salt = member.password_salt
        key = SecretKey(stretch(former.encode(), salt=salt, cost=QUICK))
        member.locked_secret = lock(secret.value, secret_binding(member_id), key=key)

    signed_in = await sign_in(EMAIL, unicodedata.normalize(typed, password), desk)

    assert signed_in.secret == secret
    async with desk.records.reading() as tx:
        member = await tx.staff.member(member_id)
        assert member is not None
        now = password_key(password, salt=salt, cost=QUICK)
        assert unlock(member.locked_secret, secret_binding(member_id), key=now) == secret.value
    await resume(member_id, secret, desk, credential=signed_in.credential)
    with pytest.raises(SignInRefused):
        await sign_in(EMAIL, "deja la, ete comme hiver", desk)


async def test_a_disabled_member_neither_signs_in_nor_goes_on(desk: Desk, installed: Installed):
    signed_in = await a_member(desk, installed.recovery, "douaisis", email=EMAIL)
    await disable(signed_in.id, desk)

    with pytest.raises(SignInRefused):
        await sign_in(EMAIL, PASSWORD, desk)
    with pytest.raises(SignInRefused):
        await resume(signed_in.id, signed_in.secret, desk, credential=signed_in.credential)


async def test_sign_ins_refusals_and_sign_outs_are_in_the_trail(desk: Desk, installed: Installed):
    member_id = await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)
    with pytest.raises(SignInRefused):
        await sign_in(EMAIL, "faux", desk)
    await sign_out(await sign_in(EMAIL, PASSWORD, desk), desk)

    assert (await actions(desk.records))[-4:] == [
        ("staff:add", member_id),
        ("staff:sign_in_refused", member_id),
        ("staff:sign_in", member_id),
        ("staff:sign_out", member_id),
    ]


async def test_a_session_goes_on_with_the_teams_of_now(
    reception: Reception, desk: Desk, installed: Installed
):
    signed_in = await a_member(desk, installed.recovery, "douaisis", "flandres")
    await a_kept_signal(reception, signed_in, desk)
    async with desk.records.transaction() as tx:
        await tx.staff.remove_team_key("douaisis", signed_in.id)

    now = await resume(signed_in.id, signed_in.secret, desk, credential=signed_in.credential)
    assert now.teams == {"flandres"}
    assert await list_queue(now, desk, queue=Queue.OPEN) == ()


async def test_nobody_of_that_id_goes_on(desk: Desk, installed: Installed):
    signed_in = await a_member(desk, installed.recovery, "douaisis")

    with pytest.raises(SignInRefused):
        await resume(UUID(int=7), signed_in.secret, desk, credential=signed_in.credential)


async def test_another_key_opens_nothing_for_a_member(
    reception: Reception, desk: Desk, installed: Installed
):
    signed_in = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, signed_in, desk)
    impostor = await resume(signed_in.id, make_secret(), desk, credential=signed_in.credential)

    with pytest.raises(SealBroken):
        await open_signal(ref, impostor, desk)


# Adding


async def test_a_colleague_gives_the_teams_they_are_in_and_no_other(
    reception: Reception, desk: Desk, installed: Installed
):
    colleague = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, colleague, desk)
    await add_member(a_newcomer("douaisis"), desk, by=colleague)

    newcomer = await sign_in(EMAIL, PASSWORD, desk)
    assert (await open_signal(ref, newcomer, desk)).messages
    for teams in (("flandres",), ("douaisis", "flandres"), ("supervision",)):
        with pytest.raises(SignInRefused):
            await add_member(a_newcomer(*teams, email="b@e.invalid"), desk, by=colleague)
    assert len((await every_row(desk.records))["member"]) == 2


async def test_an_administrator_is_in_no_team(desk: Desk, installed: Installed):
    with pytest.raises(NoTeamForThem):
        await add_member(
            a_newcomer("douaisis", role=Role.ADMINISTRATOR), desk, by=installed.recovery
        )
    admin = await a_member(desk, installed.recovery, role=Role.ADMINISTRATOR)
    assert admin.teams == frozenset()
    assert admin.scope == frozenset()


@pytest.mark.parametrize("teams", [("douaisis",), ()])
async def test_a_wrong_recovery_key_adds_nobody(
    teams: tuple[str, ...], desk: Desk, installed: Installed
):
    role = Role.DUTY if teams else Role.ADMINISTRATOR
    with pytest.raises(WrongRecoveryKey):
        await add_member(a_newcomer(*teams, role=role), desk, by=make_key_pair().secret)

    assert (await every_row(desk.records))["member"] == []
    assert installed.teams


@pytest.mark.parametrize("email", [EMAIL, EMAIL.lower(), f"  {EMAIL.upper()} "])
async def test_one_address_is_one_member(email: str, desk: Desk, installed: Installed):
    await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)

    with pytest.raises(AlreadyThere):
        await add_member(a_newcomer("flandres", email=email), desk, by=installed.recovery)


async def test_nobody_is_added_to_a_team_without_a_key(desk: Desk, installed: Installed):
    with pytest.raises(NotInstalled):
        await add_member(a_newcomer("nowhere"), desk, by=installed.recovery)


async def test_no_name_or_address_of_staff_stands_in_clear(desk: Desk, installed: Installed):
    new = replace(a_newcomer("douaisis"), name="Marguerite-Marie")
    await add_member(new, desk, by=installed.recovery)

    rows = repr(await every_row(desk.records)).lower()
    assert not any(word in rows for word in ("marguerite", "anne@", "equipe.invalid", PASSWORD))
    assert PASSWORD not in repr(new)


# The recovery key


async def test_the_recovery_key_gives_a_new_password_and_the_old_one_fails(
    reception: Reception, desk: Desk, installed: Installed
):
    before = await a_member(desk, installed.recovery, "douaisis", email=EMAIL)
    ref, _ = await a_kept_signal(reception, before, desk)
    await reset_password(EMAIL, "le nouveau mot de passe", desk, recovery=installed.recovery)

    with pytest.raises(SignInRefused):
        await sign_in(EMAIL, PASSWORD, desk)
    after = await sign_in(EMAIL, "le nouveau mot de passe", desk)
    assert after.secret == before.secret
    with pytest.raises(SignInRefused):
        await resume(before.id, before.secret, desk, credential=before.credential)
    assert (await open_signal(ref, after, desk)).messages


async def test_a_wrong_recovery_key_resets_nothing(desk: Desk, installed: Installed):
    await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)

    with pytest.raises(WrongRecoveryKey):
        await reset_password(EMAIL, "nouveau", desk, recovery=make_key_pair().secret)
    with pytest.raises(SignInRefused):
        await reset_password("x@e.invalid", "nouveau", desk, recovery=installed.recovery)
    assert (await sign_in(EMAIL, PASSWORD, desk)).teams == {"douaisis"}


# Installing


async def test_one_database_is_installed_once(desk: Desk, installed: Installed):
    with pytest.raises(AlreadyThere):
        await install(desk)
    with pytest.raises(AlreadyThere):
        await add_team("douaisis", desk)
    assert len((await every_row(desk.records))["team"]) == len(installed.teams) == 8


async def test_before_the_installation_there_is_nobody_to_add(desk: Desk):
    with pytest.raises(NotInstalled):
        await add_team("douaisis", desk)
    with pytest.raises(NotInstalled):
        await add_member(a_newcomer(), desk, by=make_key_pair().secret)
    with pytest.raises(SignInRefused):
        await sign_in(EMAIL, PASSWORD, desk)


async def test_the_recovery_key_is_kept_nowhere(desk: Desk, installed: Installed):
    rows = await every_row(desk.records)
    kept = [value for table in rows.values() for row in table for value in row.values()]

    assert installed.recovery.value not in [value for value in kept if isinstance(value, bytes)]
    assert installed.recovery.value.hex() not in repr(installed)


# Rotation of the server's keys


def rotated(key: VersionedKey) -> VersionedKey:
    return VersionedKey(2, {**key.versions, 2: make_secret()})


async def test_members_sign_in_after_a_rotation_and_stay_one_member(
    database: Database, desk: Desk, installed: Installed, server_keys: ServerKeys
):
    await add_member(a_newcomer("douaisis"), desk, by=installed.recovery)
    new_keys = replace(
        server_keys, pepper=rotated(server_keys.pepper), contact=rotated(server_keys.contact)
    )
    records = open_records(database.url, new_keys)
    later = Desk(records, desk.point, desk.clock, password_cost=QUICK)

    assert (await sign_in(EMAIL, PASSWORD, later)).name == "Anne"
    with pytest.raises(AlreadyThere):
        await add_member(a_newcomer("douaisis"), later, by=installed.recovery)
    await add_member(a_newcomer("douaisis", email="b@e.invalid"), later, by=installed.recovery)
    assert (await sign_in("b@e.invalid", PASSWORD, later)).name == "Anne"
    await records.close()
