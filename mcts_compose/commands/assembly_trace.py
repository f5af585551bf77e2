"""Decides how the trace of an assembly program is printed: the whole machine after every instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vm.program import Fault
from vm.values import HostValue, equal

if TYPE_CHECKING:
    from vm.assembly.program import AssemblyProgram
    from vm.assembly.trace import Step

MAX_STEPS = 1000
MAX_WORDS = 64


def print_assembly_trace(
    program: AssemblyProgram,
    arguments: tuple[HostValue, ...],
    wanted: HostValue | None,
    cares: tuple[bool, ...] | None = None,
) -> None:
    """Prints every instruction with registers, flags, memory, stack and line register after it.

    Args:
      program: what is traced.
      arguments: its inputs.
      wanted: what the task wants; None without a task.
      cares: which of the wanted words matter; None if all do.
    """
    steps = 0
    for steps, step in enumerate(program.trace(*arguments)):
        if steps > MAX_STEPS:
            print(f"\n... the first {MAX_STEPS:,} instructions were shown")
            break
        heading = str(program.text_lines[0]) if step.line is None else program.line_text(step.line)
        print(heading if step.line is None else f"\n{heading}")
        _print_machine(program, step)
    task = "" if wanted is None else f"; the task wants {_wanted_text(wanted, cares)}"
    try:
        given = program(*arguments)
    except Fault as fault:
        print(f"\nno result: {fault.status.name}{task}")
        return
    verdict = "" if wanted is None else f": {'right' if _is_right(given, wanted, cares) else 'wrong'}"
    print(f"\nreturns {given}{task}{verdict}")


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


def _print_machine(program: AssemblyProgram, step: Step) -> None:
    """Prints the parts of the machine that the program's set can reach."""
    set_ = program.instruction_set
    if step.status:
        print(f"    fault   {step.status.name}")
    print("    cells   " + ", ".join(f"{name} = {word}" for name, word in step.registers.items()))
    if any(row.writes_flags for row in set_.rows()):
        print(f"    flags   {step.flags}")
    if set_.has_memory:
        print(f"    memory  {_words(step.memory)}")
        print(f"    stack   {_words(step.stack)}")
    following = step.next_line
    text = program.line_text(following) if following < program.length else "the end"
    print(f"    line    {following}: {text}")


def _words(words: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, words[:MAX_WORDS]))
    return f"[{shown}, ...] ({len(words):,} words)" if len(words) > MAX_WORDS else f"[{shown}]"
