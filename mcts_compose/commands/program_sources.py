"""Decides how a program is named on the command line: its text, a file of text, or a result on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.commands.libraries import open_library
from mcts_compose.documents import read_bounded
from mcts_compose.errors import InputError, located, shown

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program

MAX_PROGRAM_BYTES = 2**20
MAX_RESULTS_SHOWN = 3


def find_program(
    source: str, task_id: str | None = None, library: Path | None = None
) -> Program | AssemblyProgram:
    """Returns the program that `source` names: text, a file of it, or results (`...#TASK`).

    Args:
      source: what the user wrote.
      task_id: whose result to take; a `#TASK` in `source` wins.
      library: whose skills a text may call; a result brings those that it calls.

    Raises:
      InputError: there is none, there are several, or the text is no program.
    """
    if "->" in source:
        return _parse(source, None, library)
    origin, mark, wanted = source.rpartition("#")
    if not mark or os.path.exists(source):
        origin, wanted = source, task_id or ""
    path = Path(origin)
    if path.is_dir() or path.suffix == ".jsonl":
        return _program_of_result(path, wanted)
    if not os.path.exists(path):
        raise InputError(
            f"{shown(source)} is neither a file nor a program such as '(x: list[int]) -> int; return sum(x)'"
        )
    try:
        text = read_bounded(path, MAX_PROGRAM_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(located("is not UTF-8 text, but a program should be", path)) from None
    return _parse(text, path, library)


def _parse(text: str, path: Path | None, library: Path | None) -> Program | AssemblyProgram:
    from vm.program import ProgramError
    from vm.program_text import parse_program

    skills = None
    if library is not None:
        from vm.assembly.library import with_assembly

        skills = with_assembly(open_library(library).table)
    try:
        return parse_program(text, skills)
    except (ProgramError, RecursionError) as error:
        raise InputError(located(str(error), "program" if path is None else path)) from None


def _program_of_result(path: Path, task_id: str) -> Program | AssemblyProgram:
    result = _result(path, task_id)
    try:
        program = result.program
    except (ValueError, RecursionError) as error:  # a program that may not run, or two skills with one name
        raise InputError(located(f"task {shown(result.task)}: {error}", path)) from None
    assert program is not None
    return program


def _result(path: Path, task_id: str) -> Result:
    """Returns the result that holds the program; of several tasks one must be named."""
    from mcts_compose.results.run_directory import read_results

    found = [
        result for result in read_results(path)
        if result.program_text is not None and (not task_id or result.task == task_id)
    ]  # fmt: skip
    if not found:
        whose = f" for task {shown(task_id)}" if task_id else ""
        raise InputError(located(f"it holds no program{whose}", path))
    texts = {result.program_text: result.task for result in found}
    if len(texts) > 1 and not task_id:
        names = ", ".join(list(dict.fromkeys(texts.values()))[:MAX_RESULTS_SHOWN])
        raise InputError(
            located(f"it holds {len(texts)} programs; name a task as {path}#ID ({names}, ...)", path)
        )
    return found[0]
