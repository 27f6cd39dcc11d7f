"""Make the rows of a new signal: all that costs time and needs no database."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dispatch.promises import first_promises, terms_of
from dispatch.routing import SUPERVISION, team_for
from intake.chat_traces import noted
from intake.drafts import ReplyChat, SignalDraft
from intake.receipts import make_code
from intake.reception import Reception
from records.chat_keys import lock_address, wrap_for_bot
from records.conversations import (
    lock_codes,
    new_conversation,
    seal_assessment,
    seal_content,
    wrap_for_sender,
    wrap_for_team,
)
from records.ids import new_id, new_ref
from records.lookups import chat_lookup, idempotency_lookup
from records.passwords import ReceiptKeys, receipt_keys
from records.sealing import SecretKey
from records.tables import (
    Chat,
    ChatMessage,
    FollowUp,
    KeyWrap,
    Message,
    MessageKind,
    Signal,
    SignalState,
)
from triage import Assessment
from triage.vocabulary import UNKNOWN_TERRITORY, Indicator, Territory


@dataclass(frozen=True, slots=True)
class Prepared:
    code: str = field(repr=False)
    assessment: Assessment
    communes: tuple[str, ...]
    signal: Signal
    wraps: tuple[KeyWrap, ...]
    message: Message
    follow_ups: tuple[FollowUp, ...]
    receipt: ReceiptKeys
    chat: Chat | None
    noted: tuple[ChatMessage, ...]


def prepare(
    draft: SignalDraft,
    reception: Reception,
    team_keys: dict[str, bytes],
    now: datetime,
    suspicious: bool,
) -> Prepared:
    """Assess, route and seal a draft; a thread's work, Argon2id being most of it."""
    keys = reception.records.keys
    code = make_code(draft.idempotency_key, draft.fingerprint(), pepper=keys.pepper.now)
    receipt = receipt_keys(code, pepper=keys.pepper.now, cost=reception.receipt_cost)
    assessment = reception.assess(draft.text, known=stated(draft))
    territory, communes = _territory(draft, reception, assessment)
    team = team_for(territory, with_a_key=team_keys)
    conversation = new_conversation()
    signal_id, message_id = new_id(), new_id()
    policy = reception.point.deadlines
    signal = Signal(
        id=signal_id,
        ref=new_ref(),
        state=SignalState.OPEN,
        level=assessment.level,
        territory=territory,
        team=team,
        author=draft.author,
        channel=draft.channel.value,
        locale=draft.locale,
        quarantined=suspicious,
        received_at=now,
        last_inbound_at=now,
        rules_version=assessment.rules_version,
        policy_version=policy.version,
        pepper_version=keys.pepper.current,
        idempotency_lookup=idempotency_lookup(draft.idempotency_key, pepper=keys.pepper.now),
        receipt_lookup=receipt.lookup,
        public_key=conversation.public,
        sender_wrap=wrap_for_sender(
            conversation.secret, signal_id=signal_id, receipt_key=receipt.key
        ),
        locked_codes=lock_codes(
            assessment.indicators | stated(draft), signal_id=signal_id, key=keys.codes
        ),
        codes_version=keys.codes.current,
    )
    message = Message(
        id=message_id,
        signal_id=signal_id,
        kind=MessageKind.INBOUND,
        created_at=now,
        sealed=seal_content(
            draft.content(), signal_id=signal_id, message_id=message_id, to=conversation.public
        ),
        sealed_assessment=seal_assessment(
            assessment, signal_id=signal_id, message_id=message_id, to=conversation.public
        ),
    )
    return Prepared(
        code,
        assessment,
        communes,
        signal,
        _wraps(conversation.secret, signal_id, (team, SUPERVISION), team_keys),
        message,
        first_promises(signal, terms_of(reception.point), now),
        receipt,
        _chat(draft.chat, conversation.secret, signal, reception) if draft.chat else None,
        tuple(noted(draft.chat, reception)) if draft.chat else (),
    )


def _chat(chat: ReplyChat, secret: SecretKey, signal: Signal, reception: Reception) -> Chat:
    keys = reception.records.keys
    return Chat(
        signal_id=signal.id,
        bot=chat.bot.name,
        chat_lookup=chat_lookup(chat.bot.name, chat.chat_id, pepper=keys.pepper.now),
        locked_address=lock_address(chat.chat_id, signal_id=signal.id, key=keys.contact),
        contact_version=keys.contact.current,
        sealed_key=wrap_for_bot(secret, signal_id=signal.id, bot=chat.bot),
        contact_window=chat.window,
        acknowledged_at=None,
        last_active_at=signal.received_at,
    )


def _territory(
    draft: SignalDraft, reception: Reception, assessment: Assessment
) -> tuple[Territory, tuple[str, ...]]:
    """The sender's choice, else what the text says; with the communes to ask among."""
    answer = reception.place(draft)
    if answer is None:
        return assessment.territory, ()
    if answer.territory != UNKNOWN_TERRITORY:
        return answer.territory, ()
    undecided = assessment.territory == UNKNOWN_TERRITORY
    return assessment.territory, answer.candidates if undecided else ()


def _wraps(
    secret: SecretKey, signal_id: UUID, teams: tuple[str, ...], team_keys: dict[str, bytes]
) -> tuple[KeyWrap, ...]:
    return tuple(
        KeyWrap(
            signal_id=signal_id,
            team=team,
            sealed_key=wrap_for_team(
                secret, signal_id=signal_id, team=team, public_key=team_keys[team]
            ),
        )
        for team in teams
    )


def undecided_communes(
    draft: SignalDraft, reception: Reception, assessment: Assessment
) -> tuple[str, ...]:
    """The communes to ask the sender among; empty where a team is known."""
    return _territory(draft, reception, assessment)[1]


def stated(draft: SignalDraft) -> frozenset[Indicator]:
    """What the sender said beside the text."""
    return draft.age.indicators if draft.age else frozenset()
