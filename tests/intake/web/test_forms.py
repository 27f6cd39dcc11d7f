"""The three forms: only the message is required, and nothing that was typed is ever lost."""

from itertools import product

import httpx
import pytest
from fastapi import FastAPI

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, QueueRow, list_queue
from intake.drafts import AgeBand
from intake.rate_limits import SUBMISSIONS_IN_A_WINDOW
from tests.builders import FrozenClock, a_member
from tests.intake.web.conftest import a_visitor
from tests.intake.web.reading import code_on, one_database, read, send, shown
from triage.vocabulary import Author

DOORS = ("/moi", "/proche", "/pro")
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"
WORDS = "un <b>mot</b> & l'autre\n\n« encore »"


async def queued(
    desk: Desk, installed: Installed, *, team: str = "coordination", queue: Queue = Queue.OPEN
) -> tuple[QueueRow, ...]:
    member = await a_member(desk, installed.recovery, team)
    return await list_queue(member, desk, queue=queue)


@pytest.mark.parametrize("door", DOORS)
async def test_a_message_is_kept_and_answered_with_a_code(
    door: str, visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    page = await visitor.get(door)

    answer = await send(visitor, page, door, text=WORDS, commune="Douai")

    assert answer.status_code == 200
    assert "bien arrivé" in answer.text
    assert len(code_on(answer).split()) == 6
    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    opened = await open_signal(row.ref, member, desk)
    assert opened.messages[0].content.text == WORDS


@one_database
@pytest.mark.parametrize(
    ("commune", "age", "author"),
    list(
        product((None, "", "Douai", "59310", "ailleurs"), (None, "", "15-17", "?"), (None, "peer"))
    ),
)
async def test_every_subset_of_the_optional_answers_is_accepted(
    commune: str | None, age: str | None, author: str | None, visitor: httpx.AsyncClient
):
    given = {"text": "bonjour", "commune": commune, "age": age, "author": author}

    answer = await visitor.post(
        "/proche", data={name: value for name, value in given.items() if value is not None}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("door", "chosen", "author"),
    [
        ("/moi", "", Author.YOUNG),
        ("/moi", "professional", Author.YOUNG),
        ("/proche", "", Author.RELATIVE),
        ("/proche", "peer", Author.PEER),
        ("/pro", "", Author.PROFESSIONAL),
    ],
)
@one_database
async def test_the_door_says_who_writes(
    door: str,
    chosen: str,
    author: Author,
    visitor: httpx.AsyncClient,
    desk: Desk,
    installed: Installed,
):
    await visitor.post(door, data={"text": "bonjour", "author": chosen, "commune": "Douai"})

    [row] = await queued(desk, installed, team="douaisis")
    assert row.author is author


@one_database
async def test_a_postal_code_in_the_field_of_the_commune_finds_the_team(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    await visitor.post("/moi", data={"text": "bonjour", "commune": "59500"})

    assert len(await queued(desk, installed, team="douaisis")) == 1


@one_database
async def test_a_stated_age_reaches_the_team(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    await visitor.post("/moi", data={"text": "bonjour", "commune": "Douai", "age": "under_13"})

    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    opened = await open_signal(row.ref, member, desk)
    assert opened.messages[0].content.age == AgeBand.UNDER_13


async def test_a_double_click_is_one_signal_and_one_code(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    page = await visitor.get("/moi")

    answers = [await send(visitor, page, "/moi", text="bonjour") for _ in range(3)]

    assert len({code_on(answer) for answer in answers}) == 1
    assert len(await queued(desk, installed)) == 1


@one_database
@pytest.mark.parametrize("door", DOORS)
async def test_an_empty_message_shows_the_form_again_with_all_else_in_it(
    door: str, visitor: httpx.AsyncClient
):
    page = await visitor.get(door)

    answer = await send(visitor, page, door, text=" ", commune='Douai "sud"', age="15-17")

    assert answer.status_code == 422
    form = read(answer).form(door)
    assert form.fields["commune"] == 'Douai "sud"'
    assert form.fields["age"] == "15-17"
    assert form.fields["key"] == read(page).form(door).fields["key"]
    assert 'role="alert"' in answer.text
    assert 'href="#text"' in answer.text
    assert 'aria-invalid="true"' in answer.text


@one_database
async def test_the_choice_of_who_one_is_stays(visitor: httpx.AsyncClient):
    answer = await visitor.post("/proche", data={"author": "peer"})

    assert read(answer).form("/proche").fields["author"] == "peer"


@one_database
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 20_001, 422),
        ("🙂" * 10_001, 422),
        ("\n" + "é\n" * 11_000, 422),
        ("é" * 40_000, 413),
        ("🙂" * 17_000, 413),
    ],
)
async def test_too_long_a_text_comes_back_whole(text: str, status: int, visitor: httpx.AsyncClient):
    page = await visitor.get("/moi")

    answer = await send(visitor, page, "/moi", text=text)

    assert answer.status_code == status
    assert read(answer).form("/moi").fields["text"] == text
    assert "trop long" in answer.text


@one_database
@pytest.mark.parametrize("letter", ["a", "é", "€", "\r\n"])
async def test_the_longest_text_of_the_field_fits(letter: str, visitor: httpx.AsyncClient):
    page = await visitor.get("/moi")

    answer = await send(visitor, page, "/moi", text="x" + letter * 19_998 + "x", commune="Lille")

    assert answer.status_code == 200


@one_database
async def test_a_body_over_a_mebibyte_gets_a_kind_page(visitor: httpx.AsyncClient):
    answer = await visitor.post("/moi", data={"text": "a" * 1_100_000})

    assert answer.status_code == 413
    assert "trop long" in answer.text


@one_database
async def test_a_file_is_refused(visitor: httpx.AsyncClient):
    answer = await visitor.post(
        "/moi", data={"text": "bonjour"}, files={"photo": ("x.jpg", b"\xff\xd8", "image/jpeg")}
    )

    assert answer.status_code == 400
    assert "ni photo" in answer.text


@one_database
async def test_another_text_with_the_same_key_is_not_lost(visitor: httpx.AsyncClient):
    page = await visitor.get("/moi")
    await send(visitor, page, "/moi", text="bonjour")

    answer = await send(visitor, page, "/moi", text=WORDS)

    assert answer.status_code == 409
    again = await send(visitor, answer, "/moi")
    assert again.status_code == 200


@one_database
async def test_a_failure_gives_the_words_back(
    broken_site: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
):
    page = await broken_site.get("/moi")

    answer = await send(broken_site, page, "/moi", text=WORDS, commune="Douai")

    assert answer.status_code == 503
    form = read(answer).form("/moi")
    assert (form.fields["text"], form.fields["commune"]) == (WORDS, "Douai")
    assert "bien arrivé" not in answer.text
    assert "encore" not in "".join(capfd.readouterr())


@one_database
async def test_a_form_sent_from_another_site_has_to_be_sent_again(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    answer = await visitor.post(
        "/moi", data={"text": WORDS}, headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403
    assert read(answer).form("/moi").fields["text"] == WORDS
    assert await queued(desk, installed) == ()


@one_database
async def test_a_form_filled_by_a_machine_goes_to_quarantine(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    answer = await visitor.post("/moi", data={"text": "bonjour", "website": "http://x.invalid"})

    assert "bien arrivé" in answer.text
    assert len(await queued(desk, installed, queue=Queue.QUARANTINE)) == 1


@one_database
async def test_a_flood_from_one_network_goes_to_quarantine(
    site: FastAPI, visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    for number in range(SUBMISSIONS_IN_A_WINDOW + 1):
        answer = await shown(
            visitor, await visitor.post("/moi", data={"text": f"bonjour {number}"})
        )
        assert answer.status_code == 200
    async with a_visitor(site, address="198.51.100.4") as somebody_else:
        await somebody_else.post("/moi", data={"text": "bonjour"})

    assert len(await queued(desk, installed, queue=Queue.QUARANTINE)) == 1


@one_database
async def test_the_trap_is_out_of_sight_and_out_of_reach(visitor: httpx.AsyncClient):
    page = (await visitor.get("/moi")).text

    assert '<div hidden aria-hidden="true">' in page
    assert 'name="website" type="text" tabindex="-1"' in page


@one_database
async def test_the_message_field_leaves_no_traces_in_the_browser(visitor: httpx.AsyncClient):
    page = read(await visitor.get("/moi"))

    [field] = [e for e in page.elements if e.tag == "textarea"]
    assert field.attributes["autocomplete"] == "off"
    assert field.attributes["spellcheck"] == "false"
    assert "maxlength" not in field.attributes  # a browser cuts what is pasted, and says nothing
    assert "text-limit" in field.attributes["aria-describedby"].split()
    assert "20 000 signes au plus." in page.text


@one_database
@pytest.mark.parametrize("door", DOORS)
async def test_the_limit_of_confidentiality_stands_before_the_field(
    door: str, visitor: httpx.AsyncClient
):
    ids = read(await visitor.get(door)).ids()

    assert ids.index("limit") < ids.index("text")


@one_database
async def test_the_card_comes_first_and_says_that_it_is_automatic(visitor: httpx.AsyncClient):
    answer = await visitor.post("/moi", data={"text": CRITICAL})

    page = read(answer)
    assert page.ids().index("emergency") < page.ids().index("arrived")
    assert "Ceci est un message automatique" in page.text
    links = [e.attributes.get("href") for e in page.elements if e.tag == "a"]
    assert [link for link in links if link and link[:4] in {"tel:", "sms:"}][:3] == [
        "tel:17",
        "sms:114",
        "tel:119",
    ]


@one_database
async def test_a_closed_team_says_when_it_is_back(visitor: httpx.AsyncClient, clock: FrozenClock):
    clock.advance(hours=14)  # Tuesday, midnight in Lille

    receipt = read(await visitor.post("/moi", data={"text": "bonjour"})).text
    form = read(await visitor.get("/moi")).text

    for text in (receipt, form):
        assert "Elle revient demain à 9 h" in text or "Elle revient aujourd’hui à 9 h" in text
        assert "119" in text


@one_database
async def test_the_promise_is_told_in_local_time(visitor: httpx.AsyncClient):
    answer = read(await visitor.post("/moi", data={"text": CRITICAL}))

    assert "au plus tard aujourd’hui à 10 h 15" in answer.text.replace("\u00a0", " ")


@one_database
async def test_the_receipt_opens_a_session_in_a_strict_cookie(site: FastAPI):
    async with a_visitor(site) as client:
        answer = await client.post("/moi", data={"text": "bonjour"})

    cookie = answer.headers["set-cookie"]
    name, _, attributes = cookie.partition("=")
    assert name == "s"
    assert {part.strip().lower() for part in attributes.split(";")[1:]} == {
        "httponly",
        "samesite=strict",
        "path=/",
    }


@one_database
async def test_a_split_postal_code_asks_for_the_commune_and_keeps_the_code_in_sight(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    receipt = await visitor.post("/moi", data={"text": "bonjour", "commune": "59310"})

    answer = await send(visitor, receipt, "/fil/lieu", commune="Orchies", choice="say")

    assert code_on(answer) == code_on(receipt)
    assert len(await queued(desk, installed, team="douaisis")) == 1


@one_database
async def test_the_question_of_the_commune_can_be_passed(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    receipt = await visitor.post("/moi", data={"text": "bonjour", "commune": "59310"})

    answer = await send(visitor, receipt, "/fil/lieu", choice="skip")

    assert code_on(answer) == code_on(receipt)
    assert len(await queued(desk, installed)) == 1
