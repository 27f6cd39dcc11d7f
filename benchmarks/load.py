"""A lean HTTP/1.1 load generator: it shares the machine with what it measures."""

import asyncio
import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

TEXT = (
    "Bonjour, je vous écris au sujet de ma fille de 15 ans, placée en foyer à Douai. Depuis un "
    "mois elle part le soir et revient avec des vêtements neufs, elle a un deuxième téléphone et "
    "ne veut plus voir ses amies. Un garçon de 24 ans vient la chercher en voiture. Je ne sais "
    "plus quoi faire, merci de me répondre."
)


@dataclass(frozen=True)
class Point:
    """One concurrency: requests a second, and milliseconds at the 50th and 99th percentile."""

    concurrency: int
    rate: float
    p50_ms: float
    p99_ms: float
    failed: int


def signal_body() -> bytes:
    return json.dumps(
        {"text": TEXT, "author": "relative", "idempotency_key": str(uuid.uuid4())}
    ).encode()


async def measure_point(
    port: int, path: str, *, concurrency: int, seconds: float, body: Callable[[], bytes]
) -> Point:
    """Keep `concurrency` requests under way for `seconds`."""
    times: list[float] = []
    failed = 0
    until = time.perf_counter() + seconds

    async def one_connection() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            started = time.perf_counter()
            status = await _post(reader, writer, path, body())
            times.append(time.perf_counter() - started)
            failed += status != 201  # noqa: PLR2004
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(concurrency)))
    took = time.perf_counter() - began
    times.sort()
    return Point(
        concurrency,
        round(len(times) / took, 1),
        round(times[len(times) // 2] * 1000, 2),
        round(times[min(len(times) - 1, int(len(times) * 0.99))] * 1000, 2),
        failed,
    )


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes
) -> int:
    writer.write(
        b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)
    )
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return status


def table(title: str, points: list[Point]) -> None:
    print(title)
    for p in points:
        note = f"  {p.failed} failed" if p.failed else ""
        print(
            f"  c={p.concurrency:<3} {p.rate:8.1f}/s"
            f"  p50 {p.p50_ms:7.2f}  p99 {p.p99_ms:7.2f} ms{note}"
        )


def load_average() -> float:
    return round(os.getloadavg()[0], 2)
