"""A worker over the test's records, with channels that remember."""

import pytest

from dispatch.desk import Desk
from dispatch.install import Installed
from dispatch.worker import Reach, Worker
from records.tables import Channel
from tests.channels import RecordingChannel


@pytest.fixture
def mail() -> RecordingChannel:
    return RecordingChannel(Channel.EMAIL)


@pytest.fixture
def sms() -> RecordingChannel:
    return RecordingChannel(Channel.SMS)


@pytest.fixture
async def worker(
    desk: Desk, installed: Installed, mail: RecordingChannel, sms: RecordingChannel
) -> Worker:
    """Of the day's missing handovers the supervisor has been told: other tests are about that."""
    opened = desk.point.calendar.day_began(desk.clock())
    async with desk.records.transaction() as tx:
        for team in installed.teams:
            if opened is not None:
                await tx.duty.tell_of_outage(f"handover:{team}", since=opened, at=opened)
    return Worker(desk, Reach((mail, sms), "https://equipe.invalid/equipe"))
