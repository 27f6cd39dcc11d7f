"""The figures of an evaluation, worked out by hand on a few signals."""

import pytest

from triage.assessment import Assessment, Finding
from triage.evaluate import CorpusError, LabelledSignal, Share, evaluate, read_corpus
from triage.vocabulary import UNKNOWN_TERRITORY, Author, FindingStatus, Indicator, Level, Territory


def a_label(level=Level.LOW, codes=(), author=Author.YOUNG, territory=UNKNOWN_TERRITORY, name="s"):
    return LabelledSignal(name, "texte", author, level, territory, frozenset(codes))


def an_answer(level=Level.LOW, findings=(), territory=UNKNOWN_TERRITORY):
    return Assessment(level, territory, findings, (), (), "v")


def test_a_perfect_reading_scores_one_everywhere():
    levels = list(Level)

    figures = evaluate([a_label(level) for level in levels], [an_answer(x) for x in levels]).overall

    assert figures.macro_f1 == 1
    assert figures.weighted_kappa == 1
    assert figures.critical_recall.value == 1
    assert figures.false_critical.value == 0
    assert figures.critical_misses == ()


def test_a_critical_signal_read_as_low_is_named_first():
    gold = [a_label(Level.CRITICAL, name="a"), a_label(Level.CRITICAL, name="b")]

    figures = evaluate(gold, [an_answer(Level.HIGH), an_answer(Level.LOW)]).overall

    assert figures.critical_misses == ("b", "a")
    assert figures.critical_read_as_low == Share(1, 2)
    assert figures.high_or_above_recall == Share(1, 2)


def test_the_kappa_of_one_error_by_one_level_is_as_worked_out():
    gold = [
        a_label(Level.LOW),
        a_label(Level.LOW),
        a_label(Level.MODERATE),
        a_label(Level.MODERATE),
    ]
    read = [an_answer(Level.LOW), an_answer(Level.MODERATE), an_answer(Level.MODERATE)]

    figures = evaluate(gold, [*read, an_answer(Level.MODERATE)]).overall

    assert figures.weighted_kappa == pytest.approx(0.5)
    assert figures.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_wilson_interval_matches_the_published_example():
    low, high = Share(196, 200).interval

    assert (round(low, 3), round(high, 3)) == (0.950, 0.992)


def test_codes_are_counted_as_found_missed_and_invented(rulebook_answer):
    gold = [a_label(codes=[Indicator.DEBT, Indicator.HOTEL])]

    figures = evaluate(gold, [rulebook_answer(Indicator.DEBT, Indicator.WEAPON)]).overall

    assert figures.all_codes.found == 1
    assert figures.codes[Indicator.HOTEL].missed == 1
    assert figures.codes[Indicator.WEAPON].invented == 1
    assert figures.all_codes.f1 == pytest.approx(0.5)


def test_coordination_is_no_wrong_team_but_another_district_is():
    douaisis, flandres = Territory("douaisis"), Territory("flandres")
    gold = [a_label(territory=douaisis), a_label(territory=douaisis)]

    figures = evaluate(gold, [an_answer(), an_answer(territory=flandres)]).overall

    assert figures.territory == Share(0, 2)
    assert figures.wrong_team == Share(1, 2)


def test_figures_come_apart_by_author():
    gold = [a_label(author=Author.RELATIVE), a_label(author=Author.YOUNG)]

    evaluation = evaluate(gold, [an_answer(), an_answer()])

    assert set(evaluation.by_author) == {Author.RELATIVE, Author.YOUNG}


def test_a_wrong_line_of_a_corpus_is_named_without_its_text():
    with pytest.raises(CorpusError, match="line 2: JSONDecodeError") as caught:
        read_corpus(["", "mot secret"])

    assert "secret" not in str(caught.value)


@pytest.fixture
def rulebook_answer():
    def answer(*codes):
        findings = tuple(Finding(code, 0, 1, FindingStatus.ASSERTED, "r") for code in codes)
        return an_answer(findings=findings)

    return answer
