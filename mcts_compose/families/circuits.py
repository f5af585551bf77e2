"""Circuits: boolean functions of up to 13 inputs as straight lines of gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mcts_compose.families.choice import Request, refuse
from mcts_compose.families.straight_lines import DEFAULT_MEMORY_MB, longest_of, program_of
from mcts_compose.memory_fields import AND_INVERTER
from mcts_compose.task import Task
from mcts_compose.task_memory import TruthTable, WordMemory, arguments_of

if TYPE_CHECKING:
    from mcts_compose.search import SearchOutcome
    from mcts_compose.search.straight_lines import WordProblem

WORD_BITS = 64


def check(task: Task, request: Request) -> None:
    """Checks the options: circuits are proved minimal, but not counted."""
    refuse(task, request, ("all",), "circuits")


def search(task: Task, request: Request) -> SearchOutcome:
    """Searches for a circuit; in an and-inverter graph inverters are free."""
    from mcts_compose.search.circuits.run import run_circuit
    from mcts_compose.search.outcome import SearchOutcome

    assert isinstance(task.memory, WordMemory)
    budget = request.budget
    found = run_circuit(
        problem_of(task), searcher=request.searcher, seconds=budget.seconds, executions=budget.executions,
        simulations=budget.simulations, memory_mb=budget.memory_mb or DEFAULT_MEMORY_MB, seed=request.seed,
        max_length=longest_of(task, request), optimise=request.options.optimise == "length",
        free=free_of(task.memory), prove_none_shorter_than=request.options.prove_none_shorter_than,
    )  # fmt: skip
    return SearchOutcome(
        program=None if found.solution is None else program_of(task, found.solution),
        cost=None if found.size is None else float(found.size),
        simulations=found.simulations,
        executions=found.executions,
        distinct=found.distinct,
        model_calls=0,
        nodes=found.nodes,
        stopped=found.stopped,
        seconds=found.seconds,
        tree_hash=found.tree_hash,
        none_shorter_than=found.proven_lower_bound or None,
    )


def free_of(memory: WordMemory) -> tuple[str, ...]:
    """Returns the instructions that cost nothing: inverters, where all gates of an and-inverter graph are."""
    return ("not",) if set(memory.instructions) == set(AND_INVERTER) else ()


def problem_of(task: Task) -> WordProblem:
    """Returns what the search may see of a task: rows of the table, 64 in a word, the first in bit 0."""
    from mcts_compose.search.straight_lines import WordProblem

    assert isinstance(task.memory, WordMemory)
    table = task.table or _as_table(task)
    rows = arguments_of(table.num_inputs) if task.table is not None else task.inputs
    cares = [[mark != "-" for mark in output] for output in table.outputs]
    return WordProblem(
        width=min(WORD_BITS, len(rows)),
        inputs=packed([[bool(row[index]) for row in rows] for index in range(table.num_inputs)]),
        goals=packed([[mark == "1" for mark in output] for output in table.outputs]),
        cares=packed(cares),
        operators=task.memory.instructions,
        constants=tuple(ones * (2 ** min(WORD_BITS, len(rows)) - 1) for ones in task.memory.constants),
    )


def packed(columns: Sequence[Sequence[bool]]) -> NDArray[np.uint64]:
    """Returns `[len(columns), words]` uint64 of truth values, 64 in a word, the first in bit 0."""
    count = -(-len(columns[0]) // WORD_BITS) * WORD_BITS
    bits = np.zeros((len(columns), count), bool)
    bits[:, : len(columns[0])] = columns
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _as_table(task: Task) -> TruthTable:
    """Returns the shown examples of a task without a table in the same form, one row for each."""
    values = [output if isinstance(output, list) else [output] for output in task.outputs]
    outputs = tuple(
        "".join("1" if value else "0" for value in column) for column in zip(*values, strict=True)
    )
    return TruthTable(len(task.input_types), outputs)
