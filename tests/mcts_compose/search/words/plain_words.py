"""Plain twins of the search for words: dicts and Python ints, no hashes of ours, no kernels."""

from itertools import product

import numpy as np

from mcts_compose.search.straight_lines import WordProblem
from vm.assembly.isa import ASSEMBLY_ROWS, OperandKind
from vm.reference.assembly import apply_operator

BIT_VECTOR = tuple(
    "neg not add sub mul udiv urem sdiv srem and or xor shl lshr ashr ult ule slt sle eq ne ite".split()
)


def make_problem(function, examples, width, operators, constants=(0, 1)):
    """A problem with one goal: what a Python function gives on the examples."""
    mask = (1 << width) - 1
    inputs = np.array(examples, np.uint64).T.copy()
    goals = np.array([[function(*example) & mask for example in examples]], np.uint64)
    return WordProblem(width, inputs, goals, np.full_like(goals, mask), tuple(operators), tuple(constants))


def num_reads(mnemonic):
    return sum(kind == OperandKind.READ for kind in ASSEMBLY_ROWS[mnemonic].three)


def apply_plainly(mnemonic, operands, width):
    """One operator on unsigned words, by the machine's reference."""
    return apply_operator(mnemonic, width, *operands) % (1 << width)


def run_plainly(solution, example, width):
    """The outputs of a straight line on one example."""
    values = [int(word) for word in example] + [word % (1 << width) for word in solution.constants]
    for mnemonic, pointers in solution.lines:
        values.append(apply_plainly(mnemonic, [values[pointer] for pointer in pointers], width))
    return [values[output] for output in solution.outputs]


def meets_goals(problem, solution):
    """Whether a straight line gives the goals on all examples, in the bits that matter."""
    for each, example in enumerate(problem.inputs.T.tolist()):
        for word, goal, care in zip(
            run_plainly(solution, example, problem.width),
            problem.goals[:, each].tolist(),
            problem.cares[:, each].tolist(),
            strict=True,
        ):
            if (word ^ goal) & care:
                return False
    return True


def levels_plainly(problem, last):
    """All contents by the operators of their cheapest tree: a list of sets, one for each cost."""
    width = problem.width
    num_words = problem.inputs.shape[1]
    leaves = {tuple(row) for row in problem.inputs.tolist()}
    leaves |= {(word % (1 << width),) * num_words for word in problem.constants}
    levels, known = [leaves], set(leaves)
    for level in range(1, last + 1):
        found = set()
        for mnemonic in problem.operators:
            reads = num_reads(mnemonic)
            for costs in product(range(level), repeat=reads):
                if sum(costs) != level - 1:
                    continue
                for rows in product(*(levels[cost] for cost in costs)):
                    words = zip(*rows, strict=True)
                    found.add(tuple(apply_plainly(mnemonic, each, width) for each in words))
        levels.append(found - known)
        known |= found
    return levels
