"""What staff read about a level: plain French, true of the text, and none of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import assess, load_rulebook
from triage.explain import UNREADABLE
from triage.vocabulary import Indicator, Level

RULES = load_rulebook()
TEXTS = [
    "bonjour, à quelle heure ouvrez-vous ?",
    "il m'enferme le soir et il garde la clé",
    "ma fille a changé, elle ne va plus en cours. le chien va bien.",
    "je fais des passes j'ai 16 ans",
    "il ne m'a jamais frappée",
]


def explained(text, **known):
    return " ".join(assess(text, RULES, **known).because)


@pytest.mark.parametrize("text", TEXTS)
def test_the_level_is_named_first(text):
    assessment = assess(text, RULES)
    name = {"critical": "critique", "high": "élevé", "moderate": "modéré", "low": "bas"}

    assert assessment.because[0].startswith(f"Niveau {name[assessment.level]}")


def test_what_would_change_the_level_is_said():
    assert "Sans la phrase qui pèse le plus, le niveau serait bas." in explained(
        "bonjour. il m'enferme le soir et il garde la clé. merci à vous."
    )


def test_what_was_denied_is_said_with_the_reason():
    assert "violences physiques — nié" in explained("il ne m'a jamais frappée")


def test_what_was_said_earlier_is_named():
    told = explained("il revient ce soir", known=[Indicator.CONFINEMENT])

    assert "Déjà dit plus tôt : personne enfermée" in told


def test_a_text_that_cannot_be_read_says_so():
    assessment = assess("Помогите мне пожалуйста, меня держат взаперти", RULES)

    assert UNREADABLE in assessment.because
    assert assessment.level.rank >= Level.MODERATE.rank


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4).map(" ".join))
def test_a_level_above_low_has_a_sentence_that_decides_and_stands_in_the_text(text):
    assessment = assess(text, RULES)

    if assessment.level is Level.LOW:
        assert assessment.deciding is None
    else:
        assert assessment.deciding is not None
        start, end = assessment.deciding
        assert 0 <= start < end <= len(text)
