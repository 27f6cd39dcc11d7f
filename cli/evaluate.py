"""`point-ecoute triage evaluate`: how well triage reads a labelled corpus, and what changed."""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.errors import SettingsError
from runtime.settings import PROJECT_ROOT, load_settings
from triage import Assessment, assess
from triage.evaluate import (
    CorpusError,
    Evaluation,
    Figures,
    LabelledSignal,
    Share,
    evaluate,
    read_corpus,
)
from triage.vocabulary import Level

_LEVELS = tuple(reversed(Level))


def evaluate_corpus(
    corpus: Annotated[
        Path, typer.Argument(help="Labelled signals, one JSON object a line.", show_default=False)
    ],
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="REV", help="A git revision to compare levels with."),
    ] = None,
) -> None:
    """Print how well triage reads a labelled corpus; with --compare, which levels changed."""
    signals = _read(corpus)
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    assessments = [assess(signal.text, rulebook) for signal in signals]
    if compare is not None:
        before = levels_at(compare, signals)
        lines = list(changed_levels(signals, before, assessments))
        typer.echo("\n".join([*lines, f"{len(lines)} of {len(signals)} changed level"]))
        return
    for line in report(evaluate(signals, assessments), signals, assessments):
        typer.echo(line)


def _read(corpus: Path) -> list[LabelledSignal]:
    try:
        return read_corpus(corpus.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{corpus}: cannot be read ({type(error).__name__})"]) from None
    except CorpusError as error:
        raise SettingsError([f"{corpus}: {error}"]) from None


def report(
    evaluation: Evaluation, signals: Sequence[LabelledSignal], assessments: Sequence[Assessment]
) -> Iterator[str]:
    """The lines that the command prints, in order."""
    yield from _confusion(evaluation.overall)
    yield ""
    yield from _measures(evaluation.overall)
    yield ""
    yield f"{'indicator':26}{'precision':>10}{'recall':>8}{'F1':>7}{'cases':>7}"
    for code, figures in evaluation.overall.codes.items():
        cases = figures.found + figures.missed
        yield _code_line(code, figures.precision, figures.recall, figures.f1, cases)
    yield ""
    yield "by author            n  critical   high+  macro F1"
    for author, theirs in evaluation.by_author.items():
        yield (
            f"{author:16}{theirs.signals:6}{_of(theirs.critical_recall)}"
            f"{_of(theirs.high_or_above_recall)}{theirs.macro_f1:10.3f}"
        )
    yield ""
    yield from _misses(evaluation.overall, signals, assessments)


def _confusion(figures: Figures) -> Iterator[str]:
    yield f"{figures.signals} signals. Rows: the label; columns: what triage said."
    yield f"{'':12}" + "".join(f"{level:>10}" for level in _LEVELS)
    for gold in _LEVELS:
        row = "".join(f"{figures.confusion.get((gold, read), 0):10}" for read in _LEVELS)
        yield f"{gold:12}{row}"


def _measures(figures: Figures) -> Iterator[str]:
    shares = {
        "critical read as critical": figures.critical_recall,
        "critical read as low": figures.critical_read_as_low,
        "high or critical read as high or above": figures.high_or_above_recall,
        "not critical read as critical": figures.false_critical,
        "low read as high or above": figures.low_read_as_high,
        "territory, where a place is named": figures.territory,
        "the wrong team": figures.wrong_team,
    }
    for name, share in shares.items():
        low, high = share.interval
        yield f"{name:40}{share.value:6.3f}  [{low:.3f}, {high:.3f}]  {share.hits} of {share.cases}"
    yield f"{'four levels, macro F1':40}{figures.macro_f1:6.3f}"
    yield f"{'four levels, quadratic kappa':40}{figures.weighted_kappa:6.3f}"
    codes = figures.all_codes
    yield (
        f"{'all indicators, F1':40}{codes.f1:6.3f}  "
        f"precision {codes.precision:.3f}, recall {codes.recall:.3f}"
    )


def _code_line(code: str, precision: float, recall: float, f1: float, cases: int) -> str:
    return f"{code:26}{precision:10.3f}{recall:8.3f}{f1:7.3f}{cases:7}"


def _of(share: Share) -> str:
    return f"{share.value:9.3f}" if share.cases else f"{'-':>9}"


def _misses(
    figures: Figures, signals: Sequence[LabelledSignal], assessments: Sequence[Assessment]
) -> Iterator[str]:
    yield f"critical signals read as less: {len(figures.critical_misses)}"
    by_id = {signal.id: (signal, read) for signal, read in zip(signals, assessments, strict=True)}
    for missed in figures.critical_misses:
        signal, read = by_id[missed]
        yield f"- {signal.id} read as {read.level}: {signal.text}"
        yield f"  {' '.join(read.because)}"


def levels_at(revision: str, signals: Sequence[LabelledSignal]) -> dict[str, Level]:
    """What the code and the rules of a git revision say of the same texts.

    Raises SettingsError for a revision that git does not know, or whose triage does not run.
    """
    archive = ["git", "archive", "--format=tar", revision]
    archived = subprocess.run(archive, cwd=PROJECT_ROOT, capture_output=True, check=False)  # noqa: S603  a fixed program, no shell
    if archived.returncode:
        raise SettingsError([f"--compare {revision}: git knows no such revision"])
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tree:
            tree.extractall(folder, filter="data")
        lines = [json.dumps({"id": signal.id, "text": signal.text}) for signal in signals]
        answered = subprocess.run(
            [sys.executable, "-m", "cli", "triage"],
            cwd=folder,
            env={"PYTHONPATH": folder, "PATH": "/usr/bin:/bin"},
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
    if answered.returncode:
        raise SettingsError([f"--compare {revision}: its triage does not run with this Python"])
    rows = map(json.loads, answered.stdout.splitlines())
    return {row["id"]: Level(row["level"]) for row in rows}


def changed_levels(
    signals: Sequence[LabelledSignal],
    before: dict[str, Level],
    assessments: Sequence[Assessment],
) -> Iterator[str]:
    """A line for each message whose level differs, and whether that is nearer to its label."""
    for signal, now in zip(signals, assessments, strict=True):
        then = before[signal.id]
        if then is now.level:
            continue
        gold = signal.level.rank
        better = abs(now.level.rank - gold) - abs(then.rank - gold)
        verdict = "better" if better < 0 else "worse" if better > 0 else "as far off"
        yield (
            f"{signal.id}: {then} -> {now.level} (label {signal.level}, {verdict}): {signal.text}"
        )
