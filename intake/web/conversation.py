"""The pages of a conversation that several handlers show: closed, open, and session over."""

from dataclasses import replace

from starlette.responses import HTMLResponse

from intake.add_message import Added
from intake.errors import ReceiptUnknown
from intake.sender import read_conversation
from intake.web.dependencies import Site
from intake.web.forms import SentForm, new_key
from intake.web.pages import Look
from intake.web.sessions import Session


def closed_thread(
    site: Site,
    look: Look,
    session: Session,
    sent: SentForm,
    *,
    notice: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The conversation with nothing of it in sight, but what is being typed."""
    return site.pages.show("thread_closed", look, status, **values_of(session, sent), notice=notice)


async def open_thread(
    site: Site,
    look: Look,
    session: Session,
    sent: SentForm,
    *,
    problems: dict[str, str] | None = None,
    added: Added | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Every message, the form to write again, and what was just added, if anything."""
    try:
        thread = await read_conversation(session.access, site.reception)
    except ReceiptUnknown:
        return session_over(site, look, sent)
    values = values_of(session, sent, problems) | {"thread": thread, "added": added}
    return site.pages.show("thread", look, status, **values)


def session_over(site: Site, look: Look, sent: SentForm) -> HTMLResponse:
    """The session is over: ask for the code again, and keep what was typed meanwhile."""
    return ask_for_code(site, look, sent, problem="over", status=403)


def ask_for_code(
    site: Site,
    look: Look,
    sent: SentForm,
    *,
    problem: str | None = None,
    wrong: tuple[int, ...] = (),
    status: int = 200,
) -> HTMLResponse:
    """`wrong` are the positions of the words that are not in the list, from 1."""
    look = replace(look, voice=None)
    return site.pages.show("come_back", look, status, sent=sent, problem=problem, wrong=wrong)


def values_of(
    session: Session, sent: SentForm, problems: dict[str, str] | None = None
) -> dict[str, object]:
    key = sent.key or new_key()
    return {"token": session.token, "sent": sent, "key": key, "problems": problems or {}}
