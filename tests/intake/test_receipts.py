"""Receipt codes: always the same for a submission, forgiving when typed, never another one."""

import unicodedata
from collections import Counter
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import ReceiptUnreadable
from intake.receipts import WORDS, fold, make_code, normalise_code, word_list
from records.sealing import make_secret

PEPPER, OTHER = make_secret(), make_secret()
LIST = word_list()
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OFTEN = settings(deadline=None, max_examples=150)
keys = st.uuids().map(str)
codes = st.lists(st.sampled_from(LIST), min_size=WORDS, max_size=WORDS).map(" ".join)


@OFTEN
@given(keys, st.binary(max_size=50))
def test_the_same_submission_always_gives_the_same_six_words(key: str, fingerprint: bytes):
    code = make_code(key, fingerprint, pepper=PEPPER)

    assert code == make_code(key, fingerprint, pepper=PEPPER)
    assert len(code.split()) == 6
    assert set(code.split()) <= set(LIST)
    assert normalise_code(code) == code


@OFTEN
@given(keys, keys, st.binary(max_size=20), st.binary(max_size=20))
def test_another_key_content_or_pepper_gives_another_code(
    key: str, other_key: str, content: bytes, other: bytes
):
    code = make_code(key, content, pepper=PEPPER)

    assert code != make_code(key, content, pepper=OTHER)
    if key != other_key:
        assert code != make_code(other_key, content, pepper=PEPPER)
    if content != other:
        assert code != make_code(key, other, pepper=PEPPER)


def test_key_and_content_do_not_run_into_each_other():
    assert make_code("ab", b"c", pepper=PEPPER) != make_code("a", b"bc", pepper=PEPPER)


def test_all_66_bits_are_used():
    """At every one of the six places words of the whole list stand, none much more often."""
    made = [make_code(str(number), b"", pepper=PEPPER).split() for number in range(6000)]
    places = {word: number for number, word in enumerate(LIST)}
    bits = Counter(
        (place, bit)
        for code in made
        for place, word in enumerate(code)
        for bit in range(11)
        if places[word] >> bit & 1
    )

    assert len(LIST) == 2**11
    assert len(bits) == 66
    assert all(2600 < number < 3400 for number in bits.values())
    assert len({tuple(code) for code in made}) == len(made)


@OFTEN
@given(codes, st.data())
def test_case_accents_blanks_and_signs_do_not_count(code: str, data: st.DataObject):
    between = st.sampled_from([" ", "  ", "\n", "-", " - ", ", ", "\u00a0", ".", "_", "\t", ""])
    typed = ""
    for word in code.split():
        plain = data.draw(st.booleans())
        apart = data.draw(st.booleans())  # an accent as a character of its own
        word = unicodedata.normalize("NFD" if apart else "NFC", word)  # noqa: PLW2901
        word = fold(word) if plain else word  # noqa: PLW2901
        typed += data.draw(st.sampled_from([str.upper, str.lower, str.title]))(word)
        typed += data.draw(between)
    try:
        assert normalise_code(typed) == code
    except ReceiptUnreadable as refused:
        # Without blanks two ways of cutting may fit: then it is asked for, never guessed.
        assert len(typed.replace("-", " ").split()) != WORDS
        assert refused.positions == ()  # noqa: PT017


@OFTEN
@given(
    codes,
    st.sampled_from(["\u00ad", "\u200b", "\u2060", "\ufe0f", "\u200e"]),
    st.sampled_from(["\u2011", "\u2009", "\u202f", "\u2013", "\r\n", "\u2028", " \u200f"]),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
)
def test_what_a_telephone_makes_of_the_signs_does_not_count(
    code: str, within: str, between: str, form: Literal["NFC", "NFD", "NFKC"]
):
    words = [word[0] + within + word[1:] for word in code.split()]
    typed = "\ufeff" + unicodedata.normalize(form, between.join(words)) + "\u00a0"

    assert normalise_code(typed) == code


@OFTEN
@given(
    codes,
    st.sampled_from(["\u00ad", "\u200b", "\u2060"]),
)
def test_a_code_with_unseen_signs_between_all_letters_is_the_code(code: str, within: str):
    assert normalise_code(within.join(code)) == code


@OFTEN
@given(codes, st.data())
def test_one_wrong_letter_gives_the_right_word_or_is_refused(code: str, data: st.DataObject):
    """Never silently another code; only a wrong letter that makes another listed word can."""
    words = [fold(word) for word in code.split()]
    place = data.draw(st.integers(0, WORDS - 1))
    words[place] = data.draw(edits(words[place]))
    typed = " ".join(words)
    if words[place] in {fold(word) for word in LIST}:
        return
    try:
        assert normalise_code(typed) == code
    except ReceiptUnreadable as refused:
        assert refused.positions in {(place + 1,), ()}  # noqa: PT017


@OFTEN
@given(codes, st.data())
def test_a_wrong_letter_in_each_word_never_makes_a_third_word(code: str, data: st.DataObject):
    right = [fold(word) for word in code.split()]
    typed = [data.draw(edits(word)) for word in right]
    known = {fold(word) for word in LIST}
    try:
        meant = normalise_code(" ".join(typed)).split()
    except ReceiptUnreadable:
        return
    for word, wrong, found in zip(right, typed, meant, strict=True):
        assert fold(found) == (wrong if wrong in known else word)


def edits(word: str) -> st.SearchStrategy[str]:
    """One letter replaced, left out, added, or two neighbours swapped."""
    places, letters = st.integers(0, len(word) - 1), st.sampled_from(LETTERS)
    return st.one_of(
        st.builds(lambda at, letter: word[:at] + letter + word[at + 1 :], places, letters),
        st.builds(lambda at: word[:at] + word[at + 1 :], places),
        st.builds(lambda at, letter: word[:at] + letter + word[at:], places, letters),
        st.builds(lambda at: word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], places),
    )


def test_only_two_pairs_of_words_are_one_slip_apart():
    """A slip that makes one of these of the other finds no conversation; nothing can tell it."""
    known = {fold(word) for word in LIST}
    pairs = {
        tuple(sorted((word, wrong))) for word in known for wrong in slips(word) & known - {word}
    }

    assert pairs == {("cirer", "crier"), ("tuile", "utile")}


def slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return (
        {a + b[1:] for a, b in cuts if b}
        | {a + c + b[1:] for a, b in cuts if b for c in LETTERS}
        | {a + c + b for a, b in cuts for c in LETTERS}
        | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    )


def test_folded_the_words_of_the_list_stay_different():
    assert len({fold(word) for word in LIST}) == 2048


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("abandon bijou cheval dragon exister xyzzy", (6,)),
        ("qqqq bijou cheval wwww exister fluide", (1, 4)),
        ("abandon bijou cheval dragon exister", ()),
        ("abandon bijou cheval dragon exister fluide abandon", ()),
        ("", ()),
        ("    ", ()),
        ("123 456", ()),
        ("é" * 5000, ()),
        ("\ud83d\x00", ()),
        ("a b c d e f", (1, 2, 3, 4, 5, 6)),
    ],
)
def test_what_is_unreadable_says_which_words_are(typed: str, positions: tuple[int, ...]):
    with pytest.raises(ReceiptUnreadable) as refused:
        normalise_code(typed)
    assert refused.value.positions == positions


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=120))
def test_whatever_is_typed_is_a_code_or_unreadable(typed: str):
    try:
        code = normalise_code(typed)
    except ReceiptUnreadable as refused:
        assert str(refused) == "receipt unreadable"  # noqa: PT017
    else:
        assert set(code.split()) <= set(LIST)


def test_unreadable_tells_no_word_that_was_typed():
    with pytest.raises(ReceiptUnreadable) as refused:
        normalise_code("abandon bijou cheval dragon exister secretword")

    assert "secretword" not in f"{refused.value!s} {refused.value!r}"
