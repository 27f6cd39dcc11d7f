"""`point-ecoute send`: submit a corpus through the public API."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import Progress

from runtime.errors import SettingsError

_AT_ONCE = 4
_TRIES = 4
_FIELDS = ("text", "author", "commune", "postal_code", "age", "locale")


@dataclass(frozen=True, slots=True)
class Sent:
    """`answer` is the server's, None where no try was answered; `seconds` is the last try's."""

    id: str
    status: int
    answer: dict[str, Any] | None
    seconds: float


def send(
    file: Annotated[Path, typer.Argument(help='JSON lines with at least {"id", "text"}.')],
    url: Annotated[str, typer.Option(help="The public site.")] = "http://127.0.0.1:8000",
) -> None:
    """Submit each line as a signal; print id, receipt, time and whether help was shown.

    A lost answer is asked for again with the same key: no signal is made twice. Exit status 1
    where a line was not accepted.
    """
    rows = read_rows(file)
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("sending", total=len(rows))
        sent = asyncio.run(send_rows(rows, url, advance=lambda: progress.advance(task)))
    for one in sent:
        typer.echo(_line(one))
    _summary(sent, errors)
    if any(one.status != httpx.codes.CREATED for one in sent):
        raise typer.Exit(1)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Read the file; SettingsError names each line that is not an object with a text."""
    rows, problems = [], []
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: {type(error).__name__}"]) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict) and isinstance(row.get("text"), str):
            rows.append({"id": str(number)} | row)
        else:
            problems.append(f'{file}: line {number}: expected {{"id", "text"}}')
    if problems:
        raise SettingsError(problems)
    return rows


async def send_rows(
    rows: list[dict[str, Any]],
    url: str,
    *,
    advance: Any,  # noqa: ANN401
) -> list[Sent]:
    slots = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:

        async def one(row: dict[str, Any]) -> Sent:
            async with slots:
                sent = await _submit(row, client)
            advance()
            return sent

        return await asyncio.gather(*(one(row) for row in rows))


async def _submit(row: dict[str, Any], client: httpx.AsyncClient) -> Sent:
    body = {key: row[key] for key in _FIELDS if row.get(key) is not None}
    if body.get("author") == "unknown":
        del body["author"]
    body["idempotency_key"] = str(uuid.uuid4())
    started = time.perf_counter()
    for _ in range(_TRIES):
        started = time.perf_counter()
        try:
            answer = await client.post("/api/v1/signals", json=body)
        except httpx.TransportError:
            continue
        seconds = time.perf_counter() - started
        return Sent(str(row["id"]), answer.status_code, _json(answer), seconds)
    return Sent(str(row["id"]), 0, None, time.perf_counter() - started)


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        content = answer.json()
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _line(sent: Sent) -> str:
    if sent.status == httpx.codes.CREATED and sent.answer is not None:
        help_shown = "help shown" if sent.answer["emergency"] else ""
        return f"{sent.id}\t{sent.answer['receipt']}\t{sent.seconds * 1000:.0f} ms\t{help_shown}"
    return f"{sent.id}\tnot accepted ({sent.status or 'no answer'})\t{sent.seconds * 1000:.0f} ms\t"


def _summary(sent: list[Sent], errors: Console) -> None:
    accepted = sorted(one.seconds for one in sent if one.status == httpx.codes.CREATED)
    errors.print(f"{len(accepted)} of {len(sent)} accepted", highlight=False)
    if accepted:
        median = accepted[len(accepted) // 2] * 1000
        slow = accepted[min(len(accepted) - 1, int(len(accepted) * 0.99))] * 1000
        errors.print(f"median {median:.0f} ms, 99th percentile {slow:.0f} ms", highlight=False)
