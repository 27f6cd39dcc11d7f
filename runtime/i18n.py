"""Texts: symbolic ids in code, sentences in `locales/<language>/LC_MESSAGES/<domain>.po`.

Two domains: `public` is what senders read, in every language; `staff` is what teams read.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from runtime.settings import PROJECT_ROOT

LOCALES = PROJECT_ROOT / "locales"
REFERENCE = "fr"


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language; where one is missing, the French one stands in."""

    language: str
    sentences: dict[str, str]

    def __call__(self, text_id: str, /, **values: object) -> str:
        """The sentence of `text_id` with its {places} filled.

        A missing id raises KeyError: better a red test than a symbol before a frightened person.
        """
        sentence = self.sentences[text_id]
        return sentence.format(**values) if values else sentence

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


@cache
def languages(domain: str = "public") -> tuple[str, ...]:
    """The languages that have a catalogue, French first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{domain}.po"))
    return (REFERENCE, *(language for language in found if language != REFERENCE))


def load_texts(language: str = REFERENCE, domain: str = "public") -> Texts:
    """The texts of a language or of its region (en-GB); an unknown one gets the French ones."""
    base = language.partition("-")[0].lower()
    return _load(base if base in languages(domain) else REFERENCE, domain)


@cache
def _load(language: str, domain: str) -> Texts:
    sentences = {} if language == REFERENCE else dict(load_texts(REFERENCE, domain).sentences)
    return Texts(language, sentences | _read(LOCALES / language / "LC_MESSAGES" / f"{domain}.po"))


def missing_sentences(language: str, domain: str = "public") -> list[str]:
    """The ids that the French catalogue has and this one has not."""
    there = _read(LOCALES / language / "LC_MESSAGES" / f"{domain}.po")
    return [text_id for text_id in load_texts(REFERENCE, domain).sentences if text_id not in there]


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
