"""Old buttons, posters, corrections, and kinds of updates that nobody expected."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from records import Records
from tests.bot.conftest import CHILD, Talk
from tests.bot.test_conversation import SMS
from tests.builders import a_member, every_row

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CANARY = "CanariNom"
PRIVATE = {"id": CHILD, "type": "private", "first_name": CANARY}
PERSON = {"id": CHILD, "is_bot": False, "first_name": CANARY}


def a_message(**more: object) -> dict[str, object]:
    return {"message_id": 4711, "date": 1, "from": PERSON, "chat": PRIVATE} | more


def a_press(data: str, **more: object) -> dict[str, object]:
    return {
        "callback_query": {"id": "1", "from": PERSON, "chat_instance": "1", "data": data, **more}
    }


async def texts(desk: Desk, installed: Installed) -> list[str]:
    member = await a_member(desk, installed.recovery, "douaisis")
    rows = await list_queue(member, desk, queue=Queue.OPEN)
    return [
        message.content.text
        for row in rows
        for message in (await open_signal(row.ref, member, desk)).messages
    ]


@pytest.mark.parametrize("payload", ["affiche-lycee", "qr_12", "a" * 64])
async def test_a_poster_s_address_is_a_welcome_and_no_signal(
    talk: Talk, records: Records, payload: str
):
    answers = await talk.write(f"/start {payload}")

    assert "Des professionnels te lisent" in answers[0]
    rows = await every_row(records)
    assert (rows["signal"], rows["origin_count"]) == ([], [])


async def test_words_behind_start_are_a_message(talk: Talk, desk: Desk, installed: Installed):
    await talk.write(f"/start {SMS}")

    assert len(await texts(desk, installed)) == 1


async def test_buttons_without_their_message_still_do_what_they_say(talk: Talk):
    await talk.write("/start")
    gone = {"chat": PRIVATE, "message_id": 9, "date": 0}
    for data, expected in (("i", "Telegram"), ("o", "langue"), ("l", "reprendre"), ("g", "17")):
        for more in ({}, {"message": gone}, {"message": {"odd": True}}, {"message": None}):
            before = len(talk.screen())
            talk.world.deliver(a_press(data, **more))
            await talk.answers()
            assert expected in "".join(talk.screen()[before:]), (data, more)


async def test_a_button_of_a_former_version_answers_with_a_menu(talk: Talk):
    await talk.write("/start")
    for data in ("zzz", "", "s:none", "menu:1"):
        talk.world.deliver(a_press(data))
        await talk.answers()
        assert talk.world.visible(CHILD)[-1].buttons, data


async def test_an_edit_that_changes_nothing_is_no_message(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    number = talk.world.write(CHILD, SMS)
    await talk.answers()
    for text in (SMS, f"{SMS} et il me frappe", f"{SMS} et il me frappe", SMS):
        talk.world.edit(CHILD, number, text)
        await talk.answers()
    await talk.door.store.close()
    talk.world.edit(CHILD, number, SMS)
    await talk.answers()

    assert await texts(desk, installed) == [
        SMS,
        f"Message corrigé : {SMS} et il me frappe",
        f"Message corrigé : {SMS}",
    ]


async def test_an_edit_before_its_message_is_kept_as_one(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    talk.world.deliver({"edited_message": a_message(text=SMS, edit_date=2)})
    await talk.answers()

    assert await texts(desk, installed) == [SMS]


async def test_what_is_no_private_message_is_neither_kept_nor_answered(
    talk: Talk, records: Records
):
    await talk.write("/start")
    before = talk.screen()
    group = {"id": -1, "type": "supergroup", "title": CANARY}
    for update in (
        {"message_reaction": {"chat": PRIVATE, "message_id": 1, "user": PERSON, "date": 1}},
        {"business_message": a_message(text=SMS)},
        {"business_connection": {"id": "1", "user": PERSON}},
        {"channel_post": a_message(text=SMS, chat={"id": -2, "type": "channel"})},
        {"message": a_message(text=SMS, chat=group)},
        {"edited_message": a_message(text=SMS, chat=group)},
        {"poll": {"id": "1", "question": CANARY}},
        {"poll_answer": {"poll_id": "1", "user": PERSON}},
        {"inline_query": {"id": "1", "from": PERSON, "query": SMS}},
        {"chat_join_request": {"chat": group, "from": PERSON}},
        {"hologram": {"from": PERSON, "text": SMS}},
        {"message": a_message(pinned_message=a_message(text=SMS))},
        {},
    ):
        talk.world.deliver(update)
    await talk.answers()

    assert talk.screen() == before
    assert (await every_row(records))["signal"] == []


async def test_content_of_a_kind_to_come_is_refused_kindly(talk: Talk):
    await talk.write("/start")
    talk.world.deliver({"message": a_message(hologram={"file_id": CANARY})})
    await talk.answers()

    assert "On ne peut pas recevoir" in talk.screen()[-1]


async def test_a_forwarded_post_is_kept_as_such_without_its_sender(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    origin = {"type": "user", "date": 1, "sender_user": PERSON}
    talk.world.deliver({"message": a_message(text=SMS, forward_origin=origin, via_bot=PERSON)})
    await talk.answers()

    assert await texts(desk, installed) == [f"Message transféré : {SMS}"]


@pytest.mark.parametrize("text", ["\ud83d seule a douai", "x" * 20_000, "\u200b", "   "])
async def test_no_text_stops_the_next(talk: Talk, desk: Desk, installed: Installed, text: str):
    await talk.write("/start")
    talk.world.deliver({"message": a_message(text=text)})
    await talk.write(SMS)

    assert SMS in await texts(desk, installed)
