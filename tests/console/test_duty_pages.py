"""Alerts, roster, handover and follow-ups as staff use them; each team sees its own."""

import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from console.queue_pages import ROWS_SHOWN
from dispatch.escalate import escalate
from dispatch.queue import Queue, list_queue
from dispatch.roster import week_of
from dispatch.routing import SUPERVISION
from records.tables import FollowUpKind, Role
from tests.builders import FrozenClock
from tests.console.staff import At, Staff, page_text
from tests.dispatch.test_promises import promises

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


@pytest.fixture
async def cadre(at: At) -> Staff:
    return await at.member(SUPERVISION, name="Claude Cadre", role=Role.SUPERVISOR)


# Alerts


async def test_who_was_told_sees_it_until_they_say_seen(at: At, flandres: Staff, douaisis: Staff):
    sent = await at.signal(CRITICAL)
    await escalate(at.desk, [])

    assert "On vous a prévenu : 1 alerte(s)" in (await flandres.get("/")).text
    page = (await flandres.get("/alertes")).text
    assert sent.ref in page
    assert "enfermée" not in page
    assert sent.ref not in (await douaisis.get("/alertes")).text
    [alert] = re.findall(r'name="alert" value="([0-9a-f-]+)"', page)
    assert (await douaisis.post("/alertes/vu", alert=alert)).status_code == 303
    assert sent.ref in (await flandres.get("/alertes")).text  # another's « vu » is not one's own
    await flandres.post("/alertes/vu", alert=alert)
    assert "vous avez tout vu" in (await flandres.get("/alertes")).text


async def test_the_code_for_one_s_own_telegram_is_shown_once(flandres: Staff):
    page = (await flandres.post("/alertes/telegram")).text
    [code] = re.findall(r"/equipe ([2-9A-Z]{8})", page)

    assert code not in (await flandres.get("/alertes")).text


async def test_a_signal_s_page_says_who_was_told_and_when(at: At, flandres: Staff):
    sent = await at.signal(CRITICAL)
    await escalate(at.desk, [])
    text, _ = page_text((await flandres.signal(sent.ref)).text)

    assert "Qui a été prévenu" in text
    assert "0 % du temps : Camille Flandres" in text


# The roster


async def test_a_supervisor_puts_members_down_and_they_read_it(
    at: At, cadre: Staff, flandres: Staff, clock: FrozenClock
):
    week = week_of(clock(), at.desk.point.calendar.zone)
    done = await cadre.post(
        "/astreinte", team="flandres", week=week.isoformat(), member=str(flandres.member.id)
    )
    assert done.status_code == 303
    assert "Camille Flandres" in (await flandres.get("/astreinte")).text


@pytest.mark.parametrize(
    ("team", "week", "member", "status"),
    [
        ("flandres", "2026-11-24", "flandres", 422),  # a Tuesday
        ("flandres", "bientôt", "flandres", 422),
        ("flandres", "2026-11-23", "douaisis", 422),
        ("nulle-part", "2026-11-23", "flandres", 422),
    ],
)
async def test_only_a_member_of_the_team_and_a_whole_week_can_be_put_down(
    team: str, week: str, member: str, status: int, cadre: Staff, flandres: Staff, douaisis: Staff
):
    chosen = {"flandres": flandres, "douaisis": douaisis}[member].member.id
    answer = await cadre.post("/astreinte", team=team, week=week, member=str(chosen))

    assert answer.status_code == status


async def test_duty_staff_do_not_edit_the_roster(flandres: Staff):
    answer = await flandres.post("/astreinte", team="flandres", week="2026-11-23", member="")

    assert answer.status_code == 403
    assert "<select" not in (await flandres.get("/astreinte")).text


async def test_the_roster_goes_into_a_calendar_and_only_one_s_own_teams(
    at: At, cadre: Staff, flandres: Staff, douaisis: Staff
):
    for team, staff in (("flandres", flandres), ("douaisis", douaisis)):
        await cadre.post("/astreinte", team=team, week="2026-11-30", member=str(staff.member.id))
    answer = await flandres.get("/astreinte.ics")
    events: list[Any] = list(Calendar.from_ical(answer.text).walk("VEVENT"))

    assert answer.headers["content-type"].startswith("text/calendar")
    assert [str(event["summary"]) for event in events] == ["Astreinte Flandres : Camille Flandres"]
    assert events[0]["dtend"].dt - events[0]["dtstart"].dt == timedelta(days=7)


# The handover


async def test_the_handover_lists_what_is_serious_and_due_and_is_taken(
    at: At, flandres: Staff, douaisis: Staff
):
    serious = await at.signal(CRITICAL)
    page, _ = page_text((await flandres.get("/releve")).text)
    assert serious.ref in page
    assert "Aucune relève n’a encore été prise" in page
    assert serious.ref not in (await douaisis.get("/releve")).text
    assert (await douaisis.post("/releve", team="flandres")).status_code == 422
    await flandres.post("/releve", team="flandres")
    page, _ = page_text((await flandres.get("/releve")).text)
    assert "Dernière relève : Camille Flandres" in page


# Keeping the link


async def test_an_attempt_is_noted_and_the_next_is_dated(
    at: At, flandres: Staff, clock: FrozenClock
):
    sent = await at.signal()
    await flandres.signal(sent.ref)
    await flandres.do(sent.ref, "reponse", text="on est là", key="k")
    assert "Comment s’est passée" in (await flandres.signal(sent.ref)).text
    done = await flandres.do(sent.ref, "suivi", outcome="no_answer", day="2026-12-04")

    assert done.headers["location"].endswith("fait=follow_up_noted")
    due = (await promises(sent.ref, at.desk.records))[FollowUpKind.RECONTACT].due_at
    assert due.isoformat() == "2026-12-04T11:00:00+00:00"  # noon in Lille


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("suivi", {"outcome": "peut-être"}, 422),
        ("suivi", {"outcome": "reached", "day": "2020-01-01"}, 422),
        ("prochaine", {"kind": "read", "day": "2026-12-04"}, 422),
        ("prochaine", {"kind": "review", "day": "demain"}, 422),
    ],
)
async def test_a_wrong_choice_is_told_and_changes_nothing(
    action: str, fields: dict[str, str], status: int, at: At, flandres: Staff
):
    sent = await at.signal()
    await flandres.do(sent.ref, "reponse", text="on est là", key="k")
    before = (await promises(sent.ref, at.desk.records))[FollowUpKind.RECONTACT].due_at
    answer = await flandres.do(sent.ref, action, **fields)

    assert answer.status_code == status
    after = await promises(sent.ref, at.desk.records)
    assert after[FollowUpKind.RECONTACT].due_at == before
    assert FollowUpKind.REVIEW not in after


async def test_back_from_running_away_is_one_press(at: At, flandres: Staff):
    sent = await at.signal()
    await flandres.do(sent.ref, "retour")

    assert "à voir au retour de fugue avant" in (await flandres.signal(sent.ref)).text


# Leaving, and long lists


async def test_who_signs_out_gives_back_what_they_did_not_answer(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")
    await flandres.post("/deconnexion")

    [row] = await list_queue(colleague.member, at.desk, queue=Queue.OPEN)
    assert row.owner_id is None
    assert "revenu dans la file" in (await colleague.get("/")).text


async def test_a_long_queue_is_shown_in_pages_without_losing_any(at: At, flandres: Staff):
    refs = {(await at.signal()).ref for _ in range(ROWS_SHOWN + 3)}
    shown: set[str] = set()
    for number in (1, 2):
        page = (await flandres.get(f"/?page={number}")).text
        assert f"page {number} sur 2" in page
        listed = page.partition('<ol class="queue')[2].partition("</ol>")[0]
        found = re.findall(r'class="ref" href="/equipe/signaux/([0-9A-Z-]{7})"', listed)
        assert not shown & set(found)
        shown |= set(found)

    assert shown == refs
    for beyond in ("3", "99", "9" * 30):
        assert (await flandres.get(f"/?page={beyond}")).text.count("page 2 sur 2") == 1
    for no_number in ("0", "-1", "", "deux"):
        assert "page 1 sur 2" in (await flandres.get(f"/?page={no_number}")).text
