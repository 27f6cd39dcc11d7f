"""The staff's catalogue has every word that the code can ask for, and none that nothing asks."""

import re
from enum import StrEnum

import pytest

from console.forms import Box
from console.pages import HERE, NOTICES
from console.refusals import NOT_FOUND, REFUSALS, TOO_LARGE, UNEXPECTED, refusal_of
from dispatch import errors as dispatch_errors
from dispatch.errors import DispatchError, NotYours
from dispatch.open_signal import Stays, Told
from dispatch.queue import Queue
from intake.drafts import AgeBand
from records.audit import AuditAction
from records.tables import (
    Channel,
    FollowUpEnd,
    FollowUpKind,
    FollowUpOutcome,
    MessageKind,
    NotificationEvent,
    OutboxEvent,
    Outcome,
    Role,
)
from runtime.i18n import load_texts
from runtime.settings import PROJECT_ROOT
from triage.vocabulary import (
    OUTSIDE_TERRITORY,
    UNKNOWN_TERRITORY,
    Author,
    FindingStatus,
    Indicator,
    Level,
)

TEXTS = load_texts("fr", "staff")
# Beside the console, these write what staff read.
WORDED = [
    PROJECT_ROOT / name
    for name in (
        "dispatch/moments.py", "dispatch/notice_texts.py", "dispatch/hand_over.py",
        "bot/staff_channel.py",
        "bot/handlers/colleague.py",
    )
]  # fmt: skip
NAMED: dict[str, type[StrEnum]] = {
    "indicator": Indicator,
    "level": Level,
    "help.level": Level,
    "status": FindingStatus,
    "help.status": FindingStatus,
    "author": Author,
    "reply.who_reads": Author,
    "age": AgeBand,
    "outcome": Outcome,
    "audit": AuditAction,
    "promise": FollowUpKind,
    "kind": MessageKind,
    "event": OutboxEvent,
    "followup": FollowUpOutcome,
    "ended": FollowUpEnd,
    "history.kind": FollowUpKind,
    "told_of": NotificationEvent,
    "channel": Channel,
    "told": Told,
    "kept": Box,
    "stays": Stays,
    "role": Role,
    "tab": Queue,
    "queue.empty": Queue,
}
# What no page of the console asks for: the command line and the installer do these.
NEVER_SHOWN = {
    "AlreadyThere", "NotInstalled", "WrongRecoveryKey",
}  # fmt: skip


def test_no_id_stands_twice_in_a_catalogue():
    """The second would be lost without a word, and a page say something else."""
    for path in sorted((PROJECT_ROOT / "locales").glob("*/LC_MESSAGES/*.po")):
        ids = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        assert sorted({one for one in ids if ids.count(one) > 1}) == [], path.name


@pytest.mark.parametrize("prefix", NAMED)
def test_every_word_of_the_field_has_its_french(prefix: str):
    missing = [code for code in NAMED[prefix] if f"{prefix}.{code}" not in TEXTS.sentences]

    assert missing == []


def test_every_refusal_has_its_sentence_and_heading():
    refusals = {*REFUSALS.values(), NOT_FOUND, TOO_LARGE, UNEXPECTED}
    ids = {f"refusal.{r.text}{end}" for r in refusals for end in ("", ".heading")}

    assert ids - set(TEXTS.sentences) == set()


def test_every_error_of_dispatch_that_a_page_can_meet_is_in_the_table():
    kinds = {
        kind
        for kind in vars(dispatch_errors).values()
        if isinstance(kind, type) and issubclass(kind, DispatchError) and kind is not DispatchError
    }
    told = {kind for kind in kinds if any(base in REFUSALS for base in kind.__mro__)}

    assert {kind.__name__ for kind in kinds - told} == NEVER_SHOWN
    assert refusal_of(NotYours(None, "")).status == 409


def test_every_notice_and_territory_has_its_french():
    ids = {f"notice.{code}" for code in NOTICES}
    ids |= {f"territory.{code}" for code in (UNKNOWN_TERRITORY, OUTSIDE_TERRITORY)}

    assert ids - set(TEXTS.sentences) == set()


def test_every_id_in_code_and_templates_is_there_and_none_is_left_over():
    sources = "".join(
        path.read_text("utf-8")
        for path in [*HERE.glob("*.py"), *HERE.glob("templates/*.html"), *WORDED]
    )
    literal = set(re.findall(r"""\b(?:t|texts)\(\s*["']([\w.:+-]+)["'][),]""", sources))
    quoted = set(re.findall(r"""["']([a-z_]+(?:\.[\w:+-]+)+)["']""", sources)) | {"title", "choose"}
    families = (*NAMED, "refusal", "notice", "territory", "allowance", "tell")

    assert literal - set(TEXTS.sentences) == set()
    left = {
        text_id
        for text_id in set(TEXTS.sentences) - quoted
        if not text_id.startswith(tuple(f"{family}." for family in families))
    }
    assert left == set()


def test_the_title_of_every_page_is_neutral():
    base = (HERE / "templates" / "base.html").read_text("utf-8")

    assert re.findall(r"<title>(.*?)</title>", base) == ['{{ t("title") }}']
    assert TEXTS("title") == "Point Écoute – équipe"


def test_every_box_of_the_page_keeps_what_was_typed():
    parts = ("signal.html", "safe_contact.html")
    page = "".join((HERE / "templates" / name).read_text("utf-8") for name in parts)

    assert [box for box in Box if f'm.typed(drafts, "{box}")' not in page] == []
