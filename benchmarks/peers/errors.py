"""How a peer's failure is reported: the task's result says so, and the run goes on."""


class PeerError(RuntimeError):
    """A peer failed, or answered what is no program of ours; the message says what."""
