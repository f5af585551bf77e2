"""Decides how a program is named on the command line: its text, a file of text, or a result on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.documents import read_bounded
from mcts_compose.errors import InputError, located, shown

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program

MAX_PROGRAM_BYTES = 2**20
MAX_RESULTS_SHOWN = 3


def find_program(source: str, task_id: str | None = None) -> Program | AssemblyProgram:
    """Returns the program that `source` names: text, a file of it, or results (`...#TASK`).

    Args:
      source: what the user wrote.
      task_id: whose result to take; a `#TASK` in `source` wins.

    Raises:
      InputError: there is none, there are several, or the text is no program.
    """
    if "->" in source:
        return _parse(source, None)
    origin, mark, wanted = source.rpartition("#")
    if not mark or os.path.exists(source):
        origin, wanted = source, task_id or ""
    path = Path(origin)
    if path.is_dir() or path.suffix == ".jsonl":
        return _parse(_text_of_result(path, wanted), path)
    if not os.path.exists(path):
        raise InputError(
            f"{shown(source)} is neither a file nor a program such as '(x: list[int]) -> int; return sum(x)'"
        )
    try:
        text = read_bounded(path, MAX_PROGRAM_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(located("is not UTF-8 text, but a program should be", path)) from None
    return _parse(text, path)


def _parse(text: str, path: Path | None) -> Program | AssemblyProgram:
    from vm.program import ProgramError
    from vm.program_text import parse_program

    try:
        return parse_program(text)
    except (ProgramError, RecursionError) as error:
        raise InputError(located(str(error), "program" if path is None else path)) from None


def _text_of_result(path: Path, task_id: str) -> str:
    from mcts_compose.results.run_directory import read_results

    found = [
        result for result in read_results(path)
        if result.program_text is not None and (not task_id or result.task == task_id)
    ]  # fmt: skip
    if not found:
        whose = f" for task {shown(task_id)}" if task_id else ""
        raise InputError(located(f"it holds no program{whose}", path))
    texts = {result.program_text: result.task for result in found}
    if len(texts) > 1:
        if task_id:
            return str(found[0].program_text)
        names = ", ".join(list(dict.fromkeys(texts.values()))[:MAX_RESULTS_SHOWN])
        raise InputError(
            located(f"it holds {len(texts)} programs; name a task as {path}#ID ({names}, ...)", path)
        )
    return str(found[0].program_text)
