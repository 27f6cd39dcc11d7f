"""Use cases: answer a sender, and leave a note for colleagues."""

from datetime import datetime
from uuid import UUID

from dispatch.deliveries import plan_delivery
from dispatch.desk import Desk, SignedIn
from dispatch.errors import NewWords, NotYours, SignalIsClosed
from dispatch.open_signal import conversation_key
from dispatch.promises import keep, plan
from dispatch.queue import lock_signal
from dispatch.safe_contact import limits_of, refuse_avoided
from dispatch.words_seen import read_first
from dispatch.written import refuse_unfit
from records import Transaction
from records.audit import AuditAction
from records.conversations import Content, seal_content
from records.ids import new_id
from records.lookups import message_lookup
from records.tables import FollowUpKind, Message, MessageKind, Signal, SignalState
from runtime.log import log


async def reply(
    ref: str,
    text: str,
    member: SignedIn,
    desk: Desk,
    *,
    idempotency_key: str,
    seen: str | None = None,
    despite: str = "",
) -> None:
    """Send an answer: the sender finds it when they come back with their receipt.

    It leaves when its author can no longer take it back (dispatch/take_back.py). AvoidedWord where
    it has a word that was noted as dangerous. `despite` is why it goes at a time that staff had
    ruled out: kept as a note.

    Who answers has the signal: an unclaimed one is claimed with the answer; NotYours names the
    colleague who has it. The promise to answer is kept by this, and the next one, to ask after the
    sender again, is made; what came meanwhile and nobody opened stays to be read. Sent twice (a
    double click), it is one answer; another text under the same key is another answer, so that
    none is lost. NewWords where the sender wrote something that the page (`seen`) did not show.
    """
    refuse_unfit(text)
    async with desk.records.transaction() as tx:
        signal = await lock_signal(ref, member, tx)
        lookups = _lookups(idempotency_key, MessageKind.REPLY, text, signal, desk)
        former = await tx.signals.message_by_idempotency(lookups)
        if former is not None and former.held_at is not None:
            raise NewWords
        if former is not None:
            return
        await read_first(signal, seen, tx)
        await _take_to_answer(signal, member, tx, desk)
        if seen is not None:
            # Supervision's look did not count as the team's; who answers all words has read them.
            await keep(signal, [FollowUpKind.READ], tx, now=desk.clock())
            await tx.outbox.mark_seen(signal.id, member_id=member.id, at=desk.clock())
        secret = await conversation_key(signal, member, tx)
        refuse_avoided(text, await limits_of(signal, secret, tx))
        note_id = None
        if despite.strip():
            refuse_unfit(despite)
            note_id = await _add(signal, MessageKind.NOTE, despite, member, desk, tx, None)
        leaves_at = desk.clock() + desk.take_back if desk.take_back else None
        message_id = await _add(
            signal, MessageKind.REPLY, text, member, desk, tx, lookups[0], leaves_at=leaves_at
        )
        await plan_delivery(
            signal.id, message_id, desk, tx, leaves_at=leaves_at, despite_note=note_id
        )
        before = {promise.id for promise in await tx.follow_ups.open_ones([signal.id])}
        await _keep_promises(signal, desk, tx)
        await tx.follow_ups.credit(signal.id, message_id, before=before)
        log.info("signal.answered", signal=signal.ref, team=signal.team)


async def add_note(
    ref: str, text: str, member: SignedIn, desk: Desk, *, idempotency_key: str
) -> None:
    """Leave a note that no sender ever gets; any member of the team may, also on a closed one."""
    refuse_unfit(text)
    async with desk.records.transaction() as tx:
        signal = await lock_signal(ref, member, tx)
        lookups = _lookups(idempotency_key, MessageKind.NOTE, text, signal, desk)
        if await tx.signals.message_by_idempotency(lookups) is None:
            await _add(signal, MessageKind.NOTE, text, member, desk, tx, lookups[0])


def _lookups(
    idempotency_key: str, kind: MessageKind, text: str, signal: Signal, desk: Desk
) -> list[bytes]:
    """By which a double click is found, under each version of the pepper, the current one first."""
    content = f"{kind}:{text}".encode()
    return [
        message_lookup(idempotency_key, signal.id, content, pepper=key)
        for _, key in desk.records.keys.pepper.newest_first()
    ]


async def _take_to_answer(signal: Signal, member: SignedIn, tx: Transaction, desk: Desk) -> None:
    if signal.state is SignalState.CLOSED:
        raise SignalIsClosed
    if signal.owner_id == member.id:
        return
    now, owner_id = desk.clock(), signal.owner_id
    claimed = await tx.signals.claim(
        signal.id, team=signal.team, member_id=member.id, expected_owner=None, at=now
    )
    if not claimed:
        names = await tx.staff.names([owner_id] if owner_id else [])
        raise NotYours(owner_id, names[owner_id] if owner_id else "")
    await tx.audit.append(
        AuditAction.SIGNAL_CLAIM,
        at=now,
        member_id=member.id,
        signal_id=signal.id,
        team=signal.team,
    )


async def _add(
    signal: Signal,
    kind: MessageKind,
    text: str,
    member: SignedIn,
    desk: Desk,
    tx: Transaction,
    lookup: bytes | None,
    *,
    leaves_at: datetime | None = None,
) -> UUID:
    await conversation_key(signal, member, tx)  # who cannot read it does not write in it
    message_id = new_id()
    await tx.signals.add_message(
        Message(
            id=message_id,
            signal_id=signal.id,
            kind=kind,
            created_at=desk.clock(),
            member_id=member.id,
            sealed=seal_content(
                Content(text), signal_id=signal.id, message_id=message_id, to=signal.public_key
            ),
            idempotency_lookup=lookup,
            leaves_at=leaves_at,
        )
    )
    await tx.audit.append(
        AuditAction.SIGNAL_REPLY if kind is MessageKind.REPLY else AuditAction.SIGNAL_NOTE,
        at=desk.clock(),
        member_id=member.id,
        signal_id=signal.id,
        team=signal.team,
    )
    return message_id


async def _keep_promises(signal: Signal, desk: Desk, tx: Transaction) -> None:
    """An answer keeps the promise to answer, and is followed by the one to ask again.

    A review that a person planned stays, and what came meanwhile and nobody opened is not answered.
    """
    now = desk.clock()
    kinds = {promise.kind for promise in await tx.follow_ups.open_ones([signal.id])}
    answered = [FollowUpKind.RECONTACT]
    if FollowUpKind.READ not in kinds:
        answered.append(FollowUpKind.ANSWER)
    await keep(signal, answered, tx, now=now)
    await plan(FollowUpKind.RECONTACT, signal, desk, tx)
