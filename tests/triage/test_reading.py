"""From signs to canonical words, clauses, and the rule files' own mistakes."""

import shutil
from pathlib import Path

import pytest

from triage import RulebookError, assess, load_rulebook
from triage.clauses import cut
from triage.normalise import read
from triage.rulefiles import OWN_FOLDER
from triage.signs import plain
from triage.vocabulary import FindingStatus, Indicator, Level

RULES = load_rulebook()


def words_of(text):
    return " ".join(read(plain(text), RULES.speller).words)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jsui", "je suis"),
        ("g 16 ans", "je ai 16 ans"),
        ("c'est", "ce est"),
        ("il ma frappé", "il me a frappe"),
        ("ma fille", "ma fille"),
        ("ils on pris", "ils ont pris"),
        ("jai kelkun", "je ai quelqu un"),
        ("16ans", "16 ans"),
        ("p.u.t.e", "pute"),
        ("s u i c i d e", "suicide"),
        ("pr0stitution", "prostitution"),
        ("v*ol", "viol"),
        ("st\u200bop", "stop"),
        ("аidez", "aidez"),
        ("quinze ans", "15 ans"),
        ("laaaa", "la"),
    ],
)
def test_written_words_become_the_words_meant(written, meant):
    assert words_of(written) == meant


@pytest.mark.parametrize("word", ["vol", "pote", "figue", "loyer", "tasse", "sauver"])
def test_a_french_word_is_never_repaired_into_another(word):
    assert words_of(word) == word


def test_offsets_lead_back_to_the_original_signs():
    text = "ŒUVRE\u200b… il ma frappé"

    words = read(plain(text), RULES.speller)

    place = words.words.index("frappe")
    assert text[words.starts[place] : words.ends[place]] == "frappé"


def test_a_new_subject_opens_a_clause_without_a_comma():
    words = read(plain("ca va pas il me frappe"), RULES.speller).words

    clauses = cut(words, RULES.fillers, RULES.persons)

    assert clauses.clause[words.index("pas")] != clauses.clause[words.index("frappe")]


def test_a_denied_fact_is_kept_with_its_reason():
    finding = next(
        f
        for f in assess("il ne me frappe pas", RULES).findings
        if f.indicator is Indicator.PHYSICAL_VIOLENCE
    )

    assert finding.status is FindingStatus.NEGATED
    assert finding.reason == "nié"
    assert not finding.supports


def test_what_was_known_before_counts_with_the_new_message():
    alone = assess("il est 22 h", RULES).level

    together = assess("il est 22 h", RULES, known=[Indicator.MISSING, Indicator.UNDER_15]).level

    assert alone is Level.LOW
    assert together is Level.HIGH


def test_the_version_names_the_content_of_the_rules():
    assert load_rulebook().version == RULES.version
    assert RULES.version.startswith("2026.")


@pytest.fixture
def folder(tmp_path):
    for part in ("lexicon", "rules", "weights"):
        shutil.copytree(OWN_FOLDER / part, tmp_path / part)
    return tmp_path


def broken(folder: Path, name: str, text: str) -> RulebookError:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder=folder)
    return caught.value


def test_a_rule_that_is_no_toml_is_named(folder):
    error = broken(folder, "rules/1-danger.toml", "[[cue]\n")

    assert error.file == "rules/1-danger.toml"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('id = "x"\nmeans = "y"', "neither patterns"),
        ('id = "x"\nmeans = "y"\npatterns = ["a"]\ncode = "nonsense"', "no indicator"),
        ('id = "x"\nmeans = "y"\npatterns = ["a"]\nwrong = 1', "unknown key"),
        ('id = "x"\nmeans = "y"\npatterns = ["<nobody>"]', "unknown word class"),
        ('id = "x"\nmeans = "y"\npatterns = ["a .."]', "must end with a part"),
    ],
)
def test_a_wrong_entry_is_named_with_its_reason(folder, entry, reason):
    error = broken(folder, "rules/1-danger.toml", f'source = "s"\ndate = "d"\n[[cue]]\n{entry}\n')

    assert error.key == "x"
    assert reason in error.reason


def test_a_missing_file_is_named(folder):
    (folder / "rules/levels.toml").unlink()

    with pytest.raises(RulebookError, match=r"levels\.toml"):
        load_rulebook(folder=folder)


def test_rules_say_where_they_come_from(folder):
    error = broken(folder, "rules/1-danger.toml", '[[cue]]\nid = "x"\n')

    assert (error.file, error.key) == ("rules/1-danger.toml", "source")
