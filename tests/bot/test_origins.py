"""Where people come from: a number by month for what is listed, and no word lost."""

import pytest

from records import Records
from tests.bot.conftest import CHILD, Talk
from tests.builders import FrozenClock, every_row

ASKED_AGAIN = "Si tu voulais nous dire quelque chose, écris-le ici"


async def counted(records: Records) -> list[tuple[str, str, int]]:
    async with records.reading() as tx:
        return [(one.month, one.origin, one.number) for one in await tx.origins.counts()]


async def test_a_listed_origin_is_counted_by_month_and_nothing_else_is_kept(
    talk: Talk, records: Records, clock: FrozenClock
):
    for chat in range(CHILD, CHILD + 3):
        talk.chat = chat
        answers = await talk.write("/start carte-poche")
        assert not [text for text in answers if ASKED_AGAIN in text]
    await talk.write("/start site")
    await talk.write("/start@point_ecoute_bot carte-poche")
    before = await counted(records)
    clock.advance(days=40)
    talk.chat = CHILD + 9
    await talk.write("/start site")

    assert before == [("2026-11", "carte-poche", 3)]
    assert await counted(records) == [*before, (f"{clock():%Y-%m}", "site", 1)]
    rows = await every_row(records)
    assert (rows["signal"], rows["chat"]) == ([], [])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("word", ["aide", "qr_12", "Site", "carte-poche2", "a" * 64])
async def test_a_word_that_is_not_listed_is_counted_nowhere_and_asked_for_again(
    talk: Talk, records: Records, word: str
):
    answers = await talk.write(f"/start {word}")

    assert ASKED_AGAIN in answers[-1]
    rows = await every_row(records)
    assert (rows["origin_count"], rows["signal"]) == ([], [])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", ["aidez-moi svp", "j'ai peur", "réponds", "site 2", "a" * 65])
async def test_what_no_address_can_hold_is_a_message(talk: Talk, records: Records, words: str):
    await talk.write(f"/start {words}")

    rows = await every_row(records)
    assert (rows["origin_count"], len(rows["signal"])) == ([], 1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_whoever_wrote_already_is_not_counted(talk: Talk, records: Records):
    await talk.write("je ne sais pas à qui parler")
    await talk.door.store.close()
    await talk.write("/start site")

    assert await counted(records) == []
