"""Whatever fails in whichever process, what libraries say about it is printed nowhere."""

import asyncio
import json
import multiprocessing
import os
import re
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from cli.install import run_install
from cli.serve import build_app
from runtime.settings import PROJECT_ROOT, load_settings
from tests.privacy import planted
from tests.processes import serving
from tests.programs import run_fresh

ENTRIES = (["bot"], ["serve"], ["worker"], ["install"], ["team", "list"])


@pytest.fixture
def planting(tmp_path: Path) -> dict[str, str]:
    """The environment in which a process of ours fails everywhere at once."""
    folder = tmp_path / "planted"
    folder.mkdir()
    shutil.copy(planted.__file__, folder / "sitecustomize.py")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{PROJECT_ROOT}"}


@pytest.mark.parametrize("entry", ENTRIES, ids=" ".join)
def test_no_command_prints_what_an_exception_says(
    entry: list[str], planting: dict[str, str], tmp_path: Path
):
    own = {"POINT_ECOUTE_DATA": str(tmp_path), "PLANTED_IN": "start"}
    done = run_fresh(*entry, **own, **planting)

    assert planted.WORD not in done.stdout + done.stderr
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    [failed] = [line for line in lines if line["event"] == "command.failed"]
    assert failed["error"] == "RuntimeError,ValueError"
    assert re.fullmatch(r"sitecustomize:everything_fails:\d+|cli\.\w+:\w+:\d+", failed["raised"])
    assert failed["id"] in done.stderr.splitlines()[-1]
    told = {line["event"] for line in lines}
    assert {"thread.failed", "finalizer.failed", "library.warning"} <= told


def test_no_child_of_a_web_process_prints_it(
    planting: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """A process that uvicorn starts prints its own traceback, without asking any hook."""
    for name, value in (planting | {"PLANTED_IN": "start"}).items():
        monkeypatch.setenv(name, value)
    child = multiprocessing.get_context("spawn").Process(target=build_app)
    child.start()
    child.join()
    told = "".join(capfd.readouterr())

    assert "Process SpawnProcess" in told
    assert "ExceptionGroup" in told
    assert planted.WORD not in told


async def test_a_page_that_fails_in_mid_request_is_a_neutral_page_and_prints_nothing(
    planting: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """In the real process of both doors; what was sent goes on standing in no log either."""
    settings = load_settings(data=tmp_path)
    await run_install(settings)
    for name, value in (planting | {"PLANTED_IN": "pages"}).items():
        monkeypatch.setenv(name, value)
    log = tmp_path / "serve.log"
    async with serving(settings, log) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        answers = [
            await client.get("/moi"),
            await client.post("/moi", data={"text": f" {planted.WORD}" * 2_000}),
            await client.get("/equipe/connexion"),
        ]

    for answer in answers:
        assert answer.status_code == 500
        assert answer.headers["content-security-policy"]
        assert "<main" in answer.text
        assert planted.WORD not in answer.text
    told = log.read_text("utf-8")
    assert planted.WORD not in told
    events = [json.loads(line)["event"] for line in told.splitlines() if line.startswith("{")]
    assert events.count("public.failed") == 2
    assert events.count("console.failed") == 1


async def test_a_worker_that_fails_at_its_ticks_goes_on_and_prints_nothing(
    planting: dict[str, str], tmp_path: Path
):
    await run_install(load_settings(data=tmp_path))
    own = {"POINT_ECOUTE_DATA": str(tmp_path), "PLANTED_IN": "ticks"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "worker",
        env=os.environ | own | planting,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    told = b""
    async for line in process.stdout:
        told += line
        if told.count(b"worker.failed") == 3:
            process.terminate()

    assert await process.wait() == 0
    assert b"worker.stopped" in told
    assert planted.WORD.encode() not in told
