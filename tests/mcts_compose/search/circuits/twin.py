"""Circuits the slow and obvious way: rows as lists of bits, every chain of gates tried."""

import itertools

import numpy as np

from mcts_compose.search.straight_lines import WordProblem

GATES = {
    "not": lambda x: 1 - x,
    "and": lambda x, y: x & y,
    "or": lambda x, y: x | y,
    "xor": lambda x, y: x ^ y,
    "nand": lambda x, y: 1 - (x & y),
    "nor": lambda x, y: 1 - (x | y),
    "xnor": lambda x, y: 1 - (x ^ y),
    "andn": lambda x, y: (1 - x) & y,
    "orn": lambda x, y: (1 - x) | y,
}
AND_INVERTER = ("and", "nand", "or", "nor", "andn", "orn")
BASES = {
    "and-inverter": (AND_INVERTER, ("not",)),
    "and, xor, not": (("and", "xor", "not"), ()),
    "nand": (("nand",), ()),
    "xor, orn": (("xor", "orn"), ()),
    "all, not free": ((*AND_INVERTER, "xor", "xnor"), ("not",)),
}


def assignments(num_inputs):
    """All rows of a truth table, the first input the most significant."""
    return list(itertools.product((0, 1), repeat=num_inputs))


def words_of(bits):
    """One list of bits as words, 64 bits in a word."""
    number = sum(bit << row for row, bit in enumerate(bits))
    return [number >> start & (2**64 - 1) for start in range(0, len(bits), 64)]


def table_problem(inputs, goals, operators, cares=None, constants=()):
    """A problem from lists of bits, one a function."""
    cares = cares or [[1] * len(goal) for goal in goals]
    words = [np.array([words_of(bits) for bits in rows], np.uint64) for rows in (inputs, goals, cares)]
    return WordProblem(1, *words, tuple(operators), tuple(constants))


def function_problem(num_inputs, function, operators):
    """A problem from a Python function of bits that returns the list of outputs."""
    rows = assignments(num_inputs)
    outputs = [function(*row) for row in rows]
    inputs = [list(column) for column in zip(*rows, strict=True)]
    return table_problem(
        inputs, [[int(out[i]) for out in outputs] for i in range(len(outputs[0]))], operators
    )


def outputs_of(problem, solution):
    """Runs a straight line row by row."""
    num_rows = 64 * problem.inputs.shape[1]
    columns = []
    for row in range(num_rows):
        values = [int(words[row // 64]) >> row % 64 & 1 for words in problem.inputs]
        values += [int(bool(constant)) for constant in solution.constants]
        for name, operands in solution.lines:
            assert name in problem.operators or name == "not"
            values.append(GATES[name](*(values[operand] for operand in operands)))
        columns.append([values[pointer] for pointer in solution.outputs])
    return columns


def is_solution(problem, solution):
    """Says whether every output is its goal on all rows that matter."""
    for row, outputs in enumerate(outputs_of(problem, solution)):
        for goal, care, output in zip(problem.goals, problem.cares, outputs, strict=True):
            if int(care[row // 64]) >> row % 64 & 1 and int(goal[row // 64]) >> row % 64 & 1 != output:
                return False
    return True


def next_functions(functions, operators, has_free_not):
    """All functions (tuples of bits) that one gate makes of `functions`."""
    if has_free_not:
        functions = [*functions, *(tuple(1 - bit for bit in function) for function in functions)]
    for name in operators:
        for operands in itertools.product(functions, repeat=1 if name == "not" else 2):
            yield tuple(GATES[name](*bits) for bits in zip(*operands, strict=True))


def matches(function, goal, care, has_free_not):
    """Says whether a function is the goal where it matters."""
    differ = [a != b for a, b, matters in zip(function, goal, care, strict=True) if matters]
    return not any(differ) or (has_free_not and all(differ))


def is_possible(functions, goals, cares, operators, has_free_not, gates):
    """Says whether all goals can be made with so many more gates: tries every gate, in every order."""
    pairs = zip(goals, cares, strict=True)
    if all(any(matches(made, goal, care, has_free_not) for made in functions) for goal, care in pairs):
        return True
    if gates == 0:
        return False
    return any(
        is_possible([*functions, made], goals, cares, operators, has_free_not, gates - 1)
        for made in set(next_functions(functions, operators, has_free_not)) - set(functions)
    )


def smallest_size(inputs, goals, cares, operators, has_free_not, most):
    """Gates of a smallest circuit, or None if it takes more than `most`."""
    functions = [tuple(bits) for bits in inputs]
    for gates in range(most + 1):
        if is_possible(functions, goals, cares, operators, has_free_not, gates):
            return gates
    return None


def sizes_of_all(num_inputs, operators, has_free_not, most):
    """Size of a smallest circuit of every function that takes at most so many gates; all chains are tried."""
    inputs = [tuple(column) for column in zip(*assignments(num_inputs), strict=True)]
    sizes = dict.fromkeys(inputs, 0)

    def extend(functions, gates):
        for made in set(next_functions(functions, operators, has_free_not)) - set(functions):
            sizes[made] = min(gates, sizes.get(made, gates))
            if gates < most:
                extend([*functions, made], gates + 1)

    extend(inputs, 1)
    return sizes
