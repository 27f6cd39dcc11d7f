import asyncio
import re
from datetime import timedelta

import pytest

from dispatch.written import LONGEST_TEXT
from records.tables import Outcome
from tests.console.staff import BASE, At, Staff
from tests.journeys.doors import form_to

REPLY = "Merci d'avoir écrit.\nOn peut en parler à ton rythme."


async def test_claiming_comes_back_to_the_signal_with_a_notice(at: At, flandres: Staff):
    sent = await at.signal()

    answer = await flandres.do(sent.ref, "prise")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{BASE}/signaux/{sent.ref}?fait=claimed"
    page = await flandres.client.get(answer.headers["location"])
    assert "C’est à vous" in page.text
    assert "Vous suivez ce signal." in page.text


async def test_who_claims_too_late_is_told_who_has_it(at: At, flandres: Staff, colleague: Staff):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")

    answer = await colleague.do(sent.ref, "prise")

    assert answer.status_code == 409
    assert "Camille Flandres suit ce signal." in answer.text


async def test_of_many_claims_at_once_one_wins(at: At, flandres: Staff, colleague: Staff):
    sent = await at.signal()
    tokens = {member.email: await member.token() for member in (flandres, colleague)}

    answers = await asyncio.gather(
        *(
            member.client.post(
                f"{BASE}/signaux/{sent.ref}/prise", data={"form_token": tokens[member.email]}
            )
            for member in (flandres, colleague)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_taking_over_needs_the_colleague_who_has_it(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")
    page = (await colleague.signal(sent.ref)).text
    assert "Reprendre à Camille Flandres" in page
    shown = form_to(page, "/reprise").fields

    taken = await colleague.do(sent.ref, "reprise", expected_owner=shown["expected_owner"])
    again = await flandres.do(sent.ref, "reprise", expected_owner=shown["expected_owner"])
    nonsense = await flandres.do(sent.ref, "reprise", expected_owner="moi")

    assert taken.headers["location"].endswith("?fait=taken_over")
    assert again.status_code == 409
    assert "Dominique Collègue suit ce signal." in again.text
    assert nonsense.status_code == 422


async def test_the_sender_reads_the_answer_as_it_was_typed(at: At, flandres: Staff):
    sent = await at.signal()

    answer = await flandres.do(sent.ref, "reponse", text=REPLY.replace("\n", "\r\n"), key="k")

    assert answer.headers["location"].endswith("?fait=replied")
    assert [(m.from_team, m.text) for m in (await sent.thread()).messages][1:] == [(True, REPLY)]
    assert "Vous suivez ce signal." in (await flandres.signal(sent.ref)).text


async def test_a_double_click_is_one_answer_and_another_text_is_another(at: At, flandres: Staff):
    sent = await at.signal()
    for text in (REPLY, REPLY, "Et encore ceci."):
        await flandres.do(sent.ref, "reponse", text=text, key="same")

    assert [m.text for m in (await sent.thread()).messages][1:] == [REPLY, "Et encore ceci."]


async def test_the_sender_never_gets_a_note(at: At, flandres: Staff, colleague: Staff):
    sent = await at.signal()

    await flandres.do(sent.ref, "note", text="à rappeler au foyer", key="k")

    assert "à rappeler au foyer" not in str([m.text for m in (await sent.thread()).messages])
    assert "à rappeler au foyer" in (await colleague.signal(sent.ref)).text


async def test_answer_and_note_cannot_be_confused(at: At, flandres: Staff):
    sent = await at.signal()

    page = (await flandres.signal(sent.ref)).text

    reply_box, note_box = page.index('class="box box-reply"'), page.index('class="box box-note"')
    assert reply_box < page.index("/reponse") < note_box < page.index("/note")
    assert "la personne ne la verra jamais" in page[note_box:]
    assert f'Répondre à la personne <span class="ref">{sent.ref}' in page[reply_box:note_box]
    assert "bonjour j&#39;ai besoin de parler" in page[reply_box:note_box]


@pytest.mark.parametrize("action", ["reponse", "note"])
async def test_an_empty_text_is_refused(at: At, flandres: Staff, action: str):
    sent = await at.signal()

    answer = await flandres.do(sent.ref, action, text="  \n ")

    assert answer.status_code == 422
    assert "Il manque le texte" in answer.text


async def test_only_who_has_it_answers_and_the_other_keeps_what_was_typed(
    at: At, flandres: Staff, colleague: Staff
):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")

    before = (await colleague.signal(sent.ref)).text
    answer = await colleague.do(sent.ref, "reponse", text="Bonjour de ma part.")

    assert re.search(r'<textarea id="reply-text"[^>]* disabled', before)
    assert answer.status_code == 409
    assert "Camille Flandres suit ce signal." in answer.text
    assert "Bonjour de ma part." in answer.text
    assert len((await sent.thread()).messages) == 1


async def test_transfer_moves_who_can_read(at: At, flandres: Staff, douaisis: Staff):
    sent = await at.signal("mots à transmettre")

    answer = await flandres.do(sent.ref, "transfert", team="douaisis", reason="elle vit à Douai")

    assert answer.headers["location"] == f"{BASE}/?fait=transferred"
    assert (await flandres.signal(sent.ref)).status_code == 404
    page = await douaisis.signal(sent.ref)
    assert "mots à transmettre" in page.text
    assert "elle vit à Douai" in page.text


async def test_transfer_needs_a_team_and_a_reason(at: At, flandres: Staff):
    sent = await at.signal()
    for team in ("flandres", "supervision", "nulle-part", ""):
        answer = await flandres.do(sent.ref, "transfert", team=team, reason="x")
        assert answer.status_code == 422, team

    assert (await flandres.do(sent.ref, "transfert", team="douaisis")).status_code == 422
    assert (await flandres.signal(sent.ref)).status_code == 200


async def test_a_person_changes_the_level_with_a_reason(at: At, flandres: Staff):
    sent = await at.signal()

    without = await flandres.do(sent.ref, "niveau", level="critical", reason=" ")
    answer = await flandres.do(sent.ref, "niveau", level="critical", reason="elle est seule dehors")

    assert without.status_code == 422
    assert answer.headers["location"].endswith("?fait=level_changed")
    page = (await flandres.signal(sent.ref)).text
    assert "head-critical" in page
    assert "elle est seule dehors" in page


async def test_closing_needs_an_outcome_and_the_signal(at: At, flandres: Staff, colleague: Staff):
    sent = await at.signal()
    nobodys = await flandres.do(sent.ref, "cloture", outcome="informed")
    await flandres.do(sent.ref, "prise")
    for outcome in ("", "withdrawn", "parti"):
        answer = await flandres.do(sent.ref, "cloture", outcome=outcome)
        assert answer.status_code == 422, outcome
    others = await colleague.do(sent.ref, "cloture", outcome="informed")

    answer = await flandres.do(sent.ref, "cloture", outcome=Outcome.ACCOMPANIED)

    assert nobodys.status_code == 409
    assert "prenez-le d’abord" in nobodys.text
    assert others.status_code == 409
    assert answer.headers["location"] == f"{BASE}/?fait=closed"
    assert "Accompagné par l’équipe" in (await flandres.signal(sent.ref)).text
    assert sent.ref in (await flandres.get("/clos")).text


async def test_after_an_answer_the_next_date_is_shown_and_may_come_nearer(at: At, flandres: Staff):
    sent = await at.signal()
    answered = await flandres.do(sent.ref, "reponse", text="je te lis")
    page = (await flandres.client.get(answered.headers["location"])).text
    assert "Prochain contact : " in page
    latest = re.search(r'name="nearer_day" max="([0-9-]+)"', page)
    assert latest
    day = (at.desk.clock() + timedelta(days=2)).date().isoformat()
    assert day < latest[1]
    nearer = await flandres.do(sent.ref, "prochaine", nearer="recontact", nearer_day=day)
    assert nearer.headers["location"].endswith("fait=next_planned")
    further = await flandres.do(sent.ref, "prochaine", nearer="recontact", nearer_day=latest[1])
    assert further.headers["location"].endswith("fait=next_stands")


async def test_closing_asks_of_each_promise_how_it_ends(at: At, flandres: Staff):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")
    page = (await flandres.signal(sent.ref)).text
    [field] = re.findall(r'<select[^>]* name="(fin-[0-9a-f-]+)"', page)
    unsaid = await flandres.do(sent.ref, "cloture", outcome="informed", **{field: ""})
    assert unsaid.status_code == 422
    assert "comment elle finit" in unsaid.text
    assert '<option value="informed" selected>' in unsaid.text
    wrong = await flandres.do(sent.ref, "cloture", outcome="informed", **{field: "replaced"})
    assert wrong.status_code == 422

    await flandres.do(sent.ref, "cloture", outcome="informed", **{field: "kept_otherwise"})
    assert "fait autrement" in (await flandres.signal(sent.ref)).text


async def test_a_closed_signal_takes_notes_and_nothing_else(at: At, flandres: Staff):
    sent = await at.signal()
    await flandres.do(sent.ref, "prise")
    unread = await flandres.do(sent.ref, "cloture", outcome="informed", seen="")
    assert unread.status_code == 409
    await flandres.signal(sent.ref)
    await flandres.do(sent.ref, "cloture", outcome="informed")

    refused = [
        await flandres.do(sent.ref, "reponse", text="trop tard"),
        await flandres.do(sent.ref, "transfert", team="douaisis", reason="x"),
        await flandres.do(sent.ref, "niveau", level="critical", reason="x"),
        await flandres.do(sent.ref, "cloture", outcome="informed"),
    ]
    noted = await flandres.do(sent.ref, "note", text="pour mémoire")

    assert [answer.status_code for answer in refused] == [409] * 4
    assert "trop tard" in refused[0].text
    assert noted.status_code == 303


@pytest.mark.parametrize(("act", "box"), [("reponse", "reponse"), ("note", "note")])
async def test_a_text_that_is_too_long_is_refused_whole_and_kept(
    act: str, box: str, at: At, flandres: Staff
):
    sent = await at.signal()
    text = "é" * (LONGEST_TEXT + 1)

    answer = await flandres.do(sent.ref, act, **{box: text})

    assert answer.status_code == 422
    assert "dépasse 20 000 caractères" in answer.text
    assert text in answer.text
