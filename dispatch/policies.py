"""Versions of the deadlines: each is kept when first used, and never changes after that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dispatch.deadline_files import policy_kept
from dispatch.deadlines import DeadlinePolicy
from dispatch.desk import Desk
from dispatch.listening_point import ListeningPoint
from dispatch.promises import Terms
from records import Transaction
from records.errors import Conflict
from records.tables import FollowUp, Policy
from runtime.errors import SettingsError
from runtime.log import log

_TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version that was used."""

    point: ListeningPoint
    kept: Mapping[str, DeadlinePolicy]

    def terms(self, promise: FollowUp) -> Terms:
        """Under what a promise was made; of a version that is lost, today's."""
        policy = self.kept.get(promise.policy_version, self.point.deadlines)
        return Terms(policy, self.point.calendar)


async def register_policy(desk: Desk) -> None:
    """Keep today's version at its first use.

    Raises SettingsError where the file changed under the name of a version that was used already.
    """
    policy = desk.point.deadlines
    for _ in range(_TRIES):
        try:
            async with desk.records.transaction() as tx:
                kept = await tx.follow_ups.policy(policy.version)
                if kept is None:
                    await tx.follow_ups.add_policy(
                        Policy(
                            version=policy.version,
                            content=policy.content,
                            first_used_at=desk.clock(),
                        )
                    )
                    return
        except Conflict:  # two processes start at once
            continue
        if problem := _changed(kept, policy):
            raise SettingsError([problem])
        return


async def changed_policy(desk: Desk, tx: Transaction) -> str | None:
    """What is wrong where the file changed under the name of a version that was used already."""
    kept = await tx.follow_ups.policy(desk.point.deadlines.version)
    return _changed(kept, desk.point.deadlines) if kept is not None else None


def _changed(kept: Policy, policy: DeadlinePolicy) -> str | None:
    if policy_kept(kept.content) == policy:
        return None
    return (
        f"deadlines.toml: version: {policy.version} was used with other deadlines:"
        " give the changed ones a new version"
    )


async def load_versions(point: ListeningPoint, tx: Transaction) -> Versions:
    kept = {
        policy.version: policy_kept(policy.content) for policy in await tx.follow_ups.policies()
    }
    if point.deadlines.version not in kept:
        log.warning("policy.not_registered", version=point.deadlines.version)
    return Versions(point, kept)
