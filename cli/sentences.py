"""What operators read where the service refuses: one line a problem, on standard error."""

import sys
from typing import Final

from dispatch.errors import (
    AlreadyThere,
    LastSupervisor,
    NotInstalled,
    SignInRefused,
    UnknownMember,
    WrongRecoveryKey,
)
from records.errors import DatabaseAway
from runtime.errors import ServiceError, SettingsError

SENTENCES: Final[dict[type[ServiceError], str]] = {
    AlreadyThere: "it exists already: nothing was changed",
    NotInstalled: "this database is not installed yet: run point-ecoute install",
    UnknownMember: "no member of staff has that address: staff list shows who is there",
    LastSupervisor: "nobody else is in supervision: add another supervisor first",
    WrongRecoveryKey: "this is not the recovery key of this installation",
    DatabaseAway: "the database does not answer now: point-ecoute check says why",
    SignInRefused: "no such member, a wrong password, or not a member of that team",
}


def say(error: ServiceError) -> None:
    if isinstance(error, SettingsError):
        lines = error.problems
    else:
        lines = [SENTENCES.get(type(error), str(error) or type(error).__name__)]
    for line in lines:
        print(f"point-ecoute: {line}", file=sys.stderr)
