"""What intake can refuse, under runtime.errors.ServiceError.

IntakeError
├── ReceiptUnknown        the code matches no conversation, or it was erased
├── ReceiptUnreadable     not six words of the list; says which word is not
├── SubmissionDiffers     the same idempotency key came with another content
└── EmptyMessage          no text at all
"""

from runtime.errors import ServiceError


class IntakeError(ServiceError):
    """Something that a sender asked for and cannot have."""


class ReceiptUnknown(IntakeError):
    """The code matches no conversation, or it was erased."""


class ReceiptUnreadable(IntakeError):
    """Not six words of the list. `positions` are those (from 1) of the words that are not in it."""

    def __init__(self, positions: tuple[int, ...] = ()) -> None:
        super().__init__("receipt unreadable")
        self.positions = positions


class SubmissionDiffers(IntakeError):
    """The same idempotency key came before with another content."""


class EmptyMessage(IntakeError):
    """There is no text to keep."""
