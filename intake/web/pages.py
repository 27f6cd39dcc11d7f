"""Render a page: its language, how it speaks to whoever reads, and the listening point's data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dispatch.listening_point import ListeningPoint, TelephoneNumber
from intake.drafts import MAX_TEXT_CHARACTERS
from intake.wording import age_in_words, deadline_in_words, hours_in_words, in_words
from runtime.clock import Clock
from runtime.i18n import REFERENCE, Texts, languages, load_texts
from triage.vocabulary import Author

_FOLDER: Final = Path(__file__).parent
STATIC: Final = _FOLDER / "static"
# The order of the list that stands at the foot of each page; a number without a text stays out.
FIRST_NUMBERS: Final = ("police", "silent_sms", "child_danger")
OTHER_NUMBERS: Final = ("medical", "suicide", "images", "missing_child", "emergency_eu")
INFORMAL, FORMAL = "tu", "vous"


@dataclass(frozen=True, slots=True)
class Look:
    """In which language a page speaks, and whether it says tu, vous, or neither (None).

    `path` is where the same page stands in another language; None where a form was sent, since
    the way to the other language would lose what the page shows.
    """

    language: str = REFERENCE
    voice: str | None = None
    path: str | None = None
    proposed: str | None = None

    def to(self, author: Author) -> "Look":
        return replace(self, voice=INFORMAL if author is Author.YOUNG else FORMAL)

    def at(self, path: str) -> "Look":
        return replace(self, path=path)

    @property
    def texts(self) -> Texts:
        return load_texts(self.language, "public")


def look_of(request: Request, chosen: str | None = None) -> Look:
    """The language that was chosen by a link or a form, else French.

    The browser's own language only proposes: a phone in English may be in French hands.
    """
    asked = chosen or request.query_params.get("lang")
    language = asked if asked in languages() else REFERENCE
    path = request.url.path if request.method in {"GET", "HEAD"} else None
    proposed = None if asked else _proposed(request.headers.get("accept-language", ""))
    return Look(language, path=path, proposed=proposed)


def _proposed(accepted: str) -> str | None:
    first = re.split("[,;-]", accepted, maxsplit=1)[0].strip().lower()
    return first if first in languages() and first != REFERENCE else None


class Pages:
    """The templates with all that they need."""

    def __init__(self, point: ListeningPoint, clock: Clock, communes: tuple[str, ...]) -> None:
        self._point, self._clock = point, clock
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        options = Markup("").join(Markup("<option>{}</option>").format(name) for name in communes)
        self._environment.globals |= {
            "communes": options,
            "most": MAX_TEXT_CHARACTERS,
            "text_limit": f"{MAX_TEXT_CHARACTERS:,}".replace(",", "\u202f"),
            "point": point,
            "languages": languages(),
            "first_numbers": FIRST_NUMBERS,
            "other_numbers": OTHER_NUMBERS,
        }

    def show(
        self, template: str, look: Look, status: int = 200, /, **values: object
    ) -> HTMLResponse:
        page = self._environment.get_template(f"{template}.html")
        body = page.render({**self._speech(look), **values})
        return HTMLResponse(body, status, {"content-language": look.language})

    def link(self, path: str, look: Look) -> str:
        """The address of a page in the language that this person reads."""
        return path if look.language == REFERENCE else _in(path, look.language)

    def _speech(self, look: Look) -> Mapping[str, Any]:
        texts, now, calendar = look.texts, self._clock(), self._point.calendar
        said = _Speech(texts, look.voice, now, self._point)
        return {
            "look": look,
            "texts": texts,
            "t": said.plainly,
            "say": said.to_them,
            "now": now,
            "when": said.when,
            "by": said.by,
            "age_name": lambda band: age_in_words(band, texts),
            "number": said.number,
            "is_open": calendar.is_on_duty(now),
            "opening": said.when(calendar.next_opening(now)),
            "link": lambda path: self.link(path, look),
            "in_language": lambda language: _in(look.path or "/", language),
            "in_own_words": lambda text_id, language: load_texts(language)(text_id),
        }


def _in(path: str, language: str) -> str:
    return f"{path}?lang={language}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A telephone number as a page shows it."""

    id: str
    number: str
    link: str
    how: str
    label: str
    hours: str


def number_entry(number: TelephoneNumber, texts: Texts) -> Entry:
    """The number with its words in one language."""
    return Entry(
        id=number.id,
        number=number.number,
        link=number.link,
        how=texts(f"number.how.{number.how}"),
        label=texts(f"number.{number.id}"),
        hours=hours_in_words(number.hours, texts),
    )


@dataclass(frozen=True, slots=True)
class _Speech:
    """What templates call: every sentence comes out escaped, with links where numbers stand."""

    texts: Texts
    voice: str | None
    now: datetime
    point: ListeningPoint

    def plainly(self, text_id: str, **values: object) -> Markup:
        """The sentence that says neither tu nor vous; {child_danger} and its like become links."""
        sentence = escape(self.texts(text_id))
        return sentence.format_map(_Filled(values, self)) if "{" in sentence else sentence

    def to_them(self, text_id: str, **values: object) -> Markup:
        return self.plainly(f"{self.voice}.{text_id}", **values)

    def when(self, moment: datetime) -> str:
        return in_words(moment, now=self.now, zone=self.point.calendar.zone, texts=self.texts)

    def by(self, moment: datetime) -> str:
        zone = self.point.calendar.zone
        return deadline_in_words(moment, now=self.now, zone=zone, texts=self.texts)

    def number(self, number_id: str) -> Entry | None:
        known = self.point.numbers.get(number_id)
        return number_entry(known, self.texts) if known else None


class _Filled(dict[str, object]):
    """The values of a sentence; the id of a telephone number stands for its link."""

    def __init__(self, values: Mapping[str, object], speech: _Speech) -> None:
        super().__init__(values)
        self._speech = speech

    def __missing__(self, key: str) -> object:
        number_id, _, _ = key.partition("_hours")
        entry = self._speech.number(number_id)
        if entry is None:
            raise KeyError(key)
        if key != number_id:
            return entry.hours
        return Markup('<a href="{}">{}</a>').format(entry.link, entry.number)
