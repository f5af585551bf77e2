"""Decides how kernels are made ready before a search of words or cells is timed: a tiny task runs first.

Loading compiled kernels takes some tenths of a second, compiling them more; neither is the search's time.
The search over arrays makes its own kernels ready.
"""

from __future__ import annotations

from dataclasses import replace

from mcts_compose.budget import Budget
from mcts_compose.families.choice import CIRCUITS, FIXED, JUMPING, WORDS, Family, Request
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory, WordMemory
from vm.values import Elem, HostValue, ValueType

WORD, WORDS_OUT, BOOL = ValueType(Elem.INT, 0), ValueType(Elem.INT, 1), ValueType(Elem.BOOL, 0)
TINY = Budget(seconds=60.0, simulations=20, executions=1_000_000)

_ready: set[tuple[str, str, bool, bool, bool, bool]] = set()


def warm_up(family: Family, request: Request) -> None:
    """Runs a tiny task of the family once in this process, with the searcher and the switches asked for."""
    task = _TASKS.get(family.name)
    options = request.options
    proves = options.prove_none_shorter_than is not None
    in_parts = options.parts > 1 and request.crew is None  # a crew makes its own kernels ready
    key = family.name, request.searcher, options.all, options.optimise is not None, proves, in_parts
    if task is None or key in _ready:
        return
    # Asked by no model: that takes time of its own, and the kernels are the same.
    tiny = replace(
        request,
        prior=request.base_prior,
        budget=TINY,
        options=replace(
            options, prove_none_shorter_than=2 if proves else None, max_length=None, parts=1 + in_parts
        ),
        crew=None,
        on_progress=None,
        on_program=None,
    )
    family.load().search(task, tiny)
    _ready.add(key)


def _task(
    types: tuple[ValueType, ValueType],
    examples: dict[tuple[HostValue, HostValue], HostValue],
    memory: FixedMemory | WordMemory,
) -> Task:
    """Returns a task of two arguments."""
    return Task(
        id="warm-up", name="warm-up", description=None, input_types=(types[0],) * 2, output_type=types[1],
        inputs=tuple(examples), outputs=tuple(examples.values()), memory=memory,
    )  # fmt: skip


_TASKS = {
    FIXED.name: _task(
        (WORD, WORDS_OUT),
        {(1, 2): [1, 2], (2, 1): [1, 2]},
        FixedMemory("x86", ("mov", "cmp", "cmovg"), ("s1",), ("x", "y"), max_length=4),
    ),
    JUMPING.name: _task(
        (WORD, WORDS_OUT),
        {(1, 2): [1, 1], (5, 3): [5, -2]},
        FixedMemory("subleq", ("subleq",), (), ("x", "y"), max_length=2),
    ),
    # No program fits, so that the tree is grown as well.
    WORDS.name: _task(
        (WORD, WORD),
        {(3, 77): 1234567, (1, 2): 987654321, (500, 9): 55555, (8, 8): 31337},
        WordMemory("bv32", ("and", "sub", "xor", "add", "mul", "lshr"), (0, 1)),
    ),
    CIRCUITS.name: _task(
        (BOOL, BOOL),
        {(False, False): False, (False, True): True, (True, False): True, (True, True): False},
        WordMemory("gates", ("and", "or", "not")),
    ),
}
