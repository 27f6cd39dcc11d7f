"""What holds on every public page: neutral outside, the way out first, no stranger."""

import re

import httpx
import pytest

from intake.web.doors import Place
from tests.builders import FrozenClock
from tests.intake.web.reading import Read, one_database, read, send, shown

pytestmark = one_database

# What a passer-by, a history or a tab must not show (context and safety, requirement 3).
OUTSIDE = re.compile(
    r"prostitu|exploit|sexe|sexual|escort|danger|victim|urgen|emergency|mineur|minor\b|crip\b"
    r"|signal|abus|viol|police|\b119\b|\b17\b|\b3018\b",
    re.IGNORECASE,
)
PLAIN = (
    Place.WELCOME,
    Place.MYSELF,
    Place.SOMEONE,
    Place.PROFESSIONAL,
    Place.COME_BACK,
    Place.DISCRETION,
    Place.PRIVACY,
    Place.ACCESSIBILITY,
)


@pytest.fixture
async def every_page(visitor: httpx.AsyncClient) -> dict[str, httpx.Response]:
    """One of each page that a person can meet, errors too."""
    pages = {place.value: await visitor.get(place) for place in PLAIN}
    pages |= {f"{place.value} en": await visitor.get(f"{place}?lang=en") for place in PLAIN}
    pages["missing"] = await visitor.get("/rien")
    pages["not allowed"] = await shown(visitor, await visitor.post("/discretion"))
    pages["session over"] = await visitor.get("/fil")
    pages["invalid"] = await shown(visitor, await visitor.post("/moi", data={}))
    pages["too large"] = await shown(
        visitor, await visitor.post("/moi", data={"text": "a" * 1_100_000})
    )
    pages["wrong code"] = await shown(
        visitor, await visitor.post("/reprendre", data={"code": "zzz " * 6})
    )
    sent = await visitor.post("/pro", data={"text": "bonjour", "commune": "59310"})
    pages["receipt"] = await shown(visitor, sent)
    pages["closed"] = await visitor.get("/fil")
    pages["thread"] = await send(visitor, pages["closed"], "/fil")
    pages["place"] = await send(visitor, pages["receipt"], "/fil/lieu", choice="skip")
    pages["erase"] = await visitor.get("/fil/effacer")
    pages["erased"] = await send(visitor, pages["erase"], "/fil/effacer")
    return pages


async def test_every_page_is_neutral_outside(every_page: dict[str, httpx.Response]):
    titles = set()
    for name, answer in every_page.items():
        page = read(answer)
        [title] = re.findall(r"<title>(.*?)</title>", answer.text)
        titles.add(title)
        meta = [e.attributes for e in page.elements if e.tag in {"meta", "link"}]
        assert not OUTSIDE.search(title + str(answer.url.path) + str(meta)), name
        assert "og:" not in str(meta), name
    assert titles == {"Accueil", "Home"}
    assert not [place for place in Place if OUTSIDE.search(place)]


async def test_the_way_out_is_the_first_that_can_be_focused(every_page: dict[str, httpx.Response]):
    for name, answer in every_page.items():
        first = read(answer).first_focusable()
        assert (first.tag, first.attributes["href"]) == ("a", "/quitter"), name


async def test_every_answer_has_the_headers_of_discretion(every_page: dict[str, httpx.Response]):
    for name, answer in every_page.items():
        assert answer.headers["cache-control"] == "no-store", name
        assert answer.headers["referrer-policy"] == "no-referrer", name
        assert answer.headers["x-robots-tag"] == "noindex, nofollow", name
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "http" not in policy, name


async def test_no_page_needs_an_inline_script_or_style(
    every_page: dict[str, httpx.Response], visitor: httpx.AsyncClient
):
    for name, answer in every_page.items():
        page = read(answer)
        for element in page.elements:
            assert element.tag != "style", name
            assert not [key for key in element.attributes if key.startswith("on")], name
            assert "style" not in element.attributes, name
            if element.tag == "script":
                src = element.attributes["src"]
                assert src in {"/static/exit.js", "/static/count.js"}, name
                assert (await visitor.get(src)).status_code == 200


async def test_no_page_leads_or_loads_elsewhere(every_page: dict[str, httpx.Response]):
    for name, answer in every_page.items():
        for address in _addresses(read(answer)):
            assert re.match(r"/(?!/)|#|tel:|sms:", address), (name, address)


async def test_every_page_says_its_language_and_names_what_it_has(
    every_page: dict[str, httpx.Response],
):
    for name, answer in every_page.items():
        page = read(answer)
        html = page.elements[0].attributes
        assert (html["lang"], html["dir"]) == ("en" if name.endswith(" en") else "fr", "ltr")
        ids = page.ids()
        assert len(ids) == len(set(ids)), name
        labels = {e.attributes.get("for") for e in page.elements if e.tag == "label"}
        fields = [e.attributes for e in page.elements if e.tag in {"input", "textarea"}]
        for field in fields:
            if field.get("type") not in {"hidden", "radio"}:
                assert field["id"] in labels, name


async def test_the_numbers_to_call_are_links(visitor: httpx.AsyncClient):
    page = read(await visitor.get("/"))

    links = {a for a in _addresses(page) if a[:4] in {"tel:", "sms:"}}
    assert links >= {"tel:17", "sms:114", "tel:119", "tel:15", "tel:3114", "tel:3018"}


@pytest.mark.parametrize(
    ("hours", "open_now", "told"),
    [
        (0, True, "c’est ouvert"),
        (3, False, "Elle revient aujourd’hui à 13 h 30"),
        (8, False, "Elle revient demain à 9 h"),
        (24 * 4, False, "Elle revient lundi 30 novembre à 9 h"),
    ],
)
async def test_the_welcome_tells_the_truth_about_hours(
    hours: int, open_now: bool, told: str, visitor: httpx.AsyncClient, clock: FrozenClock
):
    clock.advance(hours=hours)

    text = read(await visitor.get("/")).text.replace("\u00a0", " ")

    assert told in text
    assert ("L’équipe n’est pas là" in text) is not open_now


async def test_the_browsers_language_only_proposes(visitor: httpx.AsyncClient):
    page = await visitor.get("/", headers={"accept-language": "en-GB,en;q=0.9"})

    assert read(page).elements[0].attributes["lang"] == "fr"
    assert "This page exists in English" in page.text


async def test_a_chosen_language_stays_from_page_to_page(visitor: httpx.AsyncClient):
    page = await visitor.get("/?lang=en")
    assert "/moi?lang=en" in _addresses(read(page))
    form = await visitor.get("/moi?lang=en")

    receipt = await send(visitor, form, "/moi", text="hello")

    assert "Your message has arrived" in receipt.text
    assert "/fil?lang=en" in _addresses(read(receipt))


async def test_an_unknown_language_gets_the_french_page(visitor: httpx.AsyncClient):
    page = await visitor.get("/?lang=../../etc")

    assert read(page).elements[0].attributes["lang"] == "fr"
    assert "etc" not in page.text


async def test_a_missing_page_repeats_nothing_of_its_address(visitor: httpx.AsyncClient):
    answer = await visitor.get("/perroquet-violet?mot=perroquet-violet")

    assert answer.status_code == 404
    assert "perroquet" not in answer.text


async def test_pages_answer_a_head_request(visitor: httpx.AsyncClient):
    for place in PLAIN:
        assert (await visitor.head(place)).status_code == 200


def _addresses(page: Read) -> list[str]:
    names = ("href", "src", "action", "formaction")
    return [e.attributes[name] for e in page.elements for name in names if name in e.attributes]
