"""The commune is asked once, can be skipped, and brings the conversation to its team."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.queue import Queue, list_queue
from tests.bot.conftest import Talk
from tests.builders import a_member

# What is said does not depend on the database; that each keeps it is tested elsewhere.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TEXT = "j'ai besoin de parler, quelqu'un me fait peur"


async def teams_with_it(desk: Desk, installed: Installed, *teams: str) -> list[str]:
    found = []
    for team in teams:
        member = await a_member(desk, installed.recovery, team)
        found += [team] * len(await list_queue(member, desk, queue=Queue.OPEN))
    return found


async def test_the_commune_is_asked_after_the_first_message_and_once(talk: Talk):
    await talk.write("/start")
    first = await talk.write(TEXT)
    second = await talk.write("et j'ai peur")

    assert any("Dans quelle commune es-tu" in text for text in first)
    assert not any("commune" in text for text in second)


async def test_the_answer_brings_it_to_the_team(talk: Talk, desk: Desk, installed: Installed):
    await talk.write("/start")
    await talk.write(TEXT)

    assert await talk.write("Maubeuge") == ["C’est noté, merci."]
    assert await teams_with_it(desk, installed, "avesnois", "coordination") == ["avesnois"]


async def test_what_is_no_commune_is_a_message(talk: Talk, desk: Desk, installed: Installed):
    await talk.write("/start")
    await talk.write(TEXT)
    await talk.write("je veux pas le dire")

    assert await teams_with_it(desk, installed, "coordination") == ["coordination"]


async def test_a_postal_code_of_two_districts_asks_which_commune(
    talk: Talk, desk: Desk, installed: Installed
):
    await talk.write("/start")
    await talk.write(TEXT)

    assert await talk.write("59310") == ["Laquelle de ces communes ?"]
    assert await talk.press("Orchies") == ["C’est noté, merci."]
    assert await teams_with_it(desk, installed, "douaisis", "coordination") == ["douaisis"]


async def test_the_question_can_be_skipped(talk: Talk):
    await talk.write("/start")
    await talk.write(TEXT)

    assert await talk.press("Je ne sais pas, passer") == ["D’accord, on passe."]


async def test_a_place_in_the_text_is_not_asked_for(talk: Talk):
    await talk.write("/start")

    assert not any("commune" in text for text in await talk.write(f"{TEXT}, je suis a Caudry"))
