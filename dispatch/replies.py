"""Use cases: answer a sender, and leave a note for colleagues."""

from dispatch.deadlines import due_at
from dispatch.desk import Desk, SignedIn
from dispatch.errors import EmptyText, NotYours, SignalIsClosed
from dispatch.open_signal import conversation_key
from dispatch.queue import find_signal
from records import Transaction
from records.audit import AuditAction
from records.conversations import Content, seal_content
from records.errors import Conflict
from records.ids import new_id
from records.lookups import idempotency_lookup
from records.tables import FollowUp, FollowUpKind, Message, MessageKind, Signal, SignalState
from runtime.log import log


async def reply(ref: str, text: str, member: SignedIn, desk: Desk, *, idempotency_key: str) -> None:
    """Send an answer: the sender finds it when they come back with their receipt.

    Who answers has the signal: an unclaimed one is claimed with the answer; NotYours names the
    colleague who has it. The promises to read and to answer are kept by this, and the next one,
    to ask after the sender again, is made. Sent twice (a double click), it is one answer.
    """
    if not text.strip():
        raise EmptyText
    try:
        async with desk.records.transaction() as tx:
            signal = await _to_answer(ref, member, tx, desk)
            await _add(signal, MessageKind.REPLY, text, member, desk, tx, idempotency_key)
            await _keep_promises(signal, desk, tx)
            log.info("signal.answered", signal=signal.ref, team=signal.team)
    except Conflict as clash:
        if str(clash) != "idempotency_lookup":
            raise


async def add_note(
    ref: str, text: str, member: SignedIn, desk: Desk, *, idempotency_key: str
) -> None:
    """Leave a note that no sender ever gets; any member of the team may, also on a closed one."""
    if not text.strip():
        raise EmptyText
    try:
        async with desk.records.transaction() as tx:
            signal = await find_signal(ref, member, tx)
            await _add(signal, MessageKind.NOTE, text, member, desk, tx, idempotency_key)
    except Conflict as clash:
        if str(clash) != "idempotency_lookup":
            raise


async def _to_answer(ref: str, member: SignedIn, tx: Transaction, desk: Desk) -> Signal:
    signal = await find_signal(ref, member, tx)
    if signal.state is SignalState.CLOSED:
        raise SignalIsClosed
    if signal.owner_id == member.id:
        return signal
    claimed = await tx.signals.claim(
        signal.id, member_id=member.id, expected_owner=None, at=desk.clock()
    )
    if not claimed:
        owner_id, _ = await tx.signals.owner_and_state(signal.id)
        names = await tx.staff.names([owner_id] if owner_id else [])
        raise NotYours(owner_id, names[owner_id] if owner_id else "")
    await tx.audit.append(
        AuditAction.SIGNAL_CLAIM,
        at=desk.clock(),
        member_id=member.id,
        signal_id=signal.id,
        team=signal.team,
    )
    return signal


async def _add(
    signal: Signal,
    kind: MessageKind,
    text: str,
    member: SignedIn,
    desk: Desk,
    tx: Transaction,
    idempotency_key: str,
) -> None:
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
            idempotency_lookup=idempotency_lookup(
                idempotency_key, pepper=desk.records.keys.pepper.now
            ),
        )
    )
    await tx.audit.append(
        AuditAction.SIGNAL_REPLY if kind is MessageKind.REPLY else AuditAction.SIGNAL_NOTE,
        at=desk.clock(),
        member_id=member.id,
        signal_id=signal.id,
        team=signal.team,
    )


async def _keep_promises(signal: Signal, desk: Desk, tx: Transaction) -> None:
    now, point = desk.clock(), desk.point
    await tx.follow_ups.meet(signal.id, kinds=list(FollowUpKind), at=now)
    again = due_at(
        FollowUpKind.RECONTACT,
        signal.level,
        since=now,
        policy=point.deadlines,
        calendar=point.calendar,
    )
    await tx.follow_ups.add(
        [
            FollowUp(
                id=new_id(),
                signal_id=signal.id,
                kind=FollowUpKind.RECONTACT,
                created_at=now,
                due_at=again,
                policy_version=point.deadlines.version,
            )
        ]
    )
