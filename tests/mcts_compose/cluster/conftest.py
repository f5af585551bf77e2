"""A ray of our own for the tests that need one, started as a run of suites starts it."""

import pytest


@pytest.fixture(scope="module")
def own_ray():
    """A local ray with a CPU for each of two workers; other sessions on the machine are left alone."""
    pytest.importorskip("ray")
    from mcts_compose.cluster.session import RaySession
    from mcts_compose.settings import Settings

    with RaySession(Settings(workers=2)) as session:
        session.start()
        yield session
