"""The threads that a test has started itself: what an earlier one left behind is not its fault."""

import threading

_before = set()


def forget():
    """Takes all threads of now for somebody else's; called before every test."""
    _before.clear()
    _before.update(threading.enumerate())


def own_threads(prefix):
    """The threads with such a name that were started since then and have not ended."""
    return [
        thread for thread in threading.enumerate() if thread.name.startswith(prefix) and thread not in _before
    ]
