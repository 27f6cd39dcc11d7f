"""Numbers in words are read as numbers, and figures are left as they are."""

import pytest

from triage import load_rulebook
from triage.normalise import read
from triage.signs import plain

SPELLER = load_rulebook().speller


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("elle a dix-sept ans", ["17"]),
        ("elle a dix sept ans", ["17"]),
        ("il en a dix neuf", ["19"]),
        ("vingt et un ans", ["21"]),
        ("vingt-neuf ans", ["29"]),
        ("soixante-quinze euros", ["75"]),
        ("soixante et onze", ["71"]),
        ("quatre-vingt-dix euros", ["90"]),
        ("quatre vingt quatre", ["84"]),
        ("deux cents euros", ["200"]),
        ("trois cent cinquante balles", ["350"]),
        ("neuf ans", ["9"]),
        ("un portable neuf", []),
        ("dix ou douze", ["10", "12"]),
        ("16 15", ["16", "15"]),
        ("dix 7", ["10", "7"]),
        ("dix-huit, dix-sept, seize", ["18", "17", "16"]),
    ],
)
def test_a_number_in_words_is_one_number(written, numbers):
    words = read(plain(written), SPELLER)

    assert [word for word in words.words if word.isdigit()] == numbers
    for start, end in zip(words.starts, words.ends, strict=True):
        assert 0 <= start < end <= len(written)
