"""`point-ecoute triage evaluate`: figures of a labelled corpus, and what changed since."""

import json
from pathlib import Path

import pytest

from cli.evaluate import changed_levels, report
from tests.cli.test_commands import run
from triage import Rulebook, assess
from triage.evaluate import LabelledSignal, evaluate, read_corpus
from triage.vocabulary import Level

ROWS = [
    ("a", "il m'enferme et il garde la clé", "critical", ["confinement"]),
    ("b", "bonjour, merci pour tout", "low", []),
    ("c", "rien à voir avec le sujet", "critical", ["weapon"]),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    rows = [
        {
            "id": name,
            "text": text,
            "author": "young",
            "level": level,
            "territory": "unknown",
            "indicators": codes,
        }
        for name, text, level, codes in ROWS
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def signals(corpus: Path) -> list[LabelledSignal]:
    return read_corpus(corpus.read_text(encoding="utf-8").splitlines())


def test_every_measure_and_every_critical_miss_is_printed(
    signals: list[LabelledSignal], rulebook: Rulebook
):
    assessments = [assess(signal.text, rulebook) for signal in signals]

    said = "\n".join(report(evaluate(signals, assessments), signals, assessments))

    assert "3 signals" in said
    for measure in ("critical read as critical", "macro F1", "quadratic kappa", "the wrong team"):
        assert measure in said
    assert "confinement" in said
    assert "by author" in said
    assert "- c read as low: rien à voir avec le sujet" in said
    assert "- a read as" not in said


def test_a_changed_level_is_told_with_whether_it_is_nearer(
    signals: list[LabelledSignal], rulebook: Rulebook
):
    assessments = [assess(signal.text, rulebook) for signal in signals]
    before = {"a": Level.LOW, "b": Level.LOW, "c": Level.HIGH}

    better, worse = changed_levels(signals, before, assessments)

    assert better.startswith("a: low -> critical (label critical, better)")
    assert worse.startswith("c: high -> low (label critical, worse)")


def test_the_command_reads_a_file_and_compares_with_a_revision(corpus: Path):
    assert "critical read as critical" in run("triage", "evaluate", corpus).stdout

    compared = run("triage", "evaluate", corpus, "--compare", "HEAD")

    assert compared.returncode == 0, compared.stderr
    assert "of 3 changed level" in compared.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere.jsonl"], "cannot be read"),
        (["CORPUS", "--compare", "no-such-revision"], "git knows no such revision"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(corpus: Path, arguments: list[str], said: str):
    given = [str(corpus) if argument == "CORPUS" else argument for argument in arguments]

    refused = run("triage", "evaluate", *given)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_wrong_line_is_named_and_not_repeated(tmp_path: Path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "x", "text": "mot secret"}\n', encoding="utf-8")

    refused = run("triage", "evaluate", path)

    assert "line 1" in refused.stderr
    assert "secret" not in refused.stderr + refused.stdout
