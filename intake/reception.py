"""What every door needs to take in a signal, built once for a process."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from dispatch.listening_point import ListeningPoint
from dispatch.routing import COORDINATION, SUPERVISION
from intake.drafts import SignalDraft
from records import Records
from records.passwords import RECEIPT_COST, ArgonCost
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.log import log
from triage import Assessment, Rulebook, assess
from triage.territories import Gazetteer, PlaceAnswer
from triage.vocabulary import UNKNOWN_TERRITORY, Indicator, Level

RULES_FAILED = "rules-failed"
# That something of a team changed; told after the commit, and nothing depends on it.
Tell = Callable[[str], Awaitable[None]]


async def nobody(_team: str) -> None:
    """Where no page is listening."""


@dataclass(frozen=True, slots=True)
class Reception:
    """The tools of the use cases of intake.

    `receipt_cost` is a parameter so that tests can be quick; nothing else makes it weaker.
    """

    records: Records
    rulebook: Rulebook
    gazetteer: Gazetteer
    point: ListeningPoint
    clock: Clock
    receipt_cost: ArgonCost = RECEIPT_COST
    tell: Tell = nobody
    _team_keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    async def team_keys(self) -> Mapping[str, bytes]:
        """Public key by team; read once, for a team's key never changes.

        Raises SettingsError where coordination or supervision has none: nobody could read what
        comes in, so no door may open.
        """
        if not self._team_keys:
            await self.learn_teams()
        if missing := {COORDINATION, SUPERVISION} - set(self._team_keys):
            raise SettingsError([f"team {code}: has no key yet; install first" for code in missing])
        return self._team_keys

    async def learn_teams(self) -> None:
        async with self.records.reading() as tx:
            self._team_keys.update({team.code: team.public_key for team in await tx.staff.teams()})

    def assess(self, text: str, *, known: frozenset[Indicator]) -> Assessment:
        """What triage says; if the rules themselves fail, the cautious answer.

        A rule that fails must not cost us the signal: high, and coordination reads it.
        """
        try:
            return assess(text, self.rulebook, known=known)
        except Exception as error:  # noqa: BLE001  whatever it is, the signal is kept
            log.error("triage.failed", error=type(error).__name__)
            return Assessment(
                level=Level.HIGH,
                territory=UNKNOWN_TERRITORY,
                findings=(),
                places=(),
                because=("Les règles ont échoué sur ce texte : à lire en entier.",),
                rules_version=RULES_FAILED,
            )

    def place(self, draft: SignalDraft) -> PlaceAnswer | None:
        """What the sender chose on the form; None where they chose nothing."""
        if not (draft.commune or draft.postal_code):
            return None
        return self.gazetteer.resolve(commune=draft.commune, postal_code=draft.postal_code)
