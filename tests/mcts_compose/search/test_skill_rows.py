"""Searches for growing memory call skills with assembly bodies that the task names."""

from dataclasses import replace

import pytest

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search.actions import build_actions
from mcts_compose.search.skill_rows import assembly_names, assembly_of, skill_table
from mcts_compose.solving import solve
from tests.mcts_compose.make_result import INT, INTS, make_task
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, run_levels, type_of
from tests.mcts_compose.search.problems import make_engine, make_problem, same_batch

# Memory moves the word behind it into cell 9, negated, and from there back.
MOVE = [12, 9, 3, 12, 12, 6, 9, 12, -1, 0, 0, 0]
LATER = [12, 9, 3, 12, 12, 6, 9, 12, -1, 7, 0, 0]
NAMES = ("append", "last", "run_subleq")


def test_every_assembly_skill_is_an_action_when_it_is_named():
    problem = make_problem("x: list[int], n: int -> list[int]", [([1], 1)], [[1]], assembly_names())
    table = skill_table(problem)
    bodies = [assembly_of(action.row, table) for action in build_actions(problem, {})]
    assert len(bodies) == len(assembly_names()) and None not in bodies


def test_assembly_is_not_searched_unless_it_is_named():
    problem = make_problem("x: list[int], n: int -> list[int]", [([1], 1)], [[1]])
    table = skill_table(problem)
    assert all(assembly_of(action.row, table) is None for action in build_actions(problem, {}))


def test_contents_made_by_assembly_are_what_the_machine_gives():
    rows = [(MOVE, 21), (LATER, 5), ([0, 1], 3), ([], -1), ([3, 4, 6, 7, 7, 7, 5, 1, 0], 8)]
    engine = make_engine(
        make_problem("x: list[int], n: int -> int", rows, [10**9] * 5, NAMES), prices=dict.fromkeys(NAMES, 1)
    )
    run_levels(engine, 9)
    made = [contents for contents in all_contents(engine) if is_derived(engine, contents)]
    called = 0
    for contents in made:
        program = replace(engine.program_of(contents), output_type=type_of(engine, contents))
        called += "run_subleq" in program.called
        assert same_batch(program.run(engine.problem.inputs).output, engine.values(contents)), program
    assert called > 20


def test_a_task_is_solved_by_running_its_data_as_a_program():
    task = make_task(
        input_types=(INTS, INT), inputs=((MOVE, 21), (MOVE, 5), (LATER, -3)), outputs=(21, 5, -10),
        test_inputs=((MOVE, 8), (LATER, 4)), test_outputs=(8, -3), skills=NAMES,
    )  # fmt: skip
    result = solve(task, prior="uniform", budget=Budget(seconds=20, simulations=2000))
    assert result.solved and result.generalises
    assert "run_subleq" in result.program_text
    assert result.program(MOVE, 77) == 77


def test_assembly_that_does_not_end_is_a_fault_of_the_candidate():
    endless = [3, 4, 0, 0, 0]
    rows = [(endless, 10**12), ([1, 2, 3], 1)]
    engine = make_engine(
        make_problem("x: list[int], n: int -> list[int]", rows, [[10**9]] * 2, ("run_subleq",))
    )
    run_levels(engine, 8)
    derived = [
        engine.program_of(contents) for contents in all_contents(engine) if is_derived(engine, contents)
    ]
    assert derived
    assert all("run_subleq(x, n)" not in program.text for program in derived)


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(InputError, match="run_subleq"):
        solve(make_task(skills=("run_subleqq",)))
