"""How much less triage sees when the same messages are written badly."""

import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT, load_settings
from triage import assess
from triage.evaluate import LabelledSignal, read_corpus
from triage.vocabulary import Level

_SEALED = PROJECT_ROOT / "corpora" / "sealed"
_CORPORA = [_SEALED / f"{name}.jsonl" for name in ("earlier", "texting", "unspoken")]
_LONG = 6
_HIGH = Level.HIGH.rank
_TEXTING = {
    "je suis": "chui", "je ne sais pas": "jsp", "qui": "ki", "que": "ke", "pas": "pa", "vous": "vs",
    "maintenant": "mtn", "parce que": "pcq", "beaucoup": "bcp", "quelque chose": "qqch",
    "c'est": "c", "j'ai": "g", "toujours": "tjrs", "avec": "avc", "quand": "qd", "tout": "tt",
    "pour": "pr", "dans": "ds", "mais": "mé", "est": "é", "aussi": "ossi", "moi": "moa",
}  # fmt: skip


def without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def texting(text: str) -> str:
    """The commonest texting forms, and no capitals or accents."""
    plain = f" {without_accents(text).lower()} "
    for long, short in _TEXTING.items():
        plain = plain.replace(f" {long} ", f" {short} ")
    return plain.strip()


def one_slip_a_sentence(text: str) -> str:
    """One pair of letters changes place in a long word of each sentence; the same each time."""
    sentences = text.split(". ")
    return ". ".join(_with_slip(sentence) for sentence in sentences)


def _with_slip(sentence: str) -> str:
    words = sentence.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
    if not long:
        return sentence
    chosen = long[sha256(sentence.encode()).digest()[0] % len(long)]
    word = words[chosen]
    words[chosen] = word[:2] + word[3] + word[2] + word[4:]
    return " ".join(words)


NOISES: dict[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "accents stripped": without_accents,
    "texting noise": texting,
    "one slip a sentence": one_slip_a_sentence,
}


def measure(paths: Sequence[Path] = _CORPORA) -> dict[str, Any]:
    """The recall of high or above under each noise."""
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    signals = [s for path in paths for s in read_corpus(path.read_text("utf-8").splitlines())]
    figures = {
        name: _recall(signals, [assess(noise(s.text), rulebook).level for s in signals])
        for name, noise in NOISES.items()
    }
    for name, recall in figures.items():
        print(f"{name:22} high or critical read as high or above: {recall:.3f}")
    return {"signals": len(signals), **figures}


def _recall(signals: Sequence[LabelledSignal], read: Sequence[Level]) -> float:
    asked = [
        level for signal, level in zip(signals, read, strict=True) if signal.level.rank >= _HIGH
    ]
    return round(sum(level.rank >= _HIGH for level in asked) / max(1, len(asked)), 3)


if __name__ == "__main__":
    print(json.dumps(measure([Path(name) for name in sys.argv[1:]] or _CORPORA)))
