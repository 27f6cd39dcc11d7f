"""Use case: take an answer back before it leaves; its text is a draft again."""

from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.drafts import Typed, drafts_of, keep_drafts
from dispatch.errors import HasLeft
from dispatch.leaving import has_left, stop
from dispatch.open_signal import conversation_key
from dispatch.queue import lock_signal
from records.audit import AuditAction
from records.conversations import open_content
from records.ids import new_id
from records.tables import DraftBox, MessageKind
from runtime.log import log


async def take_back(ref: str, message_id: UUID, member: SignedIn, desk: Desk) -> None:
    """Nobody ever gets the answer, what it kept is promised again, and its text is in the box.

    What was held back because the sender wrote first, any member of the team may take up. HasLeft
    where it is too late, or the answer is a colleague's. Pressed twice, it is done once.
    """
    async with desk.records.transaction() as tx:
        signal = await lock_signal(ref, member, tx)
        secret = await conversation_key(signal, member, tx)
        answer = await tx.signals.message(message_id)
        if answer is None or answer.signal_id != signal.id:
            return
        now = desk.clock()
        if answer.kind is not MessageKind.REPLY or has_left(answer, now=now):
            raise HasLeft
        if answer.held_at is None and answer.member_id != member.id:
            raise HasLeft
        # The trail comes first, as in every use case.
        await tx.audit.append(
            AuditAction.SIGNAL_TAKE_BACK,
            at=now,
            member_id=member.id,
            signal_id=signal.id,
            team=signal.team,
        )
        if answer.held_at is None and not await stop(answer, signal, desk.point, tx, now=now):
            raise HasLeft
        content = open_content(
            answer.sealed, signal_id=signal.id, message_id=answer.id, secret=secret
        )
        typed_since = (await drafts_of(signal.id, member, tx)).get(DraftBox.REPLY)
        text = f"{content.text}\n\n{typed_since.text}" if typed_since else content.text
        draft = {DraftBox.REPLY: Typed(text, key=str(new_id()))}
        await keep_drafts(signal, draft, member, tx, desk)
        await tx.signals.remove_message(answer)
        log.info("signal.answer_taken_back", signal=signal.ref, team=signal.team)
