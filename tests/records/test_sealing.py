"""What is sealed or locked opens only with its key, in its row, unaltered."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from records.errors import SealBroken
from records.sealing import (
    Binding,
    SecretKey,
    keyed_digest,
    lock,
    make_key_pair,
    make_secret,
    open_sealed,
    public_half,
    seal,
    size_class,
    unlock,
)

QUIETLY = settings(deadline=None, max_examples=60)
contents = st.binary(max_size=300)
words = st.text(max_size=20)
bindings = st.builds(Binding, words, words, words)
PAIR, OTHER = make_key_pair(), make_key_pair()
KEY, OTHER_KEY = make_secret(), make_secret()
HERE = Binding("content", "row", "owner")


@QUIETLY
@given(contents, bindings)
def test_what_is_sealed_opens_with_its_key_in_its_row(content: bytes, binding: Binding):
    assert open_sealed(seal(content, binding, to=PAIR.public), binding, secret=PAIR.secret) == (
        content
    )
    assert unlock(lock(content, binding, key=KEY), binding, key=KEY) == content


@QUIETLY
@given(contents, bindings, bindings)
def test_nothing_opens_for_another_row_purpose_or_owner(
    content: bytes, binding: Binding, other: Binding
):
    assume(binding != other)

    with pytest.raises(SealBroken):
        open_sealed(seal(content, binding, to=PAIR.public), other, secret=PAIR.secret)
    with pytest.raises(SealBroken):
        unlock(lock(content, binding, key=KEY), other, key=KEY)


@pytest.mark.parametrize("field", ["purpose", "row", "owner"])
def test_each_part_of_the_binding_counts(field: str):
    other = replace(HERE, **{field: "x"})

    with pytest.raises(SealBroken):
        open_sealed(seal(b"mots", HERE, to=PAIR.public), other, secret=PAIR.secret)
    with pytest.raises(SealBroken):
        unlock(lock(b"mots", HERE, key=KEY), other, key=KEY)


def test_parts_of_a_binding_do_not_run_into_each_other():
    assert Binding("a", "bc").header() != Binding("ab", "c").header()
    assert Binding("a", "b", "c").header() != Binding("a", "bc", "").header()


@QUIETLY
@given(contents)
def test_nothing_opens_with_another_key(content: bytes):
    with pytest.raises(SealBroken):
        open_sealed(seal(content, HERE, to=PAIR.public), HERE, secret=OTHER.secret)
    with pytest.raises(SealBroken):
        unlock(lock(content, HERE, key=KEY), HERE, key=OTHER_KEY)


def test_a_public_key_opens_nothing():
    sealed = seal(b"mots", HERE, to=PAIR.public)

    with pytest.raises(SealBroken):
        open_sealed(sealed, HERE, secret=SecretKey(PAIR.public))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_one_flipped_bit_breaks_the_seal(data: st.DataObject):
    sealed = bytearray(seal(b"elle a fugu\xc3\xa9", HERE, to=PAIR.public))
    locked = bytearray(lock(b"elle a fugu\xc3\xa9", HERE, key=KEY))
    for altered in (sealed, locked):
        bit = data.draw(st.integers(0, len(altered) * 8 - 1))
        altered[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        open_sealed(bytes(sealed), HERE, secret=PAIR.secret)
    with pytest.raises(SealBroken):
        unlock(bytes(locked), HERE, key=KEY)


@QUIETLY
@given(st.binary(max_size=200))
def test_garbage_is_a_broken_seal_and_no_other_error(garbage: bytes):
    with pytest.raises(SealBroken):
        open_sealed(garbage, HERE, secret=PAIR.secret)
    with pytest.raises(SealBroken):
        unlock(garbage, HERE, key=KEY)


def test_a_cut_off_content_is_a_broken_seal():
    sealed, locked = seal(b"mots", HERE, to=PAIR.public), lock(b"mots", HERE, key=KEY)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            open_sealed(sealed[:length], HERE, secret=PAIR.secret)
    for length in range(len(locked)):
        with pytest.raises(SealBroken):
            unlock(locked[:length], HERE, key=KEY)


def test_contents_of_one_class_weigh_the_same():
    short, long = seal(b"oui", HERE, to=PAIR.public), seal(b"x" * 63, HERE, to=PAIR.public)

    assert len(short) == len(long)
    assert len(lock(b"", HERE, key=KEY)) == len(lock(b"x" * 63, HERE, key=KEY))


@QUIETLY
@given(st.integers(0, 70_000))
def test_the_stored_length_tells_only_the_class(length: int):
    weight = len(lock(bytes(length), HERE, key=KEY)) - len(lock(b"", HERE, key=KEY)) + 64

    assert weight == size_class(length)
    assert weight > length


def test_there_are_few_classes():
    classes = {size_class(length) for length in range(65_536)}

    assert sorted(classes) == [
        64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 49_152, 65_536,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "length", [0, 62, 63, 64, 65, 127, 128, 16_383, 16_384, 16_385, 32_767, 32_768, 49_151, 49_152]
)
def test_a_content_at_the_edge_of_its_class_comes_back_whole(length: int):
    # 0x80 and zeros are what the padding itself is made of.
    for content in (b"\x80" * length, bytes(length)):
        assert unlock(lock(content, HERE, key=KEY), HERE, key=KEY) == content
        sealed = seal(content, HERE, to=PAIR.public)
        assert open_sealed(sealed, HERE, secret=PAIR.secret) == content


def test_the_same_content_never_looks_the_same_twice():
    assert seal(b"oui", HERE, to=PAIR.public) != seal(b"oui", HERE, to=PAIR.public)
    assert lock(b"oui", HERE, key=KEY) != lock(b"oui", HERE, key=KEY)


@QUIETLY
@given(contents, st.sampled_from(["audit", "receipt-key", "session-id"]))
def test_a_digest_is_another_one_for_each_key_and_purpose(content: bytes, purpose: str):
    digest = keyed_digest(content, key=KEY, purpose=purpose)

    assert digest == keyed_digest(content, key=KEY, purpose=purpose)
    assert digest != keyed_digest(content, key=OTHER_KEY, purpose=purpose)
    assert digest != keyed_digest(content, key=KEY, purpose="other")


def test_no_purpose_is_longer_than_what_tells_purposes_apart():
    with pytest.raises(ValueError, match="person"):
        keyed_digest(b"", key=KEY, purpose="x" * 17)


def test_no_repr_shows_a_secret():
    secret = SecretKey(b"\xab" * 32)
    shown = repr(secret) + str(secret) + repr(PAIR) + f"{PAIR!s}"

    assert "xab" not in repr(secret) + str(secret)  # the public half of a pair may hold it
    assert repr(PAIR.secret.value)[2:-1] not in shown
    assert PAIR.secret.value.hex() not in shown


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_secret_key_has_32_bytes(length: int):
    with pytest.raises(ValueError, match="32 bytes"):
        SecretKey(bytes(length))


def test_the_public_half_belongs_to_its_secret():
    assert public_half(PAIR.secret) == PAIR.public
