"""What is kept is for the service's own user: the files, what SQLite writes beside, the folder."""

import asyncio
import re
from pathlib import Path

from cli.check import find_problems
from cli.install import run_install
from cli.parts import open_desk
from runtime.settings import PREFIX, PROJECT_ROOT, Settings, setting_names

OURS = ("point-ecoute.db", "point-ecoute.db-wal", "point-ecoute.db-shm", "keys.json")


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def while_open(data: Path) -> dict[str, int]:
    async with open_desk(Settings(data=data)) as desk:
        async with desk.records.reading() as tx:
            await tx.staff.teams()
        return {name: rights(data / name) for name in OURS if (data / name).exists()}


def test_an_installation_is_for_its_owner_alone(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    asyncio.run(run_install(Settings(data=data)))

    assert rights(data) == 0o700
    found = asyncio.run(while_open(data))
    assert set(found) == set(OURS)
    assert set(found.values()) == {0o600}


def test_a_file_that_was_open_to_others_is_closed_at_the_next_start_and_told_by_check(
    tmp_path: Path,
):
    asyncio.run(run_install(Settings(data=tmp_path / "data")))
    data = tmp_path / "data"
    (data / "point-ecoute.db").chmod(0o644)
    (data / "keys.json").chmod(0o644)
    data.chmod(0o755)

    _, warnings = find_problems(Settings(data=data), config_only=False)
    assert any("keys.json: open to others" in line for line in warnings)
    assert any(f"{data}: open to others" in line for line in warnings)
    assert rights(data / "point-ecoute.db") == 0o600


def test_a_folder_with_other_things_in_it_keeps_its_rights(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    tmp_path.chmod(0o755)

    asyncio.run(run_install(Settings(data=tmp_path)))

    assert rights(tmp_path) == 0o755


def test_every_setting_that_a_layout_or_a_page_names_is_one():
    known = {f"{PREFIX}{name}" for name in setting_names()}
    layouts = [PROJECT_ROOT / "docker-compose.yml", *(PROJECT_ROOT / "deploy").rglob("*.service")]
    files = [
        *layouts,
        PROJECT_ROOT / "deploy/systemd/environment.example",
        PROJECT_ROOT / "Dockerfile",
    ]
    named = {
        name for file in files for name in re.findall(rf"{PREFIX}[A-Z_]+", file.read_text("utf-8"))
    }

    assert named
    assert named <= known
