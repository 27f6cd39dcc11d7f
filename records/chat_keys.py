"""What ties a conversation to a messenger: the bot's own key, and addresses locked for it.

The bot's key is made from its token. The token stands in the environment of the process that
speaks with the messenger and nowhere else, so that a stolen database, backups and server key file
together still open no word.
"""

from dataclasses import dataclass
from uuid import UUID

from records.errors import SealBroken
from records.sealing import (
    Binding,
    Sealed,
    SecretKey,
    keyed_digest,
    lock,
    open_sealed,
    public_half,
    seal,
    unlock,
)
from records.server_keys import VersionedKey
from records.tables import StaffChat

_NAME_BYTES = 8
_NO_KEY = SecretKey(bytes(32))


@dataclass(frozen=True, slots=True)
class BotKey:
    """`name` tells bots apart in the database; it says nothing of the token."""

    name: str
    secret: SecretKey

    @property
    def public(self) -> bytes:
        return public_half(self.secret)


def bot_key(token: str) -> BotKey:
    """The key of the bot of that token; a token has 35 random letters, no slow hash is needed."""
    secret = SecretKey(keyed_digest(token.encode(), key=_NO_KEY, purpose="bot-key"))
    name = keyed_digest(public_half(secret), key=_NO_KEY, purpose="bot-name", size=_NAME_BYTES)
    return BotKey(name.hex(), secret)


def wrap_for_bot(conversation: SecretKey, *, signal_id: UUID, bot: BotKey) -> Sealed:
    return seal(conversation.value, _wrap(signal_id, bot), to=bot.public)


def unwrap_for_bot(sealed: bytes, *, signal_id: UUID, bot: BotKey) -> SecretKey:
    return SecretKey(open_sealed(sealed, _wrap(signal_id, bot), secret=bot.secret))


def lock_address(chat_id: int, *, signal_id: UUID, key: VersionedKey) -> Sealed:
    return lock(str(chat_id).encode(), Binding("chat-address", str(signal_id)), key=key.now)


def unlock_address(locked: bytes, *, signal_id: UUID, version: int, key: VersionedKey) -> int:
    binding = Binding("chat-address", str(signal_id))
    return int(unlock(locked, binding, key=_of(version, key)))


def lock_staff_address(chat_id: int, *, member_id: UUID, key: VersionedKey) -> Sealed:
    return lock(str(chat_id).encode(), Binding("staff-chat", str(member_id)), key=key.now)


def unlock_staff_address(chat: StaffChat, *, key: VersionedKey) -> int | None:
    """The member's chat; None where it is not linked yet."""
    if chat.locked_address is None or chat.contact_version is None:
        return None
    binding = Binding("staff-chat", str(chat.member_id))
    return int(unlock(chat.locked_address, binding, key=_of(chat.contact_version, key)))


def lock_message_id(message_id: int, *, row: UUID, key: VersionedKey) -> Sealed:
    return lock(str(message_id).encode(), Binding("chat-message", str(row)), key=key.now)


def unlock_message_id(locked: bytes, *, row: UUID, version: int, key: VersionedKey) -> int:
    return int(unlock(locked, Binding("chat-message", str(row)), key=_of(version, key)))


def _of(version: int, key: VersionedKey) -> SecretKey:
    if version not in key.versions:
        raise SealBroken("contact")
    return key.versions[version]


def _wrap(signal_id: UUID, bot: BotKey) -> Binding:
    return Binding("conversation-key", str(signal_id), f"bot:{bot.name}")
