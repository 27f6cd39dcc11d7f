"""What a row is found by, without its being readable: keyed digests under the pepper."""

from records.sealing import SecretKey, keyed_digest


def idempotency_lookup(key: str, *, pepper: SecretKey) -> bytes:
    """Of a submission's own random key: a repeated one is recognised, none is guessed."""
    return keyed_digest(key.encode(), key=pepper, purpose="idempotency")


def email_lookup(email: str, *, pepper: SecretKey) -> bytes:
    """Of a staff address: case and outer blanks do not count."""
    return keyed_digest(email.strip().casefold().encode(), key=pepper, purpose="staff-email")
