"""What a session of ray says before searches begin."""

import pytest

from mcts_compose.cluster.session import RaySession
from mcts_compose.settings import Settings


@pytest.fixture
def session():
    session = RaySession(Settings(workers=4))
    session._num_cpus, session._memory_mb = 4, 10_000
    return session


def test_nothing_is_said_where_there_is_enough(session):
    assert session.warnings(4, is_timed=True, memory_mb=2500) == []


def test_workers_that_share_a_cpu_are_told_of_where_seconds_bound_searches(session):
    (warning,) = session.warnings(5, is_timed=True, memory_mb=1)
    assert warning.startswith("5 workers share 4 CPUs")
    assert session.warnings(5, is_timed=False, memory_mb=1) == []


def test_memory_that_is_not_there_is_told_of_with_what_would_be(session):
    (warning,) = session.warnings(4, is_timed=True, memory_mb=6000)
    assert "up to 6,000 MB each" in warning and "10,000 MB in all" in warning
    assert "--memory-mb 2500 " in warning
    assert session.warnings(4, is_timed=True, memory_mb=2500) == []


def test_a_session_that_was_not_needed_is_closed_without_ray():
    with RaySession(Settings(workers=2)) as session:
        assert session.num_workers == 2


@pytest.mark.slow
def test_ray_that_has_begun_is_what_start_waits_for_and_close_ends():
    ray = pytest.importorskip("ray")
    with RaySession(Settings(workers=1)) as session:
        session.begin()
        session.begin()
        session.start()
        assert ray.is_initialized() and session._memory_mb > 100
    assert not ray.is_initialized()
    with RaySession(Settings(workers=1)) as session:
        session.begin()
    assert not ray.is_initialized()
