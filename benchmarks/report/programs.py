"""Decides what a page tells of the programs found for a task: text, and a trace on its first example."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, TypedDict

from benchmarks.comparison.measures import RIGHT
from benchmarks.report.tasks import TasksAtHand
from mcts_compose.commands.traces import example_trace_lines
from mcts_compose.errors import one_sentence, printable

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from benchmarks.report.grid import Row
    from mcts_compose.results.record import Result
    from mcts_compose.task import Task
    from vm.assembly.program import AssemblyProgram
    from vm.program import Program

MOST_LINES: Final = 150
"""Lines of a trace."""
LONGEST_LINE: Final = 500
"""Characters of a line of a program or a trace."""
LONGEST_VALUE: Final = 160
"""Characters of a value in a trace."""
NO_PROGRAM: Final = "No trace: the answer is no program of this machine."


class Found(TypedDict):
    """What one or several runs found for a task, as the page's script reads it.

    Attributes:
      who: names of the runs, with seeds where there are several.
      says: what became of it.
      program: lines, of a solver that is not ours its answer; empty without any.
      trace: lines, or one sentence that says why there is none.
    """

    who: list[str]
    says: str
    program: list[str]
    trace: list[str]


class Details(TypedDict):
    """What is told of a task that is chosen.

    Attributes:
      about: its description or name; empty where the task is not at hand.
      found: what the runs found, equal findings once.
    """

    about: str
    found: list[Found]


def details_of(runs: Sequence[Run], rows: Sequence[Row], tasks: TasksAtHand) -> list[Details]:
    """Returns what is told of every task, one for each row."""
    return [_details(runs, row, tasks) for row in rows]


def _details(runs: Sequence[Run], row: Row, tasks: TasksAtHand) -> Details:
    found: dict[tuple[str, str, str, str], Found] = {}
    about = ""
    for run, results in zip(runs, row.results, strict=True):
        for result in results:
            task = tasks.of(result)
            if not isinstance(task, str):
                about = about or printable(task.description or task.name)
            says = _says(result, is_right_known=RIGHT in run.measures)
            # Of equal programs one trace is enough; the task may differ where other content is compared.
            key = (result.program_text or "", result.answer or "", says, result.task_hash)
            if key not in found:
                program, trace = _told(result, task)
                found[key] = Found(who=[], says=says, program=program, trace=trace)
            found[key]["who"].append(run.name if len(results) == 1 else f"{run.name} (seed {result.seed})")
    return Details(about=about, found=list(found.values()))


def _says(result: Result, *, is_right_known: bool) -> str:
    if result.error is not None:
        return f"error: {printable(result.error)}"
    if not result.solved:
        return f"not solved ({result.stopped})"
    if not is_right_known:
        verdict = "solved; whether it is right on held-out examples is not known"
    elif result.generalises is None:
        verdict = "fits all examples, none held out"
    else:
        verdict = "right on held-out examples" if result.generalises else "wrong on held-out examples"
    unit = "instructions" if result.is_assembly else "calls"
    if result.program_text is None and result.answer is not None:
        unit = "operators"
    length = "" if result.length is None else f"; {result.length} {unit}"
    checked = {"smt": ", verified by proof", "exhaustive": ", verified on all inputs"}
    return f"{verdict}{checked.get(result.verified or '', '')}{', proved shortest' * result.optimal}{length}"


def _told(result: Result, task: Task | str) -> tuple[list[str], list[str]]:
    """Returns a result's program and its trace on the task's first example, line by line."""
    if result.program_text is None:
        if result.answer is None:
            return [], []
        return [_line(line) for line in result.answer.splitlines()], [NO_PROGRAM]
    try:
        program = result.program
        assert program is not None
    except (ValueError, RecursionError) as error:
        return [_line(result.program_text)], [f"No trace: {one_sentence(error)}."]
    lines = [_line(line) for line in str(program).splitlines()]
    if isinstance(task, str):
        return lines, [f"No trace: {printable(task)}."]
    return lines, _trace(program, task)


def _trace(program: Program | AssemblyProgram, task: Task) -> list[str]:
    if program.input_types != task.input_types or not task.inputs:
        return ["No trace: the program takes other inputs than the task's examples."]
    try:
        lines = list(islice(example_trace_lines(program, task, 0, longest=LONGEST_VALUE), MOST_LINES + 1))
    except (ValueError, MemoryError) as error:  # a page is made whatever a program does
        return [f"No trace: {one_sentence(error)}."]
    cut = [f"... the first {MOST_LINES} lines are shown"] if len(lines) > MOST_LINES else []
    return [*map(_line, lines[:MOST_LINES]), *cut]


def _line(text: str) -> str:
    plain = "".join(mark for mark in text if mark == " " or mark.isprintable())
    return plain if len(plain) <= LONGEST_LINE else f"{plain[:LONGEST_LINE]}..."
