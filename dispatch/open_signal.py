"""Use case: open a signal, which is reading it: it leaves a trace and keeps the first promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dispatch.deadlines import is_overdue
from dispatch.deliveries import STUCK_AFTER
from dispatch.desk import Desk, SignedIn
from dispatch.drafts import Typed, drafts_of
from dispatch.errors import NoKey, SignalNotFound
from dispatch.leaving import has_left
from dispatch.promises import keep
from dispatch.queue import lock_signal
from dispatch.routing import SUPERVISION
from dispatch.safe_contact import Limits, limits_of
from records import Transaction
from records.audit import AuditAction
from records.conversations import (
    Content,
    open_assessment,
    open_content,
    unwrap_for_team,
    unwrap_team_key,
)
from records.sealing import SecretKey
from records.tables import (
    Chat,
    Delivery,
    DraftBox,
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    Message,
    MessageKind,
    Outcome,
    Signal,
    SignalState,
)
from triage.assessment import Assessment
from triage.vocabulary import Author, Level

# Of a signal whose content was erased there is nothing to open.
NO_KEY: Final = SecretKey(bytes(32))


class Told(StrEnum):
    """How far a reply came in a chat.

    LATER: within the hours that the sender chose. STUCK: it should be gone, the bot is away.
    HELD, on the web too: the sender wrote before it left.
    """

    OPENED = "opened"
    DELIVERED = "delivered"
    LATER = "later"
    WHEN_ASKED = "when_asked"
    WAITING = "waiting"
    STUCK = "stuck"
    UNREACHABLE = "unreachable"
    HELD = "held"


class Stays(StrEnum):
    """Why a reply has not left.

    MINE: its author may take it back. COLLEAGUE: another may. HELD: the sender wrote before.
    """

    MINE = "mine"
    COLLEAGUE = "colleague"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """`by` is the name of the member who wrote a reply or note, empty for the sender's words.

    `told` is how far a reply came in the sender's chat; None where there is no chat. `stays` while
    a reply has not left at all.
    """

    id: UUID
    kind: MessageKind
    at: datetime
    by: str
    content: Content = field(repr=False)
    assessment: Assessment | None = field(repr=False)
    told: Told | None = None
    stays: Stays | None = None
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    kind: FollowUpKind
    due_at: datetime
    is_overdue: bool
    id: UUID


@dataclass(frozen=True, slots=True)
class Done:
    """How a promise ended: with the outcome of an attempt, or unkept and why."""

    at: datetime
    kind: FollowUpKind
    outcome: FollowUpOutcome | None
    ended_why: FollowUpEnd | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the trail as colleagues see it: when, what, who."""

    at: datetime
    action: str
    by: str


@dataclass(frozen=True, slots=True)
class Rung:
    """Who was told, when, at which percent of a promise's time."""

    at: datetime
    percent: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """Of a sender in a messenger: when they may be written to, and whether they can be."""

    window: str | None
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class OpenedSignal:
    """Everything that a member of its team sees of a signal."""

    ref: str
    state: SignalState
    outcome: Outcome | None
    level: Level
    territory: str
    team: str
    author: Author
    channel: str
    locale: str
    quarantined: bool
    received_at: datetime
    owner_id: UUID | None
    owner_name: str
    messages: tuple[OpenedMessage, ...]
    promises: tuple[Promise, ...]
    trail: tuple[Trace, ...]
    rungs: tuple[Rung, ...] = ()
    history: tuple[Done, ...] = ()
    content_erased_at: datetime | None = None
    chat: ChatFacts | None = None
    drafts: Mapping[DraftBox, Typed] = field(default_factory=dict)
    limits: Limits | None = None


async def open_signal(ref: str, member: SignedIn, desk: Desk) -> OpenedSignal:
    """Decrypt a signal for a member of its team.

    The trace, the reading kept as promised, and the alert seen are in one transaction with the
    reading itself. Only the reading of whoever has to act keeps the promise: supervision looks at
    every team's signals, and what it looked at still waits for the team. SignalNotFound where it
    lies with another team, or does not exist.
    """
    now = desk.clock()
    async with desk.records.transaction() as tx:
        signal = await lock_signal(ref, member, tx)
        erased = signal.content_erased_at
        secret = NO_KEY if erased else await conversation_key(signal, member, tx)
        await tx.audit.append(
            AuditAction.SIGNAL_OPEN,
            at=now,
            member_id=member.id,
            signal_id=signal.id,
            team=signal.team,
        )
        if has_to_act(signal, member):
            await keep(signal, [FollowUpKind.READ], tx, now=now)
            await tx.outbox.mark_seen(signal.id, member_id=member.id, at=now)
        chat = await tx.chats.of_signal(signal.id)
        rows = await tx.signals.messages(signal.id)
        stays = {row.id: _stays(row, member) for row in rows if not has_left(row, now=now)}
        messages = await _messages(rows, stays, signal, secret, await _told(chat, tx, now), tx)
        promises = await tx.follow_ups.open_ones([signal.id])
        trail = await _trail(signal, tx)
        rungs = await _rungs(signal, tx)
        history = tuple(
            Done(p.met_at or p.ended_at or now, p.kind, p.outcome, p.ended_why)
            for p in await tx.follow_ups.history(signal.id)
        )
        drafts = await drafts_of(signal.id, member, tx)
        limits = None if erased else await limits_of(signal, secret, tx)
        names = await tx.staff.names([signal.owner_id] if signal.owner_id else [])
    return OpenedSignal(
        ref=signal.ref,
        state=signal.state,
        outcome=signal.outcome,
        level=signal.level,
        territory=signal.territory,
        team=signal.team,
        author=signal.author,
        channel=signal.channel,
        locale=signal.locale,
        quarantined=signal.quarantined,
        received_at=signal.received_at,
        owner_id=signal.owner_id,
        owner_name=names.get(signal.owner_id, "") if signal.owner_id else "",
        messages=messages,
        promises=tuple(
            Promise(p.kind, p.due_at, is_overdue(p.due_at, p.met_at, now=now), p.id)
            for p in promises
        ),
        trail=trail,
        rungs=rungs,
        history=history,
        content_erased_at=erased,
        chat=ChatFacts(chat.contact_window, chat.unreachable_since is None) if chat else None,
        drafts=drafts,
        limits=limits,
    )


async def _told(chat: Chat | None, tx: Transaction, now: datetime) -> dict[UUID, Told]:
    """For each reply of a chat how far it came."""
    if chat is None:
        return {}
    deliveries = await tx.chats.deliveries(chat.signal_id)
    return {one.message_id: how_far(one, chat, now) for one in deliveries}


def how_far(delivery: Delivery, chat: Chat, now: datetime) -> Told:
    if delivery.opened_at is not None:
        return Told.OPENED
    if delivery.delivered_at is not None:
        return Told.DELIVERED
    if chat.unreachable_since is not None:
        return Told.UNREACHABLE
    if delivery.not_before is None:
        return Told.WHEN_ASKED
    if delivery.not_before > now:
        return Told.LATER
    return Told.STUCK if now - delivery.not_before > STUCK_AFTER else Told.WAITING


def has_to_act(signal: Signal, member: SignedIn) -> bool:
    """Pure: the team that has the signal, or who has taken it, whatever their team."""
    return signal.team in member.teams or signal.owner_id == member.id


async def conversation_key(signal: Signal, member: SignedIn, tx: Transaction) -> SecretKey:
    """Open the conversation's key by the team that has it, or by supervision."""
    held = {key.team: key for key in await tx.staff.keys_of(member.id)}
    mine = [team for team in (signal.team, SUPERVISION) if team in held]
    for wrap in await tx.signals.wraps(signal.id, mine):
        team_secret = unwrap_team_key(
            held[wrap.team].sealed_secret,
            team=wrap.team,
            holder=str(member.id),
            secret=member.secret,
        )
        return unwrap_for_team(
            wrap.sealed_key, signal_id=signal.id, team=wrap.team, team_secret=team_secret
        )
    if signal.team in member.teams:
        raise NoKey  # coordination sees what lies with a team that is not named any more
    raise SignalNotFound


def _stays(reply: Message, member: SignedIn) -> Stays:
    if reply.held_at is not None:
        return Stays.HELD
    return Stays.MINE if reply.member_id == member.id else Stays.COLLEAGUE


async def _messages(
    rows: Sequence[Message],
    stays: Mapping[UUID, Stays],
    signal: Signal,
    secret: SecretKey,
    told: Mapping[UUID, Told],
    tx: Transaction,
) -> tuple[OpenedMessage, ...]:
    names = await tx.staff.names({row.member_id for row in rows if row.member_id})
    return tuple(
        OpenedMessage(
            id=row.id,
            kind=row.kind,
            at=row.created_at,
            by=names.get(row.member_id, "") if row.member_id else "",
            content=open_content(row.sealed, signal_id=signal.id, message_id=row.id, secret=secret),
            assessment=_assessment(row, signal, secret),
            told=None if row.id in stays else told.get(row.id),
            stays=stays.get(row.id),
            leaves_at=row.leaves_at,
        )
        for row in rows
    )


def _assessment(row: Message, signal: Signal, secret: SecretKey) -> Assessment | None:
    if row.sealed_assessment is None:
        return None
    return open_assessment(
        row.sealed_assessment, signal_id=signal.id, message_id=row.id, secret=secret
    )


async def _rungs(signal: Signal, tx: Transaction) -> tuple[Rung, ...]:
    fired = await tx.escalations.of_signal(signal.id)
    names = await tx.staff.names({member for _, told in fired for member in told})
    return tuple(
        Rung(one.fired_at, one.percent, tuple(sorted(names[member] for member in told)))
        for one, told in fired
    )


async def _trail(signal: Signal, tx: Transaction) -> tuple[Trace, ...]:
    entries = await tx.audit.of_signal(signal.id)
    names = await tx.staff.names({e.member_id for e in entries if e.member_id})
    return tuple(
        Trace(e.at, e.action, names.get(e.member_id, "") if e.member_id else "") for e in entries
    )
