"""Decides with what priority a worker runs: with that of the process that has started it.

Ray lowers the priority of its workers, by a niceness of 15 unless a variable of its nodes says otherwise, so
that a search gets little of a processor that others use too. Sessions of our own set that variable; on a
cluster of somebody else's a worker lifts itself, where the system lets it.
"""

from __future__ import annotations

import os
from contextlib import suppress


def lift_to_parent() -> bool:
    """Lifts all threads of this process to the niceness of its parent; says whether they have it or better.

    On Linux every thread has a niceness of its own, which threads inherit that it starts.
    """
    try:
        wanted = os.getpriority(os.PRIO_PROCESS, os.getppid())
        for thread in os.listdir("/proc/self/task"):
            with suppress(ProcessLookupError):  # it has just ended
                if os.getpriority(os.PRIO_PROCESS, int(thread)) > wanted:
                    os.setpriority(os.PRIO_PROCESS, int(thread), wanted)
    except (OSError, AttributeError):  # not allowed, or another system
        return False
    return True
