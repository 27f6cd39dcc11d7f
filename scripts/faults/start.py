"""`python -m scripts.faults.start …`: one of our commands, with a clock that can be put wrong.

The service has no setting for that: its clock is replaced here before anything takes it.
"""

from datetime import datetime, timedelta
from typing import Final

import runtime.clock
from scripts.faults.clocks import clock_of_this_process, seconds_more

_CLOCK: Final = clock_of_this_process()
_right_time: Final = runtime.clock.utc_now


def _shown_time() -> datetime:
    return _right_time() + timedelta(seconds=seconds_more(_CLOCK))


runtime.clock.utc_now = _shown_time

if __name__ == "__main__":
    from cli.app import main  # only now: whoever imports the clock takes the wrong one

    main()
