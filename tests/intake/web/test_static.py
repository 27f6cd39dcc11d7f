"""The style sheet and the one script: small, self-sufficient, and keeping nothing."""

import re

from intake.web.pages import STATIC


def test_the_style_sheet_is_small_and_ready_for_every_screen():
    sheet = (STATIC / "site.css").read_text()

    assert len(sheet) < 15_000
    assert not re.search(r"(margin|padding|border)-(left|right|top|bottom)\b", sheet)
    assert "url(" not in sheet
    assert "@import" not in sheet
    for need in ("prefers-color-scheme: dark", "focus-visible", "print", "reduced-motion"):
        assert need in sheet


def test_nothing_is_printed():
    sheet = (STATIC / "site.css").read_text()

    assert re.search(r"@media print {\s*body {\s*display: none !important;", sheet)


def test_the_script_blanks_before_it_tells_the_server_and_leaves():
    script = (STATIC / "exit.js").read_text()
    leave = script[script.index("function leave") :]

    assert leave.index("blank(") < leave.index("sendBeacon(") < leave.index("go();")
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|fetch\(", script)
    assert "http" not in script
