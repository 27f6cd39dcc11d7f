"""Pure: a limit of one chat is told apart from one of the whole bot."""

from bot.pace import Pace


def test_two_limited_chats_are_no_limit_of_the_whole_bot():
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.limited(1, 600)
    pace.limited(2, 600)
    assert pace.is_whole
    assert 0 < pace.wait(3) <= 1
    now[0] = 1.0
    assert pace.wait(3) == 0, "one tries"
    assert pace.wait(4) > 0, "and the others wait for it"
    pace.wrote(3)
    assert pace.wait(4) == 0
    assert pace.wait(1) > 590
