"""Sessions: the store alone or the cookie alone opens nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import SealBroken
from records.sealing import Binding, SecretKey, unlock
from records.sessions import SessionVault
from runtime.volatile import MemoryStore, VolatileStore

PAYLOAD = {"member": "0193", "secret": "mot-secret-du-membre"}


class Seconds:
    """A clock that goes only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_session_is_read_with_its_cookie(volatile: VolatileStore):
    vault = SessionVault(volatile, "console", 1800)
    cookie = await vault.begin(PAYLOAD)

    assert await vault.read(cookie) == PAYLOAD
    assert await vault.read(cookie) == PAYLOAD


async def test_an_ended_session_is_gone(volatile: VolatileStore):
    vault = SessionVault(volatile, "console", 1800)
    cookie = await vault.begin(PAYLOAD)
    await vault.end(cookie)

    assert await vault.read(cookie) is None
    await vault.end(cookie)


async def test_ending_one_session_leaves_the_others(volatile: VolatileStore):
    vault = SessionVault(volatile, "console", 1800)
    mine, yours = await vault.begin(PAYLOAD), await vault.begin(PAYLOAD)
    await vault.end(mine)

    assert await vault.read(yours) == PAYLOAD


async def test_the_cookie_of_one_door_opens_no_other(volatile: VolatileStore):
    cookie = await SessionVault(volatile, "console", 1800).begin(PAYLOAD)

    assert await SessionVault(volatile, "public", 1800).read(cookie) is None


async def test_the_cookie_alone_opens_nothing():
    cookie = await SessionVault(MemoryStore(), "console", 1800).begin(PAYLOAD)

    assert await SessionVault(MemoryStore(), "console", 1800).read(cookie) is None


async def test_the_store_alone_opens_nothing():
    """Everything the store holds, as a key for everything it holds."""
    store = MemoryStore()
    vault = SessionVault(store, "console", 1800)
    cookies = [await vault.begin(PAYLOAD) for _ in range(3)]
    kept = {key: value for key, (value, _) in store._entries.items()}
    stolen = [bytes.fromhex(key.rsplit(":", 1)[1]) for key in kept]
    stolen += [value[at : at + 32] for value in kept.values() for at in range(len(value) - 31)]

    assert len(kept) == 3
    for value in kept.values():
        assert b"mot-secret" not in value
        for key in stolen:
            with pytest.raises(SealBroken):
                unlock(value, Binding("session", "console"), key=SecretKey(key))
    assert not any(cookie in key for cookie in cookies for key in kept)


async def test_a_session_moved_to_another_cookie_s_place_opens_nothing():
    store = MemoryStore()
    vault = SessionVault(store, "console", 1800)
    mine, _ = await vault.begin(PAYLOAD), await vault.begin({"member": "boss"})
    (my_key, _), (_, other) = store._entries.items()
    store._entries[my_key] = other

    assert await vault.read(mine) is None


async def test_a_session_ends_after_its_time_without_use():
    seconds = Seconds()
    vault = SessionVault(MemoryStore(seconds), "console", 100)
    cookie = await vault.begin(PAYLOAD)

    seconds.now += 99
    assert await vault.read(cookie) == PAYLOAD
    seconds.now += 99
    assert await vault.read(cookie) == PAYLOAD
    seconds.now += 100
    assert await vault.read(cookie) is None


@pytest.mark.parametrize(
    "cookie",
    [None, "", "x", "A" * 42, "A" * 44, "é" * 43, "*" * 43, "A" * 43, "A" * 42 + "\0", "A" * 10**5],
)
async def test_a_garbage_cookie_is_no_session(cookie: str | None, vault: SessionVault):
    assert await vault.read(cookie) is None
    await vault.end(cookie)
    vault.form_token(cookie or "")


@settings(deadline=None, max_examples=80)
@given(cookie=st.text(min_size=43, max_size=43))
async def test_no_cookie_raises(cookie: str):
    vault = SessionVault(MemoryStore(), "console", 1800)

    assert await vault.read(cookie) is None


async def test_cookies_are_never_the_same_and_have_256_bits(vault: SessionVault):
    cookies = {await vault.begin(PAYLOAD) for _ in range(50)}

    assert len(cookies) == 50
    assert {len(cookie) for cookie in cookies} == {43}


async def test_form_tokens_are_of_one_session_and_one_door():
    store = MemoryStore()
    console, public = SessionVault(store, "console", 9), SessionVault(store, "public", 9)
    mine, yours = await console.begin(PAYLOAD), await console.begin(PAYLOAD)
    tokens = [console.form_token(mine), console.form_token(yours), public.form_token(mine)]

    assert len(set(tokens)) == 3
    assert console.form_token(mine) == tokens[0]
    assert not any(cookie in token for cookie in (mine, yours) for token in tokens)


async def test_a_form_token_is_not_what_the_store_shows():
    store = MemoryStore()
    vault = SessionVault(store, "console", 9)
    cookie = await vault.begin(PAYLOAD)

    assert not any(vault.form_token(cookie) in key for key in store._entries)
