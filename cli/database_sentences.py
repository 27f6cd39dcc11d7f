"""What to say, and to do, where a database cannot be opened; never a password or statement."""

from typing import Final
from urllib.parse import unquote, urlsplit

from records.database import is_sqlite, sqlite_file
from records.errors import DatabaseAway
from runtime.settings import PREFIX, Settings

_VARIABLE: Final = f"{PREFIX}DATABASE_URL"
_RIGHTS: Final = "give the files to the user of this process, with rights 600, the folder 700"

# {user} and {database} are filled in. What is not listed may pass by itself.
_POSTGRESQL: Final = {
    "28P01": "refuses the password of {user}: correct it in the address",
    "28000": "refuses {user}: create the role, or allow it in pg_hba.conf",
    "3D000": "has no database {database}: create it, or correct the address",
    "42501": "does not let {user} in: grant it CONNECT and the rights on the tables of {database}",
    "25006": "takes no changes, as a standby does: give the address of the primary",
    "gaierror": "no machine has this name: correct the address",
    "SSLCertVerificationError": "shows a certificate that is not trusted: correct it, or ssl= in"
    " the address",
    "SSLError": "does not speak TLS as the address asks: correct ssl= in the address",
    "ConnectionError": "has no TLS, which the address asks for: switch it on, or take ssl= away",
    "FileNotFoundError": "nothing listens on this socket: start it, or correct the address",
    "PermissionError": "this process may not use the socket: correct its rights",
}
_PASSING: Final = {
    "ConnectionRefusedError": "nothing listens there: start it, or correct the address",
    "TimeoutError": "does not answer: start it, or correct the address",
    "57P03": "is starting, or stopping: wait",
    "57P01": "is stopping: wait, or start it",
    "53300": "has no connection left: raise max_connections, or stop what holds them",
    "53100": "its disk is full: free space before anything else",
}
_SQLITE: Final = {
    "SQLITE_CANTOPEN": f"cannot be opened: {_RIGHTS}",
    "SQLITE_READONLY": f"cannot be written: {_RIGHTS}",
    "SQLITE_PERM": f"cannot be opened: {_RIGHTS}",
    "SQLITE_NOTADB": "is no SQLite database: bring the right file back, from a backup if need be",
    "SQLITE_CORRUPT": "is damaged: point-ecoute restore brings a backup back",
    "SQLITE_FULL": "the disk is full: free space before anything else",
    "SQLITE_IOERR": "the disk fails or is full: free space, or bring a backup to another disk",
    "SQLITE_BUSY": "another process holds it for too long: end that one",
}


def away_sentence(settings: Settings, away: DatabaseAway) -> str:
    """One line: which database, why it cannot be asked, what to do."""
    code = str(away)
    if is_sqlite(settings.database):
        known = (said for name, said in _SQLITE.items() if code.startswith(name))
        reason = next(known, f"cannot be asked ({code}): look at the disk and the file's rights")
        return f"{sqlite_file(settings.database)}: {reason}"
    parts = urlsplit(settings.database)
    user = unquote(parts.username or "") or "its user"
    reason = (_POSTGRESQL | _PASSING).get(code, f"does not answer ({code}): look at its log")
    where = f"{parts.hostname or 'the socket'}:{parts.port or 5432}"
    said = reason.format(user=user, database=parts.path.strip("/"))
    return f"{_VARIABLE}: PostgreSQL at {where}: {said}"


def may_pass(away: DatabaseAway) -> bool:
    """Whether waiting can help: a wrong address or password stays wrong."""
    code = str(away)
    return code not in _POSTGRESQL and not code.startswith(("SQLITE_CANT", "SQLITE_NOT"))
