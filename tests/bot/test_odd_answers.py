"""Whatever the messenger answers, the bot waits and goes on; what is kept is kept before."""

import asyncio
import io
import json
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog

from bot.polling import poll_forever
from bot.telegram import DROPPED
from botapi.world import Oddity
from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from records import Records
from runtime.log import configure_logs
from runtime.tally import TALLY
from tests.bot.conftest import Talk
from tests.bot.test_border import a_message
from tests.bot.test_conversation import SMS
from tests.builders import a_member, every_row

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CANARY = "kanarie-geheim"
ODDITIES = {
    "a page of HTML with 502": Oddity(502, f"<h1>{CANARY}".encode()),
    "a page of HTML with 200": Oddity(200, f"<h1>{CANARY}".encode()),
    "a page of HTML with 403": Oddity(403, f"<h1>{CANARY}".encode()),
    "nothing": Oddity(),
    "JSON that is no answer": Oddity(200, json.dumps([CANARY]).encode()),
    "ok that is a word": Oddity(200, json.dumps({"ok": CANARY, "result": []}).encode()),
    "half an answer": Oddity(200, b'{"ok": true, "resu', cut=9),
    "no UTF-8": Oddity(200, b"\xff\xfe\xfa" + CANARY.encode()),
    "a charset that nobody knows": Oddity(200, b"{}", kind="application/json; charset=kanarie"),
    "a failure without its code": Oddity(500, json.dumps({"ok": False}).encode()),
    "a failure of odd types": Oddity(
        400, json.dumps({"ok": False, "error_code": CANARY, "description": [1]}).encode()
    ),
    "401": Oddity(401, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'),
    "404": Oddity(404, b'{"ok": false, "error_code": 404, "description": "Not Found"}'),
    "409": Oddity(409, b'{"ok": false, "error_code": 409, "description": "Conflict"}'),
    "429 without its seconds": Oddity(429, b'{"ok": false, "error_code": 429}'),
    "429 of odd seconds": Oddity(
        429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": "x"}}'
    ),
    "418": Oddity(418, b'{"ok": false, "error_code": 418, "description": "teapot"}'),
}


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs()
    yield written
    structlog.reset_defaults()


async def polling(talk: Talk, seen: str) -> None:
    """Poll as the process does until the chat shows what is expected."""
    task = asyncio.create_task(poll_forever(talk.feed, talk.door))
    shown = talk.world.until(lambda: any(seen in text for text in talk.screen()))
    done, _ = await asyncio.wait(
        {task, asyncio.create_task(shown)}, return_when=asyncio.FIRST_COMPLETED
    )
    assert task not in done, "the bot ended by itself"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_no_answer_to_a_question_for_updates_ends_the_bot(talk: Talk, output: io.StringIO):
    talk.world.write(talk.chat, SMS)
    for oddity in ODDITIES.values():
        talk.world.answer_oddly(oddity, method="getUpdates")
    await polling(talk, "bien arrivé")

    assert len(talk.paused) >= len(ODDITIES)
    assert max(talk.paused) <= 15, "who writes is not left unread for long"
    assert CANARY not in output.getvalue()


async def test_no_answer_to_a_message_keeps_it_from_being_told(
    talk: Talk, desk: Desk, installed: Installed, output: io.StringIO
):
    talk.world.write(talk.chat, SMS)
    for oddity in ODDITIES.values():
        talk.world.answer_oddly(oddity, method="sendMessage")
    await talk.answers()

    assert any("bien arrivé" in text for text in talk.screen())
    member = await a_member(desk, installed.recovery, "douaisis")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1
    assert CANARY not in output.getvalue()


async def test_a_button_does_what_it_says_whatever_its_press_is_answered(talk: Talk):
    await talk.write("/start")
    for name, oddity in ODDITIES.items():
        talk.world.answer_oddly(oddity, method="answerCallbackQuery")
        assert "119" in "".join(await talk.press("Danger maintenant")), name


async def test_erasing_is_done_whatever_the_messenger_answers(talk: Talk, records: Records):
    await talk.write("/start")
    await talk.write(SMS)
    await talk.write("/effacer")
    for oddity in ODDITIES.values():
        talk.world.answer_oddly(oddity, method="deleteMessages")
    await talk.press("Oui, effacer")

    assert (await every_row(records))["message"] == []
    assert "effacé" in talk.screen()[-1]


async def test_a_message_that_was_taken_is_not_sent_again_for_its_odd_receipt(talk: Talk):
    await talk.write("/start")
    result = json.dumps({"ok": True, "result": {"message_id": "x", "chat": None}}).encode()
    talk.world.answer_oddly(Oddity(200, result, done=True), method="sendMessage")
    await talk.write("/aide")

    assert len([text for text in talk.screen() if "/effacer" in text and "/aide" in text]) == 1


async def test_a_button_pressed_while_the_bot_was_away_still_does_what_it_says(
    talk: Talk, records: Records
):
    await talk.write("/start")
    await talk.write(SMS)
    await talk.write("/effacer")
    [button] = [m for m in talk.world.visible(talk.chat) if m.buttons][-1:]
    talk.world.press(talk.chat, button.message_id, button.buttons[0][0][1])
    talk.world.advance(minutes=20)
    await talk.answers()

    assert (await every_row(records))["message"] == []


async def test_of_a_batch_only_what_cannot_be_read_is_dropped(talk: Talk, output: io.StringIO):
    before = TALLY[DROPPED]
    talk.world.write(talk.chat, "/start")
    broken = a_message(text=CANARY)
    del broken["chat"]
    number = talk.world.deliver({"message": broken})
    talk.world.write(talk.chat, SMS)
    await talk.answers()
    await talk.answers()

    assert any("bien arrivé" in text for text in talk.screen())
    assert TALLY[DROPPED] == before + 1
    assert talk.world.waiting() == 0, "its number is confirmed, so that it does not come again"
    [line] = [line for line in output.getvalue().splitlines() if "update.unreadable" in line]
    assert json.loads(line)["update"] == number
    assert CANARY not in output.getvalue()
