"""Weights are added up as they should be, on a few clues made by hand."""

import numpy as np
import pytest

from triage import load_rulebook
from triage.engine import judge_text
from triage.vocabulary import Indicator, Level
from triage.weighing import (
    HEAD_OF,
    HEADS,
    NOTHING_LEARNED,
    LevelWeights,
    Weights,
    level_of,
    weigh,
    words_for,
)

RULES = load_rulebook()
DEBT = HEAD_OF[Indicator.DEBT]


def weights(**of_debt):
    table = np.zeros((len(of_debt), len(HEADS)), np.int32)
    table[:, DEBT] = list(of_debt.values())
    bases = np.full(len(HEADS), -2.0)
    rows = {clue: row for row, clue in enumerate(of_debt)}
    return Weights(rows, table, bases, NOTHING_LEARNED.levels, NOTHING_LEARNED.limits)


def weighed(text, learned):
    words, clauses, _ = judge_text(text, RULES)
    return weigh(words.words, clauses, [], learned, {})


def test_a_clue_makes_likely_what_it_speaks_for():
    learned = weights(ardoise=400)

    assert weighed("il me parle de son ardoise", learned).likely()[DEBT] > 0.8
    assert weighed("il me parle de son chien", learned).likely()[DEBT] < 0.2


def test_a_clue_counts_once_a_sentence():
    learned = weights(ardoise=100)

    once, twice = (weighed(text, learned).likely()[DEBT] for text in ("ardoise", "ardoise ardoise"))

    assert once == twice


def test_it_is_likely_where_it_is_most_likely():
    learned = weights(ardoise=400, chien=-900)

    together = weighed("ardoise. mon chien dort.", learned)

    assert together.likely()[DEBT] == weighed("ardoise", learned).likely()[DEBT]
    assert together.speaks_most(DEBT) == 0


def test_without_the_sentence_that_says_it_it_is_not_likely():
    found = weighed("bonjour. il parle de son ardoise. merci.", weights(ardoise=400))

    assert found.without(found.speaks_most(DEBT))[:, DEBT].max() < 0.2


def test_the_words_shown_are_those_that_weigh():
    learned = weights(ardoise=400, chez=60)
    found = weighed("alors voilà je crois que j'ai une ardoise chez lui depuis longtemps", learned)
    words = judge_text(
        "alors voilà je crois que j'ai une ardoise chez lui depuis longtemps", RULES
    )[0].words

    start, end = words_for(found, DEBT, learned)

    assert words[start:end] == ["ardoise", "chez"]


def rated_by_debt():
    adds = np.zeros(len(HEADS))
    adds[DEBT] = 1.0
    levels = {
        above: LevelWeights(-limit, adds)
        for above, limit in ((Level.MODERATE, 0.3), (Level.HIGH, 0.5), (Level.CRITICAL, 0.8))
    }
    return Weights({}, NOTHING_LEARNED.table, NOTHING_LEARNED.bases, levels, {})


@pytest.mark.parametrize(
    ("likely", "level"),
    [(0.0, Level.LOW), (0.4, Level.MODERATE), (0.6, Level.HIGH), (0.9, Level.CRITICAL)],
)
def test_the_highest_level_reached_is_the_level(likely, level):
    chances = np.zeros((1, len(HEADS)))
    chances[0, DEBT] = likely

    assert level_of(chances, rated_by_debt()) is level


def test_a_passage_must_reach_a_level_by_itself():
    chances = np.zeros((3, len(HEADS)))
    chances[:, DEBT] = [0.2, 0.2, 0.25]

    assert level_of(chances, rated_by_debt()) is Level.LOW


def test_no_text_has_no_passage():
    assert weighed("", weights(ardoise=1)).likely() == [0.0] * len(HEADS)
