"""Use case: count that somebody came from a poster or page that the listening point lists."""

from intake.reception import Reception


async def count_origin(code: str, reception: Reception) -> None:
    """In a number of this month, with nothing of who came."""
    zone = reception.point.calendar.zone
    month = reception.clock().astimezone(zone).strftime("%Y-%m")
    async with reception.records.transaction() as tx:
        await tx.origins.count(code, month=month)
