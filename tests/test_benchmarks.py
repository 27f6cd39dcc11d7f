import re
from collections import Counter

import pytest

from benchmarks.baselines import (
    KEYWORDS,
    evaluate_levels,
    keyword_level,
    learn_ngrams,
    ngram_levels,
    report,
    unseen,
)
from benchmarks.eds import lexicon_terms, messages_of_about_300, open_texts
from runtime.settings import PROJECT_ROOT
from triage.evaluate import LabelledSignal
from triage.normalise import fold
from triage.vocabulary import UNKNOWN_TERRITORY, Author, Level


def a_signal(text: str, level: Level) -> LabelledSignal:
    return LabelledSignal(text, text, Author.YOUNG, level, UNKNOWN_TERRITORY, frozenset())


def test_the_baseline_has_fifty_keywords_and_none_twice():
    folded = Counter(fold(keyword) for listed in KEYWORDS.values() for keyword in listed)

    assert folded.total() == 50
    assert len(folded) == 50


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Il y a eu un viol.", Level.CRITICAL),
        ("il joue du violon, couleur violette", Level.LOW),
        ("viols123", Level.LOW),
        ("ENFERMÉE depuis hier", Level.CRITICAL),
        ("enfermee depuis hier", Level.CRITICAL),
        ("à l'Hôtel", Level.HIGH),
        ("mes\n  agression  \n sexuelle", Level.HIGH),
        ("j'ai peur, il me frappe", Level.HIGH),
        ("de l’argent", Level.MODERATE),
        ("argentée", Level.LOW),
        ("", Level.LOW),
    ],
)
def test_a_keyword_is_a_whole_word_whatever_its_case_and_accents(text: str, level: Level):
    assert keyword_level(text) is level


def test_the_n_grams_learn_what_can_be_told_apart():
    examples = {
        Level.LOW: ["bonjour et merci", "merci beaucoup", "bonjour, merci à vous"],
        Level.CRITICAL: ["le couteau, vite", "vite, il a un couteau", "un couteau"],
    }
    signals = [a_signal(text, level) for level, texts in examples.items() for text in texts]

    learned = learn_ngrams(signals)

    assert ngram_levels(learned, ["merci bonjour", "couteaux !"]) == [Level.LOW, Level.CRITICAL]


def test_nothing_is_learned_from_what_is_tested():
    train = [a_signal("Une  LETTRE", Level.LOW), a_signal("une autre", Level.HIGH)]

    kept = unseen(train, [a_signal("une lettre", Level.LOW)])

    assert [signal.text for signal in kept] == ["une autre"]


def test_the_report_gives_every_measure_and_no_words():
    signals = [a_signal("chuchoter", Level.CRITICAL), a_signal("murmurer", Level.LOW)]

    lines = "\n".join(report("all low", evaluate_levels(signals, [Level.LOW, Level.LOW])))

    assert re.search(r"critical_recall +0\.000 .* 0 of 1", lines)
    assert re.search(r"critical_read_as_low +1\.000", lines)
    assert re.search(r"weighted_kappa +0\.000", lines)
    assert "chuchoter" not in lines


def test_messages_of_the_speed_comparison_have_200_to_400_characters():
    lengths = [len(message) for message in messages_of_about_300(open_texts())]

    assert min(lengths) >= 200
    assert max(lengths) <= 400
    assert sum(lengths) / len(lengths) == pytest.approx(300, abs=20)


def test_cutting_and_joining_lose_no_word_but_at_the_very_end():
    texts = ["un " * 30, "deux " * 300, "trois " * 60, "x" * 1000, "reste"]
    words = " ".join(texts).split()

    messages = messages_of_about_300(texts)

    assert all(200 <= len(message) <= 400 for message in messages)
    assert "".join(words).startswith("".join(" ".join(messages).split()))
    assert "".join(words).endswith("reste")


def test_each_class_of_the_lexicon_is_a_list_of_terms():
    terms = lexicon_terms()

    assert "coup de poing" in terms["hit"]
    assert "tabasse" in terms["hit"]
    assert all(terms.values())
    assert lexicon_terms(("actions",)).keys() < terms.keys()


def test_the_pins_of_eds_nlp_have_hashes_and_name_no_index():
    pins = (PROJECT_ROOT / "requirements" / "eds.txt").read_text("utf-8")

    assert "://" not in pins
    assert "--index" not in pins
    for block in re.split(r"\n(?=\S)", pins.strip()):
        assert "--hash=sha256:" in block
