"""Tasks with fixed memory: named cells that a straight line of instructions writes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from mcts_compose.errors import InputError
from mcts_compose.families.choice import Request
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory
from vm.assembly.program import AssemblyProgram, Returns
from vm.assembly.sets import SETS

if TYPE_CHECKING:
    from mcts_compose.search import SearchOutcome
    from mcts_compose.search.fixed.options import FixedOptions
    from mcts_compose.search.fixed.problem import FixedProblem


def check(task: Task, request: Request) -> None:
    """Checks the options: a search in parts finds one of the shortest programs, not all.

    Raises:
      InputError: it is asked for what it does not do.
    """
    if request.options.parts > 1 and request.options.all:
        raise InputError(f"task {task.id}: --all needs all ways at once; leave out --parts")


def search(task: Task, request: Request) -> SearchOutcome:
    """Searches for a program that writes the task's cells.

    Where too many row states can be reached for tables, the machine runs the rows: the search for programs
    with jumps does that, and needs no jumps; it asks no prior.

    Raises:
      InputError: best-first search or parts were asked for, which need tables, and there are too many row
        states.
    """
    from mcts_compose.search.fixed.run import run_fixed
    from mcts_compose.search.fixed.table_building import TooManyRowsError
    from mcts_compose.search.jumping.run import run_jumping

    def hand_on(program: AssemblyProgram) -> None:
        if request.on_program is not None:
            request.on_program(as_wanted(program, task))

    wanted: dict[str, Any] = {
        "searcher": request.searcher, "budget": request.budget, "seed": request.seed,
        "options": options_of(request), "on_progress": request.on_progress, "on_program": hand_on,
    }  # fmt: skip
    problem = problem_of(task, request.options.max_length)
    try:
        outcome = run_fixed(
            problem, prior=request.prior, base_prior=request.base_prior, saver=request.saver,
            parts=request.options.parts, crew=request.crew, **wanted,
        )  # fmt: skip
    except TooManyRowsError as error:
        if request.searcher == "best-first":
            raise InputError(
                f"task {task.id}: {error}, too many for best-first search; it should be mcts or enumerate"
            ) from None
        if request.options.parts > 1:
            raise InputError(f"task {task.id}: {error}, too many for parts; leave out --parts") from None
        outcome = run_jumping(problem, **wanted)
    if not isinstance(outcome.program, AssemblyProgram):
        return outcome
    return dataclasses.replace(outcome, program=as_wanted(outcome.program, task))


def problem_of(task: Task, max_length: int | None = None) -> FixedProblem:
    """Returns what the search may see of a task; `max_length` narrows the task's own bound."""
    from mcts_compose.search.fixed.problem import FixedProblem

    memory = task.memory
    assert isinstance(memory, FixedMemory)
    registers = (*task.arg_names, *memory.scratch)
    normal = SETS[memory.set].normal
    rows = np.zeros((len(task.inputs), len(registers)), np.int64)
    rows[:, : len(task.arg_names)] = [[normal(int(word)) for word in words] for words in task.inputs]  # type: ignore[arg-type]
    wanted = [output if isinstance(output, list) else [output] for output in task.outputs]
    bounds = [bound for bound in (max_length, memory.max_length) if bound is not None]
    return FixedProblem(
        set=memory.set,
        instructions=memory.instructions,
        registers=registers,
        num_inputs=len(task.arg_names),
        rows=rows,
        goals=np.array([[normal(int(word)) for word in words] for words in wanted], np.int64),  # type: ignore[arg-type]
        outputs=tuple(registers.index(name) for name in memory.outputs),
        constants=tuple(normal(word) for word in memory.constants),
        max_length=min(bounds, default=None),
        description=task.description,
    )


def options_of(request: Request) -> FixedOptions:
    """Returns the switches as the search with fixed memory takes them."""
    from mcts_compose.search.fixed.options import FixedOptions

    options = request.options
    default = FixedOptions()
    return dataclasses.replace(
        default,
        prunes=default.prunes - options.no_prune,
        cut=default.cut if options.cut == "default" else options.cut,
        backup=options.backup,
        optimise=options.optimise,
        prove_none_shorter_than=options.prove_none_shorter_than,
        all=options.all,
        eps=options.eps,
        temperature=options.temperature,
        top_p=options.top_p,
        top_k=options.top_k,
        deterministic=options.deterministic,
        model_ranks=options.model_ranks,
    )


def as_wanted(program: AssemblyProgram, task: Task) -> AssemblyProgram:
    """Returns a program that gives one word where the task wants one, and no list of one."""
    return program if task.output_type.rank else dataclasses.replace(program, returns=Returns.WORD)
