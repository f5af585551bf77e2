"""Tasks of words and cells for tests, small enough to be understood at a glance."""

import itertools

from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory, TruthTable, WordMemory
from vm.values import Elem, ValueType

WORD, WORDS = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1)
BOOL, BOOLS = ValueType(Elem.BOOL, 0), ValueType(Elem.BOOL, 1)


def word_task(function, inputs, width=8, **changes):
    """A bit trick whose examples a Python function says."""
    count = len(inputs[0])
    fields = {
        "id": "trick", "name": "trick", "description": None, "input_types": (WORD,) * count,
        "output_type": WORD, "inputs": tuple(inputs),
        "outputs": tuple(function(*words) % 2**width for words in inputs),
        "memory": WordMemory(f"bv{width}", ("and", "or", "xor", "add", "sub", "not", "neg"), (0, 1)),
    }  # fmt: skip
    return Task(**(fields | changes))


def sort_task(count, instructions=("mov", "cmp", "cmovl", "cmovg"), **changes):
    """A sorting kernel over all orders of 1 .. count."""
    orders = tuple(itertools.permutations(range(1, count + 1)))
    names = tuple("abcde"[:count])
    fields = {
        "id": "sort", "name": "sort", "description": None, "input_types": (WORD,) * count,
        "output_type": WORDS, "arg_names": names, "inputs": orders,
        "outputs": tuple(sorted(order) for order in orders),
        "memory": FixedMemory("x86", instructions, ("s1",), names),
    }  # fmt: skip
    return Task(**(fields | changes))


def table_task(outputs, count, **changes):
    """A circuit."""
    table = TruthTable(count, tuple(outputs))
    fields = {
        "id": "circuit", "name": "circuit", "description": None, "input_types": (BOOL,) * count,
        "output_type": BOOLS, "inputs": table.inputs, "outputs": table.values, "table": table,
        "memory": WordMemory("gates", ("and", "or", "not")),
    }  # fmt: skip
    return Task(**(fields | changes))
