"""A worker over the test's records, with channels that remember."""

import pytest

from dispatch.desk import Desk
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
def worker(desk: Desk, mail: RecordingChannel, sms: RecordingChannel) -> Worker:
    return Worker(desk, Reach((mail, sms), "https://equipe.invalid/equipe"))
