"""Which tests start a ray of their own."""

FILES = ("tests/mcts_compose/cluster/", "test_learn_command.py", "test_workers_bench.py")
"""Parts of their paths."""


def starts_ray(test):
    """Says whether a test does, given by its id, `path::name`."""
    path = test.split("::", 1)[0]
    return any(part in path for part in FILES)
