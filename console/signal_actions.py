"""What staff do with a signal: each form calls one use case and comes back to a page."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from console.dependencies import AtWork, Console, Form, Parts, Ref, kept_of
from console.errors import UnknownChoice
from console.forms import Box, PostedForm
from console.pages import see_other
from console.refusals import refusal_of, sentence
from console.sessions import Session
from console.signal_pages import ENDING, ENDINGS, OUTCOMES, show_signal
from dispatch.contact_window import NEVER
from dispatch.desk import Desk, SignedIn
from dispatch.drafts import save_drafts, throw_away
from dispatch.errors import DispatchError, NewWords, SignalNotFound
from dispatch.hand_over import change_level, close, transfer
from dispatch.keep_contact import came_back, note_outcome, plan_next
from dispatch.queue import claim, take_over
from dispatch.replies import add_note, reply
from dispatch.safe_contact import set_limits
from dispatch.take_back import take_back
from records.tables import FollowUpEnd, FollowUpKind, FollowUpOutcome, Outcome
from triage.vocabulary import Level

router = APIRouter()

PLANNED_BY_HAND: Final = (FollowUpKind.RECONTACT, FollowUpKind.REVIEW)
NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class SignalForm:
    """A form that was posted about a signal which the member may see."""

    request: Request
    ref: str
    form: PostedForm
    session: Session
    console: Console

    @property
    def member(self) -> SignedIn:
        return self.session.member

    @property
    def seen(self) -> str:
        """What the page showed of the sender's words; a form that does not say showed nothing."""
        return self.form.line("seen")

    @property
    def desk(self) -> Desk:
        return self.console.desk


async def signal_form(
    request: Request, ref: Ref, form: Form, session: AtWork, console: Parts
) -> SignalForm:
    """Before anything else is tried, what stands in the page's boxes is kept."""
    if typed := kept_of(request).drafts():
        await save_drafts(ref, typed, session.member, console.desk)
    return SignalForm(request, ref, form, session, console)


Posted = Annotated[SignalForm, Depends(signal_form)]


@router.post("/signaux/{ref}/prise")
async def claim_it(posted: Posted) -> Response:
    return await _do(claim(posted.ref, posted.member, posted.desk), posted, "claimed")


@router.post("/signaux/{ref}/reprise")
async def take_it_over(posted: Posted) -> Response:
    owner = posted.form.an_id("expected_owner")
    act = take_over(posted.ref, posted.member, posted.desk, expected_owner=owner)
    return await _do(act, posted, "taken_over")


@router.post("/signaux/{ref}/reponse")
async def answer(posted: Posted) -> Response:
    text, key = posted.form.text(Box.REPLY), posted.form.key(Box.REPLY.key_name)
    act = reply(
        posted.ref,
        text,
        posted.member,
        posted.desk,
        idempotency_key=key,
        seen=posted.seen,
        despite=posted.form.text(Box.DESPITE),
    )
    return await _do(act, posted, "replied", boxes=[Box.REPLY, Box.DESPITE])


@router.post("/signaux/{ref}/rappel")
async def take_it_back(posted: Posted) -> Response:
    message_id = posted.form.an_id("message")
    act = take_back(posted.ref, message_id, posted.member, posted.desk)
    return await _do(act, posted, "taken_back")


@router.post("/signaux/{ref}/note")
async def note(posted: Posted) -> Response:
    text, key = posted.form.text(Box.NOTE), posted.form.key(Box.NOTE.key_name)
    act = add_note(posted.ref, text, posted.member, posted.desk, idempotency_key=key)
    return await _do(act, posted, "noted", boxes=[Box.NOTE])


@router.post("/signaux/{ref}/transfert")
async def hand_to_team(posted: Posted) -> Response:
    team, reason = posted.form.line("team"), posted.form.text(Box.TRANSFER)
    act = transfer(
        posted.ref, posted.member, posted.desk, to_team=team, reason=reason, seen=posted.seen
    )
    return await _do(act, posted, "transferred", boxes=[Box.TRANSFER], leaves=True)


@router.post("/signaux/{ref}/niveau")
async def rate(posted: Posted) -> Response:
    level, reason = posted.form.choice("level", Level), posted.form.text(Box.LEVEL)
    act = change_level(
        posted.ref, posted.member, posted.desk, level=level, reason=reason, seen=posted.seen
    )
    return await _do(act, posted, "level_changed", boxes=[Box.LEVEL])


@router.post("/signaux/{ref}/cloture")
async def close_it(posted: Posted) -> Response:
    """With how each open promise of the page ends; one without a reason closes nothing."""
    outcome, ends = _outcome(posted.form), _endings(posted.form)
    act = close(
        posted.ref, posted.member, posted.desk, outcome=outcome, ends=ends, seen=posted.seen
    )
    return await _do(act, posted, "closed", leaves=True)


@router.post("/signaux/{ref}/contact")
async def note_limits(posted: Posted) -> Response:
    """How to write to this person without danger."""
    form = posted.form
    hours = f"{form.line('contact_from')}-{form.line('contact_to')}"
    window = {"any": None, "never": NEVER, "hours": hours}.get(form.line("contact"), "")
    words = form.text(Box.WORDS).split("\n")
    act = set_limits(posted.ref, posted.member, posted.desk, window=window, words=words)
    return await _do(act, posted, "limits_noted", boxes=[Box.WORDS])


@router.post("/signaux/{ref}/suivi")
async def note_attempt(posted: Posted) -> Response:
    outcome = posted.form.choice("attempt", FollowUpOutcome)
    next_at = _day(posted, "attempt_day") if posted.form.line("attempt_day") else None
    act = note_outcome(
        posted.ref, outcome, posted.member, posted.desk, next_at=next_at, seen=posted.seen
    )
    return await _do(act, posted, "follow_up_noted")


@router.post("/signaux/{ref}/prochaine")
async def plan_day(posted: Posted) -> Response:
    """By the box of the follow-up, or nearer by the line that shows the next date."""
    nearer = bool(posted.form.line("nearer"))
    kind = posted.form.choice("nearer" if nearer else "kind", FollowUpKind)
    if kind not in PLANNED_BY_HAND:
        raise UnknownChoice
    day = _day(posted, "nearer_day" if nearer else "day")
    act = plan_next(posted.ref, kind, day, posted.member, posted.desk)
    return await _do(act, posted, "next_planned", nothing_done="next_stands")


@router.post("/signaux/{ref}/retour")
async def note_return(posted: Posted) -> Response:
    return await _do(came_back(posted.ref, posted.member, posted.desk), posted, "return_noted")


def _day(posted: SignalForm, name: str) -> datetime:
    """Noon of the day that was chosen, local time."""
    try:
        day = date.fromisoformat(posted.form.line(name))
    except ValueError:
        raise UnknownChoice from None
    return datetime.combine(day, NOON, tzinfo=posted.desk.point.calendar.zone)


def _endings(form: PostedForm) -> dict[UUID, FollowUpEnd]:
    chosen = {name: value for name, value in form.fields.items() if name.startswith(ENDING)}
    try:
        return {
            UUID(name.removeprefix(ENDING)): ENDINGS[ENDINGS.index(FollowUpEnd(value))]
            for name, value in chosen.items()
            if value
        }
    except ValueError:
        raise UnknownChoice from None


def _outcome(form: PostedForm) -> Outcome:
    """One of those that the page offers: only a sender withdraws."""
    outcome = form.choice("outcome", Outcome)
    if outcome not in OUTCOMES:
        raise UnknownChoice
    return outcome


async def _do(
    act: Awaitable[bool | None],
    posted: SignalForm,
    done: str,
    *,
    boxes: Sequence[Box] = (),
    leaves: bool = False,
    nothing_done: str = "",
) -> Response:
    """Do it and go on by GET; what was refused shows the signal with why, and what was typed.

    What was typed in `boxes` is done with; the other boxes stay as drafts. An act that says False
    changed nothing: then the page says `nothing_done`.
    """
    try:
        changed = await act
    except SignalNotFound:
        raise
    except DispatchError as error:
        return await show_signal(
            posted.ref,
            posted.session,
            posted.console,
            status=refusal_of(error).status,
            problem=sentence(error, posted.console.pages.texts),
            kept=kept_of(posted.request),
            seen=posted.seen if isinstance(error, NewWords) else None,
            chosen=posted.form.fields,
        )
    if boxes:
        done_with = [box.draft for box in boxes]
        await throw_away(posted.ref, done_with, posted.member, posted.desk)
    for team in {posted.request.state.team, posted.form.line("team")} - {""}:
        await posted.console.live.tell(team)
    return see_other(
        "/" if leaves else f"/signaux/{posted.ref}",
        notice=nothing_done if changed is False else done,
    )
