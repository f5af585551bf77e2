"""Decides what a solver may build words of: instructions with free operands, some of them fixed.

The tasks of `sygus_bv` come from the ICFP 2013 programming contest, whose language has far fewer operators
than our table of 64-bit words; a peer can be given that language instead.

Source: ICFP Programming Contest 2013, its language without fold; SyGuS-Org/benchmarks, PBE_BV_Track.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from mcts_compose.errors import UnsupportedError
from mcts_compose.task import Task
from mcts_compose.task_memory import WordMemory
from vm.assembly.isa import ASSEMBLY_ROWS, OperandKind

GRAMMARS: Final = ("task", "icfp")
Component: TypeAlias = "tuple[str, tuple[Component | int | None, ...]]"
"""A mnemonic and its operands: None is free, a number is that word, another component is its result."""

ICFP_SET: Final = "bv64"
ICFP_CONSTANTS: Final = (0, 1)
ICFP: Final[tuple[Component, ...]] = (
    ("not", (None,)),
    ("shl", (None, 1)),
    ("lshr", (None, 1)),
    ("lshr", (None, 4)),
    ("lshr", (None, 16)),
    ("and", (None, None)),
    ("or", (None, None)),
    ("xor", (None, None)),
    ("add", (None, None)),
    ("ite", (("eq", (None, 1)), None, None)),
)


def word_memory(task: Task) -> WordMemory:
    """Returns the memory of a task of words that grow.

    Raises:
      UnsupportedError: it is another kind of task.
    """
    memory = task.memory
    if not isinstance(memory, WordMemory) or memory.width == 1 or task.output_type.rank:
        raise UnsupportedError(
            f"task {task.id}: only tasks of words whose memory grows can be put in this way"
        )
    return memory


def components_of(task: Task, grammar: str) -> tuple[Component, ...]:
    """Returns what programs may be made of: the task's instructions, or those of another grammar.

    Raises:
      UnsupportedError: the task is of another kind, or lacks what the grammar has.
    """
    memory = word_memory(task)
    if grammar == "icfp":
        if memory.set != ICFP_SET or not _mnemonics(ICFP) <= set(memory.instructions):
            raise UnsupportedError(
                f"task {task.id}: the grammar icfp is one of {ICFP_SET} and its instructions"
            )
        return ICFP
    return tuple((name, (None,) * _num_read(name)) for name in memory.instructions if name != "mov")


def constants_of(task: Task, grammar: str) -> tuple[int, ...]:
    """Returns the words that may stand as operands."""
    return ICFP_CONSTANTS if grammar == "icfp" else word_memory(task).constants


def _num_read(mnemonic: str) -> int:
    return sum(kind is OperandKind.READ for kind in ASSEMBLY_ROWS[mnemonic].three or ())


def _mnemonics(components: tuple[Component, ...]) -> set[str]:
    nested = tuple(part for _, operands in components for part in operands if isinstance(part, tuple))
    return {name for name, _ in components} | (_mnemonics(nested) if nested else set())
