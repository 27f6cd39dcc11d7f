"""Limits that refuse nothing: a flood goes to quarantine, wrong codes answer more slowly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rate_limits import SUBMISSIONS_IN_A_WINDOW, RateLimits, network_block
from records.sealing import make_secret
from runtime.circuit import Circuit
from runtime.volatile import MemoryStore, RedisStore, VolatileStore


async def floods(limits: RateLimits, address: str | None, times: int) -> list[bool]:
    return [await limits.is_flood(address) for _ in range(times)]


async def test_more_from_one_network_than_people_send_is_a_flood(volatile: VolatileStore):
    limits = RateLimits(volatile)

    assert await floods(limits, "203.0.113.7", 22) == [False] * SUBMISSIONS_IN_A_WINDOW + [True] * 2
    assert await limits.is_flood("203.0.113.200")
    assert not await limits.is_flood("203.0.114.7")


@pytest.mark.parametrize(
    "address",
    [None, "", "unknown", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "1.2.3", "unix:"],
)
async def test_what_says_nothing_of_the_sender_is_never_held_against_anybody(
    address: str | None, limits: RateLimits
):
    assert not any(await floods(limits, address, 30))


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        # What a server that listens on both kinds of address says of an IPv4 client.
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
    ],
)
def test_one_household_is_one_block(address: str, block: str):
    assert network_block(address) == block


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.ip_addresses().map(str), st.text(max_size=40)))
def test_no_address_raises(address: str):
    network_block(address)
    network_block(f"{address}%eth0")


async def test_five_wrong_codes_cost_nothing_then_each_costs_more(volatile: VolatileStore):
    limits = RateLimits(volatile)
    pauses = [await limits.pause_after_wrong("receipt", by="a") for _ in range(12)]

    assert pauses == [0.0] * 5 + [1.0, 2.0, 4.0] + [8.0] * 4
    assert await limits.pause_after_wrong("receipt", by="b") == 0.0
    assert await limits.pause_after_wrong("password", by="a") == 0.0


async def test_the_pause_stays_bounded_whatever_comes(limits: RateLimits):
    pauses = [await limits.pause_after_wrong("receipt", by="a") for _ in range(2000)]

    assert max(pauses) == 8.0


async def test_no_address_is_kept():
    store = MemoryStore()
    limits = RateLimits(store)
    await limits.is_flood("203.0.113.7")
    await limits.pause_after_wrong("password", by="marie@equipe.invalid")

    kept = " ".join(store._entries)
    assert len(store._entries) == 2
    assert not any(part in kept for part in ("203", "marie", "invalid"))


async def test_processes_of_one_deployment_count_together_and_others_apart(valkey_url: str):
    store, salt = RedisStore(Circuit(valkey_url)), make_secret()
    for _ in range(SUBMISSIONS_IN_A_WINDOW):
        await RateLimits(store, salt).is_flood("198.51.100.1")

    assert await RateLimits(store, salt).is_flood("198.51.100.1")
    assert not await RateLimits(store, make_secret()).is_flood("198.51.100.1")
    await store.close()


def test_the_repr_shows_no_salt():
    salt = make_secret()

    assert salt.value.hex() not in repr(RateLimits(MemoryStore(), salt))
    assert "salt" not in repr(RateLimits(MemoryStore(), salt))
