"""Decides how the trace of an array program is told: every call with the contents it reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mcts_compose.errors import printable

if TYPE_CHECKING:
    from vm.program import Program
    from vm.values import HostValue

LONGEST_VALUE: Final = 400
"""Characters of a value."""


def array_trace_lines(
    program: Program,
    arguments: tuple[HostValue, ...],
    wanted: HostValue | None,
    longest: int = LONGEST_VALUE,
) -> Iterator[str]:
    """Yields inputs, calls and contents line by line, then the output beside the wanted one.

    Args:
      program: what is traced; it is run once, when the first line is asked for.
      arguments: its inputs.
      wanted: what the task wants; None without a task.
      longest: characters of a value that are shown.
    """
    from mcts_compose.results.verdicts import columns
    from vm.isa import Status
    from vm.program import Apply, pointers_read
    from vm.values import decode, equal

    def text(value: object) -> str:
        return _text(value, longest)

    run = program.run(columns([arguments], program.input_types), trace=True)
    names = program.pointer_texts
    contents = [None if batch is None else decode(batch)[0] for batch in run.values]
    for name, type_, value in zip(program.input_names, program.input_types, arguments, strict=True):
        yield f"{name}: {type_} = {text(value)}"
    for number, line in enumerate(program.lines):
        if not isinstance(line, Apply):
            continue
        pointer = program.num_inputs + number
        yield from ("", program.line_text(number))
        for read in dict.fromkeys(pointers_read(line)):
            if contents[read] is not None and names[read] != text(contents[read]):
                yield f"    reads   {names[read]} = {text(contents[read])}"
        if contents[pointer] is None:
            yield f"    fault   {run.status.name}"
            break
        yield f"    writes  {names[pointer]} = {text(contents[pointer])}"
    task = "" if wanted is None else f"; the task wants {text(wanted)}"
    yield ""
    if run.status is Status.OK:
        given = run.outputs()[0]
        verdict = "" if wanted is None else f": {'right' if equal(given, wanted) else 'wrong'}"
        yield f"returns {text(given)}{task}{verdict}"
    else:
        yield f"no result: {run.status.name}{task}"


def _text(value: object, longest: int) -> str:
    text = printable(repr(value))
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text):,} characters)"
