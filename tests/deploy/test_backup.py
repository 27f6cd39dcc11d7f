"""The drill of the one-machine layout: a backup under writes, brought back, read, and killed."""

import asyncio
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from cli.install import run_install
from cli.parts import open_desk, open_parts
from dispatch.members import NewMember, add_member
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.sign_in import sign_in
from records.sealing import SecretKey
from records.tables import Role
from runtime.settings import Settings
from tests.processes import listening_socket
from tests.programs import Argument, Program

EMAIL, PASSWORD = "anne@equipe.invalid", "un mot de passe assez long"
WORDS = "on m'a pris mes papiers, message"


def begin(*arguments: Argument, data: Path) -> Program:
    return Program(*arguments, "--data", data)


def run(*arguments: Argument, data: Path) -> tuple[int, str, str]:
    told = begin(*arguments, data=data).ended()
    return told.returncode, told.stdout, told.stderr


@contextmanager
def opened_file(database: Path) -> Iterator[sqlite3.Connection]:
    """Closed afterwards: restoring asks whether anybody uses it."""
    with closing(sqlite3.connect(database)) as there, there:
        yield there


def signals_in(database: Path) -> int:
    with opened_file(database) as there:
        assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(there.execute("SELECT count(*) FROM signal").fetchone()[0])


async def installed(data: Path) -> SecretKey:
    recovery = await run_install(Settings(data=data))
    async with open_desk(Settings(data=data)) as desk:
        new = NewMember("Anne", EMAIL, Role.COORDINATOR, ("coordination",), PASSWORD)
        await add_member(new, desk, by=recovery)
    return recovery


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one-machine")
    asyncio.run(installed(folder))
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "data"))


async def test_a_backup_under_writes_holds_what_was_acknowledged_before_and_is_read_again(
    data: Path, tmp_path: Path
):
    backup, before, after = tmp_path / "copy.db", 6, 12
    with listening_socket() as listener:
        server = begin("serve", "--door", "public", "--fd", listener, data=data)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:

            async def send(number: int) -> None:
                answer = await client.post("/api/v1/signals", json={"text": f"{WORDS} {number}"})
                assert answer.status_code == 201

            await asyncio.gather(*(send(number) for number in range(before)))
            taking = begin("backup", backup, data=data)
            await asyncio.gather(*(send(before + number) for number in range(after)))
            taken = await asyncio.to_thread(taking.ended)
            assert taken.returncode == 0, taken.stderr
            assert taken.stdout.strip() == str(backup)
            assert "key file" in taken.stderr
            code, _, refused = await asyncio.to_thread(
                run, "restore", backup, "--replace", data=data
            )
            assert (code, "stop every process first" in refused) == (2, True)
        server.send_signal(signal.SIGINT)
        assert await server.wait() == 0

    assert backup.stat().st_mode & 0o077 == 0
    assert WORDS.encode() not in backup.read_bytes()
    assert before <= signals_in(backup) <= before + after
    assert signals_in(data / "point-ecoute.db") == before + after

    await is_read_again(backup, data, tmp_path / "elsewhere", least=before)


async def is_read_again(backup: Path, data: Path, elsewhere: Path, *, least: int) -> None:
    """On another machine, with the key file of the first."""
    elsewhere.mkdir()
    shutil.copy(data / "keys.json", elsewhere)
    code, _, errors = await asyncio.to_thread(run, "restore", backup, data=elsewhere)
    assert code == 0, errors
    async with open_parts(Settings(data=elsewhere)) as parts:
        anne = await sign_in(EMAIL, PASSWORD, parts.desk)
        rows = await list_queue(anne, parts.desk, queue=Queue.OPEN)
        assert len(rows) >= least
        opened = await open_signal(rows[0].ref, anne, parts.desk)
        assert opened.messages[0].content.text.startswith(WORDS)
        async with parts.records.reading() as tx:
            assert (await tx.audit.verify()).broken_at is None
            assert await tx.follow_ups.broken_promises(5) == []


def test_who_is_killed_while_restoring_leaves_the_former_database_or_the_new_one(
    data: Path, tmp_path: Path
):
    database, backup = data / "point-ecoute.db", tmp_path / "copy.db"
    assert run("backup", backup, data=data)[0] == 0
    with opened_file(database) as there:
        there.execute("DELETE FROM member")
    beside = data / "point-ecoute.db.restoring"

    with begin("restore", backup, "--replace", data=data) as process:
        while process.returncode is None:
            if beside.exists():
                process.kill()
    with opened_file(database) as there:
        assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert there.execute("SELECT count(*) FROM member").fetchone()[0] in {0, 1}

    code, _, errors = run("restore", backup, "--replace", data=data)
    assert code == 0, errors
    assert not beside.exists()
    with opened_file(database) as there:
        assert there.execute("SELECT count(*) FROM member").fetchone()[0] == 1
    assert any(".before-" in path.name for path in data.iterdir())


def test_what_is_no_backup_of_this_installation_is_refused_and_changes_nothing(
    data: Path, template: Path, tmp_path: Path
):
    database, backup = data / "point-ecoute.db", tmp_path / "copy.db"
    assert run("backup", backup, data=data)[0] == 0
    as_it_was = database.read_bytes()

    def refused(given: Path, words: str, *options: str) -> None:
        code, out, errors = run("restore", given, *options, data=data)
        assert (code, out) == (2, "")
        assert words in errors
        assert "Traceback" not in errors
        assert database.read_bytes() == as_it_was
        assert not (data / "point-ecoute.db.restoring").exists()

    refused(backup, "--replace puts it aside")
    refused(tmp_path / "nowhere.db", "is no file", "--replace")
    letter = tmp_path / "letter.db"
    letter.write_bytes(b"a letter to a friend " * 1000)
    refused(letter, "no SQLite database", "--replace")
    half = tmp_path / "half.db"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    refused(half, "damaged", "--replace")
    newer = Path(shutil.copy(backup, tmp_path / "newer.db"))
    with opened_file(newer) as there:
        there.execute("UPDATE alembic_version SET version_num = '9999'")
    refused(newer, "9999", "--replace")
    foreign = tmp_path / "foreign"
    asyncio.run(run_install(Settings(data=foreign)))
    refused(foreign / "point-ecoute.db", "does not belong to", "--replace")
    code, _, errors = run("backup", backup, data=data)
    assert (code, "never writes over another" in errors) == (2, True)


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_for_postgresql_its_own_tools_are_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from typer.testing import CliRunner  # noqa: PLC0415

    from cli.app import app  # noqa: PLC0415
    from runtime.errors import SettingsError  # noqa: PLC0415

    monkeypatch.setenv("POINT_ECOUTE_DATABASE_URL", "postgresql+asyncpg://pe:x@db/pe")
    told = CliRunner().invoke(app, [command, str(tmp_path)])

    assert isinstance(told.exception, SettingsError)
    assert f"deploy/{command}.sh" in str(told.exception)
