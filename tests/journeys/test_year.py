"""Short forms of the simulated year and of the fault run (`make simulate`, `make faults`)."""

from pathlib import Path

from scripts.faults.__main__ import run
from scripts.simulation.year import simulate


async def test_a_year_in_which_people_forget_and_workers_fall_breaks_no_promise(tmp_path: Path):
    counts = await simulate(
        signals=40, days=400, seed=7, folder=tmp_path, colleagues=1, hours_between=40
    )

    assert counts["broken"] == []
    assert counts["signals"] == 40
    assert counts["clock_changes"] == 3
    assert max(counts["outage_days"]) == 7.0
    assert counts["escalations"] > 20


async def test_all_parts_killed_at_random_lose_nothing_and_forget_nothing():
    counts = await run(5)

    assert counts["broken"] == []
    assert sum(counts["crashes"].values()) >= 1
    assert set(counts["wrong"]) == {"valkey frozen", "clock", "bot api"}
    assert counts["signals_acknowledged"] >= 1
    assert counts["chat_messages_kept"] == counts["chat_messages"] > 0
