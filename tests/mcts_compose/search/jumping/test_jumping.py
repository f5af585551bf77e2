"""Search for programs with jumps: against brute force on small spaces, and what it reports."""

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.suites.subleq_v1 import documents
from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.jumping import machine
from mcts_compose.search.jumping.endless import TRAIL
from mcts_compose.search.jumping.layout import program_of
from mcts_compose.search.jumping.partial import BOUND, COUNT, END, NO_LABEL, UNCHOSEN, make_partial
from mcts_compose.search.jumping.run import FUEL, run_jumping
from mcts_compose.search.jumping.tables import build, example_order
from mcts_compose.search.jumping.tree import value_of
from tests.benchmarks import plain_assembly
from tests.mcts_compose.search.jumping import brute_force

SUBLEQ = ("subleq", ("subleq",), ("a", "s1"), (1,))
X86 = ("x86", ("cmp", "jl", "jmp", "add"), ("a", "b"), (3,))
BOUNDLESS = Budget(executions=10**9)


def problem_of(space, inputs, goals, outputs=(0,), longest=2):
    set_, instructions, registers, constants = space
    rows = np.zeros((len(inputs), len(registers)), np.int64)
    rows[:, : len(inputs[0])] = inputs
    goals = np.array(goals, np.int64).reshape(len(inputs), len(outputs))
    return FixedProblem(
        set_, instructions, registers, len(inputs[0]), rows, goals, outputs, constants, longest
    )


def task_problem(id_):
    (document,) = [document for document in documents() if document["id"] == id_]
    memory, names = document["memory"], tuple(document["arg_names"])
    registers = names + tuple(f"s{number + 1}" for number in range(memory["scratch"]))
    outputs = tuple(registers.index(name) for name in memory["outputs"])
    space = (memory["set"], tuple(memory["instructions"]), registers, tuple(memory["constants"]))
    return problem_of(space, document["inputs"], document["outputs"], outputs, memory["max_length"])


def small_problems(space, num_inputs, count, longest):
    """Goals of random programs, and a few of none."""
    rng = random.Random(5)
    inputs = [[rng.randint(-6, 9) for _ in range(num_inputs)] for _ in range(4)]
    blank = problem_of(space, inputs, [0] * len(inputs), longest=longest)
    every = list(brute_force.bodies(blank, longest))
    header = f"{space[0]} ({', '.join(f'{name}: int' for name in space[2][:num_inputs])}) -> (a)"
    found = []
    while len(found) < count:
        text = "; ".join((header, *rng.choice(every)))
        try:
            goals = [plain_assembly.run(text, row, FUEL)[0] for row in inputs]
        except plain_assembly.OutOfFuelError:
            continue
        if len(found) % 5 == 4:
            goals[-1] += 1
        found.append(problem_of(space, inputs, goals, longest=longest))
    return found


@pytest.mark.parametrize(("space", "num_inputs"), [(SUBLEQ, 1), (X86, 2)], ids=["subleq", "x86"])
def test_enumeration_is_exhausted_or_shortest_where_brute_force_says_so(space, num_inputs):
    lengths = []
    for problem in small_problems(space, num_inputs, 15, 2):
        outcome = run_jumping(problem, searcher="enumerate", budget=BOUNDLESS)
        lengths.append(brute_force.shortest(problem, 2, FUEL))
        if lengths[-1] is None:
            assert (outcome.stopped, outcome.program, outcome.none_shorter_than) == ("exhausted", None, 3)
        else:
            assert outcome.stopped == "solved"
            assert outcome.program.length == outcome.none_shorter_than == lengths[-1]
            assert brute_force.text_is_right(problem, outcome.program.text, FUEL)
    assert {None, 1, 2} == set(lengths)


@pytest.mark.parametrize("prune", ["dead-writes", "commutation"])
def test_a_prune_changes_no_length(prune):
    space = ("x86", ("cmp", "jl", "add", "mov"), ("a", "b"), (3,))
    executions = {True: 0, False: 0}
    for problem in small_problems(space, 2, 12, 2):
        lengths = set()
        for is_on in (True, False):
            options = FixedOptions(prunes=frozenset([prune] if is_on else []))
            outcome = run_jumping(
                replace(problem, max_length=4), searcher="enumerate", budget=BOUNDLESS, options=options
            )
            lengths.add(outcome.program.length if outcome.program else None)
            executions[is_on] += outcome.executions
        assert len(lengths) == 1
    assert executions[True] < executions[False]


@pytest.mark.slow
@pytest.mark.parametrize(("space", "num_inputs"), [(SUBLEQ, 1), (X86, 2)], ids=["subleq", "x86"])
def test_enumeration_agrees_with_brute_force_on_three_lines(space, num_inputs):
    for problem in small_problems(space, num_inputs, 4, 3):
        outcome = run_jumping(problem, searcher="enumerate", budget=BOUNDLESS)
        wanted = brute_force.shortest(problem, 3, FUEL)
        assert (outcome.program.length if outcome.program else None) == wanted


@pytest.mark.parametrize("searcher", ["mcts", "enumerate"])
@pytest.mark.parametrize(
    "id_", ["find-negate-in-place", "find-is-less", "find-minimum", "find-absolute", "find-product"]
)
def test_programs_found_are_right(id_, searcher):
    problem = task_problem(id_)
    outcome = run_jumping(problem, searcher=searcher, budget=BOUNDLESS)
    assert outcome.stopped == "solved"
    assert outcome.program.length <= problem.max_length
    assert brute_force.text_is_right(problem, outcome.program.text, FUEL)


@pytest.mark.parametrize("searcher", ["mcts", "enumerate"])
@pytest.mark.parametrize("longest", [33, 42, 200])
def test_long_bounds_are_no_proof(searcher, longest):
    hard = problem_of(X86, [[3, 9], [8, 1]], [123456, -777], longest=longest)
    outcome = run_jumping(hard, searcher=searcher, budget=Budget(executions=20_000))
    assert outcome.stopped == "budget:executions" and (outcome.none_shorter_than or 0) < 8


def test_scratch_registers_are_named_in_order():
    outcome = run_jumping(task_problem("find-negate-in-place"), searcher="enumerate", budget=BOUNDLESS)
    assert outcome.program.text.index("s1") < outcome.program.text.index("s2")


def test_same_seed_and_budget_give_the_same_search():
    problem = task_problem("find-exchange")
    first, second = (
        run_jumping(problem, searcher="mcts", budget=Budget(simulations=600), seed=3) for _ in range(2)
    )
    assert first.stopped == second.stopped == "budget:simulations"
    assert first.simulations == second.simulations == 600
    assert (first.tree_hash, first.executions) == (second.tree_hash, second.executions)
    other = run_jumping(problem, searcher="mcts", budget=Budget(simulations=600), seed=4)
    assert other.tree_hash != first.tree_hash


def test_executions_are_bounded_to_the_unit():
    outcome = run_jumping(
        task_problem("find-exchange"), searcher="enumerate", budget=Budget(executions=12_345)
    )
    assert (outcome.stopped, outcome.executions) == ("budget:executions", 12_345)


def test_all_shortest_programs_are_handed_out_once():
    problem, texts = task_problem("find-copy"), []
    outcome = run_jumping(
        problem, searcher="enumerate", budget=BOUNDLESS, options=FixedOptions(all=True),
        on_program=lambda program: texts.append(program.text),
    )  # fmt: skip
    assert outcome.num_programs == len(texts) == len(set(texts)) > 1
    assert all(brute_force.text_is_right(problem, text, FUEL) for text in texts)
    assert all(text.count("subleq ") == 4 for text in texts)  # the header and three lines
    body = [text.partition("; ")[2] for text in texts]
    assert "subleq b, b; subleq a, s1; subleq s1, b" in body
    assert "subleq a, s1; subleq b, b; subleq s1, b" in body


def test_none_shorter_is_proved():
    problem = task_problem("find-negate-in-place")
    proof = run_jumping(problem, budget=BOUNDLESS, options=FixedOptions(prove_none_shorter_than=4))
    assert (proof.stopped, proof.program, proof.none_shorter_than) == ("exhausted", None, 4)
    refuted = run_jumping(problem, budget=BOUNDLESS, options=FixedOptions(prove_none_shorter_than=5))
    assert (refuted.stopped, refuted.program.length) == ("solved", 4)


def test_length_is_optimised_with_a_proof():
    problem = task_problem("find-minimum")
    outcome = run_jumping(problem, budget=BOUNDLESS, options=FixedOptions(optimise="length"))
    assert outcome.stopped == "solved"
    assert outcome.program.length == outcome.none_shorter_than == 3


def test_bad_input_is_one_sentence():
    with pytest.raises(InputError, match="beam"):
        run_jumping(task_problem("find-copy"), searcher="beam", budget=BOUNDLESS)
    pushing = problem_of(("x86", ("push",), ("a", "b"), ()), [[1, 2]], [1])
    with pytest.raises(InputError, match="push"):
        run_jumping(pushing, budget=BOUNDLESS)


def test_examples_that_tell_most_run_first():
    problem = problem_of(SUBLEQ, [[0], [5], [9]], [0, -5, -9])
    order = example_order(problem)
    assert order[-1] == 0 and order[0] == 1


def random_program(rng, built, length):
    """A program of `length` lines behind each other, with random instructions and labels."""
    partial = make_partial(length, len(built.cases.seen) - 2)
    partial.scalars[COUNT] = partial.scalars[BOUND] = length
    for line in range(length):
        number = rng.randrange(len(built.instructions))
        partial.instruction[line] = number
        partial.behind[line] = END if line + 1 == length else line + 1
        partial.before[line] = line - 1
        if built.instructions[number].row.name == "subleq":
            partial.label[line] = rng.choice([NO_LABEL, END, *range(length)])
        elif built.instructions[number].row.name.startswith("j"):
            partial.label[line] = rng.choice([END, *range(length)])
    return partial


@pytest.mark.parametrize(("space", "num_inputs"), [(SUBLEQ, 1), (X86, 2)], ids=["subleq", "x86"])
def test_whole_programs_run_as_in_plain_python(space, num_inputs):
    """Also with loops that are found to be endless before their fuel is used up."""
    rng = random.Random(1)
    inputs = [[rng.randint(-9, 40) for _ in range(num_inputs)] for _ in range(3)]
    solved = 0
    for _ in range(600):
        blank = problem_of(space, inputs, [0] * 3)
        built = build(blank, np.random.default_rng(0), 2000)
        partial = random_program(rng, built, rng.randint(1, 5))
        text = program_of(blank, built.instructions, partial).text
        try:
            goals = [plain_assembly.run(text, row, 2000) for row in inputs]
        except plain_assembly.OutOfFuelError:
            goals = None
        problem = problem_of(space, inputs, goals or [0] * 3)
        built = build(problem, np.random.default_rng(0), 2000)
        machine.start_example(built.cases, built.registers, built.state, 0)
        status = machine.go_on(built.tables, partial, built.cases, built.registers, built.state)
        assert status == (machine.WRONG if goals is None else machine.SOLVED), text
        solved += goals is not None
    assert 100 < solved < 590


def test_a_counting_loop_ends_and_its_mirror_image_does_not():
    """The first loop leaves after 1,000 passes; the second counts away from the end."""
    space = ("subleq", ("subleq",), ("a", "s1"), (1, -1))
    for constant, status in ((1, machine.SOLVED), (-1, machine.WRONG)):
        problem = problem_of(space, [[1000]], [0])
        built = build(problem, np.random.default_rng(0), 2**20)
        text_of = [
            " ".join((instruction.row.name, *map(str, instruction.operands)))
            for instruction in built.instructions
        ]
        cell = len(space[2]) + space[3].index(constant)
        partial = make_partial(2, 2)
        partial.scalars[COUNT] = 2
        partial.instruction[:] = text_of.index(f"subleq {cell} 0"), text_of.index("subleq 1 1")
        partial.behind[:] = 1, UNCHOSEN
        partial.label[:] = END, 0
        machine.start_example(built.cases, built.registers, built.state, 0)
        assert machine.go_on(built.tables, partial, built.cases, built.registers, built.state) == status
        if status == machine.WRONG:
            assert built.state[machine.FUEL_USED] <= TRAIL


def test_value_is_the_share_of_outputs_that_are_right_so_far():
    problem = problem_of(SUBLEQ, [[4], [0], [7]], [[-4, 4], [0, 0], [9, -7]], outputs=(1, 0))
    built = build(problem, np.random.default_rng(0), FUEL)
    names = [(instruction.row.name, instruction.operands) for instruction in built.instructions]
    partial = make_partial(2, 2)
    arguments = built.tables, partial, built.cases, built.registers, built.state
    assert value_of(*arguments) == pytest.approx(3 / 6)
    partial.instruction[0] = names.index(("subleq", (0, 1)))
    assert value_of(*arguments) == pytest.approx(4 / 6)
