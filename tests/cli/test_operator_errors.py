"""What an operator does wrong, and the sentence for it: where, what, why, what to do.

Each row of the installation is asked of `check` and of every process: the same sentence, at once.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from sqlite3 import connect

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.check import find_problems
from cli.install import run_install, show_recovery
from cli.preconditions import find_preventing, mark_key_file, refuse_unready
from records.migrate import migrate, migrate_down
from records.sealing import make_secret
from records.server_keys import create_key_file, prepare_version, switch_version
from runtime import i18n
from runtime.errors import ServiceError, SettingsError
from runtime.settings import Settings, load_settings
from tests import programs
from tests.builders import NORD
from tests.processes import listening_socket
from tests.servers import PostgreSQL

SECRET = "geheim-hunter2"  # noqa: S105


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("POINT_ECOUTE_") and name != "POINT_ECOUTE_NO_SKIPS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    asyncio.run(run_install(Settings(data=folder)))
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    """The folder of an installation of its own."""
    return Path(shutil.copytree(template, tmp_path / "data"))


@pytest.fixture
def point(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NORD, tmp_path / "nord"))


def database_of(data: Path) -> Path:
    return data / "point-ecoute.db"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def a_newer_version(data: Path) -> None:
    with connect(database_of(data)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def an_older_version(data: Path) -> None:
    asyncio.run(migrate_down(f"sqlite+aiosqlite:///{database_of(data)}", to="0004"))


def tables_alone(data: Path) -> None:
    database_of(data).unlink()
    asyncio.run(migrate(f"sqlite+aiosqlite:///{database_of(data)}"))


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_file_instead(data: Path) -> None:
    shutil.rmtree(data)
    data.write_text("mine", "utf-8")


def a_foreign_key_file(data: Path) -> None:
    (data / "keys.json").unlink()
    create_key_file(data / "keys.json")


def an_older_key_file(data: Path, *, switch: bool = False) -> None:
    """A copy of before `keys prepare`, or of between it and `keys switch`, is put back."""
    file = data / "keys.json"
    older = file.read_bytes()
    settings = load_settings(data=data)
    prepare_version(file, "pepper")
    if switch:
        older = file.read_bytes()
        switch_version(file, "pepper")
    asyncio.run(mark_key_file(settings))
    file.write_bytes(older)


# What was done to the folder of an installation -> what the sentence must hold.
DATA: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "no folder": (shutil.rmtree, ("nothing is installed here", "--data", "install")),
    "a file": (a_file_instead, ("is a file", "--data names a folder")),
    "no database": (lambda d: database_of(d).unlink(), ("point-ecoute.db", "nothing is installed")),
    "a folder for the database": (
        lambda d: a_folder_instead(database_of(d)),
        ("point-ecoute.db", "is no file"),
    ),
    "another file": (
        lambda d: database_of(d).write_bytes(b"letter to a friend " * 500),
        ("point-ecoute.db", "is no SQLite database", "backup"),
    ),
    "an empty database": (
        lambda d: database_of(d).write_bytes(b""),
        ("nothing is installed in it", "install"),
    ),
    "tables alone": (tables_alone, ("no keys yet", "install")),
    "an older version": (an_older_version, ("at version 0004", "run migrate")),
    "a newer version": (a_newer_version, ("at version 9999", "does not know", "newer program")),
    "no key file": (lambda d: (d / "keys.json").unlink(), ("keys.json", "no key file")),
    "an empty key file": (lambda d: (d / "keys.json").write_bytes(b""), ("keys.json", "JSON")),
    "half a key file": (
        lambda d: (d / "keys.json").write_bytes((d / "keys.json").read_bytes()[:200]),
        ("keys.json", "JSON"),
    ),
    "a folder for the key file": (
        lambda d: a_folder_instead(d / "keys.json"),
        ("keys.json", "not readable"),
    ),
    "the key file of another installation": (
        a_foreign_key_file,
        ("keys.json", "does not belong to this database", "bring the key file of this one"),
    ),
    "the key file of before a preparation": (
        an_older_key_file,
        ("keys.json", "older copy", "version 2 of pepper", "bring the newest copy"),
    ),
    "the key file of before a switch": (
        lambda d: an_older_key_file(d, switch=True),
        ("keys.json", "older copy", "version 2 of pepper writes", "bring the newest copy"),
    ),
    "a short key": (
        lambda d: (d / "keys.json").write_text('{"pepper": {"current": 1, "versions": {"1": ""}}}'),
        ("keys.json", "pepper"),
    ),
}


@pytest.mark.parametrize("done", DATA)
def test_what_is_wrong_with_an_installation_is_said_by_check_and_by_every_process(
    done: str, data: Path
):
    act, words = DATA[done]
    act(data)

    said_alike(load_settings(data=data), words)


FILES = ("point", "teams", "calendar", "deadlines", "numbers", "retention")
# What was done to a file -> what the sentence must hold beside the file's name.
TOML: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "missing": (Path.unlink, ("missing",)),
    "a folder": (a_folder_instead, ("not readable", "directory")),
    "empty": (lambda p: p.write_bytes(b""), ("is empty",)),
    "syntax": (lambda p: p.write_bytes(b'\na = "b"\nc = = 1\n'), ("not readable", "line 3")),
    "cut off": (lambda p: p.write_bytes(b'\na = "b\n'), ("not readable", "line 2")),
    "not UTF-8": (
        lambda p: p.write_bytes(b"# one\n# " + "été".encode("latin-1") + b"\n"),
        ("line 2", "UTF-8"),
    ),
}


@pytest.mark.parametrize("done", TOML)
@pytest.mark.parametrize("file", FILES)
def test_a_broken_file_of_the_listening_point_is_named_with_its_line(
    file: str, done: str, data: Path, point: Path
):
    act, words = TOML[done]
    act(point / f"{file}.toml")

    said_alike(load_settings(data=data, listening_point=point), (f"{file}.toml", *words))


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("point.toml", "timezone", "timezome", ("timezome", "did you mean timezone?")),
        ("point.toml", "Europe/Paris", "Europe/Lille", ("timezone", "no such time zone")),
        ("teams.toml", 'arrondissement = "595"', 'arondissement = "595"',
         ("team.0.arondissement", "did you mean arrondissement?")),
        ("calendar.toml", "absent_after", "absent_afer", ("did you mean absent_after?",)),
        ("deadlines.toml", 'recontact = "24 h"', 'recontacts = "24 h"',
         ("critical.recontacts", "did you mean recontact?")),
        ("retention.toml", 'longest = "730 d"', "longest = 730", ("longest",)),
        ("deadlines.toml", 'answer = "30 min"', 'answer = "31 min"',
         ("deadlines.toml", "version", "new version")),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_named_with_its_remedy(
    file: str, old: str, new: str, words: tuple[str, ...], data: Path, point: Path
):
    edit(point / file, old, new)

    said_alike(load_settings(data=data, listening_point=point), words)


def test_a_mark_before_the_first_letter_says_nothing(data: Path, point: Path):
    for file in point.glob("*.toml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    asyncio.run(refuse_unready(load_settings(data=data, listening_point=point)))


def test_a_program_without_its_texts_says_so(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(i18n, "LOCALES", tmp_path / "locales")

    said_alike(load_settings(data=data), ("public.po", "missing", "install the program again"))


NOWHERE = f"postgresql+asyncpg://pe:{SECRET}@127.0.0.1:1/pe"
SETTINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "DATABSE_URL": (NOWHERE, ("did you mean POINT_ECOUTE_DATABASE_URL?",)),
    "REDIS": ("redis://cache/0", ("did you mean POINT_ECOUTE_REDIS_URL?",)),
    "TOKEN": (f"1:{SECRET}", ("did you mean POINT_ECOUTE_BOT_TOKEN?",)),
    "DATABASE_URL": (f"postgres://pe:{SECRET}@db/pe", ("postgresql+asyncpg://",)),
    "DATABASE_URL ": ("", ("is empty",)),
    "DATABASE_URL  ": (f"postgresql+asyncpg://pe:{SECRET}@db:x/pe", ("port",)),
    "DATABASE_URL   ": (f"postgresql+asyncpg://pe:{SECRET}@db", ("names no database",)),
    "DATABASE_URL    ": (f"postgresql+asyncpg://pe:{SECRET}@db/pe?sslmode=require", ("ssl=",)),
    "DATABASE_URL     ": (f"postgresql+asyncpg://pe:#{SECRET}@db/pe", ("%23",)),
    "DATABASE_URL      ": (f"mysql://pe:{SECRET}@db/pe", ("postgresql+asyncpg://",)),
    "REDIS_URL": (f"http://:{SECRET}@cache/0", ("redis://",)),
    "REDIS_URL ": (f"redis://:{SECRET}@cache/zero", ("a number",)),
    "SMTP_URL": (f"mail://:{SECRET}@post", ("smtp://",)),
    "SMTP_URL ": (f"smtp://me:{SECRET}@post:x", ("port",)),
    "MAIL_FROM": ("nobody", ("expected an address",)),
    "MAIL_FROM ": ("Point <ecoute@example.org", ("expected an address",)),
    "PUBLIC_URL": ("ecoute.example.org", ("https://",)),
    "CONSOLE_URL": ("ftp://equipe.example.org", ("https://",)),
    "BOT_API_URL": ("nowhere", ("https://",)),
    "SMS_WEBHOOK_URL": ("gateway", ("https://",)),
    "BOT_TOKEN": (SECRET, ("not a bot token",)),
    "PUBLIC_URL ": ("https://\udce9.example.org", ("not UTF-8",)),
    "DATABASE_URL_FILE": ("/nowhere/at/all", ("cannot be read", "no such file")),
}


@pytest.mark.parametrize("row", SETTINGS)
def test_a_wrong_setting_is_named_with_what_is_expected_and_never_shown(
    row: str, data: Path, monkeypatch: pytest.MonkeyPatch
):
    name, (value, words) = f"POINT_ECOUTE_{row.strip()}", SETTINGS[row]
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        load_settings(data=data)

    [line] = refused.value.problems
    assert line.startswith(f"{name}: ")
    assert all(word in line for word in words), line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"smtp_url": "smtp://post.invalid"}, "MAIL_FROM"),
        ({"sms_webhook_url": "https://sms.invalid"}, "SMS_WEBHOOK_SECRET"),
        ({"bot_webhook_secret": SECRET}, "BOT_TOKEN"),
    ],
)
def test_a_channel_that_is_half_set_up_is_said(given: dict[str, str], wanted: str, data: Path):
    said_alike(load_settings(data=data, **given), (wanted, "is needed beside"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql+asyncpg://pe:{secret}@127.0.0.1:1/pe", ("127.0.0.1:1", "nothing listens")),
        ("postgresql+asyncpg://pe:{secret}@db.invalid/pe", ("db.invalid", "no machine has this")),
        ("{server}&user=nobody", ("refuses", "role")),
        ("{none}", ("has no database", "create it")),
        ("{closed}", ("CONNECT",)),
    ],
)
def test_a_database_that_cannot_be_asked_is_said_at_once(
    address: str, words: tuple[str, ...], data: Path, postgres: PostgreSQL
):
    with suppress(Exception):
        postgres.run("CREATE DATABASE closed_pe")
        postgres.run("CREATE ROLE outsider LOGIN")
        postgres.run("REVOKE CONNECT ON DATABASE closed_pe FROM PUBLIC")
    url = address.format(
        secret=SECRET,
        server=postgres.url("postgres").replace("postgres:@", "nobody:@"),
        none=postgres.url("nothing_of_this_name"),
        closed=postgres.url("closed_pe").replace("postgres:@", "outsider:@"),
    )

    said_alike(load_settings(data=data, database_url=url), words)


@pytest.mark.parametrize("done", ["another file", "no key file"])
def test_check_says_what_prevents_the_start(done: str, data: Path):
    DATA[done][0](data)
    settings = load_settings(data=data)

    problems, _ = find_problems(settings, config_only=False)
    assert set(asyncio.run(find_preventing(settings))) <= set(problems)


def test_what_nobody_would_be_told_is_not_in_order(data: Path):
    problems, _ = find_problems(load_settings(data=data), config_only=False)

    assert any("staff: there is nobody" in line for line in problems)


def test_an_unknown_command_is_answered_with_a_near_one():
    told = CliRunner().invoke(app, ["serv"])

    assert told.exit_code == 2
    assert "serve" in told.output


def command(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return programs.run(*arguments, "--data", data, **environment)


@pytest.mark.parametrize("process", [("serve", "--port", "0"), ("worker",), ("bot",)])
def test_a_process_ends_with_the_same_sentence_and_no_traceback(
    process: tuple[str, ...], data: Path, point: Path
):
    edit(point / "deadlines.toml", 'answer = "30 min"', 'answer = "31 min"')

    told = command(
        *process, data=data, POINT_ECOUTE_LISTENING_POINT=str(point),
        POINT_ECOUTE_BOT_TOKEN=f"1:{SECRET}",
    )  # fmt: skip

    assert told.returncode == 2
    assert "new version" in told.stderr
    assert "Traceback" not in told.stderr


KEYED_COMMANDS = [
    ("purge",),
    ("origins",),
    ("check",),
    ("audit", "verify"),
    ("team", "list"),
    ("team", "add", "douaisis"),
    ("keys", "prepare", "pepper"),
    ("keys", "switch", "pepper"),
    ("staff", "add", "--email", "a@b.invalid", "--name", "A"),
    ("staff", "reset-password", "--email", "a@b.invalid"),
]


@pytest.mark.parametrize("called", KEYED_COMMANDS, ids=" ".join)
def test_no_command_works_with_the_key_file_of_another_installation(
    called: tuple[str, ...], data: Path
):
    """`serve`, `worker` and `bot` refuse what `refuse_unready` does, above."""
    a_foreign_key_file(data)
    before = (data / "keys.json").read_bytes(), lines_of_the_trail(data)
    environment = {
        "POINT_ECOUTE_NEW_PASSWORD": SECRET,
        "POINT_ECOUTE_RECOVERY_KEY": show_recovery(make_secret()),
    }

    told = CliRunner().invoke(app, [*called, "--data", str(data)], env=environment)

    assert told.exit_code == 1
    assert "does not belong to this database" in f"{told.output}{told.exception}"
    assert ((data / "keys.json").read_bytes(), lines_of_the_trail(data)) == before


def rotate(step: str, name: str, data: Path) -> bytes:
    told = CliRunner().invoke(app, ["keys", step, name, "--data", str(data)])
    assert told.exit_code == 0, told.exception
    return (data / "keys.json").read_bytes()


def test_a_rotation_makes_the_copy_of_before_an_old_one_at_once(data: Path):
    first = (data / "keys.json").read_bytes()
    second, third = rotate("prepare", "audit", data), rotate("switch", "audit", data)

    for copy in (first, second):
        (data / "keys.json").write_bytes(copy)
        said_alike(load_settings(data=data), ("older copy", "audit"))
    (data / "keys.json").write_bytes(third)
    asyncio.run(refuse_unready(load_settings(data=data)))


def test_a_database_of_before_a_rotation_works_with_the_newest_key_file(data: Path, tmp_path: Path):
    shutil.copy(database_of(data), tmp_path / "backup.db")
    rotate("prepare", "contact", data)
    rotate("switch", "contact", data)
    shutil.copy(tmp_path / "backup.db", database_of(data))

    asyncio.run(refuse_unready(load_settings(data=data)))


def test_a_backup_is_not_put_back_beside_an_older_copy_of_its_key_file(data: Path, tmp_path: Path):
    older = (data / "keys.json").read_bytes()
    newest = rotate("prepare", "pepper", data)
    backup = tmp_path / "backup.db"
    assert CliRunner().invoke(app, ["backup", str(backup), "--data", str(data)]).exit_code == 0
    called = ["restore", str(backup), "--replace", "--data", str(data)]

    (data / "keys.json").write_bytes(older)
    assert "older copy" in str(CliRunner().invoke(app, called).exception)
    (data / "keys.json").write_bytes(newest)
    assert CliRunner().invoke(app, called).exit_code == 0


def test_an_installation_of_before_the_marks_gets_them_at_its_first_start(data: Path):
    own = (data / "keys.json").read_bytes()
    url = load_settings(data=data).database
    asyncio.run(migrate_down(url, to="0007"))
    asyncio.run(migrate(url))

    a_foreign_key_file(data)
    said_alike(load_settings(data=data), ("does not belong to this database",))
    (data / "keys.json").write_bytes(own)
    asyncio.run(refuse_unready(load_settings(data=data)))
    assert marks_in(data) == 4


def marks_in(data: Path) -> int:
    with closing(connect(database_of(data))) as database:
        return int(database.execute("SELECT count(*) FROM key_mark").fetchone()[0])


def lines_of_the_trail(data: Path) -> int:
    with closing(connect(database_of(data))) as database:
        return int(database.execute("SELECT count(*) FROM audit_entry").fetchone()[0])


@pytest.mark.parametrize("option", [(), ("--internal-port",)])
def test_a_port_that_is_taken_is_said(option: tuple[str, ...], data: Path):
    with listening_socket() as taken:
        port = str(taken.getsockname()[1])
        ports = ("--port", "0", *option, port) if option else ("--port", port)
        told = command("serve", *ports, data=data)

    assert told.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in told.stderr


STAFF = ("staff", "add", "--email", "a@b.invalid", "--name", "A")


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (("--password", SECRET), {}, ("--password", "NEW_PASSWORD_FILE")),
        (("--recovery-key", SECRET), {"NEW_PASSWORD": SECRET}, ("--recovery-key", "leave it out")),
        ((), {"NEW_PASSWORD": "\udce9" * 12}, ("NEW_PASSWORD", "not UTF-8")),
        ((), {"RECOVERY_KEY": "\udce9", "NEW_PASSWORD": SECRET}, ("RECOVERY_KEY", "not UTF-8")),
        ((), {"NEW_PASSWORD_FILE": "/nowhere"}, ("NEW_PASSWORD_FILE", "no such file")),
        ((), {"NEW_PASWORD": SECRET, "RECOVERY_KEY": "A" * 52},
         ("did you mean POINT_ECOUTE_NEW_PASSWORD?",)),
        (("--phone", "\udce9"), {}, ("command line", "UTF-8")),
    ],
)  # fmt: skip
def test_a_secret_comes_by_prompt_file_or_environment_and_in_utf8(
    options: tuple[str, ...], environment: dict[str, str], words: tuple[str, ...], data: Path
):
    given = {f"POINT_ECOUTE_{name}": value for name, value in environment.items()}

    told = command(*STAFF, *options, data=data, **given)

    assert told.returncode == 2
    assert all(word in told.stderr for word in words), told.stderr
    assert SECRET not in told.stderr
    assert "Traceback" not in told.stderr


def test_secrets_in_files_are_read(tmp_path: Path):
    recovery = asyncio.run(run_install(Settings(data=tmp_path / "mine")))
    (tmp_path / "key").write_text(f"{show_recovery(recovery)}\n", "utf-8")
    (tmp_path / "password").write_text("une phrase assez longue\n", "utf-8")

    told = command(
        *STAFF, data=tmp_path / "mine",
        POINT_ECOUTE_RECOVERY_KEY_FILE=str(tmp_path / "key"),
        POINT_ECOUTE_NEW_PASSWORD_FILE=str(tmp_path / "password"),
    )  # fmt: skip

    assert (told.returncode, told.stdout) == (0, "member added\n"), told.stderr


def said_alike(settings: Settings, words: tuple[str, ...]) -> None:
    """By `check`, and with the same words by what every process does first."""
    problems = asyncio.run(find_preventing(settings))
    with pytest.raises(ServiceError) as refused:
        asyncio.run(refuse_unready(settings, wait=0))
    assert isinstance(refused.value, SettingsError)
    [line] = [one for one in problems if all(word in one for word in words)] or problems[:1]
    assert line in refused.value.problems, (line, refused.value.problems)
    assert SECRET not in "".join(problems)
