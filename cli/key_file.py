"""Whether the key file is the database's: a sentence where it is not, a mark where it is."""

from contextlib import suppress
from typing import Final

from records import Records, Transaction
from records.errors import Conflict
from records.key_marks import KeyMisfit, Misfit
from runtime.errors import SettingsError
from runtime.settings import Settings

_BRING: Final = "bring the newest copy of the key file; nothing was changed"


async def key_file_problem(settings: Settings, tx: Transaction) -> str | None:
    """Why nothing may start with this key file, which is then wrong, and what to do."""
    misfit = await tx.key_marks.misfit()
    return _sentence(settings, misfit) if misfit is not None else None


async def refuse_wrong_key_file(settings: Settings, records: Records) -> None:
    """Raise SettingsError for the key file of another database, or an older copy of its own.

    Where it is right, its keys are marked in the database: from then on older copies are known.
    """
    async with records.reading() as tx:
        if await tx.staff.installation() is None:
            return
        if problem := await key_file_problem(settings, tx):
            raise SettingsError([problem])
        if await tx.key_marks.is_noted():
            return
    # Another process that starts at the same moment marks the same.
    with suppress(Conflict):
        async with records.transaction() as tx:
            await tx.key_marks.note()


def _sentence(settings: Settings, misfit: KeyMisfit) -> str:
    file, name = settings.keys, misfit.name
    match misfit.kind:
        case Misfit.FOREIGN:
            return (
                f"{file}: does not belong to this database but to another installation: bring the"
                " key file of this one, or correct --data or POINT_ECOUTE_DATABASE_URL;"
                " nothing was changed"
            )
        case Misfit.FORKED:
            return (
                f"{file}: {name}: version {misfit.known} is another key than the one that the"
                " database is used with (keys prepare was run on two copies): bring the copy that"
                " the other processes use; nothing was changed"
            )
        case Misfit.LACKING:
            return (
                f"{file}: is an older copy: the database is used with version {misfit.known} of"
                f" {name}, the file ends with version {misfit.given}: {_BRING}"
            )
        case Misfit.SWITCHED:
            return (
                f"{file}: is an older copy: version {misfit.known} of {name} writes already, in the"
                f" file version {misfit.given} does: {_BRING}"
            )
