"""Use cases: keep what a member types and has not sent, for that member alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.queue import find_signal
from records import Transaction
from records.conversations import open_draft, seal_draft
from records.errors import SealBroken
from records.sealing import public_half
from records.tables import Draft, DraftBox, Signal
from runtime.log import log


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a box: the text, what was chosen beside it, and the key of its submission."""

    text: str = field(repr=False)
    choice: str = ""
    key: str = ""


async def save_drafts(
    ref: str, typed: Mapping[DraftBox, Typed], member: SignedIn, desk: Desk
) -> None:
    """Keep what was typed in each box; an emptied box is thrown away.

    SignalNotFound where the signal is not among those of the member's teams.
    """
    async with desk.records.transaction() as tx:
        signal = await find_signal(ref, member, tx)
        await keep_drafts(signal, typed, member, tx, desk)


async def keep_drafts(
    signal: Signal,
    typed: Mapping[DraftBox, Typed],
    member: SignedIn,
    tx: Transaction,
    desk: Desk,
) -> None:
    """The same within a transaction, of a signal that was found; an erased one keeps nothing."""
    emptied = [box for box, one in typed.items() if not one.text.strip()]
    await tx.drafts.throw_away(signal.id, member.id, emptied)
    if signal.content_erased_at is not None:
        return
    for box, one in typed.items():
        if box in emptied:
            continue
        await tx.drafts.put(
            Draft(
                signal_id=signal.id,
                member_id=member.id,
                box=box,
                sealed=seal_draft(
                    {"text": one.text, "choice": one.choice, "key": one.key},
                    signal_id=signal.id,
                    member_id=member.id,
                    box=box,
                    to=public_half(member.secret),
                ),
                updated_at=desk.clock(),
            )
        )


async def drafts_of(signal_id: UUID, member: SignedIn, tx: Transaction) -> dict[DraftBox, Typed]:
    """The member's own drafts on a signal."""
    found: dict[DraftBox, Typed] = {}
    for draft in await tx.drafts.of(signal_id, member.id):
        try:
            typed = open_draft(
                draft.sealed,
                signal_id=signal_id,
                member_id=member.id,
                box=draft.box,
                secret=member.secret,
            )
        except SealBroken:
            # A draft that does not open must not close the signal too.
            log.error("draft.unreadable")
            continue
        found[DraftBox(draft.box)] = Typed(typed["text"], typed["choice"], typed["key"])
    return found


@dataclass(frozen=True, slots=True)
class Gone:
    """A signal that a colleague gave to another team while the member worked on it."""

    team: str
    drafts: Mapping[DraftBox, Typed]


async def where_it_went(
    ref: str, typed: Mapping[DraftBox, Typed], member: SignedIn, desk: Desk, *, acts: bool
) -> Gone | None:
    """The team that has the signal now; what the member typed is kept for them.

    Told only to who had opened it, while they act on it or have a text that they have not sent. Of
    anything else of another team's signal nothing is told, nor that it exists.
    """
    async with desk.records.transaction() as tx:
        signal = await tx.signals.by_ref(ref, teams=None)
        if signal is None:
            return None
        trail = await tx.audit.of_signal(signal.id)
        if not any(entry.member_id == member.id for entry in trail):
            return None
        await keep_drafts(signal, typed, member, tx, desk)
        drafts = await drafts_of(signal.id, member, tx)
        return Gone(signal.team, drafts) if acts or drafts else None


async def throw_away(ref: str, boxes: Collection[DraftBox], member: SignedIn, desk: Desk) -> bool:
    """Only ever the member's own, wherever the signal lies now; whether there was one."""
    async with desk.records.transaction() as tx:
        signal = await tx.signals.by_ref(ref, teams=None)
        if signal is None:
            return False
        return await tx.drafts.throw_away(signal.id, member.id, boxes)
