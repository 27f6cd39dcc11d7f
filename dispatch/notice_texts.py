"""Pure: what a notification says. No word of a signal, no name, and no more than who may open it.

Who can open the signal reads its reference; others, who are told because a team does not answer,
read only which team is to be reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.listening_point import ListeningPoint
from dispatch.moments import Moments
from dispatch.routing import SUPERVISION
from records.tables import NotificationEvent
from runtime.i18n import load_texts


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that a notification tells of: a signal of a team, with when it is due.

    `not_before` is when somebody may be rung for it; None is at once.
    """

    event: NotificationEvent
    team: str | None
    ref: str
    rank: int
    due_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What goes out by a channel. `key` names it: a repeated one can be recognised."""

    key: UUID
    subject: str
    text: str
    link: str


def write_notice(
    key: UUID,
    matters: Iterable[Matter],
    *,
    teams: frozenset[str],
    point: ListeningPoint,
    now: datetime,
    console_url: str,
) -> Notice:
    """One notice for all that waits for a member of `teams`, the most urgent named."""
    texts = load_texts(domain="staff")
    moments = Moments(now, point.calendar.zone, texts)
    ordered = sorted(matters, key=lambda m: (-m.rank, m.due_at or now))
    first = ordered[0]
    opens = first.team is None or first.team in teams or SUPERVISION in teams
    values = {
        "team": _name(first.team, point),
        "ref": first.ref,
        "at": moments.when(first.due_at) if first.due_at else "",
    }
    kind = first.event.value
    if first.event is NotificationEvent.PROMISE:
        kind = "late" if first.due_at is not None and now >= first.due_at else "promise"
    if first.team is not None and not opens:
        kind = "elsewhere"
    text = texts(f"tell.{kind}", **values)
    if len(ordered) > 1:
        text += " " + texts("tell.more", n=len(ordered) - 1)
    link = f"{console_url}/alertes"
    return Notice(key, texts("tell.subject"), f"{text}\n{link}", link)


def harmless_notice(key: UUID) -> Notice:
    """To try a channel: no signal, no team, no link."""
    texts = load_texts(domain="staff")
    return Notice(key, texts("tell.subject"), texts("tell.test"), "")


def _name(team: str | None, point: ListeningPoint) -> str:
    if team == SUPERVISION:
        return load_texts(domain="staff")("team.supervision")
    return point.team_name(team) if team else ""
