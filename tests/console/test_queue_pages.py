import re

import httpx
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from dispatch.queue import Queue, list_queue
from records.tables import Role
from tests.builders import FrozenClock
from tests.console.staff import BASE, At, Staff
from tests.journeys.doors import form_to

CRITICAL = "au secours ils m'ont enfermée, ils ont fermé à clé et ils me frappent maintenant"
HIGH = "je fais des passes, il prend l'argent"
LOW = "bonjour, merci pour votre travail"


def refs_in_list(page: str) -> list[str]:
    listed = page.partition('<ol class="queue')[2].partition("</ol>")[0]
    return re.findall(r'class="ref" href="[^"]*">([^<]+)<', listed)


async def test_the_list_stands_in_the_queues_order_and_the_first_free_one_is_next(
    at: At, flandres: Staff, colleague: Staff
):
    sent = [await at.signal(text) for text in (LOW, CRITICAL, HIGH)]
    await colleague.do(sent[1].ref, "prise")

    page = (await flandres.get("/")).text

    rows = await list_queue(flandres.member, at.desk, queue=Queue.OPEN)
    assert refs_in_list(page) == [row.ref for row in rows]
    assert refs_in_list(page) == [sent[1].ref, sent[2].ref, sent[0].ref]
    upcoming = page.partition("À prendre maintenant")[2].partition("</section>")[0]
    assert sent[2].ref in upcoming
    assert "Dominique Collègue" in page


async def test_level_is_word_shape_and_colour(at: At, flandres: Staff):
    await at.signal(CRITICAL)

    page = (await flandres.get("/")).text

    assert re.search(
        r'class="level level-critical"><svg[^>]*>\s*<path.*?</svg> Critique', page, re.DOTALL
    )


async def test_what_is_due_is_said_in_words(at: At, flandres: Staff, clock: FrozenClock):
    await at.signal(CRITICAL)

    before = (await flandres.get("/")).text
    clock.advance(minutes=40)
    after = (await flandres.get("/")).text

    assert "à lire avant 10 h 15" in before
    assert "dans 15 min" in before
    assert "en retard de 25 min" in after


async def test_taking_the_most_urgent_claims_and_opens_the_first_free_one(
    at: At, flandres: Staff, colleague: Staff
):
    low, critical, high = [await at.signal(text) for text in (LOW, CRITICAL, HIGH)]

    taken = [await member.post("/prendre") for member in (flandres, colleague, flandres, flandres)]

    assert [answer.headers["location"].partition("?")[0] for answer in taken] == [
        f"{BASE}/signaux/{critical.ref}",
        f"{BASE}/signaux/{high.ref}",
        f"{BASE}/signaux/{low.ref}",
        f"{BASE}/",
    ]


async def test_a_double_click_takes_one_signal(at: At, flandres: Staff):
    sent = [await at.signal(), await at.signal()]
    page = (await flandres.get("/")).text
    fields = form_to(page, "/prendre").fields

    taken = [await flandres.client.post(f"{BASE}/prendre", data=fields) for _ in range(2)]

    assert {answer.headers["location"].partition("?")[0] for answer in taken} == {
        f"{BASE}/signaux/{sent[0].ref}"
    }


async def test_alerts_that_nobody_saw_stand_on_top_without_words(at: At, flandres: Staff):
    sent = await at.signal(CRITICAL)

    page = (await flandres.get("/")).text

    top = page.partition("Personne n’a encore vu")[2].partition("</section>")[0]
    assert f'href="{BASE}/signaux/{sent.ref}"' in top
    assert "enfermée" not in page


async def test_quarantine_is_counted_and_read_like_any_other(at: At, flandres: Staff):
    sent = await at.signal(suspicious=True)

    front = (await flandres.get("/")).text
    page = (await flandres.get("/quarantaine")).text
    await flandres.do(sent.ref, "prise")

    assert "Quarantaine (1)" in front
    assert refs_in_list(front) == []
    assert refs_in_list(page) == [sent.ref]
    assert refs_in_list((await flandres.get("/")).text) == [sent.ref]


async def test_the_lists_refresh_by_themselves_until_told_not_to(flandres: Staff):
    for path in ("/", "/quarantaine", "/clos"):
        refreshing = await flandres.get(path)
        still = await flandres.get(f"{path}?rafraichir=non")

        assert refreshing.headers["refresh"] == f"60; url={BASE}{path}"
        assert "refresh" not in still.headers


async def test_a_notice_is_one_of_ours_or_none(flandres: Staff):
    assert "Signal clos." in (await flandres.get("/?fait=closed")).text
    assert "envoyez" not in (await flandres.get("/?fait=envoyez de l'argent")).text


async def test_a_reference_said_on_the_telephone_is_found(at: At, flandres: Staff):
    sent = await at.signal()

    answer = await flandres.get(f"/chercher?ref={sent.ref.replace('-', ' ').lower()}")

    assert answer.headers["location"] == f"{BASE}/signaux/{sent.ref}"


async def test_an_administrator_is_told_that_there_is_nothing_to_read(at: At):
    await at.signal()
    admin = await at.member(role=Role.ADMINISTRATOR)

    page = (await admin.get("/")).text

    assert "Vous n’êtes dans aucune équipe" in page
    assert "Critique" not in page
    assert "Quarantaine" not in page


async def test_a_member_of_two_teams_sees_which_team(at: At):
    member = await at.member("flandres", "douaisis")
    await at.signal()
    await at.signal(commune="Douai")

    page = (await member.get("/")).text

    assert '<span class="team">Flandres</span>' in page
    assert '<span class="team">Douaisis</span>' in page


async def test_the_address_without_its_last_slash_leads_to_the_queue(console_app: FastAPI):
    site = Starlette(routes=[Mount(BASE, app=console_app)])
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
        answer = await client.get(BASE)

    assert answer.status_code in {303, 307}


async def test_the_help_says_what_each_level_promises(flandres: Staff):
    page = (await flandres.get("/aide")).text

    assert "À lire : 15 min. À répondre : 30 min." in page
    assert "À lire : 2 h de jour." in page
