"""Whatever a program sends, the public site says what is wrong with it and never breaks."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intake.rate_limits import RateLimits
from intake.reception import Reception
from intake.web.app import create_app
from records import open_records
from records.sessions import SessionVault
from runtime.settings import Settings
from tests.intake.web.conftest import a_visitor

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WORDS = "je veux partir de chez lui"
PATHS = ("/moi", "/retour", "/conversation", "/api/v1/signals", "/api/v1/conversation")
CODECS = (
    "undefined", "idna", "punycode", "hex", "rot13", "zlib", "unicode_escape", "utf-16", "utf-7",
    "raw_unicode_escape", "\0", "a\0b", "", "../x", "utf_8_sig", "mbcs", "base64",
)  # fmt: skip


def multipart(charset: str, text: bytes) -> tuple[bytes, dict[str, str]]:
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + text + b"\r\n--b--\r\n"
    return body, {"content-type": f'multipart/form-data; boundary=b; charset="{charset}"'}


@one_database
@pytest.mark.parametrize("charset", CODECS)
async def test_a_form_in_a_charset_that_is_none_is_answered(
    visitor: httpx.AsyncClient, charset: str
):
    body, headers = multipart(charset, "é".encode() + b"\xff\xfe--\x80.ab")

    answer = await visitor.post("/moi", content=body, headers=headers)

    assert answer.status_code < 500
    assert "<h1" in answer.text


@one_database
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(PATHS),
    kind=st.sampled_from(
        ("application/json", "multipart/form-data", "application/x-www-form-urlencoded", "")
    ),
    tail=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30),
    body=st.binary(max_size=200),
    language=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20),
)
@example(
    path="/moi",
    kind="multipart/form-data",
    tail="; boundary=b",
    body=b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff',
    language="",
)
@example(
    path="/api/v1/signals",
    kind="application/json",
    tail="",
    body=b'{"text": "\\ud800"}',
    language="",
)
@example(path="/api/v1/signals", kind="application/json", tail="", body=b"[" * 200, language="")
async def test_no_body_and_no_header_breaks_the_site(
    visitor: httpx.AsyncClient, path: str, kind: str, tail: str, body: bytes, language: str
):
    headers = [
        (b"content-type", (kind + tail).encode("latin-1")),
        (b"accept-language", language.encode("latin-1")),
        (b"cookie", f"s={tail}".encode("latin-1")),
    ]

    answer = await visitor.post(path, content=body, headers=headers)

    assert answer.status_code < 500, answer.text[:300]


@pytest.fixture
async def away(
    reception: Reception,
    limits: RateLimits,
    vault: SessionVault,
    tmp_path: Path,
) -> AsyncIterator[httpx.AsyncClient]:
    """The site whose database is not there any more."""
    gone = open_records(f"sqlite+aiosqlite:///{tmp_path}/gone/gone.db", reception.records.keys)
    without = Reception(
        gone,
        reception.rulebook,
        reception.gazetteer,
        reception.point,
        reception.clock,
        reception.receipt_cost,
    )
    app: FastAPI = create_app(
        reception=without, limits=limits, vault=vault, settings=Settings(data=tmp_path)
    )
    async with a_visitor(app) as client:
        yield client
    await gone.close()


@one_database
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/signals", {"text": WORDS}),
        ("/api/v1/conversation", {"receipt": "avion plage neige tigre sucre melon"}),
        (
            "/api/v1/conversation/messages",
            {"receipt": "avion plage neige tigre sucre melon", "text": WORDS},
        ),
    ],
)
async def test_programs_are_asked_to_come_again_while_the_database_is_away(
    away: httpx.AsyncClient, path: str, body: dict[str, str], capfd: pytest.CaptureFixture[str]
):
    answer = await away.post(path, json=body)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    assert WORDS not in answer.text + "".join(capfd.readouterr())
