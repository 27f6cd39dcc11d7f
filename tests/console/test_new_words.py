"""Nothing is sent, closed or handed over over words that the page did not show."""

import re

import pytest

from intake.add_message import add_message
from tests.builders import a_draft
from tests.console.staff import At, Sent, Staff, page_text, seen_on

TYPED = "On se voit demain au local, comme convenu."
NEW_WORDS = "il est là il regarde mon tel, écris pas stp"
ACTS = {
    "reponse": {"text": TYPED},
    "transfert": {"team": "douaisis", "reason": TYPED},
    "niveau": {"level": "low", "reason": TYPED},
    "cloture": {"outcome": "informed"},
    "suivi": {"outcome": "reached"},
}


async def write_again(sent: Sent, text: str = NEW_WORDS) -> None:
    await add_message(sent.access, a_draft(text), sent.reception)


async def a_signal_in_hand(at: At, staff: Staff) -> Sent:
    """Taken, answered once, and rated high, so that each act is one that would be done."""
    sent = await at.signal()
    await staff.do(sent.ref, "prise")
    await staff.do(sent.ref, "reponse", text="Bonjour, on te lit.", key="first")
    await staff.do(sent.ref, "niveau", level="high", reason="à suivre")
    return sent


@pytest.mark.parametrize("act", ACTS)
async def test_an_act_over_unread_words_is_held_back_and_asks_again(
    at: At, flandres: Staff, act: str
):
    sent = await a_signal_in_hand(at, flandres)
    shown = seen_on((await flandres.signal(sent.ref)).text)
    await write_again(sent)
    before = [line for line in await at.trail(sent) if line != "signal:open"]

    held = await flandres.do(sent.ref, act, seen=shown, **ACTS[act])

    assert held.status_code == 409
    text, _ = page_text(held.text)
    assert "vient d’écrire : lire d’abord" in text
    assert text.index(NEW_WORDS) < text.index("bonjour j'ai besoin de parler")
    assert "bonjour j'ai besoin" not in held.text.split("</section>")[0], "only what is new"
    assert [line for line in await at.trail(sent) if line != "signal:open"] == before
    assert TYPED not in [m.text for m in (await sent.thread()).messages]
    if TYPED in ACTS[act].values():
        assert TYPED in re.findall(r"<textarea[^>]*>\n([^<]*)<", held.text)

    again = await flandres.do(sent.ref, act, seen=seen_on(held.text), **ACTS[act])
    assert again.status_code == 303


@pytest.mark.parametrize("seen", ["", "2", "9-abcdef", "1-00", "-", "²-x", "x" * 500])
async def test_a_page_that_cannot_say_what_it_showed_sends_nothing(
    at: At, flandres: Staff, seen: str
):
    sent = await at.signal()
    await write_again(sent)

    held = await flandres.do(sent.ref, "reponse", text=TYPED, seen=seen)

    assert held.status_code == 409
    assert len((await sent.thread()).messages) == 2


async def test_what_a_colleague_read_meanwhile_is_still_unread_on_the_older_page(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    shown = seen_on((await flandres.signal(sent.ref)).text)
    await write_again(sent)
    await colleague.signal(sent.ref)

    assert (await flandres.do(sent.ref, "reponse", text=TYPED, seen=shown)).status_code == 409


async def test_notes_and_a_higher_level_wait_for_nothing(at: At, flandres: Staff):
    sent = await at.signal()
    shown = seen_on((await flandres.signal(sent.ref)).text)
    await write_again(sent)

    noted = await flandres.do(sent.ref, "note", text="elle a écrit deux fois")
    raised = await flandres.do(sent.ref, "niveau", level="critical", reason="x", seen=shown)

    assert (noted.status_code, raised.status_code) == (303, 303)


async def test_a_double_click_is_not_asked_about_words_that_came_after_it(at: At, flandres: Staff):
    sent = await at.signal()
    shown = seen_on((await flandres.signal(sent.ref)).text)
    await flandres.do(sent.ref, "reponse", text=TYPED, key="k", seen=shown)
    await write_again(sent)

    assert (
        await flandres.do(sent.ref, "reponse", text=TYPED, key="k", seen=shown)
    ).status_code == 303
