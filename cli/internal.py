"""Pages for monitoring on a port of their own: `/healthz`, `/readyz`, `/metrics`."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Final

import typer
import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cli.listen import listen
from dispatch.desk import Desk
from dispatch.figures import Figures, read_figures, read_ready
from records.tables import Channel
from runtime.tally import TALLY

InternalPort = Annotated[
    int | None,
    typer.Option(
        "--internal-port", min=0, max=65535, help="Port of /healthz, /readyz and /metrics."
    ),
]
InternalHost = Annotated[
    str, typer.Option("--internal-host", help="Address of those pages; never a public one.")
]
_P: Final = "point_ecoute_"


def internal_app(desk: Desk) -> Starlette:
    """No page of it shows a reference, a person or a word."""
    since = desk.clock()

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        ready = await read_ready(desk, since=since)
        parts = {"database": ready.database, "worker": ready.worker}
        return JSONResponse(parts, status_code=200 if ready.all else 503)

    async def metrics(_request: Request) -> Response:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Shown(await read_figures(desk), desk))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )


@asynccontextmanager
async def internal_pages(desk: Desk, host: str, port: int | None) -> AsyncIterator[None]:
    """Serve them while the process works; not at all without a port."""
    if port is None:
        yield
        return
    config = uvicorn.Config(
        internal_app(desk), access_log=False, log_config=None, server_header=False, lifespan="off"
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[listen(host, port)]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Quiet(uvicorn.Server):
    """The process has its own way to stop: this server takes no signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Shown(Collector):
    def __init__(self, figures: Figures, desk: Desk) -> None:
        self._figures, self._now = figures, desk.clock()

    def collect(self) -> Iterable[Metric]:
        yield from self._queues()
        yield from self._promises()
        yield from self._outbox()
        events = CounterMetricFamily(
            f"{_P}bot_events", "What this process dropped unread or untold.", labels=["event"]
        )
        for name, count in sorted(TALLY.items()):
            events.add_metric([name], count)
        yield events

    def _queues(self) -> Iterable[Metric]:
        labels = ["team", "level", "queue"]
        depth = GaugeMetricFamily(f"{_P}open_signals", "Open signals.", labels=labels)
        overdue = GaugeMetricFamily(f"{_P}overdue_signals", "Open signals past due.", labels=labels)
        oldest = GaugeMetricFamily(
            f"{_P}oldest_open_seconds", "Age of the oldest open signal.", labels=labels
        )
        for one in self._figures.depths:
            values = [one.team, one.level.value, "quarantine" if one.quarantined else "open"]
            depth.add_metric(values, one.number)
            overdue.add_metric(values, one.overdue)
            oldest.add_metric(values, (self._now - one.oldest).total_seconds())
        yield from (depth, overdue, oldest)

    def _promises(self) -> Iterable[Metric]:
        labels = ["promise", "level"]
        kept = GaugeMetricFamily(
            f"{_P}promises_kept", "Kept promises of the last 30 days.", labels=labels
        )
        late = GaugeMetricFamily(f"{_P}promises_kept_late", "Those kept late.", labels=labels)
        took = GaugeMetricFamily(
            f"{_P}promises_kept_seconds", "Their seconds until kept, together.", labels=labels
        )
        for one in self._figures.answered:
            values = [one.kind.value, one.level.value]
            kept.add_metric(values, one.number)
            late.add_metric(values, one.late)
            took.add_metric(values, one.seconds)
        yield from (kept, late, took)
        ended = GaugeMetricFamily(
            f"{_P}promises_ended", "Ended without being kept.", labels=["kind", "why"]
        )
        for kind, why, number in self._figures.ended:
            ended.add_metric([kind.value, why.value], number)
        yield ended
        unlogged = GaugeMetricFamily(
            f"{_P}overdue_without_escalation", "Promises past due that no worker has logged yet."
        )
        unlogged.add_metric([], self._figures.unlogged)
        yield unlogged

    def _outbox(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily(
            f"{_P}notices_waiting", "Notifications to be sent.", labels=["channel"]
        )
        lag = GaugeMetricFamily(
            f"{_P}notices_lag_seconds", "Age of the oldest of them.", labels=["channel"]
        )
        for channel, (count, age) in self._figures.waiting.items():
            waiting.add_metric([channel.value], count)
            lag.add_metric([channel.value], age)
        dead = GaugeMetricFamily(f"{_P}notices_given_up", "Notifications that were given up.")
        dead.add_metric([], self._figures.dead)
        down = GaugeMetricFamily(
            f"{_P}notices_channel_down", "1 where nobody can be told that way.", labels=["channel"]
        )
        for channel in Channel:
            down.add_metric([channel.value], int(channel in self._figures.down))
        yield from (waiting, lag, dead, down)
        if self._figures.heartbeat_age is not None:
            beat = GaugeMetricFamily(
                f"{_P}worker_heartbeat_age_seconds", "Since a worker's last sign of life."
            )
            beat.add_metric([], self._figures.heartbeat_age)
            yield beat
