"""What the console itself refuses, under runtime.errors.ServiceError.

ConsoleError
├── SessionLost     nobody is signed in, or not any more
│   └── SessionsAway  somebody may be, but who cannot be asked now
├── FormRefused     a form from another site, or of another session
└── UnknownChoice   a level, team, outcome or colleague that no list of the page offers
"""

from runtime.errors import ServiceError


class ConsoleError(ServiceError):
    """Something that a page cannot do."""


class SessionLost(ConsoleError):
    """Nobody is signed in, or not any more."""


class SessionsAway(SessionLost):
    """Sessions cannot be looked up now; this one may well be found again in a moment."""


class FormRefused(ConsoleError):
    """The form comes from another site, or from a session that is over."""


class UnknownChoice(ConsoleError):
    """Nothing of a closed list was chosen."""
