"""The command as operators use it, in processes of its own."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.check import find_problems
from cli.demo import DOMAIN, PASSWORD
from runtime.settings import PROJECT_ROOT, load_settings
from tests import programs
from tests.builders import NORD
from tests.processes import free_port

NEW_PASSWORD = "une phrase assez longue"  # noqa: S105


def run(
    *arguments: str | Path, data: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    own = {"POINT_ECOUTE_DATA": str(data)} if data else {}
    return programs.run(*arguments, **own | environment)


def recovery_key(installed: subprocess.CompletedProcess[str]) -> str:
    [line] = [line.strip() for line in installed.stdout.splitlines() if line.count("-") == 12]
    return line


def test_help_names_every_command():
    told = programs.run_fresh("--help").stdout

    for command in ("demo", "serve", "install", "migrate", "check", "send", "triage", "team"):
        assert command in told


def test_install_once_then_staff_and_trail(tmp_path: Path):
    installed = run("install", data=tmp_path)
    assert installed.returncode == 0, installed.stderr
    key = recovery_key(installed)
    assert run("install", data=tmp_path).returncode == 2

    added = run(
        "staff", "add", "--email", "a@b.invalid", "--name", "A", "--team", "douaisis",
        data=tmp_path, POINT_ECOUTE_RECOVERY_KEY=key, POINT_ECOUTE_NEW_PASSWORD=NEW_PASSWORD,
    )  # fmt: skip
    assert (added.returncode, added.stdout) == (0, "member added\n")
    again = run(
        "staff", "add", "--email", "A@b.invalid ", "--name", "A",
        data=tmp_path, POINT_ECOUTE_RECOVERY_KEY=key, POINT_ECOUTE_NEW_PASSWORD=NEW_PASSWORD,
    )  # fmt: skip
    assert again.returncode == 2

    assert run("check", data=tmp_path).returncode == 0
    assert "whole" in run("audit", "verify", data=tmp_path).stdout
    with sqlite3.connect(tmp_path / "point-ecoute.db") as database:
        database.execute("DELETE FROM audit_entry WHERE number = 2")
    broken = run("audit", "verify", data=tmp_path)
    assert broken.returncode == 1
    assert "broken at line 3" in broken.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"POINT_ECOUTE_RECOVERY_KEY": "AAAA"}, "52 letters"),
        ({"POINT_ECOUTE_NEW_PASSWORD": "court"}, "at least 12"),
    ],
)
def test_wrong_input_of_staff_add_is_told(given: dict[str, str], said: str, tmp_path: Path):
    key = recovery_key(run("install", data=tmp_path))
    environment = {
        "POINT_ECOUTE_RECOVERY_KEY": key,
        "POINT_ECOUTE_NEW_PASSWORD": NEW_PASSWORD,
    } | given
    told = run(
        "staff", "add", "--email", "a@b.invalid", "--name", "A", data=tmp_path, **environment
    )

    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_check_lists_every_problem_of_a_listening_point(tmp_path: Path):
    folder = tmp_path / "nord"
    shutil.copytree(NORD, folder)
    teams = (folder / "teams.toml").read_text("utf-8")
    (folder / "teams.toml").write_text(teams.replace('"593"', '"596"'), "utf-8")
    (folder / "deadlines.toml").write_text('version = "1"\n', "utf-8")

    told = run("check", "--config-only", POINT_ECOUTE_LISTENING_POINT=str(folder))

    assert told.returncode == 1
    assert "teams.toml" in told.stderr
    assert "two teams" in told.stderr
    assert "deadlines.toml: critical" in told.stderr


def test_check_says_what_a_deployment_lacks(tmp_path: Path):
    told = run("check", data=tmp_path)

    assert told.returncode == 1
    assert "no key file" in told.stderr


def test_serve_refuses_what_is_not_installed_and_many_processes_without_redis(tmp_path: Path):
    assert "run migrate" in run("serve", "--port", "0", data=tmp_path).stderr
    run("migrate", data=tmp_path)
    assert "no key file" in run("serve", "--port", "0", data=tmp_path).stderr
    assert "REDIS_URL" in run("serve", "--workers", "2", data=tmp_path).stderr


def test_a_wrong_setting_is_named_without_its_value():
    told = run("check", "--config-only", POINT_ECOUTE_DATABASE_URL="", POINT_ECOUTE_NONE="geheim")

    assert "geheim" not in told.stdout + told.stderr


@contextmanager
def demo(data: Path, *options: str) -> Iterator[tuple[str, str]]:
    """A demonstration in a process of its own: its address and what it said."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "cli", "demo", "--port", str(port), "--data", str(data),
         *options],
        env=programs.plain_environment(), cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C stops" in line:
                break
        yield f"http://127.0.0.1:{port}", said
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors


def signals_in(data: Path) -> int:
    with sqlite3.connect(data / "point-ecoute.db") as database:
        return int(database.execute("SELECT count(*) FROM signal").fetchone()[0])


def territories_in(data: Path) -> set[str]:
    with sqlite3.connect(data / "point-ecoute.db") as database:
        return {row[0] for row in database.execute("SELECT DISTINCT team FROM signal")}


def test_the_demonstration_starts_keeps_its_data_and_starts_over(tmp_path: Path):
    data = tmp_path / "demo"
    with demo(data) as (url, said):
        assert url in said
        assert f"{url}/equipe/" in said
        assert PASSWORD in said
        assert f"douaisis@{DOMAIN}" in said
        with urllib.request.urlopen(url) as answer:
            assert answer.status == 200
        first = signals_in(data)
        assert first >= 40
        assert len(territories_in(data)) == 7
        corpus = tmp_path / "corpus.jsonl"
        rows = [{"id": f"x{n}", "text": f"bonjour {n}", "author": "unknown"} for n in range(30)]
        corpus.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        sent = run("send", corpus, "--url", url)
        assert sent.returncode == 0, sent.stderr
        receipts = [line.split("\t")[1] for line in sent.stdout.splitlines()]
        assert len(set(receipts)) == 30
        assert all(len(receipt.split()) == 6 for receipt in receipts)
    with demo(data):
        assert signals_in(data) == first + 30
    with demo(data, "--reset"):
        assert signals_in(data) == first


def test_a_demonstration_never_erases_another_folder(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("mine", "utf-8")

    told = run("demo", "--reset", "--data", tmp_path, "--port", "0")

    assert told.returncode == 2
    assert (tmp_path / "letter.txt").read_text("utf-8") == "mine"


def test_send_names_the_lines_that_are_wrong(tmp_path: Path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"id": "a", "text": "x"}\n{"id": "b"}\nnothing\n', "utf-8")

    told = run("send", corpus)

    assert told.returncode == 2
    assert "line 2" in told.stderr
    assert "line 3" in told.stderr


def test_check_warns_of_slang_that_is_past_its_date():
    today = datetime(2028, 1, 1, tzinfo=UTC)

    _, warnings = find_problems(load_settings(), config_only=True, now=today)
    _, now = find_problems(load_settings(), config_only=True, now=datetime(2026, 12, 1, tzinfo=UTC))

    assert any("escort-site" in line and "équipe du Point Écoute" in line for line in warnings)
    assert not any("escort-site" in line for line in now)
