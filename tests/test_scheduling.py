"""Files stay together and tests with ray apart, when several workers run the tests."""

from types import SimpleNamespace

import pytest

pytest.importorskip("xdist")

from tests.scheduling import ByFile

TESTS = [
    "tests/mcts_compose/cluster/test_a.py::test_1",
    "tests/mcts_compose/commands/test_learn_command.py::test_2",
    "tests/vm/test_few.py::test_3",
    "tests/vm/test_many.py::test_4[a::b]",
    "tests/vm/test_many.py::test_4[c@d]",
    "tests/vm/test_many.py::TestOf::test_5",
]


class Worker:
    """Is told which tests to run, as pytest-xdist tells its workers."""

    shutting_down = False

    def __init__(self):
        self.told = []
        self.gateway = SimpleNamespace(id="worker", spec=None)

    def send_runtest_some(self, indices):
        self.told.append(indices)

    def shutdown(self):
        self.shutting_down = True


def test_a_worker_runs_whole_files_and_one_all_that_start_ray():
    option = SimpleNamespace(loadscopereorder=True)
    config = SimpleNamespace(
        option=option, getvalue=lambda name: {"tx": ["popen", "popen"]}[name], hook=None, rootpath="."
    )
    scheduler, workers = ByFile(config), [Worker(), Worker()]
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, TESTS)
    scheduler.schedule()
    # The one with two tests at most left is told its next file before it asks.
    assert [worker.told for worker in workers] == [[[0, 1], [3, 4, 5]], [[2]]]
