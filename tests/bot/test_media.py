"""What is not text: refused kindly, never fetched, once an album; its caption is a message."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from records import Records
from tests.bot.conftest import Talk
from tests.builders import a_member, every_row

# What is said does not depend on the database; that each keeps it is tested elsewhere.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

IMAGES = ("photo", "video", "video_note", "animation", "document")
OTHERS = ("voice", "audio", "sticker", "poll", "dice", "story")


async def test_an_image_is_refused_with_who_helps(talk: Talk):
    await talk.write("/start")
    for kind in IMAGES:
        [told] = await talk.send(kind)

        assert "Tu n’as rien fait de mal" in told, kind
        assert "3018" in told, kind
        assert "takeitdown.ncmec.org" in told, kind


async def test_voice_and_the_like_are_refused(talk: Talk):
    await talk.write("/start")
    for kind in OTHERS:
        [told] = await talk.send(kind)

        assert "On ne peut pas recevoir" in told, kind


async def test_a_position_and_a_contact_are_not_kept(talk: Talk):
    await talk.write("/start")
    [place] = await talk.send("location")
    [contact] = await talk.send("contact")

    assert "17" in place
    assert "114" in place
    assert "fiche de contact" in contact


async def test_an_album_is_refused_once(talk: Talk):
    await talk.write("/start")
    for _ in range(4):
        talk.world.send_media(talk.chat, "photo", album="album-1")

    assert len(await talk.answers()) == 1


async def test_a_caption_is_a_message(talk: Talk, desk: Desk, installed: Installed):
    await talk.write("/start")
    answers = await talk.send("photo", caption="il menace de montrer ca a tout le lycee, douai")

    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    opened = await open_signal(row.ref, member, desk)
    assert opened.messages[0].content.text.startswith("il menace")
    assert len(answers) >= 2


async def test_nothing_is_fetched_or_forwarded_and_no_file_id_is_kept(talk: Talk, records: Records):
    await talk.write("/start")
    for kind in (*IMAGES, *OTHERS, "location", "contact"):
        await talk.send(kind, caption="bonjour" if kind in IMAGES else None)

    called = {call.method for call in talk.world.calls}
    assert called <= {"getUpdates", "sendMessage", "deleteMessage", "answerCallbackQuery"}
    kept = repr(await every_row(records))
    for canary in talk.world.canaries:
        assert canary not in kept
