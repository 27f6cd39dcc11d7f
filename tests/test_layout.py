"""The shape of the code base, and that what README and docs say is there."""

import re
import tomllib
from pathlib import Path

import pytest

from cli.demo import DOMAIN, PASSWORD, accounts
from dispatch.listening_point import load_listening_point
from runtime.settings import PROJECT_ROOT
from tests.builders import NORD

PACKAGES = ("bot", "botapi", "cli", "console", "dispatch", "intake", "records", "runtime", "triage")
MODULES = [path for package in PACKAGES for path in (PROJECT_ROOT / package).rglob("*.py")]
DRAWERS = {"utils", "helpers", "common", "misc", "manager", "service"}
PAGES = [*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")]


def relative(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT))


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_no_module_is_a_drawer_or_a_maze(module: Path):
    assert module.stem not in DRAWERS
    assert len(module.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_of_the_docs_leads_somewhere(page: Path):
    text = page.read_text("utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_file_that_the_docs_name_is_there(page: Path):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", page.read_text("utf-8"))
    ours = [name for name in named if name.split("/")[0] in {*PACKAGES, "tests", "docs", "scripts"}]

    assert [name for name in ours if not (PROJECT_ROOT / name).exists()] == []


def test_every_make_target_that_the_docs_name_is_there():
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    named = {
        name for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))
    }

    assert named - targets == set()


def test_the_readme_lists_the_demonstration_as_it_is():
    readme = (PROJECT_ROOT / "README.md").read_text("utf-8")
    teams = [team.code for team in load_listening_point(NORD).teams]
    signals = tomllib.loads((NORD / "demo.toml").read_text("utf-8"))["signal"]

    listed = set(re.findall(rf"`(\S+@{DOMAIN})`", readme))
    assert listed == {email for email, *_ in accounts(teams)}
    assert PASSWORD in readme
    assert f"{len(signals)} invented signals" in readme


def test_every_dependency_is_justified_in_one_line():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [*project["project"]["dependencies"]]
    for group in project["dependency-groups"].values():
        declared += group
    names = {re.split(r"[\[><=;]", one)[0] for one in declared}
    page = (PROJECT_ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z0-9, -]+) \|", page, re.MULTILINE)
    justified = {name for row in rows for name in row.split(", ")} - {"package", "---"}

    assert justified == names


def test_pins_have_hashes_and_name_no_index():
    for name in ("runtime.txt", "dev.txt"):
        pins = (PROJECT_ROOT / "requirements" / name).read_text("utf-8")
        assert "://" not in pins
        assert "--index" not in pins
        for block in re.split(r"\n(?=\S)", pins.strip()):
            assert "--hash=sha256:" in block
