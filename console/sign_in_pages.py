"""Sign in and sign out."""

from contextlib import suppress

from fastapi import APIRouter, Request, Response

from console.dependencies import AtWork, Console, Form, Parts, kept_of, maybe_session
from console.forms import Kept, kept_from
from console.pages import see_other
from console.refusals import gone_page, refusal_of, sentence
from console.sessions import (
    begin_session,
    cookie_name,
    give_cookie,
    refuse_other_sites,
    take_cookie,
)
from dispatch.absence import go_off_duty
from dispatch.desk import SignedIn
from dispatch.drafts import save_drafts, where_it_went
from dispatch.errors import SignalNotFound, SignInRefused
from dispatch.sign_in import sign_in, sign_out

router = APIRouter()


@router.get("/connexion")
async def ask(request: Request, console: Parts, fait: str = "") -> Response:
    if await maybe_session(request, console) is not None:
        return see_other("/")
    notice = console.pages.notice(fait)
    return console.pages.show("sign_in.html", notice=notice, problem="", email="", kept=None)


@router.post("/connexion")
async def enter(request: Request, console: Parts, form: Form) -> Response:
    """Right: a new session. Wrong, unknown or disabled: one answer, slower after five."""
    refuse_other_sites(request)
    kept, email = kept_from(form, ref=form.line("ref")), form.line("email")
    try:
        member = await sign_in(email, form.secret("password"), console.desk)
    except SignInRefused as error:
        await console.sleep(await console.limits.pause_after_wrong("sign-in", by=email.lower()))
        return console.pages.show(
            "sign_in.html",
            status=refusal_of(error).status,
            problem=sentence(error, console.pages.texts),
            email=email,
            kept=kept,
        )
    await console.vault.end(request.cookies.get(cookie_name(console.settings)))
    return await _welcome(member, kept, console)


@router.post("/deconnexion")
async def leave(request: Request, session: AtWork, console: Parts) -> Response:
    with suppress(SignalNotFound):
        kept = kept_of(request)
        await save_drafts(kept.ref, kept.drafts(), session.member, console.desk)
    await go_off_duty(session.member, console.desk)
    await sign_out(session.member, console.desk)
    await console.vault.end(session.cookie)
    response = see_other("/connexion", notice="signed_out")
    take_cookie(response, console.settings)
    return response


async def _welcome(member: SignedIn, kept: Kept, console: Console) -> Response:
    """To the queue; or, with what was typed before the session was lost, back to its signal."""
    session = await begin_session(member, console.vault, now=console.desk.clock())
    response: Response = see_other("/")
    if kept.has_words():
        response = see_other(f"/signaux/{kept.ref}", notice="kept")
        try:
            await save_drafts(kept.ref, kept.drafts(), member, console.desk)
        except SignalNotFound:
            gone = await where_it_went(kept.ref, kept.drafts(), member, console.desk, acts=True)
            response = gone_page(console.pages, session, kept, gone)
    give_cookie(response, session, console.settings)
    return response
