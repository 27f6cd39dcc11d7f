"""Pure: from a territory to the team that takes the signal."""

from collections.abc import Collection

from triage.vocabulary import Territory

COORDINATION = "coordination"
SUPERVISION = "supervision"


def team_for(territory: Territory, *, with_a_key: Collection[str]) -> str:
    """The territory's own team; coordination where there is none, or none that could open it."""
    return territory if territory in with_a_key else COORDINATION


def territory_of(*, chosen: Territory | None, in_text: Territory) -> Territory:
    """A sender's own choice on the form wins over what the text says."""
    return chosen if chosen is not None else in_text
