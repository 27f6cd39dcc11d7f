"""A member of staff is told in their own chat, once they linked it with a code."""

import pytest

from bot.staff_channel import TelegramChannel
from dispatch.desk import Desk, SignedIn
from dispatch.escalate import escalate
from dispatch.install import Installed
from dispatch.own_alerts import own_alerts
from dispatch.queue import Queue, list_queue
from dispatch.send_notices import send_notices
from dispatch.staff_chat import is_linked, new_code
from intake.reception import Reception
from records.tables import Channel
from tests.bot.conftest import Talk
from tests.builders import FrozenClock, a_draft, a_member, every_row, kept

COLLEAGUE = 6_000_222_333
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis")


async def told(talk: Talk, desk: Desk) -> list[str]:
    await escalate(desk, [Channel.TELEGRAM])
    before = len(talk.screen())
    await send_notices(
        TelegramChannel(talk.feed.bot, talk.door.pace), desk, "https://equipe.invalid"
    )
    return talk.screen()[before:]


async def test_who_linked_their_chat_is_told_there_and_says_seen(
    talk: Talk, desk: Desk, anne: SignedIn, reception: Reception
):
    talk.chat = COLLEAGUE
    code = await new_code(anne, desk)
    assert (await talk.write(f"/equipe {code.lower()}"))[0].startswith("C’est relié")
    assert await is_linked(anne, desk)
    await kept(a_draft(CRITICAL, commune="Douai"), reception)

    [text] = await told(talk, desk)
    assert "Un signal attend l’équipe Douaisis" in text
    assert "enfermée" not in text
    assert len(await own_alerts(anne, desk)) == 1
    await talk.press("Vu")
    assert await own_alerts(anne, desk) == ()


@pytest.mark.parametrize("wrong", ["other", "late", "twice", "none"])
async def test_only_the_code_of_a_member_links_once_and_for_ten_minutes(
    wrong: str, talk: Talk, desk: Desk, anne: SignedIn, clock: FrozenClock
):
    talk.chat = COLLEAGUE
    code = await new_code(anne, desk)
    if wrong == "other":
        code = "AAAAAAAA"
    if wrong == "late":
        clock.advance(minutes=11)
    if wrong == "twice":
        await talk.write(f"/equipe {code}")
    if wrong == "none":
        code = ""
    assert (await talk.write(f"/equipe {code}"))[0].startswith("Ce code n’est pas valable")
    assert await is_linked(anne, desk) is (wrong == "twice")


async def test_a_link_is_no_signal_and_no_id_is_kept_in_clear(
    talk: Talk, desk: Desk, anne: SignedIn
):
    talk.chat = COLLEAGUE
    await talk.write(f"/equipe {await new_code(anne, desk)}")

    assert await list_queue(anne, desk, queue=Queue.OPEN) == ()
    rows = await every_row(desk.records)
    assert len(rows["staff_chat"]) == 1
    assert str(COLLEAGUE) not in str(rows)
    assert str(COLLEAGUE).encode() not in rows["staff_chat"][0]["locked_address"]
