"""A team sees its own: another team's signal answers as one that does not exist, everywhere."""

from uuid import UUID

from fastapi import FastAPI

from tests.console.staff import BASE, At, Staff

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# As complete as each form could wish: nothing that a form lacks may answer before the 404.
FIELDS = {
    "reponse": "x", "note": "x", "transfert": "x", "niveau": "x", "team": "coordination",
    "level": "low", "outcome": "informed", "jeter": "note", "message": str(UUID(int=0)),
    "expected_owner": str(UUID(int=0)),
}  # fmt: skip


def paths_of_a_signal(app: FastAPI) -> list[str]:
    """Every route about a reference: a new one cannot be forgotten here."""
    found = [path for path in app.openapi()["paths"] if "{ref}" in path]
    assert len(found) >= 9
    return [path.replace("{_rest}", "reponse") for path in found]


async def test_another_teams_signal_is_nowhere(
    at: At, flandres: Staff, douaisis: Staff, console_app: FastAPI
):
    sent = await at.signal("mots de flandres")
    await flandres.do(sent.ref, "prise")
    before = await at.trail(sent)
    token = await douaisis.token()

    for path in paths_of_a_signal(console_app):
        for method in METHODS:
            for fields in (FIELDS, {}):
                answers = [
                    await douaisis.client.request(
                        method,
                        BASE + path.replace("{ref}", ref),
                        data={"form_token": token} | fields,
                    )
                    for ref in (sent.ref, "AAA-AAA")
                ]
                assert {answer.status_code for answer in answers} == {404}, (method, path)
                theirs, unknown = (a.text.replace(sent.ref, "AAA-AAA") for a in answers)
                assert theirs == unknown, (method, path)
                assert "mots de flandres" not in theirs

    assert await at.trail(sent) == before


async def test_no_list_or_count_or_alert_gives_another_team_anything(
    at: At, flandres: Staff, douaisis: Staff
):
    mine = await at.signal(commune="Douai")
    theirs = [
        await at.signal("il veut me tuer maintenant il arrive"),
        await at.signal(suspicious=True),
        await at.signal(),
    ]
    await flandres.do(theirs[2].ref, "prise")
    await flandres.do(theirs[2].ref, "cloture", outcome="informed")

    pages = [(await douaisis.get(path)).text for path in ("/", "/quarantaine", "/clos")]

    assert all(sent.ref not in page for sent in theirs for page in pages)
    assert mine.ref in pages[0]
    assert "Quarantaine (0)" in pages[0]
    assert "Critique" not in pages[0]


async def test_what_is_no_reference_is_not_found(flandres: Staff):
    for ref in ("x", "7K3-Q2M7", "%00%00%00-AAA", "é%0A-AAA", "é" * 7):
        assert (await flandres.signal(ref)).status_code == 404


async def test_taking_the_most_urgent_takes_from_ones_own_team(
    at: At, flandres: Staff, douaisis: Staff
):
    await at.signal()

    answer = await douaisis.post("/prendre")

    assert answer.headers["location"] == f"{BASE}/?fait=nothing_to_take"
