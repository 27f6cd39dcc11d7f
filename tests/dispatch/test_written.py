"""What staff write fits its box, counted as the browser counts; nothing of it is ever cut."""

import re

import pytest

from dispatch.errors import EmptyText, TextTooLong
from dispatch.safe_contact import LONGEST_WORD, MOST_WORDS
from dispatch.written import LONGEST_TEXT, box_length, refuse_unfit
from runtime.i18n import load_texts
from runtime.settings import PROJECT_ROOT


@pytest.mark.parametrize("sign", ["a", "é", "\n", "\r\n", "🔪"])
def test_a_text_fits_as_long_as_its_box_takes_it(sign: str):
    most = LONGEST_TEXT // (2 if sign == "🔪" else 1)

    refuse_unfit("x" + sign * (most - 1))
    assert box_length(sign * most) == LONGEST_TEXT
    with pytest.raises(TextTooLong):
        refuse_unfit("x" + sign * most)


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_word_is_no_text(text: str):
    with pytest.raises(EmptyText):
        refuse_unfit(text)


def test_every_box_and_sentence_says_the_number_of_the_server():
    page = (PROJECT_ROOT / "console/templates/signal.html").read_text("utf-8")
    texts = load_texts(domain="staff")

    assert set(re.findall(r'<textarea[^>]*maxlength="(\d+)"', page)) == {str(LONGEST_TEXT)}
    boxes = re.findall(r'<textarea id="([\w-]+)" aria-describedby="([\w-]+)-limit"', page)
    assert page.count("<textarea") == page.count('maxlength="20000"') == len(boxes)
    for box, described in boxes:
        assert box == described
        assert f'{{{{ m.limit("{box}") }}}}' in page
    for named in ("box.limit", "refusal.text_too_long"):
        assert f"{LONGEST_TEXT:_}".replace("_", " ") in texts(named).replace("\u00a0", " ")


def test_the_words_to_avoid_say_the_numbers_of_the_server():
    page = (PROJECT_ROOT / "console/templates/safe_contact.html").read_text("utf-8")
    texts = load_texts(domain="staff")
    room = MOST_WORDS * (LONGEST_WORD + 1)

    assert f'maxlength="{room}"' in page
    assert f'{{{{ m.limit("words", "limits.words_limit", {room}) }}}}' in page
    for named in ("limits.words_limit", "refusal.words_unfit"):
        assert f"{MOST_WORDS} mots" in texts(named)
        assert f"{LONGEST_WORD} caractères" in texts(named)
