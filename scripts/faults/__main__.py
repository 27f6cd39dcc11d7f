"""`python -m scripts.faults [--seconds N]`: kill everything at random, put things wrong, count.

Prints its counts as JSON; exits with 1 where one is wrong: an acknowledged signal that is not there
once, a due follow-up that was not fired, more repeated notifications than crashes.
"""

import argparse
import asyncio
import json
import logging
import secrets
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.install import run_install
from cli.parts import open_desk
from dispatch.desk import Desk
from dispatch.members import NewMember, add_member
from dispatch.routing import SUPERVISION
from dispatch.scheduler import LOOK_EVERY
from dispatch.send_notices import PAUSE
from dispatch.sign_in import sign_in
from records.lookups import idempotency_lookup
from records.tables import Channel, MessageKind, Role
from runtime.log import configure_logs
from runtime.settings import PROJECT_ROOT, Settings, load_settings
from scripts.faults.load import Load, Post, post_office
from scripts.faults.parts import Layout, Part, layout
from tests.telegram import TOKEN, Telegram, telegram

PASSWORD = "un mot de passe assez long"  # noqa: S105  of invented people
SETTLED_WITHIN = 120
LONGEST_WAIT = PAUSE + timedelta(seconds=30)
NORD = PROJECT_ROOT / "listening-points" / "nord"


async def run(seconds: float) -> dict[str, Any]:
    """The whole run; its counts, and under `broken` what should not have happened."""
    async with layout() as (parts, listener), telegram() as api, post_office() as office:
        post, smtp, webhook = office
        settings = load_settings(
            data=parts.folder,
            database_url=parts.database.server.url("faults"),
            listening_point=_short_deadlines(parts.folder),
        )
        recovery = await run_install(settings)
        async with open_desk(settings) as desk:
            await _staff(desk, recovery)
            member = await sign_in("cadre@faults.invalid", PASSWORD, desk)
            parts.plan(_environment(settings, parts, api, smtp, webhook), listener)
            for process in parts.processes:
                await process.start()
            load = Load(parts.url, api.world, desk, member)
            running = asyncio.create_task(load.run(senders=6))
            await load.began.wait()
            crashes, wrong = await _crash_at_random(parts, parts.wrongs(api.world), seconds)
            load.stopped.set()
            await running
            settled = await _settle(desk, api, load)
            return {"wrong": dict(wrong)} | await _verdict(desk, load, post, crashes, settled)


def _short_deadlines(folder: Path) -> Path:
    """The Nord's data with deadlines of a minute or two: they fall due while parts fall."""
    point = folder / "point"
    shutil.copytree(NORD, point)
    file = point / "deadlines.toml"
    text = file.read_text("utf-8")
    for long, short in (
        ('"15 min"', '"1 min"'), ('"30 min"', '"2 min"'), ('"2 h waking"', '"1 min"'),
        ('"4 h waking"', '"2 min"'), ('"end of 1 duty days"', '"1 min"'),
        ('"end of 2 duty days"', '"2 min"'), ('"end of 4 duty days"', '"2 min"'),
        ('version = "', 'version = "faults-'),
    ):  # fmt: skip
        if long not in text:
            raise LookupError(f"deadlines.toml has no {long} any more")
        text = text.replace(long, short)
    file.write_text(text, "utf-8")
    return point


def _environment(
    settings: Settings, parts: Layout, api: Telegram, smtp: str, webhook: str
) -> dict[str, str]:
    return {
        "POINT_ECOUTE_DATA": str(settings.data),
        "POINT_ECOUTE_DATABASE_URL": settings.database,
        "POINT_ECOUTE_LISTENING_POINT": str(settings.listening_point),
        "POINT_ECOUTE_REDIS_URL": parts.volatile.url,
        "POINT_ECOUTE_BOT_TOKEN": TOKEN,
        "POINT_ECOUTE_BOT_API_URL": api.url,
        "POINT_ECOUTE_SMTP_URL": smtp,
        "POINT_ECOUTE_MAIL_FROM": "ecoute@faults.invalid",
        "POINT_ECOUTE_SMS_WEBHOOK_URL": webhook,
        "POINT_ECOUTE_SMS_WEBHOOK_SECRET": "secret",
    }


async def _staff(desk: Desk, recovery: Any) -> None:  # noqa: ANN401
    for number, team in enumerate((*(t.code for t in desk.point.teams), SUPERVISION)):
        name = "cadre" if team == SUPERVISION else team
        role = Role.SUPERVISOR if team == SUPERVISION else Role.DUTY
        new = NewMember(
            name, f"{name}@faults.invalid", role, (team,), PASSWORD, f"+3360000000{number}"
        )
        await add_member(new, desk, by=recovery)


async def _crash_at_random(
    parts: Layout, wrongs: list[Part], seconds: float
) -> tuple[Counter[str], Counter[str]]:
    """Kill a part while something else is wrong, mend both a moment later, each in its turn.

    Everything is wrong at least once, however short the run.
    Returns how often each was killed, and how often each was wrong.
    """
    crashes: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    ends = time.monotonic() + seconds
    to_kill, to_put_wrong = _in_turn(parts.parts), _in_turn(wrongs)
    while time.monotonic() < ends or len(wrong) < len(wrongs):
        await asyncio.sleep(1 + secrets.randbelow(2000) / 1000)
        odd, part = next(to_put_wrong), next(to_kill)
        await odd.kill()
        wrong[odd.name] += 1
        await asyncio.sleep(secrets.randbelow(1000) / 1000)
        await part.kill()
        crashes[part.name] += 1
        await asyncio.sleep(secrets.randbelow(2500) / 1000)
        await part.start()
        await odd.start()
        for process in parts.processes:
            crashes["ended_by_itself"] += await process.revive()
    return crashes, wrong


def _in_turn(parts: list[Part]) -> Iterator[Part]:
    """Each once in random order, and again, without end."""
    while True:
        left = list(parts)
        while left:
            yield left.pop(secrets.randbelow(len(left)))


async def _settle(desk: Desk, api: Telegram, load: Load) -> bool:
    """Wait until the parts are up with what falls due; False where that takes too long.

    Promises go on falling due: what counts is that none is left longer than two ticks, and that no
    notification waits longer than the pause between two messages to one person allows.
    """
    for _ in range(SETTLED_WITHIN * 2):
        await asyncio.sleep(0.5)
        now = desk.clock()
        async with desk.records.reading() as tx:
            due = await tx.escalations.first_due()
            waiting = [
                since
                for channel, _, since in await tx.notices.waiting(now=now)
                if channel is not Channel.TELEGRAM and now - since > LONGEST_WAIT
            ]
        left = due is not None and now - due > 2 * LOOK_EVERY
        if not left and not waiting and not api.world.waiting() and load.stopped.is_set():
            return True
    return False


async def _verdict(
    desk: Desk, load: Load, post: Post, crashes: Counter[str], settled: bool
) -> dict[str, Any]:
    pepper = desk.records.keys.pepper.now
    missing = 0
    async with desk.records.reading() as tx:
        for key in load.acknowledged:
            found = await tx.signals.by_idempotency([idempotency_lookup(key, pepper=pepper)])
            missing += found is None
        unlogged = await tx.escalations.number_overdue(now=desk.clock() - 2 * LOOK_EVERY)
        broken = await tx.follow_ups.broken_promises(20)
        fired = await tx.escalations.everything()
        inbound = await tx.signals.number_of_messages(MessageKind.INBOUND, channel="telegram")
        web = await tx.signals.number_of_messages(MessageKind.INBOUND, channel="api")
    twice = [
        n for n in Counter((e.follow_up_id, e.level, e.percent) for e in fired).values() if n > 1
    ]
    problems = [f"{ref}: {what}" for ref, what in broken]
    for wrong, what in (
        (missing, "acknowledged signals are missing"),
        (
            max(0, web - len(load.acknowledged)),
            "signals are there that nobody was told of, or twice",
        ),
        (unlogged, "due follow-ups were not escalated"),
        (len(twice), "rungs were fired twice"),
        (abs(inbound - load.written_in_chats), "messages of chats are missing or twice"),
        (
            max(0, post.repeated - crashes.total() - crashes["ended_by_itself"]),
            "notifications repeated beyond one a crash",
        ),
        (0 if settled else 1, "the parts did not come to rest in time"),
    ):
        if wrong:
            problems.append(f"{wrong} {what}")
    return {
        "crashes": dict(crashes),
        "signals_acknowledged": len(load.acknowledged),
        "submissions_tried": load.tries,
        "signals_missing": missing,
        "chat_messages": load.written_in_chats,
        "chat_messages_kept": inbound,
        "answered_by_staff": load.answered,
        "rungs_fired": len(fired),
        "due_and_not_fired": unlogged,
        "mails": post.mails.total(),
        "text_messages": post.texts.total(),
        "notifications_repeated": post.repeated,
        "broken": problems,
    }


def main() -> None:
    configure_logs(least=logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    counts = asyncio.run(run(parser.parse_args().seconds))
    print(json.dumps(counts, indent=2, ensure_ascii=False))
    sys.exit(1 if counts["broken"] else 0)


if __name__ == "__main__":
    main()
