"""What staff write fits its box, counted as the browser counts; nothing of it is ever cut."""

import re

import pytest

from dispatch.errors import EmptyText, TextTooLong
from dispatch.written import LONGEST_TEXT, refuse_unfit
from runtime.i18n import load_texts
from runtime.settings import PROJECT_ROOT


@pytest.mark.parametrize("sign", ["a", "é", "\n", "🔪"])
def test_a_text_fits_as_long_as_its_box_takes_it(sign: str):
    most = LONGEST_TEXT // (2 if sign == "🔪" else 1)

    refuse_unfit("x" + sign * (most - 1))
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
    assert page.count("<textarea") == page.count('maxlength="20000"')
    for named in ("reply.limit", "refusal.text_too_long"):
        assert f"{LONGEST_TEXT:_}".replace("_", " ") in texts(named).replace("\u00a0", " ")
