"""Members of staff change by command: what it says, and what it refuses in a sentence."""

from pathlib import Path

import pytest

from cli.install import run_install, show_recovery
from runtime.settings import Settings
from tests.programs import run

PASSWORD = "un mot de passe assez long"  # noqa: S105
ANNE, NEW = "anne@equipe.invalid", "anne@autre.invalid"


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    recovery = await run_install(Settings(data=tmp_path))
    added = staff(
        "add", "--email", ANNE, "--name", "Anne", "--team", "douaisis", data=tmp_path,
        POINT_ECOUTE_RECOVERY_KEY=show_recovery(recovery), POINT_ECOUTE_NEW_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert added == (0, "member added\n", "")
    return tmp_path


def staff(*arguments: str, data: Path, **environment: str) -> tuple[int, str, str]:
    told = run("staff", *arguments, POINT_ECOUTE_DATA=str(data), **environment)
    return told.returncode, told.stdout, told.stderr


def test_name_address_telephone_and_role_change_and_the_list_shows_it(data: Path):
    for arguments, said in (
        (("rename", "--email", ANNE, "--name", "Anne Martin"), "name changed"),
        (("email", "--email", ANNE, "--new", NEW), "address changed"),
        (("phone", "--email", NEW, "--new", "06 12 34 56 78"), "telephone changed"),
        (("phone", "--email", NEW, "--new", ""), "telephone taken away"),
        (("role", "--email", NEW, "--role", "coordinator"), "role changed; 0 open signals"),
    ):
        code, out, errors = staff(*arguments, data=data)
        assert (code, errors) == (0, ""), arguments
        assert out.startswith(said)

    _, listed, _ = staff("list", data=data)
    assert "Anne Martin" in listed
    assert NEW in listed
    assert "coordinator" in listed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("email", "--email", ANNE, "--new", "anne@"), "email: expected an address"),
        (("email", "--email", "nul@equipe.invalid", "--new", NEW), "no member of staff"),
        (("phone", "--email", ANNE, "--new", "3919"), "phone: "),
        (("rename", "--email", ANNE, "--name", " "), "name: expected 1 to 80"),
        (("role", "--email", ANNE, "--role", "chef"), "Invalid value"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    arguments: tuple[str, ...], said: str, data: Path
):
    before = staff("list", data=data)
    code, out, errors = staff(*arguments, data=data)

    assert (code, out) == (2, "")
    assert said in errors
    assert "Traceback" not in errors
    assert staff("list", data=data) == before
