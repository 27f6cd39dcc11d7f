"""The root of every error that the service raises on purpose.

ServiceError
├── SettingsError            a setting or a listening point's file is wrong
├── records.errors.RecordsError
├── dispatch.errors.DispatchError
└── intake.errors.IntakeError

Errors carry ids and codes, never a sender's words and never an HTTP status: doors translate.
"""


class ServiceError(Exception):
    """Something that the service can name."""


class SettingsError(ServiceError):
    """Settings or files are wrong; `problems` has one line each: where, which key, why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
