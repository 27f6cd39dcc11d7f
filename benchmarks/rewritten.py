"""How the same messages are read after Word, a telephone or a mail program changed their signs.

`python -m benchmarks rewritten` counts, for each change, the texts whose level or territory is
then another one.
"""

import json
import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cli.parts import load_triage
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT, load_settings
from triage import Assessment, assess
from triage.evaluate import read_corpus

_CORPORA = sorted((PROJECT_ROOT / "corpora" / "learn").glob("[!s]*.jsonl"))
_EVERY = 7


def _each(sign: str, to: str) -> Callable[[str], str]:
    return lambda text: text.replace(sign, to)


def _within(sign: str, every: int = 3) -> Callable[[str], str]:
    """Put a sign between letters, each third time."""
    return lambda text: re.sub(rf"(?<=\w{{{every}}})(?=\w)", sign, text)


def _wrapped(width: int) -> Callable[[str], str]:
    def wrap(text: str) -> str:
        return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))

    return wrap


def _quoted(text: str, older: str) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in older.split("\n"))
    head = "Le lun. 12 janv. 2026 à 18:04, Accueil <accueil@exemple.fr> a écrit :"
    return f"{text}\n\n{head}\n\n{lines}\n"


_OLDER = "Bonjour,\n\nMerci pour votre message. Nous le lisons et vous répondons.\n\nL'équipe"
_ORIGINAL = (
    "\n\n-----Message d'origine-----\nDe : Accueil <accueil@exemple.fr>\nEnvoyé : lundi 12 janvier "
    "2026 18:04\nÀ : moi@exemple.fr\nObjet : Votre message\n\n" + _OLDER
)
CHANGES: dict[str, Callable[[str], str]] = {
    "no-break hyphens": _each("-", "\u2011"),
    "hyphens": _each("-", "\u2010"),
    "dashes": _each("-", "\u2013"),
    "minus signs": _each("-", "\u2212"),
    "no-break spaces": _each(" ", "\u00a0"),
    "thin spaces": _each(" ", "\u2009"),
    "narrow no-break spaces": _each(" ", "\u202f"),
    "ideographic spaces": _each(" ", "\u3000"),
    "tabs": _each(" ", "\t"),
    "double spaces": _each(" ", "  "),
    "curly apostrophes": _each("'", "\u2019"),
    "modifier apostrophes": _each("'", "\u02bc"),
    "curly quotes": lambda text: re.sub('"([^"]*)"', "\u201c\\1\u201d", text),
    "one sign of three dots": lambda text: re.sub(r"\.{3}", "\u2026", text),
    "soft hyphens": _within("\u00ad"),
    "zero-width spaces": _within("\u200b"),
    "word joiners": _within("\u2060"),
    "direction marks": lambda text: "\u200e" + text.replace(" ", "\u200f ") + "\u200e",
    "overrides": lambda text: "\u202d" + text + "\u202c",
    "byte order mark": lambda text: "\ufeff" + text,
    "variation selectors": lambda text: re.sub(r"(?<=[.!?])", "\ufe0f", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "wide letters": lambda text: "".join(
        chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in text
    ),
    "ligatures": lambda text: text.replace("fi", "\ufb01").replace("fl", "\ufb02"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old Mac line ends": lambda text: text.replace("\n", "\r"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "a line end behind it": lambda text: text + "\r\n\r\n",
    "wrapped at 60": _wrapped(60),
    "wrapped at 65": _wrapped(65),
    "wrapped at 72": _wrapped(72),
    "wrapped at 76": _wrapped(76),
    "wrapped at 72, Windows": lambda text: _wrapped(72)(text).replace("\n", "\r\n"),
    "wrapped at 78": _wrapped(78),
    "wrapped at 40": _wrapped(40),
    "sent from an iPhone": lambda text: text + "\n\nEnvoyé de mon iPhone",
    "sent from a Samsung": lambda text: text + "\n\nEnvoyé depuis mon téléphone Samsung Galaxy.",
    "sent from Outlook": lambda text: text + "\nObtenir Outlook pour Android<https://aka.ms/AAb9ysg>",
    "sent from Yahoo": lambda text: text + "\n\nEnvoyé à partir de Yahoo Mail pour iPhone",
    "sent, in English": lambda text: text + "\n\nSent from my iPhone",
    "sent, in Spanish": lambda text: text + "\n\nEnviado desde mi iPhone",
    "sent, in Romanian": lambda text: text + "\n\nTrimis de pe iPhone",
    "sent, in Arabic": lambda text: text + "\n\nأُرسلت من الـ iPhone",
    "over a quoted mail": lambda text: _quoted(text, _OLDER),
    "over an original message": lambda text: text + _ORIGINAL,
    "French quotes": lambda text: re.sub("« ?([^»]*?) ?»", '"\\1"', text),
    "over itself, quoted": lambda text: _quoted(text, text),
}  # fmt: skip


def measure(paths: Sequence[Path] = _CORPORA, every: int = _EVERY) -> dict[str, Any]:
    """For each change: texts changed, levels that fell and rose, territories that are others."""
    rulebook, _ = load_triage(load_listening_point(load_settings().listening_point))
    texts = [s.text for path in paths for s in read_corpus(path.read_text("utf-8").splitlines())]
    texts = texts[::every]
    before = {text: assess(text, rulebook) for text in texts}
    found: dict[str, Any] = {"texts": len(texts)}
    for name, change in CHANGES.items():
        pairs = [
            (old, assess(new, rulebook))
            for text, old in before.items()
            if (new := change(text)) != text
        ]
        found[name] = _compared(pairs)
        print(f"{name:26} {found[name]}")
    return found


def _compared(pairs: Sequence[tuple[Assessment, Assessment]]) -> dict[str, int]:
    return {
        "changed": len(pairs),
        "fell": sum(new.level.rank < old.level.rank for old, new in pairs),
        "rose": sum(new.level.rank > old.level.rank for old, new in pairs),
        "moved": sum(new.territory != old.territory for old, new in pairs),
    }


if __name__ == "__main__":
    print(json.dumps(measure([Path(name) for name in sys.argv[1:]] or _CORPORA)))
