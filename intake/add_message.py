"""Use case: the sender writes again, or answers where it is."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

from dispatch.leaving import hold_back
from dispatch.promises import promise_first, terms_of
from dispatch.routing import COORDINATION, team_for, territory_of
from intake.chat_traces import sender_is_here
from intake.drafts import SignalDraft
from intake.emergency import EmergencyCard, emergency_card
from intake.errors import EmptyMessage, ReceiptUnknown
from intake.prepare import stated
from intake.reception import Reception
from intake.sender import Access, conversation_secret
from records import Transaction
from records.conversations import (
    lock_codes,
    seal_assessment,
    seal_content,
    unlock_codes,
    wrap_for_team,
)
from records.errors import SealBroken
from records.ids import new_id
from records.lookups import idempotency_lookup, message_lookup
from records.tables import (
    FollowUpKind,
    KeyWrap,
    Message,
    MessageKind,
    OutboxAlert,
    OutboxEvent,
    Signal,
    SignalState,
)
from runtime.log import log
from triage import Assessment
from triage.vocabulary import UNKNOWN_TERRITORY, Indicator, Level, Territory


@dataclass(frozen=True, slots=True)
class Added:
    """What the sender may be told after the commit.

    `was_told_lately` where the sender's chat had the same answer a moment ago; `needs_place`
    while no team of a place has it.
    """

    read_by: datetime
    emergency: EmergencyCard | None = field(default=None)
    was_told_lately: bool = False
    needs_place: bool = False


async def add_message(
    access: Access, draft: SignalDraft, reception: Reception, *, suspicious: bool = False
) -> Added:
    """Keep a further message; it is assessed with what the earlier ones showed.

    It can raise the level (new, earlier deadlines, a new alert) and never lowers it. A closed
    signal opens again. The same idempotency key and content make no second message; another
    content is another message, so that none is lost. A `suspicious` one (a flood) sends the signal
    to quarantine, unless a person has it or it may be a child in danger. Raises EmptyMessage and
    ReceiptUnknown (erased meanwhile).
    """
    if not draft.text.strip():
        raise EmptyMessage
    await reception.team_keys()
    lookups = [
        message_lookup(draft.idempotency_key, access.signal_id, draft.fingerprint(), pepper=key)
        for _, key in reception.records.keys.pepper.newest_first()
    ]
    async with reception.records.transaction() as tx:
        signal = await tx.signals.locked(access.signal_id)
        if signal is None or signal.content_erased_at is not None:
            raise ReceiptUnknown
        former = await _former(signal, draft, lookups, reception, tx)
        if former is not None:
            return await _same_again(signal, former, draft, reception, tx)
        added = await _add(signal, access, draft, reception, tx, lookups[0])
        if suspicious and signal.owner_id is None and signal.level.rank < Level.HIGH.rank:
            signal.quarantined = True
        if draft.chat is not None:
            lately = await sender_is_here(signal.id, draft.chat, reception, tx)
            added = replace(added, was_told_lately=lately and added.emergency is None)
    await reception.tell(signal.team)
    return added


async def _former(
    signal: Signal,
    draft: SignalDraft,
    lookups: list[bytes],
    reception: Reception,
    tx: Transaction,
) -> datetime | None:
    """When this very submission came before, as a message or as the one that opened the signal."""
    message = await tx.signals.message_by_idempotency(lookups)
    if message is not None:
        return message.created_at
    opening = [
        idempotency_lookup(draft.idempotency_key, pepper=key)
        for _, key in reception.records.keys.pepper.newest_first()
    ]
    return signal.received_at if signal.idempotency_lookup in opening else None


async def _add(
    signal: Signal,
    access: Access,
    draft: SignalDraft,
    reception: Reception,
    tx: Transaction,
    lookup: bytes,
) -> Added:
    now = reception.clock()
    await hold_back(signal, reception.point, tx, now=now)
    known = _known(signal, reception) | stated(draft)
    assessment, news = await asyncio.to_thread(_weigh, draft, known, reception)
    await tx.signals.add_message(_message(signal, draft, assessment, now, lookup))
    before = signal.level
    signal.level = max(signal.level, news, key=lambda level: level.rank)
    signal.state, signal.closed_at, signal.outcome = SignalState.OPEN, None, None
    signal.last_inbound_at = now
    keys = reception.records.keys
    signal.codes_version = keys.codes.current
    signal.locked_codes = lock_codes(
        known | assessment.indicators, signal_id=signal.id, key=keys.codes
    )
    # Promises before alerts, as when a signal is opened: two orders of locks would be a deadlock.
    read_by = await _promise(signal, reception, tx, now)
    await _route(signal, access, draft, assessment, reception, tx)
    await _alert(signal, tx, now, raised=signal.level is not before)
    return Added(
        read_by,
        emergency_card(news, assessment.indicators),
        needs_place=signal.territory == UNKNOWN_TERRITORY,
    )


def _weigh(
    draft: SignalDraft, known: frozenset[Indicator], reception: Reception
) -> tuple[Assessment, Level]:
    """The assessment with what is known, and the level of what the message itself brings.

    A "merci" after an alarming message brings nothing: it must not raise again what a person has
    lowered, nor show the emergency card once more.
    """
    together = reception.assess(draft.text, known=known)
    if known == stated(draft):
        return together, together.level
    before = reception.assess("", known=known)
    alone = reception.assess(draft.text, known=stated(draft))
    if together.level.rank > before.level.rank:
        return together, together.level
    return together, alone.level


def _known(signal: Signal, reception: Reception) -> frozenset[Indicator]:
    if signal.locked_codes is None or signal.codes_version is None:
        return frozenset()
    try:
        return unlock_codes(
            signal.locked_codes,
            signal_id=signal.id,
            version=signal.codes_version,
            key=reception.records.keys.codes,
        )
    except SealBroken:
        # A key that is lost must not cost us the message; the level stays at least what it is.
        log.error("signal.codes_unreadable", signal=signal.ref)
        return frozenset()


def _message(
    signal: Signal,
    draft: SignalDraft,
    assessment: Assessment,
    now: datetime,
    lookup: bytes,
) -> Message:
    ids = {"signal_id": signal.id, "message_id": new_id()}
    return Message(
        id=ids["message_id"],
        signal_id=signal.id,
        kind=MessageKind.INBOUND,
        created_at=now,
        sealed=seal_content(draft.content(), to=signal.public_key, **ids),
        sealed_assessment=seal_assessment(assessment, to=signal.public_key, **ids),
        idempotency_lookup=lookup,
    )


async def _route(
    signal: Signal,
    access: Access,
    draft: SignalDraft,
    assessment: Assessment,
    reception: Reception,
    tx: Transaction,
) -> None:
    """Give a signal without a place, which nobody has taken yet, to the team of its place.

    Later on people decide: who has claimed a signal transfers it.
    """
    if signal.territory != UNKNOWN_TERRITORY or signal.owner_id or signal.team != COORDINATION:
        return
    answer = reception.place(draft)
    chosen = answer.territory if answer and answer.territory != UNKNOWN_TERRITORY else None
    territory: Territory = territory_of(chosen=chosen, in_text=assessment.territory)
    signal.territory = territory
    team_keys = await reception.team_keys()
    team = team_for(territory, with_a_key=team_keys)
    if team == signal.team:
        return
    wrap = wrap_for_team(
        conversation_secret(signal, access),
        signal_id=signal.id,
        team=team,
        public_key=team_keys[team],
    )
    await tx.signals.replace_wrap(
        signal.team, KeyWrap(signal_id=signal.id, team=team, sealed_key=wrap)
    )
    await tx.outbox.hand_over(signal.id, team=team)
    signal.team = team


async def _promise(
    signal: Signal, reception: Reception, tx: Transaction, now: datetime
) -> datetime:
    """By when the sender may be told that it is read."""
    await promise_first(signal, terms_of(reception.point), tx, now=now)
    stands = await tx.follow_ups.open_ones([signal.id])
    return min(promise.due_at for promise in stands if promise.kind is FollowUpKind.READ)


async def _alert(signal: Signal, tx: Transaction, now: datetime, *, raised: bool) -> None:
    """One alert for a burst of messages, but always one where the level rose."""
    log.info("signal.wrote_again", signal=signal.ref, team=signal.team, risk=signal.level.value)
    if not raised and await tx.outbox.waits_unseen(signal.id):
        return
    await tx.outbox.add(
        OutboxAlert(
            id=new_id(),
            signal_id=signal.id,
            team=signal.team,
            event=OutboxEvent.RAISED if raised else OutboxEvent.WROTE_AGAIN,
            level=Level(signal.level),
            created_at=now,
        )
    )


async def _same_again(
    signal: Signal, came_at: datetime, draft: SignalDraft, reception: Reception, tx: Transaction
) -> Added:
    """A double click: the message stands already."""
    promises = await tx.follow_ups.open_ones([signal.id])
    assessment = reception.assess(draft.text, known=stated(draft))
    read = [p.due_at for p in promises if p.kind is FollowUpKind.READ]
    return Added(
        read[0] if read else came_at,
        emergency_card(assessment.level, assessment.indicators),
    )
