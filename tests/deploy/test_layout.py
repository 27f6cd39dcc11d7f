"""The production layout: what compose and systemd start, and what they must never open."""

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml
import typer.main

from cli.app import app
from runtime.settings import PROJECT_ROOT, Settings

COMPOSE = PROJECT_ROOT / "docker-compose.yml"
UNITS = sorted((PROJECT_ROOT / "deploy" / "systemd").glob("*.service"))
LAYOUT: dict[str, Any] = ruamel.yaml.YAML(typ="safe").load(COMPOSE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = LAYOUT["services"]
OURS = sorted(name for name, one in SERVICES.items() if "build" in one)
# They end when they have done their work.
ONCE = {"install", "migrate"}
SCHEMA = "vendor.compose-spec"


def test_the_compose_file_is_one_by_the_specifications_schema():
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMA, COMPOSE],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_only_caddy_publishes_ports():
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"caddy"}


def test_the_database_and_valkey_reach_nothing_outside():
    assert LAYOUT["networks"]["inside"]["internal"] is True
    inside_only = {name for name, one in SERVICES.items() if one["networks"] == ["inside"]}
    assert {"postgres", "valkey", "install", "migrate"} <= inside_only
    assert all(SERVICES[name]["networks"] == ["inside", "outside"] for name in ("bot", "worker"))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_shut_in(name: str):
    one = SERVICES[name]

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in one["security_opt"]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(one)
    assert name in ONCE or one["restart"] == "unless-stopped"
    assert name in ONCE or "healthcheck" in one
    # Caddy starts as root to take ports 80 and 443, with that one capability.
    assert one.get("user", "root") != "root" or (name == "caddy" and one["cap_add"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_an_environment(name: str):
    environment = SERVICES[name].get("environment", {})

    secret = {key for key in environment if re.search(r"PASSWORD|URL|TOKEN|SECRET", key)}
    plain = {"POINT_ECOUTE_PUBLIC_URL", "POINT_ECOUTE_CONSOLE_URL"}
    assert all(key.endswith("_FILE") for key in secret - plain)
    assert "env_file" not in SERVICES[name]
    named = {str(value).rpartition("/")[2] for key, value in environment.items() if key in secret}
    given = set(SERVICES[name].get("secrets", []))
    assert {one for one in named if one in LAYOUT["secrets"]} <= given
    assert given <= set(LAYOUT["secrets"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_names_a_version(name: str):
    assert re.search(r":\d+[.\d]*$", SERVICES[name]["image"])


def test_two_public_web_processes_two_workers_one_bot():
    replicas = {
        name: one["deploy"]["replicas"] for name, one in SERVICES.items() if "deploy" in one
    }

    assert replicas == {"public": 2, "worker": 2}
    assert "bot" in SERVICES
    assert SERVICES["onion"]["profiles"] == ["onion"]
    assert "console" not in (PROJECT_ROOT / "deploy" / "torrc").read_text("utf-8")


def test_caddy_passes_nothing_of_the_internal_pages():
    caddy = (PROJECT_ROOT / "deploy" / "Caddyfile").read_text("utf-8")

    assert "path /metrics /readyz" in caddy
    assert len(re.findall(r"^\timport inside_only$", caddy, re.MULTILINE)) == 2
    assert "9100" not in caddy


def test_every_setting_that_the_layout_gives_is_one():
    known = {f"POINT_ECOUTE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"POINT_ECOUTE_[A-Z_]+", COMPOSE.read_text("utf-8")))
    for path in [*UNITS, PROJECT_ROOT / "deploy" / "systemd" / "environment.example"]:
        named |= set(re.findall(r"POINT_ECOUTE_[A-Z_]+", path.read_text("utf-8")))

    assert {name.removesuffix("_FILE") for name in named} - known - {"POINT_ECOUTE_KEY"} == set()


def takes(arguments: list[str]) -> None:
    """Fail where the command line does not know the command or one of the options."""
    root: Any = typer.main.get_command(app)
    command = root.commands[arguments[0]]
    options = {name for one in command.params for name in one.opts}
    given = {one for one in arguments[1:] if one.startswith("--")}
    assert given <= options, given - options


@pytest.mark.parametrize("name", OURS)
def test_the_command_of_every_service_exists(name: str):
    takes([str(one) for one in SERVICES[name]["command"]])


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_is_shut_in_and_its_command_exists(unit: Path):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    service = dict(parser["Service"])

    takes(service["ExecStart"].split()[1:])
    assert service["NoNewPrivileges"] == service["ProtectHome"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "point-ecoute"
    assert "MemoryMax" in service
    assert service["Type"] == "oneshot" or service["Restart"] == "always"


def test_systemd_finds_nothing_wrong_with_the_units():
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    checked = subprocess.run(
        [analyze, "verify", "--man=no", *UNITS], capture_output=True, text=True, check=False
    )  # fmt: skip
    ours = [line for line in checked.stderr.splitlines() if "point-ecoute" in line]
    # The program is not installed where the tests run.
    assert [line for line in ours if "not executable" not in line] == []


def test_the_image_holds_every_package_and_what_they_read():
    copied = set(
        re.findall(
            r"^COPY (\S+) \1$", (PROJECT_ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE
        )
    )
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])

    assert packages | {"listening-points", "locales"} == copied
