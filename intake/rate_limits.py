"""Limits without keeping addresses: counters under a keyed digest that no one can turn back.

Fail open, always: a limit never refuses a message. Too many from one network go to quarantine, a
queue that staff read; too many wrong codes only make the answer slower.
"""

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from records.sealing import SecretKey, keyed_digest, make_secret
from runtime.volatile import VolatileStore

WINDOW_SECONDS: Final = 600
SUBMISSIONS_IN_A_WINDOW: Final = 20
# One chat: a message each ten seconds is a person in distress, one each second is a machine.
CHAT_MESSAGES_IN_A_WINDOW: Final = 120
CHAT_MESSAGES_KEPT: Final = 600
WRONG_BEFORE_SLOW: Final = 5
# Pages kept for a reload (records/shown_pages.py): of one network, and of all together.
PAGES_OF_A_NETWORK: Final = 200
PAGES_OF_ALL: Final = 4_000
LONGEST_PAUSE_SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Of one chat: more than people send, more than anybody can type, and the first time so."""

    is_suspicious: bool
    is_lost: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class RateLimits:
    """`salt` is shared by the processes of one deployment (from the server's pepper)."""

    store: VolatileStore
    salt: SecretKey = field(default_factory=make_secret, repr=False)

    async def is_flood(self, address: str | None) -> bool:
        """Whether more submissions came from one network than people send.

        A loopback address says nothing of who sends (an onion service, a tool on this machine),
        so it is never held against anybody.
        """
        block = network_block(address)
        if block is None:
            return False
        sent = await self.store.count(self._key("sent", block), ttl_seconds=WINDOW_SECONDS)
        return sent > SUBMISSIONS_IN_A_WINDOW

    async def may_keep_a_page(self, address: str | None) -> bool:
        """Whether there is room to keep one more answer: a flood must not fill the memory."""
        block = network_block(address)
        if block is not None:
            kept = await self.store.count(self._key("pages", block), ttl_seconds=WINDOW_SECONDS)
            if kept > PAGES_OF_A_NETWORK:
                return False
        kept = await self.store.count(self._key("pages", ""), ttl_seconds=WINDOW_SECONDS)
        return kept <= PAGES_OF_ALL

    async def chat_speed(self, chat: str) -> Speed:
        """How fast messages come from one chat; `chat` is already a digest.

        The first ones of a window are always kept, so nobody's first message is ever lost.
        """
        sent = await self.store.count(self._key("chat", chat), ttl_seconds=WINDOW_SECONDS)
        return Speed(
            is_suspicious=sent > CHAT_MESSAGES_IN_A_WINDOW,
            is_lost=sent > CHAT_MESSAGES_KEPT,
            is_new=sent == CHAT_MESSAGES_KEPT + 1,
        )

    async def pause_after_wrong(self, what: str, *, by: str) -> float:
        """Seconds to wait before telling that a code or password is wrong: 0 five times, then more.

        `by` is whom the tries are counted for: a network block, or a staff e-mail address.
        """
        wrong = await self.store.count(self._key(what, by), ttl_seconds=WINDOW_SECONDS)
        over = wrong - WRONG_BEFORE_SLOW
        return min(2.0 ** min(over - 1, 10), LONGEST_PAUSE_SECONDS) if over > 0 else 0.0

    def _key(self, kind: str, block: str) -> str:
        digest = keyed_digest(block.encode(), key=self.salt, purpose="rate-limit", size=16)
        return f"limit:{kind}:{digest.hex()}"


def network_block(address: str | None) -> str | None:
    """The /24 or /48 of an address; None for a loopback address or what is not one."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if ip.version == 6 and ip.ipv4_mapped is not None:  # noqa: PLR2004  an IPv4 client, written so
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None
    prefix = 24 if ip.version == 4 else 48  # noqa: PLR2004  the usual blocks of one household
    return str(ipaddress.ip_network((ip, prefix), strict=False))
