"""A code continues the conversation on the web."""

import pytest

from intake.add_message import add_message
from intake.errors import ReceiptUnknown
from intake.reception import Reception
from intake.sender import read_conversation, unlock_receipt
from tests.bot.conftest import Talk
from tests.bot.test_conversation import SMS
from tests.builders import a_draft

# What is said does not depend on the database; that each keeps it is tested elsewhere.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def code_in(text: str) -> str:
    return text.splitlines()[1]


async def test_the_code_opens_the_same_thread_on_the_web(talk: Talk, reception: Reception):
    await talk.write("/start")
    await talk.write(SMS)
    [told] = await talk.write("/code")
    access = await unlock_receipt(code_in(told), reception)
    await add_message(access, a_draft("je continue ici"), reception)

    thread = await read_conversation(access, reception)
    assert [message.text for message in thread.messages] == [SMS, "je continue ici"]


async def test_a_new_code_replaces_the_former_one(talk: Talk, reception: Reception):
    await talk.write("/start")
    await talk.write(SMS)
    [first] = await talk.write("/code")
    [second] = await talk.write("/code")

    assert first != second
    await unlock_receipt(code_in(second), reception)
    with pytest.raises(ReceiptUnknown):
        await unlock_receipt(code_in(first), reception)


async def test_the_code_can_be_hidden(talk: Talk):
    await talk.write("/start")
    await talk.write(SMS)
    [told] = await talk.write("/code")
    await talk.press("Masquer")

    assert code_in(told) not in "\n".join(talk.screen())


async def test_before_a_first_message_there_is_no_code(talk: Talk):
    await talk.write("/start")

    assert await talk.write("/code") == ["Écris d’abord un message. Le code vient après."]
