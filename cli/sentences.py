"""What operators read where the service refuses: one line a problem, on standard error."""

import sys
from typing import Final

from dispatch.errors import (
    AddressTaken,
    AlreadyThere,
    KeyNotHeld,
    LastSupervisor,
    MemberDisabled,
    NoTeamForThem,
    NotInstalled,
    SignInRefused,
    UnknownMember,
    WrongRecoveryKey,
)
from records.errors import DatabaseAway
from runtime.errors import ServiceError, SettingsError

SENTENCES: Final[dict[type[ServiceError], str]] = {
    AlreadyThere: "it exists already: nothing was changed",
    AddressTaken: "another member has that address already: nothing was changed",
    MemberDisabled: "that member is disabled: staff enable comes first",
    NoTeamForThem: "an administrator is in no team: give another role first",
    KeyNotHeld: "that team's key is passed on by a member of it (--by), or with the recovery key",
    NotInstalled: "this database is not installed yet: run point-ecoute install",
    UnknownMember: "no member of staff has that address: staff list shows who is there",
    LastSupervisor: "nobody else is in supervision: add another supervisor first",
    WrongRecoveryKey: "this is not the recovery key of this installation",
    DatabaseAway: "the database does not answer now: point-ecoute check says why",
    SignInRefused: "no such member, or a wrong password",
}


def say(error: ServiceError) -> None:
    if isinstance(error, SettingsError):
        lines = error.problems
    else:
        lines = [SENTENCES.get(type(error), str(error) or type(error).__name__)]
    for line in lines:
        print(f"point-ecoute: {line}", file=sys.stderr)
