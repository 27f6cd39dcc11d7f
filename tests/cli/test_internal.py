"""Pages for monitoring: whether all is well, and figures that name nobody and nothing."""

import re

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cli.internal import internal_app
from dispatch.desk import Desk
from dispatch.escalate import escalate
from dispatch.install import Installed
from dispatch.open_signal import open_signal
from dispatch.worker import DEAD_AFTER, Worker
from intake.reception import Reception
from records import open_records
from records.tables import Channel
from tests.builders import FrozenClock, a_draft, a_kept_signal, a_member, kept
from tests.channels import tick
from tests.dispatch.conftest import mail, sms, worker

__all__ = ["mail", "sms", "worker"]

CRITICAL = "il m'a enfermée, ils reviennent ce soir, j'ai 12 ans"


def ask(desk: Desk) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=internal_app(desk))
    return httpx.AsyncClient(transport=transport, base_url="http://inside")


async def test_ready_says_which_part_is_missing(worker: Worker, desk: Desk, clock: FrozenClock):
    async with ask(desk) as client:
        assert (await client.get("/healthz")).text == "ok"
        await worker.beat()
        assert (await client.get("/readyz")).json() == {"database": True, "worker": True}
        clock.advance(seconds=DEAD_AFTER.total_seconds())
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"database": True, "worker": False}


async def test_without_its_database_a_process_is_alive_and_not_ready(
    desk: Desk, clock: FrozenClock
):
    gone = open_records("postgresql+asyncpg://x@/x?host=/nowhere", desk.records.keys)
    async with ask(Desk(gone, desk.point, clock)) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).json() == {"database": False, "worker": False}


@pytest.fixture
async def figures(
    desk: Desk, reception: Reception, installed: Installed, clock: FrozenClock, worker: Worker
) -> dict[str, dict[frozenset[str], float]]:
    anne = await a_member(desk, installed.recovery, "douaisis", name="Kanarie Sept")
    await worker.beat()
    ref, _ = await a_kept_signal(reception, anne, desk, a_draft(CRITICAL, commune="Douai"))
    await kept(a_draft(CRITICAL, commune="Douai"), reception)
    await escalate(desk, [Channel.EMAIL])
    clock.advance(minutes=20)
    await open_signal(ref, anne, desk)
    async with ask(desk) as client:
        text = (await client.get("/metrics")).text
    assert ref not in text
    assert not re.search(r"[0-9A-HJ-NP-Z]{3}-[0-9A-HJ-NP-Z]{3}|Kanarie|enfermée", text)
    return {
        family.name: {frozenset(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(text)
    }


async def test_figures_say_what_waits_how_long_and_what_was_kept_late(
    figures: dict[str, dict[frozenset[str], float]],
):
    queue = frozenset({"douaisis", "critical", "open"})
    read, by_mail = frozenset({"read", "critical"}), frozenset({"email"})
    assert figures["point_ecoute_open_signals"][queue] == 2
    assert figures["point_ecoute_overdue_signals"][queue] == 1
    assert figures["point_ecoute_oldest_open_seconds"][queue] == 20 * 60
    assert figures["point_ecoute_promises_kept"][read] == 1
    assert figures["point_ecoute_promises_kept_late"][read] == 1
    assert round(figures["point_ecoute_promises_kept_seconds"][read]) == 20 * 60
    assert figures["point_ecoute_overdue_without_escalation"][frozenset()] == 1
    assert figures["point_ecoute_notices_waiting"][by_mail] == 1
    assert figures["point_ecoute_notices_lag_seconds"][by_mail] == 20 * 60
    assert figures["point_ecoute_worker_heartbeat_age_seconds"][frozenset()] == 20 * 60


async def test_after_a_pass_nothing_due_is_left(
    desk: Desk, reception: Reception, worker: Worker, clock: FrozenClock
):
    await kept(a_draft(CRITICAL, commune="Douai"), reception)
    clock.advance(days=3)
    await tick(worker)
    async with ask(desk) as client:
        text = (await client.get("/metrics")).text

    assert "point_ecoute_overdue_without_escalation 0.0" in text
