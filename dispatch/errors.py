"""What dispatch can refuse, under runtime.errors.ServiceError.

DispatchError
├── SignalNotFound     no such signal, or it lies with another team: the answer is the same
├── NoKey              coordination sees it, and cannot open it: a supervisor transfers it
├── TakenBySomebody    another member has it
├── NotYours           a reply or a closing by somebody who does not have the signal
├── SignalIsClosed     nothing more to claim or transfer
├── NotRead            something that nobody has opened yet: it cannot be closed
├── NewWords           the sender wrote what the page of this member did not show yet
├── HasLeft            an answer that can no longer be taken back
├── EndingMissing      something is still promised, and nobody said how it ends
├── NothingPlanned     no attempt to keep the link is planned that could have an outcome
├── UnknownDate        a day that has passed, or lies too far ahead
├── LaterThanPromised  a day later than the policy's for such a contact
├── NotAllowed         the member's role does not do this
├── NotOneself         what another administrator does to a member, not they themselves
├── UnknownTeam        no team of that code has a key, or it has the signal already
├── AvoidedWord        an answer with a word that was noted as dangerous for its reader
├── UnknownHours       hours to be written to that are none
├── EmptyText          an answer, note or reason without a word
├── WordsUnfit         more words to avoid, or longer ones, than are kept
├── TextTooLong        an answer, note or reason longer than its box allows
├── UnknownMember      no member of that address
├── LastSupervisor     who leaves would leave nobody in supervision
├── MemberDisabled     who was disabled is enabled before a team is given to them
├── NoTeamForThem      an administrator is in no team
├── WrongName          a name without a letter, too long, or with marks that do not show
├── WrongEmail         not one address that mail servers take
├── WrongPhone         not one telephone number
├── SignInRefused      address or password wrong, or the member is disabled: the answer is the same
│   └── KeyNotHeld     a team's key is passed on by a member of it, or by recovery
├── AlreadyThere       a team or member of that name exists
│   └── AddressTaken   another member has that address
├── NotInstalled       no recovery key yet: `point-ecoute install` comes first
└── WrongRecoveryKey   the recovery key given is not this installation's
"""

from datetime import date
from uuid import UUID

from runtime.errors import ServiceError


class DispatchError(ServiceError):
    """Something that staff or the command line asked for and cannot have."""


class SignalNotFound(DispatchError):
    """No such signal among those of the member's teams."""


class NoKey(DispatchError):
    """The signal lies with a team that is not named any more, and its key is not the member's."""


class TakenBySomebody(DispatchError):
    """Somebody was faster, or has the signal already."""

    def __init__(self, owner_id: UUID | None, owner_name: str) -> None:
        super().__init__("taken")
        self.owner_id = owner_id
        self.owner_name = owner_name


class NotYours(TakenBySomebody):
    """Only who has claimed a signal answers or closes it."""


class SignalIsClosed(DispatchError):
    """The signal is closed."""


class NotRead(DispatchError):
    """A message of the signal has not been opened by anybody; every message is read first."""


class NewWords(DispatchError):
    """The sender wrote after the page was made: their words are read before anything is done."""


class HasLeft(DispatchError):
    """The answer has left, or it is a colleague's: it cannot be taken back."""


class EndingMissing(DispatchError):
    """A signal is closed while something is still promised, without a reason for each of it."""


class NothingPlanned(DispatchError):
    """No recontact, return or review is planned on the signal."""


class UnknownDate(DispatchError):
    """The day chosen has passed, or lies too far ahead."""


class LaterThanPromised(DispatchError):
    """The day chosen is later than the policy allows for this contact; `last` is its last day."""

    def __init__(self, last: date) -> None:
        super().__init__()
        self.last = last


class NotAllowed(DispatchError):
    """Something that another role does."""


class NotOneself(DispatchError):
    """Who could take their own access away would find nobody to give it back."""


class UnknownTeam(DispatchError):
    """No team to transfer to by that code."""


class EmptyText(DispatchError):
    """An answer, a note or a reason has no word in it."""


class TextTooLong(DispatchError):
    """An answer, a note or a reason is longer than its box says; nothing of it was cut or sent."""


class WordsUnfit(DispatchError):
    """More words to avoid, or longer ones, than are kept: none is left out silently."""


class AvoidedWord(DispatchError):
    """The answer has a word that must not be written to this sender; only a page shows it."""

    def __init__(self, word: str) -> None:
        super().__init__("avoided")
        self.word = word


class UnknownHours(DispatchError):
    """Not two hours of a day."""


class UnknownMember(DispatchError):
    """No member of staff has that address."""


class LastSupervisor(DispatchError):
    """Without this member nobody could open every team's signals."""


class MemberDisabled(DispatchError):
    """A team's key is not given to somebody who cannot sign in."""


class NoTeamForThem(DispatchError):
    """An administrator is in no team, and can read nothing."""


class WrongName(DispatchError):
    """Its text says what is expected, and never what was given."""


class WrongEmail(DispatchError):
    """Its text says what is expected, and never what was given."""


class WrongPhone(DispatchError):
    """Its text says what is expected, and never what was given."""


class SignInRefused(DispatchError):
    """Wrong address, wrong password or disabled, without saying which."""


class KeyNotHeld(SignInRefused):
    """Who gives a team is not in it, and it is not given by recovery either."""


class AlreadyThere(DispatchError):
    """The team or member exists."""


class AddressTaken(AlreadyThere):
    """Another member signs in with that address."""


class NotInstalled(DispatchError):
    """The database has no installation yet."""


class WrongRecoveryKey(DispatchError):
    """Not this installation's recovery key."""
