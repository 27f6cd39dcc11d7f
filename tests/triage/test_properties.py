"""What must hold for any text at all."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage import assess, load_rulebook
from triage.vocabulary import Indicator, Level

RULES = load_rulebook()
DANGERS = [
    "il m'enferme dans sa chambre",
    "je fais des passes",
    "il me frappe",
    "elle a été violée",
    "je veux mourir",
    "il menace de publier mes photos intimes",
    "je dois 800 euros à un gars il me menace",
    "elle est en fugue depuis hier",
    "ils ont pris mon passeport",
    "il a un couteau il est devant ma porte",
]
HARMLESS = [
    "bonjour, merci pour votre aide",
    "nous habitons près de la mer",
    "il fait beau aujourd'hui",
    "je vous écris de chez moi",
    "mon chat dort",
    "à bientôt",
]
LAUGHTER = ["mdr", "😂", "lol", "ptdr 🤣", "😭😭", "haha"]


@given(st.text(max_size=400))
@example("🄀")  # a digit to str.isdigit(), and no number to int()
def test_any_text_gets_a_level_and_a_reason(text):
    assessment = assess(text, RULES)

    assert assessment.level in Level
    assert assessment.because


@given(st.text(alphabet="abcdefgijlmnopqrstuv 'éàç0123456789.,!?*\n🔪💊\u200bа", max_size=600))
def test_findings_stand_in_the_text(text):
    for finding in assess(text, RULES).findings:
        assert 0 <= finding.start < finding.end <= len(text)


@given(st.lists(st.sampled_from([*DANGERS, *HARMLESS]), max_size=5).map(". ".join))
def test_the_same_text_gives_the_same_answer(text):
    assert assess(text, RULES) == assess(text, RULES)


def test_what_is_said_later_never_weakens_what_was_said():
    """The cue of a debt to a man needs to be told of passes: known from there on, not before."""
    text = "il me frappe. je dois 800 euros à un gars il me menace. il me frappe. il me frappe"
    assert assess(text, RULES).level is Level.CRITICAL
    assert assess(f"{text}. je fais des passes", RULES).level is Level.CRITICAL


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([*DANGERS, *HARMLESS]), max_size=4).map(". ".join),
    st.sampled_from([*DANGERS, *HARMLESS]),
)
def test_an_affirmed_sentence_more_never_lowers(text, more):
    before = assess(text, RULES).level

    assert assess(f"{text}. {more}", RULES).level.rank >= before.rank


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize("more", HARMLESS)
def test_no_harmless_sentence_after_it_lowers_a_danger(danger, more):
    assert assess(f"{danger}. {more}", RULES).level.rank >= assess(danger, RULES).level.rank


@pytest.mark.parametrize("one", HARMLESS)
@pytest.mark.parametrize("more", HARMLESS)
def test_no_harmless_sentence_lowers_another(one, more):
    assert assess(f"{one}. {more}", RULES).level.rank >= assess(one, RULES).level.rank


@given(st.sampled_from(DANGERS), st.sampled_from(LAUGHTER))
def test_laughter_never_lowers_a_danger(danger, laughter):
    assert assess(f"{danger} {laughter}", RULES).level.rank >= assess(danger, RULES).level.rank


@given(
    st.sampled_from(DANGERS), st.permutations(["elle n'a jamais fugué", "il n'y a pas de drogue"])
)
def test_a_denied_thing_never_cancels_an_affirmed_one(danger, denied):
    text = f"{denied[0]}. {danger}. {denied[1]}."

    assert assess(text, RULES).level.rank >= assess(danger, RULES).level.rank


@given(
    st.sampled_from([*DANGERS, *HARMLESS]), st.sets(st.sampled_from(list(Indicator)), max_size=6)
)
def test_what_is_known_already_never_lowers(text, known):
    assert assess(text, RULES, known=known).level.rank >= assess(text, RULES).level.rank


@given(st.sampled_from(DANGERS))
def test_case_and_elongation_do_not_matter(danger):
    plain = assess(danger, RULES).level

    assert assess(danger.upper(), RULES).level is plain
    assert assess(danger + "eeeee", RULES).level.rank >= Level.LOW.rank


@pytest.mark.parametrize("pattern", [p for listed in RULES.by_anchor.values() for p in listed][:50])
def test_a_pattern_never_reaches_without_bound(pattern):
    assert all(step.gap <= 60 for step in pattern.steps)


def test_the_words_of_the_text_are_not_repeated_in_the_explanation():
    assessment = assess("Zorglub me frappe avec un sabrinox", RULES)

    assert not any("orglub" in sentence or "abrinox" in sentence for sentence in assessment.because)


def test_empty_and_strange_input_gets_an_answer():
    for text in (
        "",
        " ",
        "\n\n",
        "\x00\x01",
        "🔪",
        "http://x.test",
        "ا" * 50,
        "a" * 50_000,
        "é́" * 99,
    ):
        assert assess(text, RULES).because


def test_another_script_is_for_a_person_to_read():
    assert assess("Помогите мне пожалуйста, меня держат взаперти", RULES).level.rank >= 1
