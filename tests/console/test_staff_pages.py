"""The page of members: an administrator changes everything but keys, a lead passes keys on."""

import re

import pytest

from dispatch.administration import LEADS
from dispatch.queue import Queue, claim, list_queue
from dispatch.routing import SUPERVISION
from dispatch.sign_in import sign_in
from records.tables import Role
from tests.builders import PASSWORD
from tests.console.staff import BASE, At, Staff

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

# What is posted -> the roles that may do it to a colleague.
ACTS: dict[str, tuple[dict[str, str], frozenset[Role]]] = {
    "nom": ({"name": "Camille Martin"}, frozenset({Role.ADMINISTRATOR})),
    "adresse": ({"email": "camille@equipe.invalid"}, frozenset({Role.ADMINISTRATOR})),
    "telephone": ({"phone": "06 12 34 56 78"}, frozenset({Role.ADMINISTRATOR})),
    "role": ({"role": "coordinator"}, frozenset({Role.ADMINISTRATOR})),
    "equipes": ({"team-flandres": "1"}, frozenset({Role.ADMINISTRATOR, *LEADS})),
    "depart": ({"sure": "1"}, frozenset({Role.ADMINISTRATOR})),
    "retour": ({}, frozenset({Role.ADMINISTRATOR})),
}


async def somebody(at: At, role: Role) -> Staff:
    teams = {Role.ADMINISTRATOR: (), Role.SUPERVISOR: (SUPERVISION,)}.get(role, ("flandres",))
    return await at.member(*teams, name=f"Qui {role}", role=role)


@pytest.mark.parametrize("role", list(Role))
async def test_only_who_may_sees_the_page_and_does_each_act(at: At, flandres: Staff, role: Role):
    actor = await somebody(at, role)
    sees = role is Role.ADMINISTRATOR or role in LEADS
    page = await actor.get("/membres")
    assert page.status_code == (200 if sees else 403)
    assert (f"{BASE}/membres" in (await actor.get("/aide")).text) == sees
    assert (flandres.email in page.text) == (role is Role.ADMINISTRATOR)

    for act, (fields, may) in ACTS.items():
        done = await actor.post(f"/membres/{flandres.member.id}/{act}", **fields)
        assert done.status_code == (303 if role in may else 403), act


async def test_who_leaves_and_comes_back_and_what_they_had_goes_back(at: At, flandres: Staff):
    admin, cadre = await somebody(at, Role.ADMINISTRATOR), await somebody(at, Role.SUPERVISOR)
    sent = await at.signal("bonjour", commune="Dunkerque")
    await claim(sent.ref, flandres.member, at.desk)
    path = f"/membres/{flandres.member.id}"

    unsure = await admin.post(f"{path}/depart")
    assert "fait=member_not_sure" in unsure.headers["location"]
    assert (await flandres.get("/")).status_code == 200
    await admin.post(f"{path}/depart", sure="1")
    assert (await flandres.get("/")).status_code == 303  # to sign in
    [row] = await list_queue(cadre.member, at.desk, queue=Queue.OPEN)
    assert row.owner_id is None
    assert "désactivé" in (await admin.get("/membres")).text
    await admin.post(f"{path}/retour")
    back = await sign_in(flandres.email, PASSWORD, at.desk)
    assert back.teams == frozenset()


async def test_a_lead_of_the_team_gives_it_and_takes_no_other_away(at: At, douaisis: Staff):
    lead = await at.member("flandres", name="Coordination", role=Role.COORDINATOR)
    path = f"/membres/{douaisis.member.id}/equipes"
    page = (await lead.get("/membres")).text
    assert re.findall(r'name="team-([a-z-]+)"', page) == ["flandres"]

    await lead.post(path, **{"team-flandres": "1", "team-avesnois": "1"})
    given = await sign_in(douaisis.email, PASSWORD, at.desk)
    assert given.teams == {"douaisis", "flandres"}
    await lead.post(path)
    taken = await sign_in(douaisis.email, PASSWORD, at.desk)
    assert taken.teams == {"douaisis"}


async def test_an_administrator_takes_a_team_away_and_can_give_none(at: At, flandres: Staff):
    admin = await somebody(at, Role.ADMINISTRATOR)
    path = f"/membres/{flandres.member.id}/equipes"
    await admin.post(path, **{"team-flandres": "1", "team-douaisis": "1"})
    assert (await sign_in(flandres.email, PASSWORD, at.desk)).teams == {"flandres"}
    await admin.post(path)
    assert (await sign_in(flandres.email, PASSWORD, at.desk)).teams == frozenset()


@pytest.mark.parametrize(
    ("act", "fields", "status", "said"),
    [
        ("nom", {"name": " "}, 422, "Un nom a entre 1 et 80"),
        ("adresse", {"email": "a@b.invalid, c@d.invalid"}, 422, "Une seule adresse"),
        ("adresse", {"email": "prise@equipe.invalid"}, 409, "Quelqu’un d’autre"),
        ("telephone", {"phone": "3919"}, 422, "Un seul numéro"),
        ("role", {"role": "chef"}, 422, ""),
        ("role", {"role": "supervisor"}, 409, "La clé d’une équipe"),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(
    at: At, flandres: Staff, act: str, fields: dict[str, str], status: int, said: str
):
    admin = await somebody(at, Role.ADMINISTRATOR)
    await admin.post(f"/membres/{admin.member.id}/adresse", email="prise@equipe.invalid")
    before = (await admin.get("/membres")).text
    refused = await admin.post(f"/membres/{flandres.member.id}/{act}", **fields)

    assert refused.status_code == status
    assert said in refused.text
    assert (await admin.get("/membres")).text == before


async def test_nobody_takes_their_own_access_away(at: At):
    admin, cadre = await somebody(at, Role.ADMINISTRATOR), await somebody(at, Role.SUPERVISOR)
    for act, fields in (("role", {"role": "duty"}), ("depart", {"sure": "1"}), ("equipes", {})):
        assert (await admin.post(f"/membres/{admin.member.id}/{act}", **fields)).status_code == 409
    last = await admin.post(f"/membres/{cadre.member.id}/depart", sure="1")
    assert last.status_code == 409
    assert "plus personne ne serait dans l’encadrement" in last.text
    nobody = await admin.post("/membres/01a23289-001e-7594-80f8-a738e28192ed/nom", name="Anne")
    assert nobody.status_code == 404
    assert (await admin.post("/membres/anne/nom", name="Anne")).status_code == 404
