"""Whether anybody would be told, and what others could read: what `check` says beside the start."""

import os
import stat
from pathlib import Path
from typing import Final

from dispatch.desk import Desk
from dispatch.roster import load_roster
from dispatch.routing import COORDINATION, SUPERVISION
from records import Transaction
from records.database import is_sqlite, sqlite_file
from runtime.settings import PREFIX, Settings

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


async def find_untold(
    settings: Settings, desk: Desk, tx: Transaction
) -> tuple[list[str], list[str]]:
    """(problems, warnings): who is missing for a signal to be read and its alerts to arrive."""
    roster = await load_roster(desk, tx)
    if not roster.everyone:
        return ["staff: there is nobody: nothing could be read: run point-ecoute staff add"], []
    codes = [*(team.code for team in desk.point.teams), SUPERVISION]
    empty = [code for code in codes if not roster.teams.get(code)]
    warnings = []
    if empty:
        warnings.append(
            f"staff: nobody is in {', '.join(empty)}: their signals and alerts fall to coordination"
            " or supervision: run point-ecoute staff add"
        )
    if COORDINATION in empty and SUPERVISION in empty:
        warnings.append(
            "staff: nobody is in coordination nor supervision: nobody takes what other teams leave"
        )
    away = [code for code in codes if code not in empty and code not in roster.on_call]
    if away:
        warnings.append(
            f"on call this week: nobody for {', '.join(away)}: the whole team is told; put"
            " somebody down in the console (Astreinte)"
        )
    if not await _reaches_anybody(settings, desk, tx):
        warnings.append(
            "alerts: no channel reaches anybody outside the console: nobody is woken for a life in"
            f" danger: set {PREFIX}SMTP_URL, or {PREFIX}SMS_WEBHOOK_URL and telephone numbers, or"
            f" {PREFIX}BOT_TOKEN and chats linked in the console (Alertes)"
        )
    return [], warnings


async def _reaches_anybody(settings: Settings, desk: Desk, tx: Transaction) -> bool:
    if settings.smtp_url is not None:
        return True
    active = [one for one in await tx.staff.members() if one.disabled_at is None]
    if settings.sms_webhook_url is not None and any(
        tx.staff.contact(member).phone for member in active
    ):
        return True
    if settings.bot_token is None:
        return False
    return bool(set(await tx.notices.linked_members()) & {member.id for member in active})


def open_to_others(settings: Settings) -> list[str]:
    """What only the service's own user should be able to read."""
    private = {settings.keys: "600"}
    if is_sqlite(settings.database):
        file = sqlite_file(settings.database)
        private |= {settings.data: "700"}
        private |= {file.with_name(f"{file.name}{end}"): "600" for end in ("", "-wal", "-shm")}
    return [
        f"{path}: open to others than its owner: chmod {rights} {path}"
        for path, rights in private.items()
        if _is_open(path)
    ]


def _is_open(path: Path) -> bool:
    return os.path.exists(path) and bool(path.stat().st_mode & _OTHERS)  # noqa: PTH110
