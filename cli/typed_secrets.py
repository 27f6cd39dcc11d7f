"""Secrets that a command works with: typed, in the environment, or in a file; never an option."""

import os
import sys
from typing import Any, Final

import typer

from runtime.errors import SettingsError
from runtime.setting_shapes import TYPED_SECRETS, unknown_names
from runtime.settings import PREFIX, secret_given, setting_names

_NOT_UTF8: Final = "is not UTF-8: type it in a terminal in UTF-8, or write it to a file in UTF-8"


def secrets_from_files() -> None:
    """What `POINT_ECOUTE_…_FILE` names stands for the variable itself, in this process alone.

    A misspelt variable is told here, before anybody is asked for what it was to hold.
    """
    misspelt, _ = unknown_names(os.environ, setting_names())
    if misspelt and "--help" not in sys.argv:
        raise SettingsError(misspelt)
    for name in TYPED_SECRETS:
        if os.environ.get(f"{PREFIX}{name}_FILE"):
            os.environ[f"{PREFIX}{name}"] = secret_given(name) or ""


def refuse_half_characters() -> None:
    """Arguments whose bytes are no UTF-8 would fail much later, at the database."""
    if any(_is_broken(argument) for argument in sys.argv):
        raise SettingsError(["the command line is not UTF-8: type it in a terminal in UTF-8"])


def never_an_option(context: typer.Context, option: typer.CallbackParam, value: Any) -> Any:  # noqa: ANN401
    """The callback of an option that holds a secret: every user of a machine sees its commands."""
    name = f"--{str(option.name).replace('_', '-')}"
    variable = str(getattr(option, "envvar", ""))
    source = context.get_parameter_source(str(option.name))
    if source is not None and source.name == "COMMANDLINE":
        raise SettingsError(
            [
                f"{name}: a secret on the command line is seen by everybody on this machine:"
                f" leave it out to be asked, or set {variable}, or {variable}_FILE to its file"
            ]
        )
    if isinstance(value, str) and _is_broken(value):
        raise SettingsError([f"{variable}: {_NOT_UTF8}"])
    return value


def _is_broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
