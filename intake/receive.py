"""Use case: receive a signal, from whatever door, in one transaction."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from intake.drafts import SignalDraft
from intake.emergency import EmergencyCard, emergency_card
from intake.errors import EmptyMessage, SubmissionDiffers
from intake.prepare import Prepared, prepare, stated, undecided_communes
from intake.receipts import make_code
from intake.reception import Reception
from intake.sender import SenderAccess
from records.errors import Conflict
from records.ids import new_id, new_ref
from records.lookups import idempotency_lookup
from records.passwords import ReceiptKeys, receipt_keys
from records.sealing import SecretKey
from records.tables import OutboxAlert, OutboxEvent
from runtime.log import log
from triage.vocabulary import UNKNOWN_TERRITORY

_DRAWS: Final = 5  # of a reference; two clashes in a row among a million signals: 1 in 7,000


@dataclass(frozen=True, slots=True)
class Received:
    """What the sender may be told, after the commit.

    `code` is shown once. `communes` are those to ask among where a postal code lies in two
    districts and nothing else decided.
    """

    code: str = field(repr=False)
    read_by: datetime
    emergency: EmergencyCard | None
    access: SenderAccess
    communes: tuple[str, ...] = ()
    needs_place: bool = False


async def receive_signal(
    draft: SignalDraft, reception: Reception, *, suspicious: bool = False
) -> Received:
    """Keep a signal with its first follow-ups and its alert; answer only after the commit.

    The same idempotency key and content, however often and however close together, is one signal
    and gives the same receipt. A `suspicious` one (a flood, a form filled by a machine) goes to
    quarantine, which is a queue that staff read too: nothing is refused.

    Raises EmptyMessage, and SubmissionDiffers where the key came before with another content.
    """
    if not draft.text.strip():
        raise EmptyMessage
    team_keys = await reception.team_keys()
    now = reception.clock()
    if (again := await _former_version(draft, reception)) is not None:
        return await _same_again(draft, reception, again)
    prepared = await asyncio.to_thread(prepare, draft, reception, dict(team_keys), now, suspicious)
    for _ in range(_DRAWS):
        try:
            await _keep(prepared, reception)
        except Conflict as clash:
            if str(clash) == "ref":
                prepared.signal.ref = new_ref()
                continue
            if str(clash) not in {"idempotency_lookup", "receipt_lookup"}:
                raise
            return await _same_again(draft, reception, prepared.receipt)
        _tell(prepared)
        await reception.tell(prepared.signal.team)
        return _received(prepared, reception)
    raise Conflict("ref")


async def _keep(prepared: Prepared, reception: Reception) -> None:
    signal = prepared.signal
    async with reception.records.transaction() as tx:
        await tx.signals.add(signal, prepared.wraps, prepared.message)
        if prepared.chat is not None:
            await tx.chats.add(prepared.chat)
            await tx.chats.note_messages(prepared.noted)
        await tx.follow_ups.add(prepared.follow_ups)
        await tx.outbox.add(
            OutboxAlert(
                id=new_id(),
                signal_id=signal.id,
                team=signal.team,
                event=OutboxEvent.RECEIVED,
                level=signal.level,
                created_at=signal.received_at,
            )
        )


async def _former_version(draft: SignalDraft, reception: Reception) -> ReceiptKeys | None:
    """After a rotation of the pepper, a retry must still find what the former one kept."""
    pepper = reception.records.keys.pepper
    if len(pepper.versions) == 1:
        return None
    lookups = [
        idempotency_lookup(draft.idempotency_key, pepper=key) for _, key in pepper.newest_first()
    ]
    async with reception.records.reading() as tx:
        signal = await tx.signals.by_idempotency(lookups)
    if signal is None:
        return None
    return _receipt_under(draft, pepper.versions[signal.pepper_version], reception)[1]


def _receipt_under(
    draft: SignalDraft, pepper: SecretKey, reception: Reception
) -> tuple[str, ReceiptKeys]:
    code = make_code(draft.idempotency_key, draft.fingerprint(), pepper=pepper)
    return code, receipt_keys(code, pepper=pepper, cost=reception.receipt_cost)


async def _same_again(draft: SignalDraft, reception: Reception, receipt: ReceiptKeys) -> Received:
    """The answer to a repeated submission: the same receipt, or a refusal if the content differs.

    The content is compared through the receipt that it derives: no digest of words is kept.
    """
    pepper = reception.records.keys.pepper
    lookups = [
        idempotency_lookup(draft.idempotency_key, pepper=k) for _, k in pepper.newest_first()
    ]
    async with reception.records.reading() as tx:
        signal = await tx.signals.by_idempotency(lookups)
        if signal is None or signal.receipt_lookup != receipt.lookup:
            raise SubmissionDiffers
        promise = await tx.follow_ups.first_read(signal.id)
    assessment = reception.assess(draft.text, known=stated(draft))
    code = make_code(
        draft.idempotency_key, draft.fingerprint(), pepper=pepper.versions[signal.pepper_version]
    )
    return Received(
        code=code,
        read_by=promise.due_at if promise else signal.received_at,
        emergency=emergency_card(assessment.level, assessment.indicators),
        access=SenderAccess(signal.id, receipt.key),
        communes=undecided_communes(draft, reception, assessment),
        needs_place=signal.territory == UNKNOWN_TERRITORY,
    )


def _received(prepared: Prepared, reception: Reception) -> Received:
    return Received(
        code=prepared.code,
        read_by=prepared.follow_ups[0].due_at,
        emergency=emergency_card(prepared.assessment.level, prepared.assessment.indicators),
        access=SenderAccess(prepared.signal.id, prepared.receipt.key),
        communes=prepared.communes,
        needs_place=prepared.signal.territory == UNKNOWN_TERRITORY,
    )


def _tell(prepared: Prepared) -> None:
    signal = prepared.signal
    log.info(
        "signal.received",
        signal=signal.ref,
        team=signal.team,
        risk=signal.level.value,
        channel=signal.channel,
        quarantined=signal.quarantined,
    )
