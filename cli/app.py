"""The command `point-ecoute`: its sub-commands, and what every one of them does with an error."""

import sys

import typer

from cli import (
    audit,
    backup,
    bot,
    check,
    demo,
    install,
    keys,
    migrate,
    notices,
    origins,
    purge,
    send,
    serve,
    staff,
    team,
    triage,
    worker,
)
from cli.sentences import say
from cli.typed_secrets import refuse_half_characters, secrets_from_files
from runtime.errors import ServiceError
from runtime.guard import guard_process, names_of, tell_failure

app = typer.Typer(
    name="point-ecoute",
    help="Point Écoute: a listening point for minors drawn into prostitution and those who worry.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show words, names and keys.
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("bot")(bot.bot)
app.command("worker")(worker.worker)
app.command("install")(install.install)
app.command("migrate")(migrate.migrate)
app.command("check")(check.check)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("purge")(purge.purge_command)
app.command("origins")(origins.origins)
app.command("send")(send.send)
app.add_typer(triage.app, name="triage")
app.add_typer(team.app, name="team")
app.add_typer(staff.app, name="staff")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(notices.app, name="notices")


def main() -> None:
    """Run the command; an error that the service can name is one clear line a problem, exit 2.

    Any other is a line with its class and an id, exit 1: what it says may quote somebody's words.
    """
    guard_process()
    try:
        refuse_half_characters()
        secrets_from_files()
        app()
    except ServiceError as error:
        say(error)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  whatever it is, its words are not shown
        number = tell_failure("command.failed", error)
        print(f"point-ecoute: unexpected {names_of(error)}, see id {number}", file=sys.stderr)
        sys.exit(1)
