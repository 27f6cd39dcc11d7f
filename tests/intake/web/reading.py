"""Read a page as a browser without JavaScript does."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import pytest

# For what is decided before any query: the other database would say the same.
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

FOCUSABLE = {"a", "button", "input", "select", "textarea", "summary"}


@dataclass
class Form:
    action: str
    enctype: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]


class _Reader(HTMLParser):
    """`elements` in their order, `forms` with the values that a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._textarea: str | None = None
        self._inside_form = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, given))
        if tag == "form":
            self.forms.append(Form(given["action"], given.get("enctype", "")))
            self._inside_form = True
        if not self._inside_form or "name" not in given:
            return
        if tag == "textarea":
            self._textarea = given["name"]
            self.forms[-1].fields[self._textarea] = ""
        elif tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag):
        self._inside_form = self._inside_form and tag != "form"
        self._textarea = None if tag == "textarea" else self._textarea

    def handle_data(self, data):
        if self._textarea:
            # The first line's end after the tag is no part of the text.
            self.forms[-1].fields[self._textarea] += data.removeprefix("\n")
        else:
            self.words.append(data)


@dataclass
class Read:
    """What a page shows and offers."""

    elements: list[Element]
    forms: list[Form]
    text: str

    def form(self, action: str) -> Form:
        [found] = [form for form in self.forms if form.action == action]
        return found

    def first_focusable(self) -> Element:
        return next(
            e for e in self.elements if e.tag in FOCUSABLE and e.attributes.get("type") != "hidden"
        )

    def ids(self) -> list[str]:
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]


def read(answer: httpx.Response) -> Read:
    reader = _Reader(answer.text)
    return Read(reader.elements, reader.forms, re.sub(r"\s+", " ", " ".join(reader.words)))


def code_on(answer: httpx.Response) -> str:
    [block] = re.findall(r'<ol[^>]*id="code-words">(.*?)</ol>', answer.text, re.DOTALL)
    words = re.findall(r"<li>(.*?)</li>", block)
    assert len(words) == 6
    return " ".join(words)


async def send(
    client: httpx.AsyncClient, page: httpx.Response, action: str, **typed: str
) -> httpx.Response:
    """Fill a form of the page, send it as its encoding says, and see where the answer is shown."""
    form = read(page).form(action)
    values = form.fields | typed
    assert form.enctype == "multipart/form-data"
    parts = {name: (None, value.encode()) for name, value in values.items()}
    return await shown(client, await client.post(action, files=parts))


async def shown(client: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """The page that answers a form, at its own address where it has one."""
    place = answer.headers.get("location", "")
    return await client.get(place) if "/suite/" in place else answer
