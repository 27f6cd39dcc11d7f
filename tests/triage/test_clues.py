"""How a text is cut for weighing, and which clues are read in it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from triage import load_rulebook
from triage.clauses import cut
from triage.clues import (
    LONGEST_PIECE,
    passages_of,
    pieces_of,
    place_clue,
    topic_clues,
    word_clues,
)
from triage.normalise import read
from triage.signs import plain

RULES = load_rulebook()
SENTENCES = [
    "il a quarante ans",
    "ma fille dort le jour et la nuit elle part avec des gens que je ne connais pas",
    "merci",
    "je sais pas quoi faire alors je vous écris parce que ma soeur m'a dit que vous aidez " * 3,
]


def pieces(text):
    words = read(plain(text), RULES.speller).words
    return words, pieces_of(words, cut(words, RULES.fillers, RULES.persons))


def clues(text):
    words, found = pieces(text)
    return {clue for piece in found for clue, _, _ in word_clues(words, piece, {})}


@given(st.lists(st.sampled_from(SENTENCES), max_size=6).map(". ".join))
def test_pieces_follow_each_other_and_are_short(text):
    words, found = pieces(text)

    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(piece.end - piece.start <= LONGEST_PIECE for piece in found)
    covered = {place for piece in found for place in range(piece.start, piece.end)}
    assert all(not word.isalnum() or place in covered for place, word in enumerate(words))


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(". ".join),
    st.sampled_from(SENTENCES),
)
def test_a_sentence_more_takes_no_passage_away(text, more):
    _, before = pieces(text + ". ")
    _, after = pieces(f"{text}. {more}")

    assert after[: len(before)] == before
    assert passages_of(after)[: len(passages_of(before))] == passages_of(before)


def test_every_piece_is_read_alone_and_with_what_stands_before_it():
    _, found = pieces("il a quarante ans. elle en a quinze. il l'attend.")

    assert passages_of(found) == [(0, 0), (0, 1), (1, 1), (0, 2), (2, 2)]


def test_a_passage_reaches_back_no_further_than_its_limit():
    _, found = pieces(". ".join(["un deux trois quatre cinq six sept huit neuf dix onze"] * 12))
    first, last = passages_of(found)[-2]

    assert last == len(found) - 1
    assert found[last].end - found[first].start <= 60
    assert first > 0


def test_words_pairs_and_who_does_what_are_clues():
    found = clues("il me prend mon téléphone")

    assert {"prend", "mon telephone", "telepho"[:6] + "-", "il>prend"} <= found


def test_numbers_speak_by_their_size():
    assert "#15-17" in clues("elle a 16 ans")
    assert "#13-14" in clues("elle a treize ans")
    assert "#many" in clues("200 euros")


def test_laughter_is_no_clue():
    assert clues("il me frappe mdr 😂") == clues("il me frappe")


def test_classes_of_the_lexicon_are_clues():
    words, found = pieces("il a un couteau")

    listed = {clue for clue, _, _ in word_clues(words, found[0], RULES.classes_of_words)}

    assert "<weapon-word>" in listed


def test_where_a_passage_stands_is_told_roughly():
    assert place_clue(0) == place_clue(25) != place_clue(50) != place_clue(500)


def test_what_is_said_later_does_not_change_what_the_text_was_about():
    before, pieces_before = pieces("il me frappe. ")
    after, pieces_after = pieces("il me frappe. c'est dans un roman de classe. merci.")

    topics_before = topic_clues(before, pieces_before, RULES.classes_of_words)
    topics_after = topic_clues(after, pieces_after, RULES.classes_of_words)

    assert topics_after[:1] == topics_before
    assert topics_after[1] != topics_after[0]


def test_politeness_and_laughter_are_no_topic():
    names = {name for names in RULES.classes_of_words.values() for name in names}

    assert "<topic-game>" in names
    assert not names & {"<topic-thanks>", "<topic-joke>"}
