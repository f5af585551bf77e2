import errno
import os
from pathlib import Path

import pytest

from mcts_compose.errors import InputError, OutputError
from mcts_compose.results import run_directory, suite_run
from mcts_compose.results.record import result_of_line
from mcts_compose.results.run_directory import holds_config, open_run, read_results, search_directory
from mcts_compose.results.suite_run import run_config, run_suite
from mcts_compose.settings import Settings
from mcts_compose.task import UnsupportedTask
from priors.uniform import UniformPrior
from tests.mcts_compose.make_result import StubSolver, make_result, make_task

CONFIG = {"seconds": 1.0, "seeds": [0]}


def write_three(path: Path) -> bytes:
    with open_run(path, CONFIG) as run:
        for number in range(3):
            run.append(make_result(f"task-{number}"))
    return (path / "results.jsonl").read_bytes()


def test_line_round_trips() -> None:
    result = make_result(error='quotes " and \u2028 and ","checksum":"0000000000000000"}')
    assert result_of_line(result.to_line()) == result


def test_results_are_read_back_in_order(tmp_path: Path) -> None:
    write_three(tmp_path / "run")
    assert [result.task for result in read_results(tmp_path / "run")] == ["task-0", "task-1", "task-2"]


def test_torn_last_line_is_dropped_and_said_at_every_length(tmp_path: Path) -> None:
    whole = write_three(tmp_path / "run")
    file = tmp_path / "run" / "results.jsonl"
    last_start = whole[:-1].rfind(b"\n") + 1
    for length in range(last_start, len(whole)):
        file.write_bytes(whole[:length])
        with open_run(tmp_path / "run", CONFIG) as run:
            assert len(run.results) == 2
            assert run.dropped_bytes == length - last_start
        assert file.read_bytes() == whole[:last_start]


def test_every_damaged_byte_is_found_and_its_line_named(tmp_path: Path) -> None:
    whole = write_three(tmp_path / "run")
    file = tmp_path / "run" / "results.jsonl"
    first_end = whole.index(b"\n")
    for place in range(first_end + 1, whole.index(b"\n", first_end + 1)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        damaged = file.read_bytes()
        with pytest.raises(OutputError, match="line 2"), open_run(tmp_path / "run", CONFIG):
            pass
        assert file.read_bytes() == damaged


def test_line_that_stands_twice_is_refused(tmp_path: Path) -> None:
    whole = write_three(tmp_path / "run")
    (tmp_path / "run" / "results.jsonl").write_bytes(whole + whole[: whole.index(b"\n") + 1])
    with pytest.raises(OutputError, match=r"line 4: .* a second time"), open_run(tmp_path / "run", CONFIG):
        pass


def test_changed_settings_are_refused_in_one_sentence(tmp_path: Path) -> None:
    whole = write_three(tmp_path / "run")
    with (
        pytest.raises(InputError, match=r"was made with seconds 1\.0, but this command says 10\.0"),
        open_run(tmp_path / "run", CONFIG | {"seconds": 10.0}),
    ):
        pass
    assert (tmp_path / "run" / "results.jsonl").read_bytes() == whole


def test_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="no run directory"), open_run(tmp_path, CONFIG):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    assert not (tmp_path / "config.json").exists()


def test_file_in_place_of_the_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(OutputError), open_run(tmp_path / "run", CONFIG):
        pass
    assert (tmp_path / "run").read_text() == "mine"


def test_second_run_in_one_directory_is_refused(tmp_path: Path) -> None:
    with (
        open_run(tmp_path / "run", CONFIG),
        pytest.raises(OutputError, match="another run"),
        open_run(tmp_path / "run", CONFIG),
    ):
        pass


@pytest.mark.parametrize("written", [0, 1, 40, 100_000])
def test_full_disk_keeps_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    whole = write_three(tmp_path / "run")
    real_write = os.write
    left = written

    def write(descriptor: int, data: bytes) -> int:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = bytes(data)[:left]
        left -= len(part)
        return real_write(descriptor, part)

    def fail_to_sync(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_directory.os, "write", write)
    monkeypatch.setattr(run_directory.os, "fsync", fail_to_sync)
    with (
        open_run(tmp_path / "run", CONFIG) as run,
        pytest.raises(OutputError, match="No space left") as caught,
    ):
        run.append(make_result("task-9"))
    assert "\n" not in str(caught.value)
    assert (tmp_path / "run" / "results.jsonl").read_bytes() == whole


def test_full_disk_at_the_start_leaves_no_half_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_directory.os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"), open_run(tmp_path / "run", CONFIG):
        pass
    monkeypatch.undo()
    with open_run(tmp_path / "run", CONFIG) as run:
        assert run.results == {}


def test_killed_between_a_result_and_its_saves_a_run_leaves_none(tmp_path: Path) -> None:
    write_three(tmp_path / "run")
    ended, under_way = (search_directory(tmp_path / "run", ("stub", f"task-{n}", 0)) for n in (1, 3))
    for saves in (ended, under_way):
        saves.mkdir(parents=True)
        (saves / "search.save").write_bytes(b"saved")
    with open_run(tmp_path / "run", CONFIG) as run:
        assert ("stub", "task-1", 0) in run.results
        assert not ended.exists()
        assert (under_way / "search.save").exists()
        run.append(make_result("task-3"))
    assert not (tmp_path / "run" / "searches").exists()


def test_suite_runs_each_task_once_with_each_seed(tmp_path: Path) -> None:
    tasks = [make_task(number) for number in range(3)]
    solver = StubSolver()
    results = run_suite({"stub": tasks}, Settings(), tmp_path / "run", (0, 7), solver=solver)
    assert solver.calls == [(task.id, seed) for seed in (0, 7) for task in tasks]
    assert [(result.task, result.seed) for result in results] == solver.calls
    again = StubSolver()
    assert run_suite({"stub": tasks}, Settings(), tmp_path / "run", (0, 7), solver=again) == results
    assert again.calls == []


def test_interrupted_suite_keeps_results_and_resumes(tmp_path: Path) -> None:
    tasks = [make_task(number) for number in range(5)]
    stub = StubSolver()

    def interrupt_at_third(task, *, seed, suite):
        if len(stub.calls) == 2:
            raise KeyboardInterrupt
        return stub(task, seed=seed, suite=suite)

    with pytest.raises(KeyboardInterrupt):
        run_suite({"stub": tasks}, Settings(), tmp_path / "run", solver=interrupt_at_third)
    assert len(read_results(tmp_path / "run")) == 2
    reports = []
    run_suite({"stub": tasks}, Settings(), tmp_path / "run", on_progress=reports.append, solver=StubSolver())
    assert (reports[0].done, reports[0].total, reports[-1].done) == (2, 5, 5)


def test_unsupported_and_failing_tasks_are_recorded_and_the_run_goes_on(tmp_path: Path) -> None:
    def fail_on_one(task, *, seed, suite):
        if task.id == "task-001":
            raise ZeroDivisionError("by\nzero")
        return StubSolver()(task, seed=seed, suite=suite)

    tuples = UnsupportedTask("tuples", "tuples", "tuples", "tuples are not supported yet", "0")
    tasks = [tuples, make_task(1), make_task(2)]
    results = run_suite({"stub": tasks}, Settings(), tmp_path / "run", solver=fail_on_one)
    assert [result.stopped for result in results] == ["error", "error", "solved"]
    assert [result.error for result in results] == [tuples.reason, "ZeroDivisionError: by zero", None]


def test_changed_task_is_another_run(tmp_path: Path) -> None:
    run_suite({"stub": [make_task(1)]}, Settings(), tmp_path / "run", solver=StubSolver())
    changed = make_task(1, outputs=(3, 2))
    with pytest.raises(InputError, match="was made with suites"):
        run_suite({"stub": [changed]}, Settings(), tmp_path / "run", solver=StubSolver())


class ModelOfSha(UniformPrior):
    """A model whose weights have a hash."""

    is_model = True

    def __init__(self, sha: str) -> None:
        self._sha = sha

    @property
    def fingerprint(self) -> str:
        return self._sha


def test_model_trained_anew_is_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(sha: str) -> None:
        monkeypatch.setattr(suite_run, "load_prior", lambda *_: ModelOfSha(sha))
        run_suite(suites, Settings(), tmp_path / "run")

    suites = {"stub": [make_task(1)]}
    monkeypatch.setattr(suite_run, "_searcher", lambda *_: StubSolver())
    run("one")
    run("one")
    with pytest.raises(InputError, match="prior_fingerprint 'one', but this command says 'two'"):
        run("two")
    config = run_config(suites, Settings(), (0,))
    assert holds_config(tmp_path / "run", config)
    assert not holds_config(tmp_path / "run", {**config, "eps": 0.5})


def test_model_as_base_prior_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite_run, "load_prior", lambda *_: ModelOfSha("one"))
    with pytest.raises(InputError, match="--base-prior is uniform, which is a model"):
        run_suite({"stub": [make_task(1)]}, Settings(), tmp_path / "run")
    assert not (tmp_path / "run").exists()
