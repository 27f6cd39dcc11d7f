"""Erasing takes everything away, here and, as far as the messenger lets us, there."""

from pathlib import Path

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from records import Records
from tests.bot.conftest import CHILD, Talk
from tests.builders import FrozenClock, a_member, every_row

WORDS = "zibeline canari secret 4711"


async def test_erasing_asks_first_and_no_keeps_everything(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(WORDS)
    [question] = await talk.write("/effacer")
    assert "on ne peut pas le reprendre" in question
    assert await talk.press("Non, garder") == ["D’accord, on garde tout."]

    member = await a_member(desk, installed.recovery, "coordination")
    assert len(await list_queue(member, desk, queue=Queue.OPEN)) == 1


async def test_erasing_removes_rows_and_messages_and_says_what_remains(
    talk: Talk, records: Records
):
    await talk.write("/start")
    await talk.write(WORDS)
    await talk.write("/effacer")
    [told] = await talk.press("Oui, effacer")

    assert "moins de deux jours" in told
    assert talk.screen() == [told]
    rows = await every_row(records)
    assert [rows[name] for name in ("signal", "message", "chat", "chat_message", "delivery")] == (
        [[]] * 5
    )


async def test_after_two_days_the_messenger_keeps_its_messages_and_we_say_so(
    talk: Talk, clock: FrozenClock, records: Records
):
    await talk.write("/start")
    await talk.write(WORDS)
    talk.world.advance(days=3)
    clock.advance(days=3)
    await talk.write("/effacer")
    [told] = await talk.press("Oui, effacer")

    assert "supprime la discussion" in told
    assert WORDS in talk.screen()
    assert (await every_row(records))["message"] == []


async def test_a_hundred_messages_are_deleted_in_batches(talk: Talk):
    await talk.write("/start")
    for number in range(150):
        talk.world.write(talk.chat, f"message {number}")
    await talk.answers()
    await talk.write("/effacer")
    [told] = await talk.press("Oui, effacer")

    batches = [
        c.parameters["message_ids"] for c in talk.world.calls if c.method == "deleteMessages"
    ]
    assert max(len(batch) for batch in batches) <= 100
    assert talk.screen() == [told]


async def test_whoever_comes_back_starts_anew_and_old_buttons_are_harmless(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(WORDS)
    await talk.write("/effacer")
    await talk.press("Oui, effacer")
    await talk.write("bonjour, j'ai besoin de parler")

    member = await a_member(desk, installed.recovery, "coordination")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    assert row.ref


async def test_no_trace_of_id_name_or_words_is_left(talk: Talk, records: Records, tmp_path: Path):
    names = {"first_name": "Prénomcanari", "username": "pseudocanari"}
    await talk.write("/start", **names)
    await talk.write(WORDS, **names)
    before = repr(await every_row(records)).encode()
    await talk.write("/effacer", **names)
    await talk.press("Oui, effacer")
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    after = repr(await every_row(records)).encode()

    for canary in (str(CHILD), "Prénomcanari", "pseudocanari", WORDS):
        assert canary.encode() not in before + after + files
