"""Drafts: keep what was typed without sending it, come back to it, throw it away."""

from fastapi import APIRouter, Request, Response

from console.dependencies import AtWork, Form, Parts, Ref, kept_of
from console.errors import UnknownChoice
from console.forms import Box
from console.pages import see_other
from dispatch.drafts import save_drafts, throw_away
from dispatch.errors import SignalNotFound
from dispatch.words_seen import mark_of
from records.tables import MessageKind

router = APIRouter()


@router.post("/signaux/{ref}/brouillon")
async def keep(request: Request, ref: Ref, session: AtWork, console: Parts, form: Form) -> Response:
    """Keep every box, and send nothing. The page's script asks for no page."""
    await save_drafts(ref, kept_of(request).drafts(), session.member, console.desk)
    return Response(status_code=204) if form.line("sans_page") else see_other(f"/signaux/{ref}")


@router.post("/brouillons/{ref}/jeter")
async def throw(
    request: Request, ref: str, session: AtWork, console: Parts, form: Form
) -> Response:
    """Throw one draft away, and keep the others; also of a signal that has gone elsewhere."""
    box = next((one for one in Box if one == form.line("jeter")), None)
    thrown = await throw_away(ref, [box.draft] if box else [], session.member, console.desk)
    try:
        await save_drafts(ref, kept_of(request).drafts(but=box), session.member, console.desk)
    except SignalNotFound:
        if not thrown:
            raise
    if box is None:
        raise UnknownChoice
    return see_other(f"/signaux/{ref}")


@router.get("/signaux/{ref}/nouveau")
async def is_there_more(ref: Ref, console: Parts, session: AtWork, vu: str = "") -> Response:
    """Whether the sender wrote since the page was made. Asked by its script: it reads nothing."""
    async with console.desk.records.reading() as tx:
        signal = await tx.signals.by_ref(ref, teams=session.member.scope)
        if signal is None:
            raise SignalNotFound
        inbound = await tx.signals.messages(signal.id, kinds=(MessageKind.INBOUND,))
    return Response(status_code=204 if vu == mark_of(one.id for one in inbound) else 200)
