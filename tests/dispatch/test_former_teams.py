"""A listening point grows territory by territory, and sometimes loses a team: no signal is lost."""

from dataclasses import replace

import pytest

from dispatch.desk import Desk, SignedIn
from dispatch.errors import NoKey, SignalNotFound, UnknownTeam
from dispatch.former_teams import left_behind
from dispatch.hand_over import transfer
from dispatch.install import Installed, add_team, install
from dispatch.listening_point import ListeningPoint, TeamEntry
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.roster import load_roster
from dispatch.routing import COORDINATION, SUPERVISION
from dispatch.sign_in import resume
from intake.receive import receive_signal
from intake.reception import Reception
from records.tables import Audience, Role
from tests.builders import COMMUNE_OF, QUICK, a_draft, a_kept_signal, a_member
from triage import Rulebook
from triage.territories import load_gazetteer
from triage.vocabulary import Territory

CODES = ("595", "594", "591", "596", "592", "593")  # in the order of COMMUNE_OF


def grown(point: ListeningPoint, number: int) -> ListeningPoint:
    """The first `number` territories have a team of their own, the others none yet."""
    teams = [
        TeamEntry(code=team, name=team, arrondissement=code)
        for team, code in list(zip(COMMUNE_OF, CODES, strict=True))[:number]
    ]
    coordination = TeamEntry(code=COORDINATION, name="Coordination")
    return replace(point, teams=(*teams, coordination))


def reception_of(desk: Desk, rulebook: Rulebook) -> Reception:
    gazetteer = load_gazetteer(
        departement=desk.point.departement,
        districts=desk.point.districts,
        otherwise=Territory(COORDINATION),
    )
    return Reception(desk.records, rulebook, gazetteer, desk.point, desk.clock, receipt_cost=QUICK)


async def queue_of(member: SignedIn, desk: Desk) -> set[str]:
    return {row.ref for row in await list_queue(member, desk, queue=Queue.OPEN)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_from_one_team_to_six_every_commune_has_somebody_who_reads(
    desk: Desk, rulebook: Rulebook, point: ListeningPoint
):
    desk = replace(desk, point=grown(point, 1))
    installed = await install(desk)
    coordination = await a_member(desk, installed.recovery, COORDINATION)
    waiting = 0
    for number in range(1, 7):
        desk = replace(desk, point=grown(point, number))
        if number > 1:
            await add_team(list(COMMUNE_OF)[number - 1], desk)
        reception = reception_of(desk, rulebook)
        for commune in COMMUNE_OF.values():
            await receive_signal(a_draft(commune=commune), reception)
        waiting += 6 - number
        # What had no team lies with coordination, and what lay there before stays readable there.
        refs = await queue_of(coordination, desk)
        assert len(refs) == waiting
        for ref in refs:
            await open_signal(ref, coordination, desk)
        newest = list(COMMUNE_OF)[number - 1]
        member = await a_member(desk, installed.recovery, newest)
        assert len(await queue_of(member, desk)) == 1


@pytest.fixture
async def orphan(
    reception: Reception, installed: Installed, desk: Desk
) -> tuple[str, Desk, SignedIn]:
    """A signal of the Douaisis, whose team is taken out of the configuration; its former member."""
    anne = await a_member(desk, installed.recovery, "douaisis")
    ref, _ = await a_kept_signal(reception, anne, desk)
    teams = tuple(team for team in desk.point.teams if team.code != "douaisis")
    return ref, replace(desk, point=replace(desk.point, teams=teams)), anne


async def test_the_signals_of_a_team_that_is_gone_lie_with_coordination_until_decided(
    orphan: tuple[str, Desk, SignedIn], installed: Installed
):
    ref, desk, _anne = orphan
    coordination = await a_member(desk, installed.recovery, COORDINATION)
    flandres = await a_member(desk, installed.recovery, "flandres")
    cadre = await a_member(desk, installed.recovery, SUPERVISION, role=Role.SUPERVISOR)

    async with desk.records.reading() as tx:
        assert await left_behind(desk.point, tx) == {"douaisis": 1}
        told = (await load_roster(desk, tx)).told(Audience.TEAM, team="douaisis", owner=None)
    assert told == {coordination.id}
    assert ref in await queue_of(coordination, desk)
    assert ref not in await queue_of(flandres, desk)
    with pytest.raises(NoKey):
        await open_signal(ref, coordination, desk)
    with pytest.raises(SignalNotFound):
        await open_signal(ref, flandres, desk)

    await transfer(ref, cadre, desk, to_team=COORDINATION, reason="équipe fermée")
    assert (await open_signal(ref, coordination, desk)).messages
    async with desk.records.reading() as tx:
        assert await left_behind(desk.point, tx) == {}


async def test_who_holds_the_former_teams_key_still_reads_and_hands_over(
    orphan: tuple[str, Desk, SignedIn],
):
    ref, desk, anne = orphan
    anne = await resume(anne.id, anne.secret, desk, credential=anne.credential)
    assert (await open_signal(ref, anne, desk)).messages
    await transfer(ref, anne, desk, to_team="flandres", reason="équipe fermée")


async def test_nothing_is_handed_to_a_team_that_is_gone(
    orphan: tuple[str, Desk, SignedIn], installed: Installed, rulebook: Rulebook
):
    _, desk, _ = orphan
    flandres = await a_member(desk, installed.recovery, "flandres")
    ref, _ = await a_kept_signal(
        reception_of(desk, rulebook), flandres, desk, a_draft(commune="Dunkerque")
    )
    with pytest.raises(UnknownTeam):
        await transfer(ref, flandres, desk, to_team="douaisis", reason="pour voir")


async def test_new_signals_of_its_communes_go_to_coordination(
    orphan: tuple[str, Desk, SignedIn], installed: Installed, rulebook: Rulebook
):
    _, desk, _ = orphan
    coordination = await a_member(desk, installed.recovery, COORDINATION)
    ref, _ = await a_kept_signal(reception_of(desk, rulebook), coordination, desk)
    assert (await open_signal(ref, coordination, desk)).messages
