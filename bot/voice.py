"""How the bot speaks: the language, tu or vous, and the numbers in the sentences."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.listening_point import ListeningPoint
from intake.emergency import EmergencyCard
from intake.wording import deadline_in_words, hours_in_words, in_words
from runtime.i18n import Texts, load_texts
from triage.vocabulary import Author

_FIRST = ("police", "silent_sms", "child_danger")
_OTHERS = ("medical", "suicide", "images", "missing_child", "emergency_eu")


@dataclass(frozen=True, slots=True)
class Voice:
    """The sentences of the catalogue for one person, at one moment."""

    texts: Texts
    is_formal: bool
    point: ListeningPoint
    now: datetime
    web: str

    def __call__(self, text_id: str, /, **values: object) -> str:
        """The sentence in this voice; {places} for numbers, hours and links are filled."""
        spoken = f"{'vous' if self.is_formal else 'tu'}.{text_id}"
        sentence = self.texts(spoken if spoken in self.texts.sentences else text_id)
        return self.fill(sentence, **values)

    def fill(self, sentence: str, /, **values: object) -> str:
        return sentence.format(**self._known_values(), **values)

    def by(self, moment: datetime) -> str:
        zone = self.point.calendar.zone
        return deadline_in_words(moment, now=self.now, zone=zone, texts=self.texts)

    def opening(self) -> str:
        """When the team is back."""
        calendar = self.point.calendar
        opening = calendar.next_opening(self.now)
        return in_words(opening, now=self.now, zone=calendar.zone, texts=self.texts)

    @property
    def is_open(self) -> bool:
        return self.point.calendar.is_on_duty(self.now)

    def numbers(self, card: EmergencyCard | None = None) -> str:
        """Three numbers, a line each, in the order that fits the words."""
        return self._lines(card.first if card else _FIRST)

    def other_numbers(self) -> str:
        return self._lines(_OTHERS)

    def _lines(self, ids: tuple[str, ...]) -> str:
        known = [self.point.numbers[one] for one in ids if one in self.point.numbers]
        return "\n".join(
            f"• {self.texts(f'number.how.{n.how}')} {n.number} – {self.texts(f'number.{n.id}')} "
            f"({hours_in_words(n.hours, self.texts)})"
            for n in known
        )

    def _known_values(self) -> dict[str, object]:
        numbers = self.point.numbers.values()
        return {
            **{n.id: n.number for n in numbers},
            **{f"{n.id}_hours": hours_in_words(n.hours, self.texts) for n in numbers},
            **self.point.links,
            "web": self.web,
        }


def voice_for(
    language: str, author: Author, *, point: ListeningPoint, now: datetime, web: str
) -> Voice:
    """Relatives and professionals are told vous; the young, their friends and the unknown, tu."""
    is_formal = author in {Author.RELATIVE, Author.PROFESSIONAL}
    return Voice(load_texts(language), is_formal, point, now, web)
