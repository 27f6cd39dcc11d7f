"""Use cases: transfer a signal to another team, change its level, close it."""

from collections.abc import Mapping
from uuid import UUID

from dispatch.desk import Desk, SignedIn
from dispatch.errors import EndingMissing, NotRead, NotYours, SignalIsClosed, UnknownTeam
from dispatch.open_signal import conversation_key
from dispatch.promises import end, raise_promises, terms_of
from dispatch.queue import lock_signal
from dispatch.words_seen import read_first
from dispatch.written import refuse_unfit
from records import Transaction
from records.audit import AuditAction
from records.conversations import Content, seal_content, wrap_for_team
from records.ids import new_id
from records.tables import (
    Audience,
    FollowUpEnd,
    FollowUpKind,
    KeyWrap,
    Message,
    MessageKind,
    OutboxAlert,
    OutboxEvent,
    Outcome,
    Signal,
    SignalState,
)
from runtime.i18n import load_texts
from runtime.log import log
from triage.vocabulary import Level


async def transfer(
    ref: str, member: SignedIn, desk: Desk, *, to_team: str, reason: str, seen: str | None = None
) -> None:
    """Give a signal to another team: its key is wrapped for the new one and taken from the old.

    The promises stay as they are: the sender's clock does not start again. The reason is kept as
    a note. Raises UnknownTeam, SignalIsClosed, EmptyText without a reason, and NewWords.
    """
    _need(reason)
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        team_keys = {team.code: team.public_key for team in await tx.staff.teams()}
        named = {team.code for team in desk.point.teams} & team_keys.keys()
        if to_team not in named or to_team == signal.team:
            raise UnknownTeam
        await read_first(signal, seen, tx)
        secret = await conversation_key(signal, member, tx)
        await _note(signal, reason, member, desk, tx)
        wrap = wrap_for_team(
            secret, signal_id=signal.id, team=to_team, public_key=team_keys[to_team]
        )
        await tx.signals.replace_wrap(
            signal.team, KeyWrap(signal_id=signal.id, team=to_team, sealed_key=wrap)
        )
        await _trace(AuditAction.SIGNAL_TRANSFER, signal, member, desk, tx)
        signal.team, signal.owner_id, signal.claimed_at = to_team, None, None
        signal.quarantined = False  # a person has passed it on
        await tx.outbox.hand_over(signal.id, team=to_team)
        await _alert(signal, OutboxEvent.TRANSFERRED, desk, tx, audience=Audience.TEAM)
        log.info("signal.transferred", signal=signal.ref, team=to_team)


async def change_level(
    ref: str, member: SignedIn, desk: Desk, *, level: Level, reason: str, seen: str | None = None
) -> None:
    """A person rates the signal anew, with a reason; a lower level moves no due time off.

    Raising waits for nothing; NewWords where it would be lowered over words not read.
    """
    _need(reason)
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        rises = level.rank > signal.level.rank
        if not rises:
            await read_first(signal, seen, tx)
        former, signal.level = signal.level, level
        signal.quarantined = False  # a person has judged it
        await _note(signal, _with_levels(reason, former, level), member, desk, tx)
        await _trace(AuditAction.SIGNAL_CHANGE_LEVEL, signal, member, desk, tx)
        if rises:
            await raise_promises(signal, terms_of(desk.point), tx, now=desk.clock())
            await _alert(signal, OutboxEvent.RAISED, desk, tx)


async def close(
    ref: str,
    member: SignedIn,
    desk: Desk,
    *,
    outcome: Outcome,
    ends: FollowUpEnd | Mapping[UUID, FollowUpEnd] = FollowUpEnd.NO_LONGER_NEEDED,
    seen: str | None = None,
) -> None:
    """Close a signal with its outcome, and end what is still promised, each with a reason.

    `ends` is one reason for all, or one for each open promise: EndingMissing where one lacks.
    Only who has it closes it; NotYours names who does.

    NewWords where the sender wrote something that the page did not show, NotRead where a message
    came that nobody has opened. The sender can still write, and that
    opens it again.
    """
    if outcome is Outcome.WITHDRAWN:
        raise ValueError("only a sender withdraws")
    async with desk.records.transaction() as tx:
        signal = await _open_one(ref, member, tx)
        if signal.owner_id != member.id:
            names = await tx.staff.names([signal.owner_id] if signal.owner_id else [])
            raise NotYours(signal.owner_id, names[signal.owner_id] if signal.owner_id else "")
        await read_first(signal, seen, tx)
        if await _has_unread(signal, tx):
            raise NotRead
        promised = await tx.follow_ups.open_ones([signal.id])
        endings = (
            dict.fromkeys([promise.id for promise in promised], ends)
            if isinstance(ends, FollowUpEnd)
            else {promise.id: ends[promise.id] for promise in promised if promise.id in ends}
        )
        if len(endings) < len(promised):
            raise EndingMissing
        now = desk.clock()
        signal.state, signal.outcome, signal.closed_at = SignalState.CLOSED, outcome, now
        signal.locked_codes, signal.codes_version = None, None
        # The trail comes first, as in every use case: two orders of locks would be a deadlock.
        await _trace(AuditAction.SIGNAL_CLOSE, signal, member, desk, tx)
        await end(signal, endings, tx, now=now)
        await tx.outbox.mark_seen(signal.id, member_id=member.id, at=now)
        log.info("signal.closed", signal=signal.ref, team=signal.team)


async def _has_unread(signal: Signal, tx: Transaction) -> bool:
    """Whether a message came that nobody has opened, perhaps while the page was on the screen."""
    promises = await tx.follow_ups.open_ones([signal.id])
    return any(promise.kind is FollowUpKind.READ for promise in promises)


def _with_levels(reason: str, former: Level, level: Level) -> str:
    """The trail has no room for it: both levels stand in the note of the reason."""
    texts = load_texts(domain="staff")
    before, after = (texts(f"level.{one}") for one in (former, level))
    return f"{texts('rate.changed', before=before, after=after)}\n{reason}"


def _need(reason: str) -> None:
    refuse_unfit(reason)


async def _open_one(ref: str, member: SignedIn, tx: Transaction) -> Signal:
    signal = await lock_signal(ref, member, tx)
    if signal.state is SignalState.CLOSED:
        raise SignalIsClosed
    return signal


async def _note(signal: Signal, text: str, member: SignedIn, desk: Desk, tx: Transaction) -> None:
    message_id = new_id()
    await tx.signals.add_message(
        Message(
            id=message_id,
            signal_id=signal.id,
            kind=MessageKind.NOTE,
            created_at=desk.clock(),
            member_id=member.id,
            sealed=seal_content(
                Content(text), signal_id=signal.id, message_id=message_id, to=signal.public_key
            ),
        )
    )


async def _trace(
    action: AuditAction, signal: Signal, member: SignedIn, desk: Desk, tx: Transaction
) -> None:
    await tx.audit.append(
        action, at=desk.clock(), member_id=member.id, signal_id=signal.id, team=signal.team
    )


async def _alert(
    signal: Signal,
    event: OutboxEvent,
    desk: Desk,
    tx: Transaction,
    *,
    audience: Audience | None = None,
) -> None:
    await tx.outbox.add(
        OutboxAlert(
            id=new_id(),
            signal_id=signal.id,
            team=signal.team,
            event=event,
            level=signal.level,
            created_at=desk.clock(),
            audience=audience,
        )
    )
