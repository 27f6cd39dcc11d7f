"""The tables, one module for each thing that is kept."""

from records.tables.audit import AuditEntry
from records.tables.base import Base
from records.tables.chat import Chat, ChatMessage, Delivery
from records.tables.follow_up import FollowUp, FollowUpKind
from records.tables.message import Message, MessageKind
from records.tables.outbox import OutboxAlert, OutboxEvent
from records.tables.signal import ErasedCount, KeyWrap, Outcome, Signal, SignalState
from records.tables.staff import Installation, Member, Role, Team, TeamKey

__all__ = [
    "AuditEntry",
    "Base",
    "Chat",
    "ChatMessage",
    "Delivery",
    "ErasedCount",
    "FollowUp",
    "FollowUpKind",
    "Installation",
    "KeyWrap",
    "Member",
    "Message",
    "MessageKind",
    "OutboxAlert",
    "OutboxEvent",
    "Outcome",
    "Role",
    "Signal",
    "SignalState",
    "Team",
    "TeamKey",
]
