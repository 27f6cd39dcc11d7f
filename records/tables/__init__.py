"""The tables, one module for each thing that is kept."""

from records.tables.audit import AuditEntry
from records.tables.base import Base
from records.tables.chat import Chat, ChatMessage, Delivery
from records.tables.draft import Draft, DraftBox, SafeContact
from records.tables.follow_up import (
    Escalation,
    FollowUp,
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    Policy,
)
from records.tables.key_mark import KeyMark
from records.tables.message import Message, MessageKind
from records.tables.notification import (
    Channel,
    DeliveryState,
    EscalationTold,
    Handover,
    Heartbeat,
    Notification,
    NotificationDelivery,
    NotificationEvent,
    OnCall,
    Outage,
    StaffChat,
)
from records.tables.origin import OriginCount
from records.tables.outbox import Audience, OutboxAlert, OutboxEvent
from records.tables.signal import ErasedCount, KeyWrap, Outcome, Signal, SignalState
from records.tables.staff import Installation, Member, Role, Team, TeamKey

__all__ = [
    "Audience",
    "AuditEntry",
    "Base",
    "Channel",
    "Chat",
    "ChatMessage",
    "Delivery",
    "DeliveryState",
    "Draft",
    "DraftBox",
    "ErasedCount",
    "Escalation",
    "EscalationTold",
    "FollowUp",
    "FollowUpEnd",
    "FollowUpKind",
    "FollowUpOutcome",
    "Handover",
    "Heartbeat",
    "Installation",
    "KeyMark",
    "KeyWrap",
    "Member",
    "Message",
    "MessageKind",
    "Notification",
    "NotificationDelivery",
    "NotificationEvent",
    "OnCall",
    "OriginCount",
    "Outage",
    "OutboxAlert",
    "OutboxEvent",
    "Outcome",
    "Policy",
    "Role",
    "SafeContact",
    "Signal",
    "SignalState",
    "StaffChat",
    "Team",
    "TeamKey",
]
