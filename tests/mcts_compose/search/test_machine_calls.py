"""Learnt skills in the search: calls of them, and loops over them, give what the machine gives."""

import random
from dataclasses import replace

import pytest

from mcts_compose.budget import Budget
from mcts_compose.search.machine_calls import MAX_FUEL
from mcts_compose.search.machine_code import is_code, program_of_action
from mcts_compose.solving import solve
from tests.mcts_compose.make_result import INT, INTS, make_task
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, run_levels, type_of
from tests.mcts_compose.search.derived_runs import assert_equal_batches, run_in_search
from tests.mcts_compose.search.problems import make_engine, make_problem, same_batch
from tests.vm.random_values import random_value
from vm.assembly.library import ASSEMBLY_SKILLS
from vm.isa import Status
from vm.limits import Limits
from vm.skill_text import SkillText, table_of
from vm.values import Elem, encode

EXAMPLES = 5
ROUNDS = 12
LIMITS = Limits(fuel=2 * MAX_FUEL)
TEXTS = """
carried: (t: int, s: int) -> int; v1 = div(t, 10); return add(v1, s)
above: (x: int, k: int) -> bool; return gt(x, k)
small: (x: int) -> bool; v1 = abs(x); return lt(v1, 100)
halved: (x: int) -> int; return div(x, 2)
insert_sorted: (xs: list[int], x: int) -> list[int]; v1 = append(xs, x); return sort(v1)
sums: (xs: list[int]) -> list[int]; return scan(&carried, xs)
is_long: (xs: list[int], k: int) -> bool; v1 = len(xs); return gt(v1, k)
longer: (xs: list[int]) -> list[int]; v1 = len(xs); return append(xs, v1)
turned: (g: grid) -> grid; v1 = flip_rows(g); return transpose(v1)
half_sum: (x: float, y: float) -> float; v1 = add(x, y); return mul(v1, 0.5)
ran: (p: list[int], n: int) -> list[int]; return run_subleq(p, n)
first_of_none: (xs: list[int]) -> int; v1 = len(xs); return index(xs, v1)
"""
LIBRARY = table_of(
    (SkillText(*line.partition(": ")) for line in TEXTS.strip().splitlines()),
    ASSEMBLY_SKILLS,
)
SIGNATURE = "x: list[int], f: list[float], g: grid, n: int -> list[int]"
ROWS = [([3, 1, 2], [0.5, 2.0], [[1, 2], [3, 4]], 2)] * EXAMPLES


def with_library(signature, rows, outputs, skills=None):
    """A problem whose programs may call the library."""
    return replace(make_problem(signature, rows, outputs, skills), library=LIBRARY)


ENGINE = make_engine(with_library(SIGNATURE, ROWS, [[9, 9, 9]] * EXAMPLES))
CODE = [action for action in ENGINE.actions if is_code(action)]


def name_of(action):
    """A readable name of an action."""
    skills = ",".join(skill.text("abc") for skill in action.skills)
    return f"{action.row.name}[{skills}]-{action.overload}"


def draw(rng, type_):
    """A value of a type, mostly small, so that loops are short."""
    if type_.elem is Elem.INT and type_.rank < 2 and rng.random() < 0.9:
        return (
            rng.randint(-2, 9) if type_.rank == 0 else [rng.randint(-9, 99) for _ in range(rng.randint(0, 6))]
        )
    return random_value(rng, type_)


def test_every_way_to_use_a_skill_is_an_action():
    used = {(action.row.name, *(skill.row.name for skill in action.skills)) for action in CODE}
    wanted = {
        ("carried",), ("map", "carried"), ("scan", "carried"), ("fold", "carried"), ("iterate", "carried"),
        ("filter", "above"), ("map", "small"), ("fold", "insert_sorted"), ("iterate", "longer"),
        ("until", "longer", "is_long"), ("until", "halved", "small"), ("until", "halved", "even"),
        ("until", "mul", "small"), ("turned",), ("iterate", "turned"), ("fold", "half_sum"), ("ran",),
    }  # fmt: skip
    assert not wanted - used


@pytest.mark.parametrize("action", CODE, ids=name_of)
def test_what_the_search_gives_is_what_the_machine_gives(action):
    rng = random.Random(name_of(action))
    program = program_of_action(action, LIBRARY)
    num_faults = 0
    for _ in range(ROUNDS):
        batches = [
            encode([draw(rng, type_) for _ in range(EXAMPLES)], type_) for type_ in action.overload.params
        ]
        got = run_in_search(ENGINE, action, batches)
        wanted = program.run(batches, LIMITS)
        if got is None:
            num_faults += 1
            # The search's bounds are tighter, on loops and on what a program of the scalar machine may do.
            assert wanted.status is not Status.OK or action.row.name in ("iterate", "until", "ran")
            continue
        assert wanted.status is Status.OK
        assert_equal_batches(got, wanted.output)
    if action.row.name == "first_of_none":
        assert num_faults == ROUNDS


def test_a_fault_leaves_nothing_behind():
    fault = next(action for action in CODE if action.row.name == "first_of_none")
    sums = next(action for action in CODE if action.row.name == "sums")
    batch = encode([[1, 2], [], [3], [25, 1], [9, 9, 9]], INTS)
    before = run_in_search(ENGINE, sums, [batch]).words.tolist()
    assert run_in_search(ENGINE, fault, [batch]) is None
    assert run_in_search(ENGINE, sums, [batch]).words.tolist() == before == [1, 2, 3, 25, 3, 9, 9, 9]


def test_programs_with_learnt_skills_give_their_contents():
    rows = [([36, 24, 5], 2), ([8], 0), ([], 3)]
    problem = with_library(
        "x: list[int], n: int -> list[int]", rows, [[10**9]] * 3, ("len", "add", "fold", "scan")
    )
    engine = make_engine(problem, prices=dict.fromkeys((*LIBRARY.names(),), 2))
    run_levels(engine, 8)
    learnt = 0
    for contents in all_contents(engine):
        if is_derived(engine, contents):
            program = replace(engine.program_of(contents), output_type=type_of(engine, contents))
            learnt += bool(program.called & {skill.name for skill in LIBRARY.learnt})
            assert same_batch(program.run(problem.inputs).output, engine.values(contents)), program
    assert learnt > 20


ADDITION = make_task(
    input_types=(INTS, INTS), output_type=INTS,
    inputs=(([4], [7]), ([9, 9, 1], [1, 0, 0]), ([5, 5, 5, 5], [5, 4, 9, 4]), ([0, 3], [9, 8]),
            ([7, 7, 7], [3, 2, 9]), ([1, 2, 3, 4], [9, 9, 9, 1])),
    outputs=([1], [0, 0, 2], [0, 0, 5, 0], [9, 1], [0, 0, 7], [0, 2, 3, 6]),
    test_inputs=(([9] * 60, [1] + [0] * 59),), test_outputs=([0] * 60,),
)  # fmt: skip


def test_a_task_is_solved_by_looping_a_learnt_skill():
    budget = Budget(executions=200_000)
    alone = solve(ADDITION, prior="frequency", budget=budget)
    assert not alone.solved
    result = solve(
        replace(ADDITION, library=LIBRARY, subtasks=("carried",)), prior="frequency", budget=budget
    )
    assert result.solved and result.generalises
    assert "carried" in {name for name, _, _ in result.skills}
    assert result.program([8, 9], [4, 9]) == [2, 9]
    assert result.task_hash != alone.task_hash


def test_an_expected_skill_is_met_sooner():
    hits = []
    for subtasks in ((), ("carried",)):
        task = replace(ADDITION, library=LIBRARY, subtasks=subtasks)
        hits.append(solve(task, prior="frequency", budget=Budget(executions=1_000_000)).first_hit)
    assert hits[1] is not None and (hits[0] is None or 2 * hits[1] < hits[0])


def test_skills_of_the_library_are_allowed_whatever_the_task_names():
    task = make_task(
        input_types=(INT,), output_type=INT, inputs=((3,), (10,), (41,)), outputs=(1, 5, 20),
        test_inputs=(), test_outputs=(), skills=("add",), library=LIBRARY,
    )  # fmt: skip
    assert solve(task, prior="uniform", budget=Budget(executions=10_000)).solved
