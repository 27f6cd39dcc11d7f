"""Receipt codes: six words of a French list, made from a submission, forgiving when typed."""

import unicodedata
from functools import cache
from typing import Final

from mnemonic import Mnemonic
from rapidfuzz.distance import OSA

from intake.errors import ReceiptUnreadable
from records.sealing import SecretKey, keyed_digest
from triage.signs import plain

WORDS: Final = 6
_LONGEST_TYPED: Final = 200  # six words have 58 letters at most; folding can make 18 of one sign
_BITS_PER_WORD: Final = 11  # 2,048 words; six make 66 bits


def make_code(idempotency_key: str, fingerprint: bytes, *, pepper: SecretKey) -> str:
    """Six words from the submission: a double click or a retry shows the same ones again.

    Never stored. Without the pepper, or without the submission's random key, nobody makes it.
    """
    key = idempotency_key.encode()
    digest = keyed_digest(
        len(key).to_bytes(4, "big") + key + fingerprint, key=pepper, purpose="receipt"
    )
    number = int.from_bytes(digest) >> (len(digest) * 8 - WORDS * _BITS_PER_WORD)
    words = word_list()
    picked = [
        words[(number >> (_BITS_PER_WORD * place)) % len(words)] for place in reversed(range(WORDS))
    ]
    return " ".join(picked)


def normalise_code(typed: str) -> str:
    """The code that was meant: case, accents, blanks and one wrong letter a word do not count.

    Raises ReceiptUnreadable with the positions of the words that are not in the list, or that
    could be two.
    """
    typed = plain(typed).text
    if len(typed) > _LONGEST_TYPED:
        raise ReceiptUnreadable
    words = _split(fold(typed))
    if len(words) != WORDS:
        raise ReceiptUnreadable
    meant = [_meant(word) for word in words]
    if wrong := tuple(place for place, word in enumerate(meant, start=1) if word is None):
        raise ReceiptUnreadable(wrong)
    return " ".join(word for word in meant if word)


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 French words of BIP 39, with their accents."""
    return tuple(unicodedata.normalize("NFC", word) for word in Mnemonic("french").wordlist)


def fold(text: str) -> str:
    """Lower case, no accents, every other sign a blank."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).lower()
    letters = (c if c.isalpha() else " " for c in plain if not unicodedata.combining(c))
    return "".join(letters)


@cache
def _by_folded() -> dict[str, str]:
    return {fold(word): word for word in word_list()}


def _split(folded: str) -> list[str]:
    """Words at the blanks, or, where blanks were left out, the one way to cut six words."""
    words = folded.split()
    if len(words) == WORDS:
        return words
    cuts = _cut("".join(words), WORDS)
    return cuts[0] if len(cuts) == 1 else words


def _cut(letters: str, number: int) -> list[list[str]]:
    known = _by_folded()
    longest = max(map(len, known))
    if len(letters) > number * longest:
        return []
    if number == 0:
        return [] if letters else [[]]
    found: list[list[str]] = []
    for end in range(1, min(longest, len(letters)) + 1):
        if letters[:end] in known:
            found += [[letters[:end], *rest] for rest in _cut(letters[end:], number - 1)]
    return found


def _meant(typed: str) -> str | None:
    known = _by_folded()
    if typed in known:
        return known[typed]
    near = [
        word for folded, word in known.items() if OSA.distance(typed, folded, score_cutoff=1) <= 1
    ]
    return near[0] if len(near) == 1 else None
