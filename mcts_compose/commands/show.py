"""The command `show`: a program, what it does call by call, or the tree of a search."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.libraries import LibraryFlag, task_with_library
from mcts_compose.documents import FORMATS
from mcts_compose.errors import InputError, located
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.program import Constant, Program

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FUNCTION_NAME = "solve"
"""What an exported function is called."""
NOT_FOR_TREES = (
    "workers", *flags.OF_WORKERS, "optimise", "choose", "prove_none_shorter_than", "all", "max_length",
    "parts", "no_prune", "cut", "keep_visits", "save_every",
)  # fmt: skip
"""Flags of a search that say nothing of a tree of contents, or that this command sets itself."""
FIRST_OF_LITERALS = frozenset("-['\"0123456789")


class Form(StrEnum):
    """What a program is printed as."""

    TEXT = "text"
    ASM = "asm"
    C = "c"
    PYTHON = "python"


@app.callback()
def top() -> None:
    """Show a program, its trace, or a search tree."""


@app.command()
def program(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|TEXT", help="Program text, a file of it, or a run directory (DIR#TASK)."
        ),
    ],
    form: Annotated[
        Form, typer.Option("--as", help="How to print it; asm is x86-64 for the system's assembler.")
    ] = Form.TEXT,
    library: LibraryFlag = None,
) -> None:
    """Print a program as text, or as a standalone function in Python, C or x86-64 assembly."""
    from mcts_compose.commands.program_sources import find_program
    from vm.program import ProgramError

    found = find_program(source, library=library)
    try:
        print(_in_form(found, form))
    except ProgramError as error:
        raise InputError(f"the program cannot be printed as {form.value}: {error}") from None


def _in_form(program: Program | AssemblyProgram, form: Form) -> str:
    """Returns a program's text in a form.

    Raises:
      InputError: an array program is wanted in a form that only assembly has.
      ProgramError: the form cannot say what the program does.
    """
    from vm.program import Program

    if form is Form.TEXT:
        return str(program)
    if form is Form.PYTHON:
        return program.to_python()
    if isinstance(program, Program):
        raise InputError(f"an array program is printed as text or python, but not as {form.value}")
    return program.to_c(FUNCTION_NAME) if form is Form.C else program.to_x86(FUNCTION_NAME)


@app.command(context_settings={"ignore_unknown_options": True})  # inputs may begin with a minus sign
def trace(
    source: Annotated[
        str, typer.Argument(metavar="RESULT|PROGRAM", help="A run directory, its results file, or a program.")
    ],
    task: Annotated[
        str,
        typer.Argument(
            metavar="TASK|VALUES", help="A task file, FILE#ID, SUITE#ID, or inputs such as '[3, 1], 2'."
        ),
    ],
    example: Annotated[int, typer.Option("--example", min=0, help="Which example, from 0.")] = 0,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Count the held-out examples instead.")
    ] = False,
    library: LibraryFlag = None,
) -> None:
    """Print step by step what a program does on one example: calls and contents, or the scalar machine."""
    from mcts_compose.commands.program_sources import find_program
    from mcts_compose.commands.terminal import announce_compilation
    from mcts_compose.commands.traces import example_trace_lines
    from mcts_compose.task_sources import find_task

    values = _values(task)
    if values is not None:
        announce_compilation(search=False)
        _print_values_trace(find_program(source, library=library), values)
        return
    found = find_task(task).task
    number = len(found.test_inputs if held_out else found.inputs)
    if example >= number:
        kind = "held-out" if held_out else "shown"
        raise InputError(f"--example is {example}, but task {found.id} has {number} {kind} examples, from 0")
    chosen = find_program(source, found.id, library)
    if chosen.input_types != found.input_types:
        takes, gives = (", ".join(map(str, types)) for types in (chosen.input_types, found.input_types))
        raise InputError(f"the program takes ({takes}), but task {found.id} gives ({gives})")
    announce_compilation(search=False)
    _print_lines(example_trace_lines(chosen, found, example, held_out=held_out))


def _values(text: str) -> list[Constant] | None:
    """Returns the inputs that a text says; None if it is no list of literals, but may name a task.

    Raises:
      InputError: it is no list of literals, but looks like one and not like the name of a task.
    """
    from vm.parser import parse_literals
    from vm.program import ProgramError

    try:
        return parse_literals(text)
    except (ProgramError, RecursionError) as error:
        may_be_task = "#" in text or Path(text).suffix in FORMATS or os.path.exists(text)
        if not may_be_task and ("," in text or text.lstrip()[:1] in FIRST_OF_LITERALS):
            raise InputError(located(str(error), "inputs")) from None
        return None


def _print_values_trace(program: Program | AssemblyProgram, values: list[Constant]) -> None:
    """Prints the trace on inputs that were given as literals."""
    from mcts_compose.commands.traces import trace_lines

    given = tuple(value.type for value in values)
    if given != program.input_types:
        takes, gives = (", ".join(map(str, types)) for types in (program.input_types, given))
        raise InputError(f"the program takes ({takes}), not ({gives})")
    _print_lines(trace_lines(program, tuple(value.value for value in values)))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


@app.command()
@flags.takes_settings(without=NOT_FOR_TREES)
def tree(
    task: Annotated[str, typer.Argument(metavar="TASK", help="A task file, FILE#ID, or SUITE#ID.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML page to write.")] = Path(
        "tree.html"
    ),
    nodes: Annotated[int, typer.Option("--nodes", min=1, max=2000, help="Most visited nodes to show.")] = 200,
    seed: flags.SeedFlag = 0,
    library: LibraryFlag = None,
    *,
    settings: Settings,
) -> None:
    """Search, and write a page that shows the tree's most visited part; it needs no network."""
    if out.exists():
        raise InputError(located("is there already; name another --out", out))
    from mcts_compose.commands.terminal import announce_compilation, note
    from mcts_compose.commands.tree_page import write_page
    from mcts_compose.solving import solve_with_tree
    from mcts_compose.task_sources import find_task

    found = find_task(task)
    if found.task.memory is not None:
        raise InputError(f"task {found.task.id} is an assembly task, but only trees of array tasks are shown")
    searched = task_with_library(found.task, library)
    solution = solve_with_tree(
        searched, search=settings.search, prior=settings.prior, prior_args=settings.prior_args,
        base_prior=settings.base_prior, base_prior_args=settings.base_prior_args,
        budget=settings.budget_for(found.task.budget), seed=seed, options=settings.options(keep_tree=True),
        on_start=announce_compilation, suite=found.suite,
    )  # fmt: skip
    if solution.tree is None:
        raise InputError(f"--search {settings.search} keeps no tree; take mcts")
    write_page(out, found.task, solution.result, solution.tree, nodes)
    note(f"wrote {out}")
