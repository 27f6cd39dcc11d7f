import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from console.signal_pages import shorten, shown_messages
from dispatch.hand_over import close
from dispatch.open_signal import OpenedMessage, OpenedSignal, Trace
from dispatch.purge import purge
from dispatch.queue import claim
from intake.add_message import add_message
from intake.drafts import AgeBand
from records.conversations import Content
from records.errors import SealBroken
from records.tables import MessageKind, Outcome, Role, SignalState
from runtime.i18n import load_texts
from tests.builders import FrozenClock, a_draft
from tests.console.staff import BASE, At, Staff, page_text
from triage.assessment import Assessment, Finding
from triage.vocabulary import UNKNOWN_TERRITORY, Author, FindingStatus, Indicator, Level

TEXTS = load_texts("fr", "staff")
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


async def test_a_signal_shows_its_words_its_why_and_what_the_sender_chose(at: At, flandres: Staff):
    sent = await at.signal(
        "il m'a frappée hier soir, je suis enfermée à Dunkerque",
        age=AgeBand.FROM_13_TO_14,
        author=Author.YOUNG,
    )

    page = (await flandres.signal(sent.ref)).text
    text, _ = page_text(page)

    assert "il m'a frappée hier soir, je suis enfermée à Dunkerque" in text
    assert "<mark" in page
    assert "Un jeune, pour soi" in text
    assert "13 ou 14 ans" in text
    assert "Dunkerque" in text
    assert re.search(r'<ul class="because"><li>Niveau ', page)
    assert "à répondre avant" in text
    assert "Camille Flandres a ouvert" in text


async def test_a_message_never_becomes_markup_or_a_link(at: At, flandres: Staff):
    words = "<script>alert('x')</script> <a href=x>y</a> https://exemple.invalid/a?b=1&c=2"
    sent = await at.signal(words)

    page = (await flandres.signal(sent.ref)).text
    text, _ = page_text(page)

    assert words in text
    assert "script" not in page_text(page.partition("</head>")[2])[1]
    assert "exemple.invalid" not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', page))


async def test_no_address_and_no_title_carries_words(at: At, flandres: Staff):
    sent = await at.signal("mots reconnaissables")
    answers = [
        await flandres.do(sent.ref, "prise"),
        await flandres.do(sent.ref, "reponse", text="mots reconnaissables"),
        await flandres.do(sent.ref, "note", text="mots reconnaissables"),
        await flandres.do(sent.ref, "niveau", level="high", reason="mots reconnaissables"),
    ]
    pages = [await flandres.get(p) for p in ("/", f"/signaux/{sent.ref}", "/aide", "/clos", "/non")]

    assert all("mots" not in answer.headers["location"] for answer in answers)
    titles = {re.findall(r"<title>(.*?)</title>", page.text)[0] for page in pages}
    assert titles == {"Point Écoute – équipe"}


async def test_a_page_with_boxes_to_type_in_does_not_refresh(at: At, flandres: Staff):
    sent = await at.signal()

    assert "refresh" in (await flandres.get("/")).headers
    assert "refresh" not in (await flandres.signal(sent.ref)).headers


async def test_no_page_has_inline_script_or_style(at: At, flandres: Staff):
    sent = await at.signal("il m'a frappée")
    for path in ("/", f"/signaux/{sent.ref}", "/aide", "/connexion"):
        page = (await flandres.get(path)).text

        scripts = re.findall(r"<script[^>]*>.*?</script>", page, re.DOTALL)
        names = {"/": ["live"], f"/signaux/{sent.ref}": ["signal", "count"]}.get(path, [])
        assert scripts == [
            f'<script src="{BASE}/statique/{name}.js" defer></script>' for name in names
        ]
        assert "<style" not in page
        assert not re.search(r'\s(style|on\w+)="', page)


async def test_reading_leaves_a_trace_and_keeps_the_promise(at: At, flandres: Staff):
    sent = await at.signal()
    assert sent.ref in (await flandres.get("/")).text.partition("À prendre maintenant")[0]

    await flandres.signal(sent.ref)

    assert await at.trail(sent) == ["signal:open"]
    page = (await flandres.get("/")).text
    assert "Personne n’a encore vu" not in page
    assert "à lire avant" not in page


async def test_the_address_of_a_form_leads_back_to_the_signal(at: At, flandres: Staff):
    sent = await at.signal()

    answer = await flandres.signal(f"{sent.ref}/reponse")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/signaux/{sent.ref}")


async def test_later_messages_and_answers_stand_in_order(
    at: At, flandres: Staff, clock: FrozenClock
):
    sent = await at.signal("premier message")
    clock.advance(minutes=5)
    await flandres.do(sent.ref, "reponse", text="première réponse")
    clock.advance(minutes=5)
    await add_message(sent.access, a_draft("deuxième message"), at.reception)

    text, _ = page_text((await flandres.signal(sent.ref)).text)

    thread = text[text.index("Conversation") :]
    places = [thread.index(w) for w in ("premier message", "première réponse", "deuxième message")]
    assert places == sorted(places)


async def test_a_seal_that_does_not_open_is_a_clear_page(
    at: At, flandres: Staff, monkeypatch: pytest.MonkeyPatch
):
    sent = await at.signal()

    async def broken(*_args: object, **_named: object) -> None:
        raise SealBroken("content")

    monkeypatch.setattr("console.signal_pages.open_signal", broken)

    answer = await flandres.signal(sent.ref)

    assert answer.status_code == 500
    assert "Ce signal ne s’ouvre pas" in answer.text
    assert "Rien n’est effacé" in answer.text
    assert sent.ref in answer.text


async def test_supervision_reads_every_team(at: At):
    supervisor = await at.member("supervision", role=Role.SUPERVISOR)
    sent = [await at.signal("à Dunkerque"), await at.signal("à Douai", commune="Douai")]

    queue = (await supervisor.get("/")).text

    assert all(s.ref in queue for s in sent)
    assert "Douaisis" in queue
    assert (await supervisor.signal(sent[1].ref)).status_code == 200


async def test_a_signal_opens_though_a_code_of_it_is_no_longer_known(
    at: At, flandres: Staff, monkeypatch: pytest.MonkeyPatch
):
    sent = await at.signal(age=AgeBand.ADULT)
    monkeypatch.delitem(TEXTS.sentences, "age.18+")

    page = await flandres.signal(sent.ref)

    assert page.status_code == 200
    assert "<strong>18+</strong>" in page.text


def opened(*kinds: MessageKind, level: Level) -> OpenedSignal:
    violent = Assessment(
        Level.HIGH,
        UNKNOWN_TERRITORY,
        (Finding(Indicator.PHYSICAL_VIOLENCE, 0, 3, FindingStatus.ASSERTED, "r"),),
        (),
        (),
        "test",
    )
    messages = tuple(
        OpenedMessage(
            uuid4(), kind, NOON, "", Content("mots"), violent if kind == "inbound" else None
        )
        for kind in kinds
    )
    return OpenedSignal(
        ref="7K3-Q2M", state=SignalState.OPEN, outcome=None, level=level, territory="unknown",
        team="flandres", author=Author.YOUNG, channel="web", locale="fr", quarantined=False,
        received_at=NOON, owner_id=None, owner_name="", messages=messages, promises=(), trail=(),
    )  # fmt: skip


IN, OUT = MessageKind.INBOUND, MessageKind.REPLY


def test_violence_is_announced_and_only_what_was_answered_is_folded():
    shown = shown_messages(opened(IN, OUT, IN, level=Level.HIGH), TEXTS)

    assert [(s.warns, s.is_folded) for s in shown] == [
        (True, True),
        (False, False),
        (True, False),
    ]


def test_nothing_of_a_critical_signal_is_folded():
    shown = shown_messages(opened(IN, OUT, IN, level=Level.CRITICAL), TEXTS)

    assert [s.is_folded for s in shown] == [False, False, False]


def test_the_same_act_of_the_same_person_in_a_row_is_one_line():
    first = Trace(NOON, "signal:open", "Camille")
    trail = [first, first, replace(first, by="Sacha"), first]

    assert [(s.trace.by, s.times) for s in shorten(trail)] == [
        ("Camille", 2),
        ("Sacha", 1),
        ("Camille", 1),
    ]


async def test_the_page_of_a_signal_whose_content_is_gone_says_so(
    at: At, flandres: Staff, clock: FrozenClock
):
    sent = await at.signal()
    await claim(sent.ref, flandres.member, at.desk)
    await flandres.signal(sent.ref)
    await close(sent.ref, flandres.member, at.desk, outcome=Outcome.TRANSMITTED)
    clock.advance(days=30)
    await purge(at.desk, dry_run=False)
    await flandres.sign_in()
    page = await flandres.signal(sent.ref)

    assert page.status_code == 200
    assert "Le contenu a été effacé" in page.text
    assert 'id="note-text"' not in page.text
