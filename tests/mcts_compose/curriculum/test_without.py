"""The comparison without learnt skills: what is searched, how it resumes, what it comes to."""

from dataclasses import replace

import pytest

from mcts_compose.curriculum import without
from mcts_compose.curriculum.admission import Admitted
from mcts_compose.curriculum.learning import Generation, Schedule
from mcts_compose.curriculum.plan import Attempt, Plan
from mcts_compose.curriculum.progress import Progress
from mcts_compose.curriculum.without import by_generation, compare_without, late, totals
from mcts_compose.results.suite_run import run_suite
from mcts_compose.settings import Settings
from tests.mcts_compose.library.shelf_of_three import make_three
from tests.mcts_compose.make_result import make_result, make_task

SCHEDULE = Schedule(executions=1000)


class Recorder:
    """Solves what is not in `hard`, and notes the tasks that it was given."""

    def __init__(self, hard=()):
        self.hard = hard
        self.tasks = []

    def __call__(self, task, *, seed, suite):
        self.tasks.append(task)
        solved = task.id not in self.hard
        return make_result(
            task.id, suite=suite, seed=seed, executions=70, seconds=2.0, solved=solved, generalises=solved
        )


@pytest.fixture
def searched(monkeypatch):
    """What `compare_without` searches, with a solver in the search's place."""
    recorder = Recorder()
    monkeypatch.setattr(
        without, "run_suite", lambda *given, **named: run_suite(*given, **named, solver=recorder)
    )
    return recorder


def made(tmp_path):
    """Two generations: the first solves one task of three, the second tries both others with more."""
    library = make_three(tmp_path / "lib")
    tasks = [replace(make_task(number), library=library.table, subtasks=("double",)) for number in range(3)]
    progress = Progress(tasks, 2)
    found = []
    plans = (
        Plan(
            generation=level + 1,
            attempts=tuple(Attempt(task.id, level, ("double",), ("double",)) for task in tasks[level:]),
            known=("double",),
        )
        for level in (0, 1)
    )
    for plan, right in zip(plans, ("task-000", "task-001"), strict=True):
        results = [
            make_result(
                attempt.task, solved=attempt.task == right, executions=plan.generation * 10, seconds=0.5
            )
            for attempt in plan.attempts
        ]
        progress.note(plan, {right: f"skill_of_{plan.generation}"})
        admitted = Admitted({right: f"skill_of_{plan.generation}"}, (), {})
        found.append(Generation(plan=plan, results=results, admitted=admitted, shared=(), progress=progress))
    return library, tasks, found


def test_tasks_are_searched_bare_under_the_budget_of_their_deciding_attempt(tmp_path, searched):
    library, tasks, generations = made(tmp_path)
    compared = compare_without("made-up", tasks, library, Settings(), SCHEDULE, generations)
    assert [task.id for task in searched.tasks] == [task.id for task in tasks]
    assert not any(task.library.learnt or task.subtasks for task in searched.tasks)
    assert [task.budget.executions for task in searched.tasks] == [1000, 4000, 4000]
    assert [(each.generation, each.executions) for each in compared] == [(1, 1000), (2, 4000), (None, 4000)]
    assert [each.with_library.executions for each in compared] == [10, 20, 20]
    assert {each.without.executions for each in compared} == {70}


def test_what_was_searched_is_not_searched_again(tmp_path, searched):
    library, tasks, generations = made(tmp_path)
    first = compare_without("made-up", tasks, library, Settings(), SCHEDULE, generations)
    searched.tasks.clear()
    reports = []
    again = compare_without(
        "made-up", tasks, library, Settings(), SCHEDULE, generations, on_progress=reports.append
    )
    assert again == first and not searched.tasks
    assert [(report.done, report.total) for report in reports] == [(3, 3)]


def test_a_run_that_learnt_on_is_compared_anew(tmp_path, searched):
    library, tasks, generations = made(tmp_path)
    one = compare_without("made-up", tasks, library, Settings(), SCHEDULE, generations[:1])
    assert [each.executions for each in one] == [1000, 1000, 1000]
    searched.tasks.clear()
    two = compare_without("made-up", tasks, library, Settings(), SCHEDULE, generations)
    assert [each.executions for each in two] == [1000, 4000, 4000] and len(searched.tasks) == 3


def test_nothing_learnt_is_nothing_compared(tmp_path, searched):
    library, tasks, _ = made(tmp_path)
    assert compare_without("made-up", tasks, library, Settings(), SCHEDULE, []) == []
    assert by_generation([]) == {} and late([]) == [] and totals([]).tasks == 0


def compared(task, generation, right_without, executions=(1, 2), seconds=(0.5, 4.0)):
    is_right = generation is not None
    return without.Comparison(
        task,
        generation,
        1000,
        make_result(task, solved=is_right, executions=executions[0], seconds=seconds[0]),
        make_result(task, solved=right_without, executions=executions[1], seconds=seconds[1]),
    )


def test_totals_stand_by_generation_and_the_unsolved_at_last():
    found = by_generation(
        [
            compared("a", 2, True, (10, 20), (1.0, 2.0)),
            compared("b", None, True),
            compared("c", 1, False, (1, 100), (0.25, 8.0)),
            compared("d", 2, False, (30, 40), (3.0, 4.0)),
        ]
    )
    assert list(found) == [1, 2, None]
    assert found[2] == (2, 2, 1, 1, 40, 60, 4.0, 6.0)
    assert found[1] == (1, 1, 0, 0, 1, 100, 0.25, 8.0)
    assert found[None][:4] == (1, 0, 1, 0)


def test_a_program_that_fits_only_what_is_shown_counts_as_not_solved():
    wrong = compared("a", 1, True)
    wrong = wrong._replace(without=make_result("a", generalises=False))
    assert totals([wrong]).solved_without == 0


@pytest.mark.parametrize(
    ("generations", "last"),
    [((1,), {1}), ((1, 2, 3), {3}), ((1, 2, 3, 4), {3, 4}), ((1, 2, 5, 9, 10, 14), {10, 14})],
)
def test_late_tasks_are_those_of_the_last_third_of_the_generations_that_solved_any(generations, last):
    tasks = [compared(f"task-{number}", number, False) for number in generations]
    tasks += [compared("unsolved", None, False)]
    assert {each.generation for each in late(tasks)} == last
