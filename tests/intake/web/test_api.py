"""The JSON door: what programs are promised, and that no answer repeats what they sent."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.replies import reply
from intake.rate_limits import SUBMISSIONS_IN_A_WINDOW, WRONG_BEFORE_SLOW
from tests.builders import FrozenClock, a_member
from tests.intake.web.reading import one_database

SIGNALS = "/api/v1/signals"
CONVERSATION = "/api/v1/conversation"
MESSAGES = "/api/v1/conversation/messages"
CANARY = "perroquet-violet"
CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


async def test_a_signal_gives_a_receipt_and_until_when_it_is_read(
    visitor: httpx.AsyncClient, clock: FrozenClock
):
    answer = await visitor.post(
        SIGNALS,
        json={
            "text": "je suis inquiète pour ma fille",
            "author": "relative",
            "commune": "Douai",
            "postal_code": "59500",
            "age": 15,
            "locale": "fr",
            "idempotency_key": str(uuid.uuid4()),
        },
    )

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"receipt", "emergency", "read_by"}
    assert len(body["receipt"].split()) == 6
    assert datetime.fromisoformat(body["read_by"]) > clock()
    assert datetime.fromisoformat(body["read_by"]).utcoffset() == timedelta(0)


@one_database
async def test_the_text_alone_is_enough(visitor: httpx.AsyncClient):
    optional = ("author", "commune", "postal_code", "age", "locale", "idempotency_key")

    for body in ({"text": "bonjour"}, {"text": "bonjour"} | dict.fromkeys(optional)):
        assert (await visitor.post(SIGNALS, json=body)).status_code == 201


async def test_a_critical_signal_is_answered_with_the_numbers_to_call(
    visitor: httpx.AsyncClient,
):
    answer = await visitor.post(SIGNALS, json={"text": CRITICAL, "author": "young"})

    emergency = answer.json()["emergency"]
    assert emergency["automatic"] is True
    assert "automatique" in emergency["message"]
    assert [n["number"] for n in emergency["numbers"]][:3] == ["17", "114", "119"]
    assert set(emergency["numbers"][0]) == {"id", "number", "how", "label", "hours"}


@one_database
async def test_the_card_speaks_the_language_of_the_sender(visitor: httpx.AsyncClient):
    answer = await visitor.post(SIGNALS, json={"text": CRITICAL, "locale": "en"})

    assert "automatic message" in answer.json()["emergency"]["message"]


async def test_the_same_key_and_body_give_the_same_receipt(visitor: httpx.AsyncClient):
    body = {"text": "bonjour", "idempotency_key": str(uuid.uuid4())}

    answers = await asyncio.gather(*(visitor.post(SIGNALS, json=body) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


async def test_the_same_key_with_another_body_is_refused(visitor: httpx.AsyncClient):
    key = str(uuid.uuid4())
    await visitor.post(SIGNALS, json={"text": "bonjour", "idempotency_key": key})

    answer = await visitor.post(SIGNALS, json={"text": CANARY, "idempotency_key": key})

    assert answer.status_code == 409
    assert_problem(answer)
    assert answer.json()["errors"][0]["field"] == "idempotency_key"


@one_database
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": None}, "text"),
        ({"text": 12}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x", "author": CANARY}, "author"),
        ({"text": "x", "author": "unknown"}, "author"),
        ({"text": "x", "age": CANARY}, "age"),
        ({"text": "x", "age": "15"}, "age"),
        ({"text": "x", "age": -1}, "age"),
        ({"text": "x", "age": 121}, "age"),
        ({"text": "x", "age": True}, "age"),
        ({"text": "x", "age": 15.5}, "age"),
        ({"text": "x", "commune": CANARY * 10}, "commune"),
        ({"text": "x", "postal_code": [CANARY]}, "postal_code"),
        ({"text": "x", "locale": CANARY}, "locale"),
        ({"text": "x", "idempotency_key": CANARY}, "idempotency_key"),
        ({"text": "x", "name": CANARY}, "name"),
        ({"text": "x", f"je m'appelle {CANARY}": 1}, "(unknown)"),
        ([CANARY], "(body)"),
        (CANARY, "(body)"),
    ],
)
async def test_a_wrong_field_is_named_and_its_value_never_repeated(
    body: object, field: str, visitor: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
):
    answer = await visitor.post(SIGNALS, json=body)

    assert answer.status_code == 422
    assert_problem(answer)
    assert field in [error["field"] for error in answer.json()["errors"]]
    said = "".join(capfd.readouterr())
    assert CANARY not in said


@one_database
@pytest.mark.parametrize(
    "raw", [b"", b"{", CANARY.encode(), b'{"text": ' + CANARY.encode(), b"[" * 60_000, b"\xff\xfe"]
)
async def test_what_is_not_json_is_refused(raw: bytes, visitor: httpx.AsyncClient):
    answer = await visitor.post(SIGNALS, content=raw, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert_problem(answer)


async def test_half_a_character_does_not_cost_the_signal(visitor: httpx.AsyncClient):
    raw = b'{"text": "aide moi \\ud83d"}'

    answer = await visitor.post(SIGNALS, content=raw, headers={"content-type": "application/json"})

    assert answer.status_code == 201


@one_database
@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_another_content_type_is_refused(kind: str | None, visitor: httpx.AsyncClient):
    headers = {"content-type": kind} if kind else {}

    answer = await visitor.post(SIGNALS, content=b'{"text": "x"}', headers=headers)

    assert answer.status_code == 415
    assert_problem(answer)


@one_database
async def test_a_body_over_64_kilobytes_is_refused(visitor: httpx.AsyncClient):
    raw = json.dumps({"text": CANARY * 5_000})

    async def in_pieces():
        for start in range(0, len(raw), 1_000):
            yield raw[start : start + 1_000].encode()

    told = await visitor.post(SIGNALS, content=raw, headers={"content-type": "application/json"})
    untold = await visitor.post(
        SIGNALS, content=in_pieces(), headers={"content-type": "application/json"}
    )

    for answer in (told, untold):
        assert answer.status_code == 413
        assert_problem(answer)


async def test_a_text_of_full_length_is_taken(visitor: httpx.AsyncClient):
    raw = json.dumps({"text": "é" * 20_000}, ensure_ascii=False).encode()

    answer = await visitor.post(SIGNALS, content=raw, headers={"content-type": "application/json"})

    assert answer.status_code == 201


@one_database
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", SIGNALS, 405), ("POST", "/api/v1/nothing", 404)]
)
async def test_other_addresses_answer_in_the_same_form(
    method: str, path: str, status: int, visitor: httpx.AsyncClient
):
    answer = await visitor.request(method, path)

    assert answer.status_code == status
    assert_problem(answer)


@one_database
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_no_documentation_page_is_served(path: str, visitor: httpx.AsyncClient):
    assert (await visitor.get(path)).status_code == 404


async def test_the_receipt_opens_the_conversation_with_the_answers_of_the_team(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    sent = await visitor.post(SIGNALS, json={"text": "bonjour", "commune": "Douai"})
    member = await a_member(desk, installed.recovery, "douaisis")
    [row] = await list_queue(member, desk, queue=Queue.OPEN)
    await open_signal(row.ref, member, desk)
    await reply(row.ref, "Bonjour, nous te lisons.", member, desk, idempotency_key="k" * 36)

    answer = await visitor.post(CONVERSATION, json={"receipt": sent.json()["receipt"].upper()})

    assert answer.status_code == 200
    messages = answer.json()["messages"]
    assert [(m["from"], m["text"]) for m in messages] == [
        ("you", "bonjour"),
        ("team", "Bonjour, nous te lisons."),
    ]
    assert datetime.fromisoformat(messages[0]["at"]).tzinfo == UTC


async def test_a_further_message_joins_the_conversation_once(visitor: httpx.AsyncClient):
    receipt = (await visitor.post(SIGNALS, json={"text": "bonjour"})).json()["receipt"]
    body = {"receipt": receipt, "text": CRITICAL, "idempotency_key": str(uuid.uuid4())}

    answers = [await visitor.post(MESSAGES, json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["emergency"]["automatic"] is True
    assert set(answers[0].json()) == {"read_by", "emergency"}
    thread = (await visitor.post(CONVERSATION, json={"receipt": receipt})).json()
    assert [m["text"] for m in thread["messages"]] == ["bonjour", CRITICAL]


@one_database
@pytest.mark.parametrize("receipt", [CANARY, "abaisser " * 6, "zzz " * 6])
@pytest.mark.parametrize("path", [CONVERSATION, MESSAGES])
async def test_a_wrong_receipt_is_not_found(path: str, receipt: str, visitor: httpx.AsyncClient):
    body = {"receipt": receipt} | ({"text": "x"} if path == MESSAGES else {})

    answer = await visitor.post(path, json=body)

    assert answer.status_code == 404
    assert_problem(answer)


@one_database
async def test_guessing_receipts_becomes_slow(visitor: httpx.AsyncClient, naps: list[float]):
    for _ in range(WRONG_BEFORE_SLOW + 3):
        await visitor.post(CONVERSATION, json={"receipt": "abaisser " * 6})

    assert naps == [0.0] * WRONG_BEFORE_SLOW + [1.0, 2.0, 4.0]


async def test_a_flood_goes_to_quarantine_and_is_not_refused(
    visitor: httpx.AsyncClient, desk: Desk, installed: Installed
):
    answers = [
        await visitor.post(SIGNALS, json={"text": f"n {n}"})
        for n in range(SUBMISSIONS_IN_A_WINDOW + 2)
    ]

    assert {answer.status_code for answer in answers} == {201}
    member = await a_member(desk, installed.recovery, "coordination")
    assert len(await list_queue(member, desk, queue=Queue.QUARANTINE)) == 2


@one_database
async def test_a_failure_says_nothing_of_what_was_sent(
    broken_site: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
):
    answer = await broken_site.post(SIGNALS, json={"text": CANARY})

    assert answer.status_code == 500
    assert_problem(answer)
    assert CANARY not in "".join(capfd.readouterr())


@one_database
async def test_healthz_needs_no_database(broken_site: httpx.AsyncClient):
    answer = await broken_site.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


def assert_problem(answer: httpx.Response) -> None:
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "errors"}
    assert body["status"] == answer.status_code
    assert CANARY not in answer.text
    assert answer.headers["cache-control"] == "no-store"
