"""Staff note how somebody may be written to without danger, and the server holds to it."""

import unicodedata
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.avoided_words import first_avoided
from dispatch.contact_window import next_allowed, next_allowed_by_all
from dispatch.desk import Desk, SignedIn
from dispatch.errors import AvoidedWord, SignalNotFound, UnknownHours, WordsUnfit
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.replies import reply
from dispatch.safe_contact import set_limits
from intake.reception import Reception
from intake.sender import read_conversation
from tests.builders import a_kept_signal, a_member, every_row

LILLE = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.fixture
async def anne(desk: Desk, installed: Installed) -> SignedIn:
    return await a_member(desk, installed.recovery, "douaisis", name="Anne")


@pytest.mark.parametrize(
    "text",
    [
        "on appelle la police", "LA POLICE", "police.", "les polices", "l\u2019po\u00adlice",
        "po\u200blice", "ｐｏｌｉｃｅ", "*police*", "dis-le à ta me\u0300re", "ta MÈRE", "ta mere",
        "ta\u00a0mère", "ta\nmère", "ta  mère", "au foyer-ci", "les foyers", "ton cœur",
        "ton coeur", "cœurs", "avec Jean\u2011Luc", "avec jean luc", "👮",
    ],
)  # fmt: skip
def test_a_word_to_avoid_is_found_however_it_is_written(text: str):
    words = ("police", "ta mère", "foyer", "cœur", "Jean-Luc", "👮")

    assert first_avoided(text, words) is not None


@pytest.mark.parametrize(
    "text", ["", "policier", "ta grand-mère", "ta tante, mère de Léo", "fo yer"]
)
def test_another_word_is_another_word(text: str):
    assert first_avoided(text, ("police", "ta mère", "foyer", " ", "")) is None


words = st.text(alphabet="abcéèœç' -", min_size=1, max_size=12).filter(
    lambda word: any(c.isalpha() for c in word)
)


@given(words, st.text(max_size=20))
def test_case_and_composition_never_hide_a_word(word: str, around: str):
    text = f"{around}\n{word.upper()} {around}"

    assert first_avoided(text, (word,)) == word
    assert first_avoided(unicodedata.normalize("NFC", text), (word,)) == word
    assert first_avoided(unicodedata.normalize("NFKD", text), (word,)) == word


hours = st.sampled_from([f"{h:02}:{m:02}" for h in range(24) for m in (0, 30)])
spans = st.tuples(hours, hours).filter(lambda pair: pair[0] != pair[1]).map("-".join)
moments = st.timedeltas(timedelta(), timedelta(days=3)).map(lambda length: NOON + length)


@given(spans, spans, moments)
def test_under_two_windows_nothing_is_told_outside_either(mine: str, theirs: str, now: datetime):
    at = next_allowed_by_all([mine, theirs], now=now, zone=LILLE)

    if at is not None:
        assert at >= now
        assert next_allowed(mine, now=at, zone=LILLE) == at
        assert next_allowed(theirs, now=at, zone=LILLE) == at


@given(spans, moments)
def test_one_window_opens_within_a_day(span: str, now: datetime):
    at = next_allowed(span, now=now, zone=LILLE)

    assert at is not None
    assert now <= at <= now + timedelta(days=1)
    assert next_allowed_by_all([span, None, "never"], now=now, zone=LILLE) is None


async def test_an_answer_with_a_word_to_avoid_is_refused_until_it_is_changed(
    desk: Desk, reception: Reception, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    await set_limits(ref, anne, desk, window=None, words=["Foyer", " la  police ", "", "Foyer"])

    with pytest.raises(AvoidedWord) as refused:
        await reply(ref, "Le foyer t'attend.", anne, desk, idempotency_key="a")
    assert refused.value.word == "Foyer"
    assert "oyer" not in f"{refused.value} {refused.value!r}"
    await reply(ref, "On t'attend.", anne, desk, idempotency_key="a")

    said = [m.text for m in (await read_conversation(received.access, reception)).messages]
    assert said[1:] == ["On t'attend."]
    limits = (await open_signal(ref, anne, desk)).limits
    assert limits is not None
    assert (limits.words, limits.by) == (("Foyer", "la police"), "Anne")


async def test_words_to_avoid_stand_nowhere_in_clear_and_go_with_the_signal(
    desk: Desk, reception: Reception, anne: SignedIn
):
    ref, received = await a_kept_signal(reception, anne, desk)
    await set_limits(ref, anne, desk, window="never", words=["kanarie-mot"])

    [row] = (await every_row(desk.records))["safe_contact"]
    assert b"kanarie" not in row["sealed_words"]
    async with desk.records.transaction() as tx:
        signal = await tx.signals.locked(received.access.signal_id)
        assert signal is not None
        await tx.signals.erase_content(signal, at=desk.clock())
    assert (await every_row(desk.records))["safe_contact"] == []


@pytest.mark.parametrize(
    "window",
    ["", "-", "17:00", "17:00-17:00", "25:00-26:00", "17h-20h", "never-", "17:00:00-20:00"],
)
async def test_hours_that_are_none_are_refused(
    desk: Desk, reception: Reception, anne: SignedIn, window: str
):
    ref, _ = await a_kept_signal(reception, anne, desk)

    with pytest.raises(UnknownHours):
        await set_limits(ref, anne, desk, window=window, words=[])
    assert (await every_row(desk.records))["safe_contact"] == []


async def test_another_team_notes_nothing(
    desk: Desk, reception: Reception, anne: SignedIn, installed: Installed
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    other = await a_member(desk, installed.recovery, "flandres")

    with pytest.raises(SignalNotFound):
        await set_limits(ref, other, desk, window="never", words=[str(uuid.uuid4())])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [[f"mot {n}" for n in range(41)], ["a" * 81], ["🔪" * 41]])
async def test_no_word_to_avoid_is_left_out_or_cut_silently(
    words: list[str], desk: Desk, reception: Reception, anne: SignedIn
):
    ref, _ = await a_kept_signal(reception, anne, desk)
    await set_limits(ref, anne, desk, window=None, words=["ta mère"])

    with pytest.raises(WordsUnfit):
        await set_limits(ref, anne, desk, window=None, words=words)

    opened = await open_signal(ref, anne, desk)
    assert opened.limits is not None
    assert opened.limits.words == ("ta mère",)
