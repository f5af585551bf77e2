"""Decides how the trace of an assembly program is told: the whole machine after every instruction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vm.program import Fault
from vm.values import HostValue, equal

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.assembly.trace import Step

MAX_STEPS = 1000
MAX_WORDS = 64


def assembly_trace_lines(
    program: AssemblyProgram,
    arguments: tuple[HostValue, ...],
    wanted: HostValue | None,
    cares: tuple[bool, ...] | None = None,
) -> Iterator[str]:
    """Yields every instruction with registers, flags, memory, stack and line register after it, line by line.

    The program runs as far as lines are asked for.

    Args:
      program: what is traced.
      arguments: its inputs.
      wanted: what the task wants; None without a task.
      cares: which of the wanted words matter; None if all do.
    """
    for steps, step in enumerate(program.trace(*arguments)):
        if steps > MAX_STEPS:
            yield from ("", f"... the first {MAX_STEPS:,} instructions were shown")
            break
        if step.line is None:
            yield str(program.text_lines[0])
        else:
            yield from ("", program.line_text(step.line))
        yield from _machine_lines(program, step)
    task = "" if wanted is None else f"; the task wants {_wanted_text(wanted, cares)}"
    yield ""
    try:
        given = program(*arguments)
    except Fault as fault:
        yield f"no result: {fault.status.name}{task}"
        return
    verdict = "" if wanted is None else f": {'right' if _is_right(given, wanted, cares) else 'wrong'}"
    yield f"returns {given}{task}{verdict}"


def _wanted_text(wanted: HostValue, cares: tuple[bool, ...] | None) -> str:
    """Returns what a task wants, with `any` for what it leaves open."""
    if cares is None or not isinstance(wanted, list):
        return str(wanted)
    texts = (str(word) if matters else "any" for word, matters in zip(wanted, cares, strict=True))
    return f"[{', '.join(texts)}]"


def _is_right(given: HostValue, wanted: HostValue, cares: tuple[bool, ...] | None) -> bool:
    """Says whether an output is the wanted one where it matters."""
    if cares is None or not (isinstance(given, list) and isinstance(wanted, list)):
        return equal(given, wanted)
    if len(given) != len(wanted):
        return False
    return all(one == other for one, other, matters in zip(given, wanted, cares, strict=True) if matters)


def _machine_lines(program: AssemblyProgram, step: Step) -> Iterator[str]:
    """Yields the parts of the machine that the program's set can reach."""
    set_ = program.instruction_set
    if step.status:
        yield f"    fault   {step.status.name}"
    yield "    cells   " + ", ".join(f"{name} = {word}" for name, word in step.registers.items())
    if any(row.writes_flags for row in set_.rows()):
        yield f"    flags   {step.flags}"
    if set_.has_memory:
        yield f"    memory  {_words(step.memory)}"
        yield f"    stack   {_words(step.stack)}"
    following = step.next_line
    text = program.line_text(following) if following < program.length else "the end"
    yield f"    line    {following}: {text}"


def _words(words: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, words[:MAX_WORDS]))
    return f"[{shown}, ...] ({len(words):,} words)" if len(words) > MAX_WORDS else f"[{shown}]"
