"""`point-ecoute origins`: numbers by month, none so small that it tells who came."""

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from cli.app import app
from cli.install import run_install
from cli.parts import open_desk
from runtime.settings import Settings, load_settings


async def count(settings: Settings, origin: str, times: int) -> None:
    async with open_desk(settings) as desk:
        for _ in range(times):
            async with desk.records.transaction() as tx:
                await tx.origins.count(origin, month="2026-12")


def test_origins_are_told_by_month_and_few_are_not_told_apart(tmp_path: Path):
    settings = load_settings(data=tmp_path)
    asyncio.run(run_install(settings))
    runner, called = CliRunner(), ["origins", "--data", str(tmp_path)]
    assert "nobody came" in runner.invoke(app, called).stdout

    for origin, times in (("site", 5), ("carte-poche", 4), ("former", 6)):
        asyncio.run(count(settings, origin, times))

    few, former, site = runner.invoke(app, called).stdout.splitlines()
    assert few.split() == ["2026-12", "under", "5", *few.split()[3:]]
    assert few.endswith("since 2026-12-01")
    assert former.split()[:2] == ["2026-12", "6"]
    assert former.endswith("former: no longer listed")
    assert site.split()[:3] == ["2026-12", "5", "site:"]
