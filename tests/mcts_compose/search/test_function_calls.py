"""Python functions in the search: calls of them, and loops over them, give what the machine gives."""

import pickle
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from mcts_compose.budget import Budget
from mcts_compose.search.machine_calls import MAX_FUEL
from mcts_compose.search.machine_code import is_code, program_of_action
from mcts_compose.solving import solve
from tests.mcts_compose.make_result import INT, INTS, make_task
from tests.mcts_compose.search.derived_runs import assert_equal_batches, run_in_search
from tests.mcts_compose.search.problems import make_engine, make_problem
from tests.vm.functions import offered
from tests.vm.random_values import random_value
from vm.functions.linking import key_of
from vm.functions.table import FUNCTIONS, entry_of
from vm.isa import Status
from vm.limits import Limits
from vm.values import Elem, encode

EXAMPLES = 4
ROUNDS = 6
LIMITS = Limits(fuel=2 * MAX_FUEL)
SIGNATURE = "x: list[int], f: list[float], g: grid, n: int, s: str -> list[int]"
ROWS = [([3, 1, 2], [0.5, 2.0], [[1, 2], [3, 4]], 2, "ab")] * EXAMPLES
ENGINE = make_engine(replace(make_problem(SIGNATURE, ROWS, [[9, 9]] * EXAMPLES), library=offered.TABLE))
CODE = [action for action in ENGINE.actions if is_code(action)]


def name_of(action):
    """A readable name of an action."""
    return f"{action.row.name}[{','.join(skill.text('abc') for skill in action.skills)}]-{action.overload}"


def draw(rng, type_):
    """A value of a type; ints are small, so that loops are short."""
    if type_.elem is Elem.INT and type_.rank < 2:
        return (
            rng.randint(-2, 9) if type_.rank == 0 else [rng.randint(-2, 99) for _ in range(rng.randint(0, 6))]
        )
    return random_value(rng, type_)


def test_every_way_to_use_a_function_is_an_action():
    used = {(action.row.name, *(skill.row.name for skill in action.skills)) for action in CODE}
    wanted = {
        ("turn",), ("masked_sum",), ("mirrored",), ("double_letters",), ("map", "collatz"),
        ("iterate", "turn"), ("filter", "is_small"), ("scan", "add_positive"), ("fold", "add_positive"),
        ("iterate", "mirrored"), ("until", "collatz", "is_small"), ("until", "collatz", "even"),
        ("until", "mul", "is_small"),
    }  # fmt: skip
    assert not wanted - used


@pytest.mark.parametrize("action", CODE, ids=name_of)
def test_what_the_search_gives_is_what_the_machine_gives(action):
    rng = random.Random(name_of(action))
    program = program_of_action(action, offered.TABLE)
    for _ in range(ROUNDS):
        batches = [
            encode([draw(rng, type_) for _ in range(EXAMPLES)], type_) for type_ in action.overload.params
        ]
        got, wanted = run_in_search(ENGINE, action, batches), program.run(batches, LIMITS)
        if got is None:
            # The search's bounds are tighter on loops.
            assert wanted.status is not Status.OK or action.row.name in ("iterate", "until", "scan", "fold")
            continue
        assert wanted.status is Status.OK
        assert_equal_batches(got, wanted.output)


def test_what_is_saved_of_a_search_holds_keys_and_no_addresses():
    key = key_of(offered.turn.body)
    words = set(ENGINE.memory.tolist())
    assert key in words and int(entry_of(key)) != 0
    assert not words & set(FUNCTIONS.words[2 : 2 + 2 * FUNCTIONS(0) : 2].tolist())


STEPS = make_task(
    input_types=(INT, INT), output_type=INT,
    inputs=((6, 3), (7, 4), (10, 0), (27, 5), (5, 5), (12, 9)), outputs=(5, 17, 10, 31, 1, 1),
    test_inputs=((27, 100), (97, 60)), test_outputs=(53, 425),
)  # fmt: skip
ALONE = make_task(
    input_types=(INTS,), output_type=INT,
    inputs=(([5, 1],), ([2, 2, 2],), ([],), ([9],), ([1, 2, 3, 4, 5],)), outputs=(17, 13, 1, 28, 12),
    test_inputs=(([0, 7, 1, 3],),), test_outputs=(10,),
)  # fmt: skip


def solved(task):
    """Searches a task with the functions, and returns its result."""
    return solve(replace(task, library=offered.TABLE), prior="frequency", budget=Budget(executions=60_000))


def test_a_task_is_solved_by_calling_a_function():
    result = solved(ALONE)
    assert result.solved and result.generalises and "weighed" in {skill[0] for skill in result.skills}


def test_a_task_is_solved_by_looping_a_function():
    result = solved(STEPS)
    assert result.solved and result.generalises and "iterate(&collatz, " in result.program_text
    assert not solve(STEPS, prior="frequency", budget=Budget(executions=60_000)).solved


@pytest.mark.slow
def test_a_worker_process_finds_the_same():
    task = pickle.loads(pickle.dumps(STEPS))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(solved, task).result()
    here = solved(STEPS)
    assert (there.program_text, there.skills, there.task_hash) == (
        here.program_text,
        here.skills,
        here.task_hash,
    )
    assert there.executions == here.executions
