from hypothesis import given
from hypothesis import strategies as st

from console.highlight import Mark, highlight, marks_of
from console.pages import HERE
from runtime.i18n import load_texts
from tests.console.staff import page_text
from triage.assessment import Assessment, Finding, PlaceMention
from triage.vocabulary import UNKNOWN_TERRITORY, FindingStatus, Indicator, Level, Territory

TEXTS = load_texts("fr", "staff")
LOOKS = [*FindingStatus, "place"]
# A parser of HTML reads CR as LF, and drops NUL: they stay out of what it is compared with.
words = st.text(st.characters(exclude_characters="\r\0", codec="utf-8"), max_size=60)
spans = st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(LOOKS), words)


def marks(found: list[tuple[int, int, str, str]]) -> list[Mark]:
    return [Mark(s, e, look, n, name) for n, (s, e, look, name) in enumerate(found, start=1)]


def an_assessment(*findings: Finding, places: tuple[PlaceMention, ...] = ()) -> Assessment:
    return Assessment(Level.HIGH, UNKNOWN_TERRITORY, findings, places, (), "test")


@given(words, st.lists(spans, max_size=8))
def test_the_text_is_the_message_whatever_the_spans(
    text: str, found: list[tuple[int, int, str, str]]
):
    shown, _ = page_text(highlight(text, marks(found)))

    assert shown == text


@given(st.lists(spans, max_size=8))
def test_nothing_of_a_message_becomes_markup(found: list[tuple[int, int, str, str]]):
    text = "<script>alert('x')</script><img src=x onerror=y> &lt; https://exemple.invalid"

    shown, tags = page_text(highlight(text, marks(found)))

    assert shown == text
    assert tags <= {"mark"}


def test_nothing_of_a_name_leaves_its_attribute():
    html = highlight("mot", [Mark(0, 3, "asserted", 1, '"><script>alert(1)</script>')])

    assert page_text(html) == ("mot", {"mark"})


def test_a_mark_covers_exactly_its_words():
    html = highlight("il me frappe souvent", [Mark(6, 12, "asserted", 1, "Violences physiques")])

    assert html == (
        'il me <mark class="is-asserted" data-n="1" title="Violences physiques">frappe</mark>'
        " souvent"
    )


def test_overlapping_marks_are_cut_and_a_fact_shows_over_what_is_set_aside():
    html = highlight("abcdef", [Mark(0, 4, "set_aside", 1, "A"), Mark(2, 6, "asserted", 2, "B")])

    assert html == (
        '<mark class="is-set_aside" data-n="" title="A">ab</mark>'
        '<mark class="is-asserted" data-n="1" title="A ; B">cd</mark>'
        '<mark class="is-asserted" data-n="2" title="B">ef</mark>'
    )


def test_findings_are_named_in_french_and_numbered_in_the_order_of_the_text():
    assessment = an_assessment(
        Finding(Indicator.DEBT, 9, 12, FindingStatus.NEGATED, "r"),
        Finding(Indicator.CONFINEMENT, 0, 4, FindingStatus.PAST, "r"),
        places=(PlaceMention(20, 27, "Roubaix", Territory("metropole-lilloise")),),
    )

    found = marks_of(assessment, TEXTS)

    assert [(m.number, m.look, m.name) for m in found] == [
        (1, "past", "Séquestration (au passé)"),
        (2, "negated", "Dette comme pression (nié)"),
        (None, "place", "Lieu : Roubaix"),
    ]


def test_every_look_has_its_style():
    css = (HERE / "static" / "console.css").read_text("utf-8")

    assert [look for look in LOOKS if f"mark.is-{look}" not in css] == []
