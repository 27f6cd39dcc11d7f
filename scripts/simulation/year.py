"""The year itself: its counts, and what should not have happened."""

import itertools
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import uvloop

from cli.parts import load_triage
from dispatch.desk import Desk
from dispatch.install import install
from dispatch.listening_point import load_listening_point
from dispatch.members import NewMember, add_member
from dispatch.routing import COORDINATION, SUPERVISION
from dispatch.sign_in import sign_in
from intake.reception import Reception
from records import open_records
from records.migrate import migrate
from records.passwords import ArgonCost
from records.server_keys import make_server_keys
from records.tables import Role
from runtime.log import configure_logs
from runtime.settings import PROJECT_ROOT
from scripts.simulation.in_place import run_sqlite_in_place
from scripts.simulation.people import Colleague, Senders, Staff
from scripts.simulation.verdict import broken_promises, longest_unread
from scripts.simulation.world import BEGINS, SimulatedClock, World

QUICK = ArgonCost(passes=1, memory_bytes=8192)
PASSWORD = "un mot de passe assez long"  # noqa: S105  of invented people
DRAINED = timedelta(days=20)
STARVED_HOURS = 24 * 40
OUTAGES = 12
# By as many communes each that senders name: see people.COMMUNES.
HALVES = (
    ("metropole-lilloise", "flandres", "avesnois", "valenciennois"),
    ("cambresis", "douaisis", COORDINATION),
)
Counts = dict[str, Any]


async def simulate(
    *,
    signals: int,
    days: int,
    seed: int,
    folder: Path,
    colleagues: int = 3,
    hours_between: float = 3,
    teams: Collection[str] = tuple(itertools.chain(*HALVES)),
) -> Counts:
    """Live the year; its counts, and under `broken` what should not have happened.

    A team has so many colleagues, who sit down every so many hours of duty.
    """
    rng = np.random.default_rng([seed, *map(ord, "".join(teams))])
    url = f"sqlite+aiosqlite:///{folder / 'simulation.db'}"
    await migrate(url)
    point = load_listening_point(PROJECT_ROOT / "listening-points" / "nord")
    rulebook, gazetteer = load_triage(point)
    clock = SimulatedClock()
    records = open_records(url, make_server_keys())
    desk = Desk(records, point, clock, password_cost=QUICK)
    reception = Reception(records, rulebook, gazetteer, point, clock, receipt_cost=QUICK)
    ends = BEGINS + timedelta(days=days)
    world = World(clock, desk, reception, rng, ends, _outages(np.random.default_rng(seed), days))
    await _people(world, teams, colleagues, hours_between)
    Senders(world, teams).plan_arrivals(signals, timedelta(days=days) - DRAINED)
    began = time.monotonic()
    await world.run(_progress(world, days))
    broken = world.broken + await broken_promises(records, world.passes, clock.now)
    async with records.reading() as tx:
        follow_ups = await tx.follow_ups.everything()
        escalations = len(await tx.escalations.everything())
        still_open = sum((await tx.signals.numbers_open(teams=None)).values())
    await records.close()
    longest = longest_unread(follow_ups, clock.now)
    broken += [
        f"a {level} signal was not read for {hours} hours"
        for level, hours in longest.items()
        if hours > STARVED_HOURS
    ]
    return {
        "days": days,
        "seed": seed,
        "clock_changes": _clock_changes(world),
        "outage_days": [round((e - b).total_seconds() / 86400, 1) for b, e in world.outages],
        **dict(sorted(world.counts.items())),
        "still_open": still_open,
        "follow_ups": len(follow_ups),
        "escalations": escalations,
        "passes_with_something_due": len(world.passes),
        "messages_to_staff": world.post.number,
        "longest_unread_hours": longest,
        "took_seconds": round(time.monotonic() - began, 1),
        "broken": broken[:50],
        "number_broken": len(broken),
    }


def _progress(world: World, days: int) -> Callable[[timedelta], None]:
    """A line on standard error for each tenth of the year; standard output is the counts' alone."""
    tenth = 0
    began = time.monotonic()

    def tell(lived: timedelta) -> None:
        nonlocal tenth
        if lived.days * 10 // days > tenth:
            tenth = lived.days * 10 // days
            took = time.monotonic() - began
            said = f"{lived.days} days, {world.counts['signals']} signals, {took:.0f} s"
            print(said, file=sys.stderr, flush=True)

    return tell


def _clock_changes(world: World) -> int:
    """How often the local clock was put forward or back."""
    zone = world.desk.point.calendar.zone
    days = (world.ends - BEGINS).days
    offsets = [(BEGINS + timedelta(days=n)).astimezone(zone).utcoffset() for n in range(days)]
    return sum(one != other for one, other in itertools.pairwise(offsets))


def _outages(rng: np.random.Generator, days: int) -> list[tuple[Any, Any]]:
    """Times in which no worker runs, the longest of seven days; they do not overlap."""
    found = []
    for number in range(OUTAGES):
        begin = BEGINS + timedelta(days=float(rng.uniform(number, number + 0.7)) * days / OUTAGES)
        longest = min(7.0, 0.25 * days / OUTAGES)
        length = longest if number == 0 else float(rng.uniform(0.01, longest))
        found.append((begin, begin + timedelta(days=length)))
    return found


async def _people(
    world: World, teams: Collection[str], colleagues: int, hours_between: float
) -> None:
    desk = world.desk
    installed = await install(desk)
    people = []
    for team in teams:
        for number in range(colleagues):
            email = f"{team}-{number}@simulation.invalid"
            people.append(Colleague(await _member(email, team, desk, installed), email, team))
    chief = await _member("cadre@simulation.invalid", SUPERVISION, desk, installed)
    idle = {(team, int(week)) for team in teams for week in world.rng.integers(1, 53, size=4)}
    staff = Staff(world, people, chief, idle, hours_between)
    world.on_mail = staff.told
    staff.plan_work()
    world.later(0.1, staff.edit_roster)


async def _member(email: str, team: str, desk: Desk, installed: Any) -> Any:  # noqa: ANN401
    role = Role.SUPERVISOR if team == SUPERVISION else Role.DUTY
    new = NewMember(email.partition("@")[0], email, role, (team,), PASSWORD)
    await add_member(new, desk, by=installed.recovery)
    return await sign_in(email, PASSWORD, desk)


def live_half(teams: tuple[str, ...], signals: int, days: int, seed: int) -> Counts:
    """In a process of its own."""
    configure_logs(least=logging.ERROR)
    run_sqlite_in_place()
    shared_memory = Path("/dev/shm")  # noqa: S108  of no use after the run, and quick
    place = shared_memory if shared_memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="pe-year-", dir=place) as folder:
        return uvloop.run(
            simulate(signals=signals, days=days, seed=seed, folder=Path(folder), teams=teams)
        )
