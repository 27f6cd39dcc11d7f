import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from console.app import create_app
from console.sessions import LONGEST_SESSION
from dispatch.desk import Desk
from intake.rate_limits import LONGEST_PAUSE_SECONDS, RateLimits
from records.sessions import SessionVault
from runtime.settings import Settings
from tests.builders import PASSWORD, FrozenClock
from tests.console.staff import BASE, At, Staff


async def test_who_is_not_signed_in_is_sent_to_the_sign_in(at: At):
    client = at.browser()
    for path in ("/", "/quarantaine", "/clos", "/aide", "/chercher?ref=7K3-Q2M"):
        answer = await client.get(f"{BASE}{path}")

        assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/connexion"), path


async def test_a_right_password_opens_the_queue_and_only_then(flandres: Staff):
    page = await flandres.get("/")

    assert page.status_code == 200
    assert "Camille Flandres" in page.text


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(at: At):
    known = await at.member("flandres")
    answers = []
    for email, password in ((known.email, "faux"), ("inconnu@equipe.invalid", PASSWORD)):
        answer = await at.browser().post(
            f"{BASE}/connexion", data={"email": email, "password": password}
        )
        answers.append((answer.status_code, answer.text.replace(email, "…")))
        assert "set-cookie" not in answer.headers

    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert "Adresse ou mot de passe incorrect." in answers[0][1]
    assert "faux" not in answers[0][1]


async def test_the_answer_slows_down_after_five_wrong_passwords(at: At, slept: list[float]):
    client = at.browser()
    for number in range(12):
        email = "QUI@equipe.invalid" if number % 2 else "qui@equipe.invalid"
        await client.post(f"{BASE}/connexion", data={"email": email, "password": "faux"})

    assert slept[:5] == [0.0] * 5
    assert slept[5] > 0
    assert slept[-1] == LONGEST_PAUSE_SECONDS


async def test_the_cookie_is_strict_and_leads_nowhere_else(at: At, desk: Desk):
    staff = await at.member("flandres")
    answer = await staff.sign_in()

    cookie = answer.headers["set-cookie"].lower()

    assert cookie.startswith("equipe=")
    for flag in ("httponly", "samesite=strict", f"path={BASE}"):
        assert flag in cookie
    assert "max-age" not in cookie
    assert "secure" not in cookie


async def test_over_https_the_cookie_is_secure_and_says_so_in_its_name(
    at: At, desk: Desk, vault: SessionVault, limits: RateLimits, settings: Settings
):
    staff = await at.member("flandres")
    https = settings.model_copy(update={"public_url": "https://exemple.invalid"})
    app = create_app(desk=desk, vault=vault, limits=limits, settings=https)
    site = Starlette(routes=[Mount(BASE, app=app)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=site), base_url="https://exemple.invalid"
    ) as client:
        staff.client = client
        answer = await staff.sign_in()
        page = await client.get(f"{BASE}/")

    assert answer.headers["set-cookie"].startswith("__Secure-equipe=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert page.status_code == 200


async def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(flandres: Staff):
    cookie = flandres.client.cookies["equipe"]
    answer = await flandres.post("/deconnexion")
    flandres.client.cookies.set("equipe", cookie, domain="console.test", path=BASE)

    assert answer.headers["location"] == f"{BASE}/connexion?fait=signed_out"
    assert (await flandres.get("/")).status_code == 303


async def test_signing_in_again_ends_the_session_before(flandres: Staff):
    before = flandres.client.cookies["equipe"]
    await flandres.sign_in()
    after = flandres.client.cookies["equipe"]
    flandres.client.cookies.clear()
    flandres.client.cookies.set("equipe", before, domain="console.test", path=BASE)

    assert before != after
    assert (await flandres.get("/")).status_code == 303


async def test_a_session_ends_after_a_long_duty_though_the_page_refreshes(
    flandres: Staff, clock: FrozenClock
):
    clock.advance(seconds=LONGEST_SESSION.total_seconds())

    assert (await flandres.get("/")).status_code == 303


async def test_rights_are_those_of_now(flandres: Staff, at: At):
    sent = await at.signal()
    async with at.desk.records.transaction() as tx:
        await tx.staff.remove_team_key("flandres", flandres.member.id)

    assert (await flandres.signal(sent.ref)).status_code == 404


async def test_a_disabled_member_is_out_at_once(flandres: Staff, at: At):
    async with at.desk.records.transaction() as tx:
        member = await tx.staff.member(flandres.member.id)
        assert member is not None
        member.disabled_at = at.desk.clock()

    assert (await flandres.get("/")).status_code == 303
    assert (await flandres.sign_in()).status_code == 401


@pytest.mark.parametrize("path", ["/", "/aide", "/connexion", "/rien", "/statique/console.css"])
async def test_every_answer_has_the_headers(flandres: Staff, path: str):
    answer = await flandres.get(path)

    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_no_page_of_the_framework_is_served(flandres: Staff):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await flandres.get(path)).status_code == 404


async def test_a_failure_is_a_page_with_the_headers_and_without_content(
    flandres: Staff, console_app: FastAPI, monkeypatch: pytest.MonkeyPatch
):
    async def fails(*_args: object, **_named: object) -> None:
        raise RuntimeError("les mots de quelqu'un")

    monkeypatch.setattr("console.queue_pages.waiting_alerts", fails)

    answer = await flandres.get("/")

    assert answer.status_code == 500
    assert "les mots de" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "Une erreur est survenue" in answer.text


async def test_a_body_too_large_gets_a_page(flandres: Staff):
    answer = await flandres.post("/signaux/AAA-AAA/reponse", note="a" * 1_400_000)

    assert answer.status_code == 413
    assert "trop long" in answer.text
