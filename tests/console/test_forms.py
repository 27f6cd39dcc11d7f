"""A form is posted from its own session or not at all, and nothing that was typed is lost."""

import re

import pytest
from fastapi import FastAPI

from tests.builders import PASSWORD
from tests.console.staff import BASE, At, Staff, boxes
from tests.journeys.doors import form_to

TYPED = "\n Je suis là.\nÉcris-moi <b>quand tu veux</b> & prends soin de toi."
ESCAPED = "Écris-moi &lt;b&gt;quand tu veux&lt;/b&gt; &amp; prends soin de toi."


def posting_paths(app: FastAPI, ref: str) -> list[str]:
    """Every route that is posted to, but the sign-in, which has no session yet."""
    paths = [path for path, methods in app.openapi()["paths"].items() if "post" in methods]
    assert len(paths) >= 10
    return [path.replace("{ref}", ref) for path in paths if path != "/connexion"]


@pytest.mark.parametrize("token", [None, "", "00" * 32, "é"])
async def test_a_form_without_its_token_does_nothing(
    at: At, flandres: Staff, console_app: FastAPI, token: str | None
):
    sent = await at.signal()
    fields = {"reponse": TYPED, "note": TYPED, "team": "coordination", "level": "critical"}
    if token is not None:
        fields["form_token"] = token

    for path in posting_paths(console_app, sent.ref):
        answer = await flandres.client.post(f"{BASE}{path}", data=fields)

        assert answer.status_code == 403, path
    assert await at.trail(sent) == []
    assert (await flandres.get("/")).status_code == 200


async def test_a_form_from_another_site_does_nothing_even_with_the_token(
    at: At, flandres: Staff, console_app: FastAPI
):
    sent = await at.signal()
    fields = {"form_token": await flandres.token(), "reponse": TYPED}
    for site in ("cross-site", "same-site"):
        flandres.client.headers["sec-fetch-site"] = site
        for path in [*posting_paths(console_app, sent.ref), "/connexion"]:
            answer = await flandres.client.post(f"{BASE}{path}", data=fields)

            assert answer.status_code == 403, path
    assert await at.trail(sent) == []


async def test_a_token_of_another_session_is_refused(flandres: Staff, colleague: Staff, at: At):
    sent = await at.signal()
    answer = await flandres.client.post(
        f"{BASE}/signaux/{sent.ref}/prise", data={"form_token": await colleague.token()}
    )

    assert answer.status_code == 403
    assert await at.trail(sent) == []


async def test_a_form_in_another_encoding_is_no_form(flandres: Staff, at: At):
    sent = await at.signal()
    answer = await flandres.client.post(
        f"{BASE}/signaux/{sent.ref}/prise",
        files={"form_token": (None, await flandres.token())},
    )

    assert answer.status_code == 403


async def test_what_was_typed_before_the_session_was_lost_comes_back_after_signing_in(
    at: At, flandres: Staff
):
    sent = await at.signal()
    fields = form_to((await flandres.signal(sent.ref)).text, "/reponse").fields
    flandres.client.cookies.clear()
    typed = {"reponse": TYPED, "note": "à rappeler", "transfert": "elle y vit", "team": "douaisis"}

    lost = await flandres.client.post(f"{BASE}/signaux/{sent.ref}/reponse", data=fields | typed)
    assert lost.status_code == 401
    assert ESCAPED in lost.text

    carried = form_to(lost.text, "/connexion").fields | typed
    wrong = await flandres.client.post(
        f"{BASE}/connexion", data=carried | {"email": flandres.email, "password": "faux"}
    )
    assert ESCAPED in wrong.text

    back = await flandres.client.post(
        f"{BASE}/connexion", data=carried | {"email": flandres.email, "password": PASSWORD}
    )
    assert back.headers["location"] == f"{BASE}/signaux/{sent.ref}?fait=kept"
    page = (await flandres.client.get(back.headers["location"])).text
    assert boxes(page) == {"reponse": TYPED, "note": "à rappeler", "transfert": "elle y vit"}
    assert re.search(r'<option value="douaisis" selected', page)
    assert (await sent.thread()).messages[-1].from_team is False, "nothing is sent yet"

    ready = form_to(page, "/reponse").fields | {"reponse": TYPED}
    assert ready["cle-reponse"] == fields["cle-reponse"], "sent twice, it is one answer"
    await flandres.client.post(f"{BASE}/signaux/{sent.ref}/reponse", data=ready)
    assert (await sent.thread()).messages[-1].text == TYPED
    assert "reponse" not in boxes((await flandres.signal(sent.ref)).text)


async def test_an_answer_typed_in_an_older_session_stays_on_the_page(at: At, flandres: Staff):
    sent = await at.signal()
    await flandres.sign_in()

    answer = await flandres.client.post(
        f"{BASE}/signaux/{sent.ref}/reponse", data={"form_token": "00", "reponse": TYPED}
    )

    assert answer.status_code == 403
    assert ESCAPED in answer.text
    again = form_to(answer.text, "/brouillon").fields | {"reponse": TYPED}
    await flandres.client.post(f"{BASE}/signaux/{sent.ref}/brouillon", data=again)
    assert boxes((await flandres.signal(sent.ref)).text) == {"reponse": TYPED}


async def test_what_was_typed_stays_through_a_failure(
    at: At, flandres: Staff, monkeypatch: pytest.MonkeyPatch
):
    sent = await at.signal()

    async def fails(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("console.signal_actions.reply", fails)

    answer = await flandres.do(sent.ref, "reponse", text=TYPED)

    assert answer.status_code == 500
    assert ESCAPED in answer.text


@pytest.mark.parametrize(
    ("box", "fields"),
    [
        ("transfert", {"reason": TYPED, "team": "nulle-part"}),
        ("niveau", {"reason": TYPED, "level": "terrible"}),
    ],
)
async def test_a_reason_stays_on_the_page_when_the_choice_was_wrong(
    at: At, flandres: Staff, box: str, fields: dict[str, str]
):
    sent = await at.signal()

    answer = await flandres.do(sent.ref, box, **fields)

    assert answer.status_code == 422
    assert ESCAPED in answer.text
