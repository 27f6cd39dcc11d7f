"""One time for all machines: the database's, carried on where it is away or the machine's jumps."""

from datetime import timedelta

from records import Records, open_records
from records.clock import DatabaseClock
from records.server_keys import ServerKeys
from tests.builders import TUESDAY_MORNING, FrozenClock
from tests.databases import Database


class Seconds:
    """A monotonic clock that goes only when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_machines_with_wrong_clocks_agree_on_the_databases_time(
    records: Records, database: Database
):
    ahead = FrozenClock(TUESDAY_MORNING + timedelta(days=400))
    behind = FrozenClock(TUESDAY_MORNING - timedelta(days=400))
    clocks = [DatabaseClock(records, machine) for machine in (ahead, behind)]
    for clock in clocks:
        await clock.measure()

    apart = abs(clocks[0]() - clocks[1]())
    if database.kind == "sqlite":  # which has none: one machine, one clock
        assert apart == timedelta(days=800)
    else:
        assert apart < timedelta(minutes=1)


async def test_a_machine_put_back_or_forward_changes_nothing_between_two_answers(
    records: Records, database: Database
):
    machine, seconds = FrozenClock(), Seconds()
    clock = DatabaseClock(records, machine, seconds)
    await clock.measure()
    before = clock()
    machine.advance(hours=-5)
    seconds.now += 7
    if database.kind == "postgresql":
        assert clock() - before == timedelta(seconds=7)
    else:
        assert clock() == machine.now


async def test_a_database_that_is_away_lets_time_go_on(server_keys: ServerKeys):
    records = open_records("postgresql+asyncpg://nobody@127.0.0.1:9/none", server_keys)
    machine = FrozenClock()
    clock = DatabaseClock(records, machine, Seconds())
    await clock.measure()
    machine.advance(seconds=3)
    assert clock() == machine.now
    await records.close()
