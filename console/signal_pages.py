"""A signal's page: read it, with why it lies where it lies in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from markupsafe import Markup

from console.dependencies import AtWork, Console, Parts, Ref
from console.forms import Box, Kept, new_key
from console.highlight import Mark, highlight, marks_of
from console.pages import see_other
from console.sessions import Session
from dispatch.contact_window import next_allowed
from dispatch.desk import Desk
from dispatch.drafts import Typed
from dispatch.keep_contact import LINK
from dispatch.members import names_of
from dispatch.open_signal import OpenedMessage, OpenedSignal, Stays, Trace, open_signal
from dispatch.safe_contact import Limits
from dispatch.words_seen import mark_of, new_since
from records.tables import FollowUpEnd, FollowUpOutcome, MessageKind, Outcome, SignalState
from runtime.i18n import Texts
from triage.vocabulary import Indicator, Level

router = APIRouter()

VIOLENT: Final = frozenset({Indicator.SEXUAL_VIOLENCE, Indicator.PHYSICAL_VIOLENCE})
OUTCOMES: Final = tuple(outcome for outcome in Outcome if outcome is not Outcome.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """`warns` announces violence before the words; `is_folded` only what was answered already."""

    message: OpenedMessage
    html: Markup = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)
    warns: bool
    is_folded: bool


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """A line of the trail; the same act of the same person several times in a row is one line."""

    trace: Trace
    times: int


# How a promise that nobody kept may end at closing, and the name of its field before its id.
ENDING: Final = "fin-"
ENDINGS: Final = (
    FollowUpEnd.NO_LONGER_NEEDED,
    FollowUpEnd.HANDED_OVER,
    FollowUpEnd.KEPT_OTHERWISE,
)
_NOTHING_CHOSEN: Final[Mapping[str, str]] = {}
# After these the next contact has just been dated.
_DATED: Final = frozenset({"replied", "follow_up_noted", "next_planned", "next_stands"})


@router.get("/signaux/{ref}")
async def read(ref: Ref, session: AtWork, console: Parts, fait: str = "") -> Response:
    notice = console.pages.notice(fait)
    return await show_signal(ref, session, console, notice=notice, asks_next=fait in _DATED)


@router.get("/signaux/{ref}/{_rest:path}")
async def back_to_signal(ref: Ref) -> Response:
    """Who loads the address of a form anew comes back to the signal."""
    return see_other(f"/signaux/{ref}")


async def show_signal(
    ref: str,
    session: Session,
    console: Console,
    *,
    status: int = 200,
    notice: str = "",
    problem: str = "",
    kept: Kept | None = None,
    seen: str | None = None,
    asks_next: bool = False,
    chosen: Mapping[str, str] = _NOTHING_CHOSEN,
) -> Response:
    """Open the signal, which leaves its trace, and show it with what was typed and went wrong.

    `asks_next` is after what dated the next contact: its day is shown, and may be brought forward.
    `seen` is what a page showed on which something was held back: what came since stands on top.
    """
    signal = await open_signal(ref, session.member, console.desk)
    drafts = _drafts(signal, kept)
    others = await _others(ref, session, console)
    held = [m for m in signal.messages if m.stays is Stays.HELD]
    planned = [promise for promise in signal.promises if promise.kind in LINK]
    inbound = [m for m in signal.messages if m.kind is MessageKind.INBOUND]
    return console.pages.show(
        "signal.html",
        status=status,
        session=session,
        notice="" if held else notice,  # what was sent a moment ago has not left
        problem=problem,
        signal=signal,
        others=others,
        thread=shown_messages(signal, console.pages.texts),
        seen=mark_of(message.id for message in inbound),
        new_words=() if seen is None else new_since(seen, inbound),
        limits=signal.limits,
        hours=hours_of(signal.limits),
        opens_at=opens_at(signal.limits, console.desk),
        staying=[m for m in signal.messages if m.stays in {Stays.MINE, Stays.HELD}],
        last_words=inbound[-1] if inbound else None,
        trail=shorten(signal.trail),
        is_open=signal.state is SignalState.OPEN,
        is_mine=signal.owner_id == session.member.id,
        may_answer=signal.owner_id in {None, session.member.id},
        drafts=drafts,
        keys={box: drafts[box].key if box in drafts else new_key() for box in Box},
        other_teams=[t for t in console.desk.point.teams if t.code != signal.team],
        other_levels=[level for level in reversed(Level) if level is not signal.level],
        outcomes=OUTCOMES,
        ending=ENDING,
        endings=ENDINGS,
        chosen=chosen,
        link_outcomes=tuple(FollowUpOutcome),
        link_is_planned=bool(planned),
        next_contact=planned[0] if planned and asks_next else None,
    )


async def _others(ref: str, session: Session, console: Console) -> list[str]:
    """The names of colleagues who look at this signal too; the member looks at it from now on."""
    await console.live.look(ref, str(session.member.id))
    there = await console.live.who_looks(ref)
    return await names_of({UUID(one) for one in there} - {session.member.id}, console.desk)


def shown_messages(signal: OpenedSignal, texts: Texts) -> tuple[ShownMessage, ...]:
    answered = max(
        (i for i, m in enumerate(signal.messages) if m.kind is MessageKind.REPLY), default=-1
    )
    return tuple(
        _shown(message, texts, may_fold=i < answered and signal.level is not Level.CRITICAL)
        for i, message in enumerate(signal.messages)
    )


def _shown(message: OpenedMessage, texts: Texts, *, may_fold: bool) -> ShownMessage:
    assessment = message.assessment
    marks = marks_of(assessment, texts) if assessment else ()
    warns = assessment is not None and bool(assessment.indicators & VIOLENT)
    html = highlight(message.content.text, marks)
    return ShownMessage(message, html, marks, warns, warns and may_fold)


def shorten(trail: Iterable[Trace]) -> Sequence[ShownTrace]:
    shown: list[ShownTrace] = []
    for trace in trail:
        last = shown[-1] if shown else None
        if last and (last.trace.action, last.trace.by) == (trace.action, trace.by):
            shown[-1] = ShownTrace(trace, last.times + 1)
        else:
            shown.append(ShownTrace(trace, 1))
    return shown


def hours_of(limits: Limits | None) -> tuple[str, str]:
    """The two hours of the box, empty where none are noted."""
    start, _, end = (limits.window if limits and limits.window else "").partition("-")
    return (start, end) if end else ("", "")


def opens_at(limits: Limits | None, desk: Desk) -> datetime | None:
    """When the noted hours begin again; None where it is within them, or never."""
    now = desk.clock()
    window = limits.window if limits else None
    at = next_allowed(window, now=now, zone=desk.point.calendar.zone)
    return at if at != now else None


def _drafts(signal: OpenedSignal, kept: Kept | None) -> dict[Box, Typed]:
    """What stands in the boxes: what was just posted, else the member's own drafts."""
    drafts = {box: signal.drafts[box.draft] for box in Box if box.draft in signal.drafts}
    return drafts | {box: one for box, one in (kept.typed if kept else {}).items() if one.text}
