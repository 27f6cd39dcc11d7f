"""What a row is found by, without its being readable: keyed digests under the pepper."""

import unicodedata
from uuid import UUID

from records.sealing import SecretKey, keyed_digest
from runtime.addresses import ascii_domain, has_marks, shown_domain


def idempotency_lookup(key: str, *, pepper: SecretKey) -> bytes:
    """Of a submission's own random key: a repeated one is recognised, none is guessed."""
    return keyed_digest(key.encode(), key=pepper, purpose="idempotency")


def message_lookup(key: str, signal_id: UUID, content: bytes, *, pepper: SecretKey) -> bytes:
    """Of a further message: a double click is recognised, another text or signal is another one.

    Without the submission's random key, which is kept nowhere, it tells nothing of the content.
    """
    parts = key.encode(), signal_id.bytes, content
    joined = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return keyed_digest(joined, key=pepper, purpose="message")


def email_lookup(email: str, *, pepper: SecretKey) -> bytes:
    """Of a staff address: case, blanks, marks and the domain's spelling do not count."""
    seen = "".join(sign for sign in email if not has_marks(sign))
    return _of_email(ascii_domain(unicodedata.normalize("NFC", seen.strip())), pepper)


def former_email_lookups(email: str, *, pepper: SecretKey) -> list[bytes]:
    """Of an address that was kept as it was typed, but for case and outer blanks."""
    typed = email.strip()
    shown = unicodedata.normalize("NFC", shown_domain(typed))
    return [_of_email(one, pepper) for one in (typed, shown, unicodedata.normalize("NFD", shown))]


def _of_email(email: str, pepper: SecretKey) -> bytes:
    # What a form or a command line may hold, half characters too, only fails to be found.
    spelled = email.casefold().encode("utf-8", "surrogatepass")
    return keyed_digest(spelled, key=pepper, purpose="staff-email")


def chat_lookup(bot: str, chat_id: int, *, pepper: SecretKey) -> bytes:
    """Of a chat of one bot: keyed, since the ids are few enough to try them all."""
    return keyed_digest(f"{bot}:{chat_id}".encode(), key=pepper, purpose="chat")


def link_code_lookup(code: str, *, pepper: SecretKey) -> bytes:
    """Of the one-time code by which a member links their own chat."""
    return keyed_digest(code.encode(), key=pepper, purpose="staff-link")


def update_key(bot: str, chat_id: int, update_id: int, *, pepper: SecretKey) -> str:
    """The idempotency key of an update: the same one delivered again is the same submission."""
    named = f"{bot}:{chat_id}:{update_id}".encode()
    return keyed_digest(named, key=pepper, purpose="update").hex()
