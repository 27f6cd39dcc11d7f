"""What staff type is never lost, and nobody but its author reads it before it is sent."""

import asyncio
import logging
import uuid

import pytest

from dispatch.purge import purge
from intake.withdraw import withdraw
from records.tables import Role
from tests.builders import FrozenClock, every_row
from tests.console.staff import BASE, At, Sent, Staff, boxes
from tests.journeys.doors import form_to

TYPED = "Je pense à toi,\n\n  « à demain » & prends soin de toi <3"
ALL = {"reponse": TYPED, "note": "à revoir", "transfert": "elle y vit", "niveau": "elle va mieux"}


async def press(staff: Staff, sent: Sent, button: str, **typed: str):
    """Press a button of the signal's page with these words in its boxes, as a browser does."""
    fields = form_to((await staff.signal(sent.ref)).text, button).fields
    return await staff.client.post(f"{BASE}/signaux/{sent.ref}{button}", data=fields | typed)


@pytest.mark.parametrize(
    ("button", "more"),
    [
        ("/prise", {}),
        ("/brouillon", {}),
        ("/retour", {}),
        ("/prochaine", {"kind": "review", "day": "2026-12-01"}),
        ("/prochaine", {"kind": "review", "day": "hier"}),
        ("/niveau", {"level": "terrible"}),
        ("/transfert", {"team": "nulle-part"}),
    ],
)
async def test_whichever_button_is_pressed_what_stands_in_every_box_is_there_again(
    at: At, flandres: Staff, button: str, more: dict[str, str]
):
    sent = await at.signal()

    await press(flandres, sent, button, **ALL, **more)

    page = (await flandres.signal(sent.ref)).text
    assert boxes(page) == ALL
    assert page.count("Brouillon, pas encore envoyé.") == 4


@pytest.mark.parametrize("sent_box", ["reponse", "note", "niveau"])
async def test_what_was_sent_leaves_its_box_and_the_others_stay(
    at: At, flandres: Staff, sent_box: str
):
    sent = await at.signal()

    await press(flandres, sent, f"/{sent_box}", **ALL, level="high")

    left = {box: text for box, text in ALL.items() if box != sent_box}
    assert boxes((await flandres.signal(sent.ref)).text) == left


async def test_signing_out_keeps_what_was_typed(at: At, flandres: Staff):
    sent = await at.signal()
    fields = form_to((await flandres.signal(sent.ref)).text, "/deconnexion").fields

    await flandres.client.post(f"{BASE}/deconnexion", data=fields | ALL | {"ref": sent.ref})
    await flandres.sign_in()

    assert boxes((await flandres.signal(sent.ref)).text) == ALL


async def test_an_emptied_box_and_a_draft_thrown_away_are_gone_and_the_others_stay(
    at: At, flandres: Staff
):
    sent = await at.signal()
    await press(flandres, sent, "/brouillon", **ALL)
    await press(flandres, sent, "/brouillon", **(ALL | {"note": "  \n"}))
    page = (await flandres.signal(sent.ref)).text
    assert "note" not in boxes(page)

    fields = form_to(page, f"/brouillons/{sent.ref}/jeter").fields | ALL | {"jeter": "reponse"}
    await flandres.client.post(f"{BASE}/brouillons/{sent.ref}/jeter", data=fields)

    assert set(boxes((await flandres.signal(sent.ref)).text)) == {"note", "transfert", "niveau"}


async def test_nobody_else_reads_a_draft_not_even_supervision(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    await press(flandres, sent, "/brouillon", **ALL)
    cadre = await at.member("supervision", role=Role.SUPERVISOR)

    for other in (colleague, cadre):
        assert boxes((await other.signal(sent.ref)).text) == {}
    await press(colleague, sent, "/brouillon", reponse="autre chose")
    assert boxes((await flandres.signal(sent.ref)).text) == ALL


async def test_no_word_of_a_draft_stands_anywhere_in_clear(
    at: At, flandres: Staff, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    sent = await at.signal()
    caplog.set_level(logging.DEBUG)
    canary = "kanarie-brouillon"

    answer = await press(flandres, sent, "/brouillon", reponse=canary, note=canary)

    assert "kanarie" not in answer.headers["location"]
    rows = await every_row(at.desk.records)
    assert len(rows["draft"]) == 2
    assert canary.encode() not in b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for table in rows.values()
        for row in table
        for value in row.values()
    )
    assert "kanarie" not in caplog.text + "".join(capfd.readouterr())


async def test_after_a_colleagues_transfer_the_text_is_there_and_where_it_went(
    at: At, flandres: Staff, colleague: Staff, douaisis: Staff
):
    sent = await at.signal("mots à transmettre")
    fields = form_to((await flandres.signal(sent.ref)).text, "/reponse").fields
    await colleague.do(sent.ref, "transfert", team="douaisis", reason="elle vit à Douai")
    await douaisis.do(sent.ref, "note", text="mot de l'autre équipe")

    answer = await flandres.client.post(
        f"{BASE}/signaux/{sent.ref}/reponse", data=fields | {"reponse": TYPED}
    )

    assert answer.status_code == 404
    assert "Douaisis" in answer.text
    assert boxes(answer.text.replace('id="kept-reponse"', 'name="reponse"')) == {"reponse": TYPED}
    for hidden in ("mots à transmettre", "mot de l&#39;autre", "elle vit à Douai", "signal-head"):
        assert hidden not in answer.text
    assert len((await sent.thread()).messages) == 1

    again = await flandres.signal(sent.ref)
    assert (again.status_code, "Douaisis" in again.text) == (404, True)
    thrown = form_to(again.text, "/jeter").fields | {"jeter": "reponse"}
    await flandres.client.post(f"{BASE}/brouillons/{sent.ref}/jeter", data=thrown)
    assert "Douaisis" not in (await flandres.signal(sent.ref)).text


async def test_who_never_had_a_signal_is_told_nothing_of_it(at: At, flandres: Staff):
    """Whatever is typed to it: another team's signal answers as one that does not exist."""
    sent = await at.signal(commune="Douai")
    unknown = "ZZZ-ZZZ"
    for ref in (sent.ref, unknown):
        answer = await flandres.post(f"/signaux/{ref}/reponse", reponse=TYPED)
        assert answer.status_code == 404
        assert "Douaisis" not in answer.text
        assert "Brouillon, pas encore envoyé" not in answer.text
    assert (await every_row(at.desk.records))["draft"] == []


async def test_who_signs_in_again_after_a_transfer_finds_the_text_too(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    fields = form_to((await flandres.signal(sent.ref)).text, "/reponse").fields
    await colleague.do(sent.ref, "transfert", team="douaisis", reason="x")
    flandres.client.cookies.clear()
    lost = await flandres.client.post(
        f"{BASE}/signaux/{sent.ref}/reponse", data=fields | {"reponse": TYPED}
    )

    carried = form_to(lost.text, "/connexion").fields | {"reponse": TYPED}
    back = await flandres.sign_in(**carried)

    assert "Douaisis" in back.text
    assert "prends soin de toi &lt;3" in back.text


async def test_drafts_go_with_the_signal(at: At, flandres: Staff, clock: FrozenClock):
    withdrawn, closed = await at.signal(), await at.signal()
    for sent in (withdrawn, closed):
        await press(flandres, sent, "/brouillon", **ALL)
    await flandres.do(closed.ref, "prise")
    await flandres.do(closed.ref, "cloture", outcome="transmitted")

    await withdraw(withdrawn.access, at.reception)
    assert len((await every_row(at.desk.records))["draft"]) == 4
    clock.advance(days=400)
    await purge(at.desk, dry_run=False)

    assert (await every_row(at.desk.records))["draft"] == []


async def test_two_saves_at_once_are_one_draft(at: At, flandres: Staff):
    sent = await at.signal()
    fields = form_to((await flandres.signal(sent.ref)).text, "/brouillon").fields
    answers = await asyncio.gather(
        *(
            flandres.client.post(
                f"{BASE}/signaux/{sent.ref}/brouillon",
                data=fields | {"reponse": f"texte {n}", "sans_page": "1"},
            )
            for n in range(4)
        )
    )

    assert {answer.status_code for answer in answers} == {204}
    assert len((await every_row(at.desk.records))["draft"]) == 1


async def test_the_longest_texts_in_every_box_are_kept(at: At, flandres: Staff):
    sent = await at.signal()
    long = dict.fromkeys(ALL, "é" * 20000)

    await press(flandres, sent, "/brouillon", **long)

    assert boxes((await flandres.signal(sent.ref)).text) == long


async def test_asking_whether_there_is_more_reads_nothing(at: At, flandres: Staff):
    sent = await at.signal()
    seen = form_to((await flandres.signal(sent.ref)).text, "/reponse").fields["seen"]
    before = await at.trail(sent)

    same = await flandres.get(f"/signaux/{sent.ref}/nouveau?vu={seen}")
    other = await flandres.get(f"/signaux/{sent.ref}/nouveau?vu=0-{uuid.uuid4().hex}")

    assert (same.status_code, other.status_code, other.text) == (204, 200, "")
    assert await at.trail(sent) == before


async def test_limits_stand_above_the_box_and_a_word_to_avoid_is_shown(at: At, flandres: Staff):
    sent = await at.signal()
    noted = await press(
        flandres, sent, "/contact", contact="hours", contact_from="17:00", contact_to="20:00",
        mots="Foyer\nla police", reponse=TYPED,
    )  # fmt: skip
    assert noted.headers["location"].endswith("?fait=limits_noted")

    page = (await flandres.signal(sent.ref)).text
    assert page.index("seulement de 17:00 – 20:00") < page.index('id="reply-text"')
    assert boxes(page) == {"reponse": TYPED, "mots": "Foyer\nla police"}
    assert page.count("Brouillon, pas encore envoyé.") == 1, "what is noted is no draft"

    fields = form_to(page, "/reponse").fields | {"reponse": "Va au FOYER.", "malgre": "x"}
    refused = await flandres.client.post(f"{BASE}/signaux/{sent.ref}/reponse", data=fields)
    assert refused.status_code == 422
    assert "contient « Foyer »" in refused.text
    assert boxes(refused.text)["reponse"] == "Va au FOYER."
    assert len((await sent.thread()).messages) == 1


@pytest.mark.parametrize("chosen", ["", "toujours", "hours"])
async def test_limits_that_cannot_be_read_change_nothing_and_stay_typed(
    at: At, flandres: Staff, chosen: str
):
    sent = await at.signal()

    refused = await press(flandres, sent, "/contact", contact=chosen, mots="foyer", **ALL)

    assert refused.status_code == 422
    assert boxes(refused.text) == ALL | {"mots": "foyer"}
    assert (await every_row(at.desk.records))["safe_contact"] == []
