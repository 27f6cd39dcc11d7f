"""Use case: the sender takes everything back."""

from typing import Final

from intake.errors import ReceiptUnknown
from intake.reception import Reception
from intake.sender import Access, conversation_secret
from records.audit import AuditAction
from records.errors import Conflict
from records.tables import Outcome
from runtime.log import log

_TRIES: Final = 3


async def withdraw(access: Access, reception: Reception) -> None:
    """Erase the conversation: its keys and rows are destroyed, one more in the counts stays.

    What was already transmitted to protect somebody cannot be taken back; the page says so.
    Raises ReceiptUnknown where it is gone already.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            await _erase(access, reception)
        except Conflict:
            # Two first withdrawals of the same kind of signal race for one row of the counts.
            if not tries_left:
                raise
        else:
            return


async def _erase(access: Access, reception: Reception) -> None:
    async with reception.records.transaction() as tx:
        signal = await tx.signals.locked(access.signal_id)
        if signal is None:
            raise ReceiptUnknown
        conversation_secret(signal, access)  # only who can open it may erase it
        await tx.audit.append(
            AuditAction.SIGNAL_WITHDRAW,
            at=reception.clock(),
            signal_id=signal.id,
            team=signal.team,
        )
        await tx.signals.erase(signal, Outcome.WITHDRAWN)
        log.info("signal.withdrawn", signal=signal.ref, team=signal.team)
