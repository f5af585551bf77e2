"""A library learns generation by generation: what it knows stays, and a kill changes nothing."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcts_compose.curriculum.behaviour import Behaviour
from mcts_compose.curriculum.learning import LEARNING, Schedule, learn
from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.library import Library
from mcts_compose.results.record import TIMES
from mcts_compose.settings import Settings
from tests.mcts_compose.curriculum.remembering import forgotten
from tests.mcts_compose.curriculum.small_suite import KNOWN, SUITE, learnt, tasks
from vm.program import Program

FORK = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was never interrupted; kernels are ready then for processes that are forked."""
    path = tmp_path_factory.mktemp("whole") / "lib"
    learnt(path)
    return path


def told(path: Path) -> object:
    """All that a library and its runs say, but for times."""
    library = Library.open(path)
    assert library.damaged == ()
    skills = [
        (entry.name, entry.hash, entry.doc, entry.body, replace_date(entry.provenance))
        for entry in library.entries
    ]
    runs = {}
    for file in sorted((path / LEARNING).rglob("*")):
        if file.name == "results.jsonl":
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            runs[str(file.relative_to(path))] = [
                {name: value for name, value in line.items() if name not in TIMES} for line in lines
            ]
        elif file.is_file() and file.name.startswith("generation"):
            runs[str(file.relative_to(path))] = file.read_text()
    return skills, runs


def replace_date(provenance: object) -> dict[str, object]:
    return {name: getattr(provenance, name) for name in provenance.__struct_fields__ if name != "date"}


def test_a_chain_of_tasks_is_learnt_in_turn(whole: Path) -> None:
    generations = learnt(whole)
    last = generations[-1].progress
    assert last.solved_in == {"carried": 1, "same-again": 1, "sums": 2, "settled": 3, "addition": 4}
    assert [entry.name for entry in Library.open(whole).entries] == ["carried", "sums", "settled", "addition"]
    assert [entry.provenance.generation for entry in Library.open(whole).entries] == [1, 2, 3, 4]
    assert [task.id for task in last.unsolved] == ["hopeless"]


def test_what_an_instruction_does_is_no_skill(whole: Path) -> None:
    progress = learnt(whole)[-1].progress
    assert progress.skill_of["same-again"] == "sort"
    assert Library.open(whole).entry("same_again") is None


def test_nothing_is_forgotten(whole: Path) -> None:
    compared, wrong = forgotten(whole, SUITE, tasks())
    assert wrong == []
    done = learnt(whole)
    solved_in = done[-1].progress.solved_in.values()
    assert compared == sum(solved <= each.plan.generation for each in done for solved in solved_in)


def test_a_solution_that_is_not_right_any_more_is_named(whole: Path) -> None:
    changed = [
        replace(task, test_outputs=([0],) * len(task.test_outputs)) if task.id == "settled" else task
        for task in tasks()
    ]
    last = learnt(whole)[-1].plan.generation
    assert forgotten(whole, SUITE, changed)[1] == [(number, "settled") for number in range(3, last + 1)]


def test_a_task_waits_for_its_subtasks_and_budgets_rise_when_nothing_is_new(whole: Path) -> None:
    attempts = [(attempt.task, attempt.level) for each in learnt(whole) for attempt in each.plan.attempts]
    assert attempts.index(("sums", 0)) > attempts.index(("carried", 0))
    assert attempts[-1] == ("hopeless", 1)
    assert all(level == 0 for task, level in attempts if task != "hopeless")


def run_killed(target: Callable[[], object]) -> int:
    child = FORK.Process(target=target)
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def learn_until(
    path: Path, at: int, end: Callable[[], None], learning: Callable[[Path], object] = learnt
) -> int:
    """Learns, and does `end` when the disk is asked to keep something for the `at`-th time; counts those."""
    count = 0
    keep = os.fsync

    def step(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == at:
            end()
        keep(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", step)
        learning(path)
    return count


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_killed_at_twenty_moments_it_ends_as_one_that_was_not(whole: Path, tmp_path: Path) -> None:
    steps = learn_until(tmp_path / "counted", 0, kill)
    assert told(tmp_path / "counted") == told(whole)
    for at in sorted(random.Random(1).sample(range(1, steps + 1), 20)):
        path = tmp_path / f"killed-{at}"
        assert run_killed(lambda at=at, path=path: learn_until(path, at, kill)) == -signal.SIGKILL
        learnt(path)
        assert told(path) == told(whole), at
        shutil.rmtree(path)


def test_killed_again_and_again_it_ends_as_one_that_was_not(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "lib"
    kills = 0
    while run_killed(lambda: learn_until(path, 4, kill)) == -signal.SIGKILL:
        kills += 1
    assert kills > 5
    assert told(path) == told(whole)


def test_a_full_disk_is_one_sentence_and_the_run_goes_on_later(whole: Path, tmp_path: Path) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    for at in (1, 4, 9):
        with pytest.raises(OutputError, match="No space left on device"):
            learn_until(tmp_path / "lib", at, full)
    learnt(tmp_path / "lib")
    assert told(tmp_path / "lib") == told(whole)


def test_a_run_goes_on_with_its_own_tasks_and_settings_only(whole: Path) -> None:
    library = Library.open(whole)
    with pytest.raises(InputError, match="other tasks or settings"):
        next(learn(SUITE, tasks(), library, Settings(prior="uniform"), Schedule(3_000, 1)))
    fewer = [replace(task, description="Other words.") for task in tasks()]
    with pytest.raises(InputError, match="other tasks or settings"):
        learn_fewer = learn(SUITE, fewer, library, Settings(prior="frequency"), Schedule(3_000, 1))
        next(learn_fewer)


@pytest.mark.parametrize(
    "wrong", [{"search": "deep"}, {"prior": "none"}, {"base_prior": "bundled"}, {"prior_args": {"w": "1"}}]
)
def test_a_run_is_not_begun_with_names_that_are_none(wrong: dict[str, Any], tmp_path: Path) -> None:
    library = Library.open(tmp_path / "lib", create=True)
    with pytest.raises(InputError):
        next(learn(SUITE, tasks(), library, Settings(**{"prior": "frequency"} | wrong), Schedule(3_000, 1)))
    assert not (tmp_path / "lib" / LEARNING).exists()


def test_a_damaged_plan_is_named(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "lib")
    plan = tmp_path / "lib" / LEARNING / SUITE / "generation-002.json"
    plan.write_bytes(plan.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"generation-002\.json.*damaged"):
        learnt(tmp_path / "lib")


def test_a_second_suite_builds_on_what_the_library_knows(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "lib")
    library = Library.open(tmp_path / "lib")
    (task,) = [task for task in tasks() if task.id == "addition"]
    later = replace(task, id="adding-lists", subtasks=("settled", "sums"))
    generations = list(learn("later", [later], library, Settings(prior="frequency"), Schedule(3_000, 0)))
    assert generations[0].plan.attempts[0].expected == ("settled", "sums")
    assert generations[-1].progress.skill_of == {"adding-lists": "addition"}
    assert len(library.entries) == 4


LEARN_ELSEWHERE = """
import sys
from pathlib import Path
from dataclasses import replace
from tests.mcts_compose.curriculum.small_suite import SCHEDULE, learnt
learnt(Path(sys.argv[1]), schedule=replace(SCHEDULE, compresses=True, most_generations=int(sys.argv[2])))
"""


@pytest.mark.slow
def test_processes_that_hash_otherwise_end_alike(tmp_path: Path) -> None:
    def learn_elsewhere(path: Path, seed: str, generations: int) -> None:
        command = [sys.executable, "-c", LEARN_ELSEWHERE, str(path), str(generations)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})

    learn_elsewhere(tmp_path / "one", "1", 9)
    learn_elsewhere(tmp_path / "two", "2", 2)
    learn_elsewhere(tmp_path / "two", "3", 9)
    assert told(tmp_path / "one") == told(tmp_path / "two")


def test_a_solution_that_no_library_takes_is_said_and_the_run_goes_on(tmp_path: Path) -> None:
    def refuse(self: Library, *_: object, **__: object) -> None:
        raise InputError("it goes too deep")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "new_entry", refuse)
        generations = learnt(tmp_path / "lib")
    assert generations[0].admitted.refused == {"carried": "it goes too deep"}
    assert "carried" not in generations[-1].progress.skill_of


def test_a_full_disk_is_no_refusal(tmp_path: Path) -> None:
    def fail(self: Library, *_: object) -> None:
        raise OutputError("nothing is added, since it cannot be written")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "add", fail)
        with pytest.raises(OutputError, match="cannot be written"):
            learnt(tmp_path / "lib")


def test_a_skill_that_fails_on_held_out_examples_is_not_taken_for_the_solution(tmp_path: Path) -> None:
    task = next(task for task in tasks() if task.id == "settled")
    library = Library.open(tmp_path / "lib", create=True)
    # Right on the shown lists, which are short, and on all that is made of them.
    wrong = "(x: list[int]) -> list[int]; v1 = scan(&carried, x); v2 = mod(v1, 10); return take(v2, 20)"
    for name, body in (("carried", KNOWN.learnt_skill("carried").body), ("wrong", wrong)):
        library.add([library.new_entry(name, "Made for a test.", body)])
    behaviour = Behaviour(task)
    right = Program.parse(KNOWN.learnt_skill("settled").body.text, KNOWN)
    assert behaviour.same(right, right)
    assert not behaviour.same(library.table.learnt_skill("wrong").body, right)
