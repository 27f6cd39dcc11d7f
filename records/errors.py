"""What records can refuse, under runtime.errors.ServiceError.

RecordsError
├── KeyFileError      the server's key file is missing or malformed
├── SealBroken        a ciphertext was moved, altered, or is not for this key
├── Conflict          a unique value stands already: somebody was faster
├── DatabaseAway      the database does not answer
├── CopyRefused       a backup cannot be written, or not be put back
└── UnknownVersion    the database's version, or the one to go to, is none of this program's
"""

from runtime.errors import ServiceError


class RecordsError(ServiceError):
    """Something about what is kept."""


class KeyFileError(RecordsError):
    """The server's key file cannot be used; the message names file and reason, never a key."""


class SealBroken(RecordsError):
    """A ciphertext was moved to another row, altered, or sealed to another key."""


class Conflict(RecordsError):
    """A unique value stands already."""


class DatabaseAway(RecordsError):
    """The database does not answer now; carries a name or number alone, no statement."""


class UnknownVersion(RecordsError):
    """No migration of this program leads to that version."""


class CopyRefused(RecordsError):
    """The message names the file, why, and what to do."""
