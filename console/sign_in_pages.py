"""Sign in and sign out."""

from fastapi import APIRouter, Request, Response

from console.dependencies import AtWork, Console, Form, Parts, maybe_session
from console.forms import Box, Kept, PostedForm
from console.pages import see_other
from console.refusals import refusal_of, sentence
from console.sessions import (
    begin_session,
    cookie_name,
    give_cookie,
    refuse_other_sites,
    take_cookie,
)
from dispatch.absence import go_off_duty
from dispatch.desk import SignedIn
from dispatch.errors import SignInRefused
from dispatch.sign_in import sign_in, sign_out

router = APIRouter()


@router.get("/connexion")
async def ask(request: Request, console: Parts, fait: str = "") -> Response:
    if await maybe_session(request, console) is not None:
        return see_other("/")
    notice = console.pages.notice(fait)
    return console.pages.show("sign_in.html", notice=notice, problem="", email="")


@router.post("/connexion")
async def enter(request: Request, console: Parts, form: Form) -> Response:
    """Right: a new session. Wrong, unknown or disabled: one answer, slower after five."""
    refuse_other_sites(request)
    kept, email = _carried(form), form.line("email")
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
async def leave(session: AtWork, console: Parts) -> Response:
    await go_off_duty(session.member, console.desk)
    await sign_out(session.member, console.desk)
    await console.vault.end(session.cookie)
    response = see_other("/connexion", notice="signed_out")
    take_cookie(response, console.settings)
    return response


async def _welcome(member: SignedIn, kept: Kept | None, console: Console) -> Response:
    """To the queue; or, with what was typed before the session was lost, back to its signal."""
    session = await begin_session(member, console.vault, now=console.desk.clock())
    response: Response = see_other("/")
    if kept is not None:
        response = console.pages.show("kept_again.html", session=session, kept=kept)
    give_cookie(response, session, console.settings)
    return response


def _carried(form: PostedForm) -> Kept | None:
    """What the sign-in form carries over from the session before."""
    box, text = form.line("kept_box"), form.text("kept_text")
    if not text or box not in set(Box):
        return None
    return Kept(Box(box), form.line("kept_ref"), form.key(), text, form.line("kept_choice"))
