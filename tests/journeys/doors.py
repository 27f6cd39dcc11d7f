"""Use the pages as a browser without JavaScript does: read a form, fill it, post it."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx

from console.pages import BASE
from intake.web.doors import Place


@dataclass
class Form:
    """A form of a page with the values that it came with."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._buttons: list[tuple[Form, str, dict[str, str]]] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None and tag == "input" and given.get("type") == "hidden":
            self._open.fields[given["name"]] = given.get("value", "")
        elif self._open is not None and tag == "button" and "formaction" in given:
            # A button of the same form with an address of its own; pressed, it adds its own value.
            own = {given["name"]: given.get("value", "")} if "name" in given else {}
            self._buttons.append((self._open, given["formaction"], own))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def found(self) -> list[Form]:
        pressed = [Form(action, form.fields | own) for form, action, own in self._buttons]
        return [*self.forms, *pressed]


def forms_of(page: str) -> list[Form]:
    """The forms of a page, and each button that sends one elsewhere as a form of its own."""
    parser = _Forms()
    parser.feed(page)
    return parser.found()


def form_to(page: str, ending: str) -> Form:
    """The form whose address ends so; a page without it fails the test by name."""
    found = [form for form in forms_of(page) if form.action.endswith(ending)]
    assert found, f"no form to …{ending}"
    return found[0]


async def fill(
    client: httpx.AsyncClient, page: httpx.Response, ending: str, **values: str
) -> httpx.Response:
    """Post a form of the page, as the browser does: relative to the page's own address."""
    form = form_to(page.text, ending)
    address = page.url.join(form.action or str(page.url))
    return await client.post(address, data=form.fields | values, follow_redirects=True)


@dataclass
class Public:
    """A sender at the public site."""

    client: httpx.AsyncClient
    receipt: str = ""

    async def submit(
        self, text: str, *, place: Place = Place.MYSELF, **chosen: str
    ) -> httpx.Response:
        page = await self.client.get(place)
        answer = await fill(self.client, page, place, text=text, **chosen)
        assert answer.status_code == httpx.codes.OK
        self.receipt = receipt_on(answer.text)
        return answer

    async def come_back(self, receipt: str) -> httpx.Response:
        page = await self.client.get(Place.COME_BACK)
        return await fill(self.client, page, Place.COME_BACK, code=receipt)

    async def thread(self) -> httpx.Response:
        """The conversation, after asking to see it."""
        page = await self.client.get(Place.THREAD)
        return await fill(self.client, page, Place.THREAD)

    async def write_again(self, text: str) -> httpx.Response:
        return await fill(self.client, await self.thread(), Place.THREAD_WRITE, text=text)

    async def erase(self) -> httpx.Response:
        page = await self.client.get(Place.THREAD_ERASE)
        return await fill(self.client, page, Place.THREAD_ERASE)


def receipt_on(page: str) -> str:
    """The six words of a receipt page."""
    [block] = re.findall(r'<ol[^>]*id="code-words"[^>]*>(.*?)</ol>', page, re.DOTALL)
    words = [
        unescape(word).strip() for word in re.findall(r"<li[^>]*>(.*?)</li>", block, re.DOTALL)
    ]
    assert len(words) == 6
    return " ".join(words)


@dataclass
class Console:
    """A member of staff at the duty console."""

    client: httpx.AsyncClient

    async def sign_in(self, email: str, password: str) -> httpx.Response:
        page = await self.client.get(f"{BASE}/connexion")
        return await fill(self.client, page, "/connexion", email=email, password=password)

    async def queue(self) -> httpx.Response:
        return await self.client.get(f"{BASE}/", follow_redirects=True)

    async def refs(self) -> list[str]:
        """The references in the queue, in its order."""
        page = (await self.queue()).text
        found = re.findall(rf'href="{BASE}/signaux/([0-9A-Z]{{3}}-[0-9A-Z]{{3}})"', page)
        return list(dict.fromkeys(found))

    async def show(self, ref: str) -> httpx.Response:
        return await self.client.get(f"{BASE}/signaux/{ref}")

    async def open(self, ref: str) -> str:
        return (await self.show(ref)).text

    async def claim(self, ref: str) -> httpx.Response:
        return await self._act(ref, "/prise")

    async def reply(self, ref: str, text: str) -> httpx.Response:
        return await self._act(ref, "/reponse", reponse=text)

    async def note(self, ref: str, text: str) -> httpx.Response:
        return await self._act(ref, "/note", note=text)

    async def draft(self, ref: str, text: str) -> httpx.Response:
        return await self._act(ref, "/brouillon", reponse=text)

    async def avoid(self, ref: str, words: str) -> httpx.Response:
        return await self._act(ref, "/contact", contact="any", mots=words)

    async def transfer(self, ref: str, team: str, reason: str) -> httpx.Response:
        return await self._act(ref, "/transfert", team=team, transfert=reason)

    async def close(self, ref: str, outcome: str) -> httpx.Response:
        return await self._act(ref, "/cloture", outcome=outcome)

    async def _act(self, ref: str, ending: str, **values: str) -> httpx.Response:
        return await fill(self.client, await self.show(ref), ending, **values)
