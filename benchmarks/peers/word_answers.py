"""Decides which program a solver's term over words is: one of the task's set and instructions, or none."""

from __future__ import annotations

from benchmarks.peers.components import word_memory
from benchmarks.peers.errors import PeerError
from benchmarks.peers.sygus import argument_names
from benchmarks.peers.term_programs import TermOperatorError, program_of_term
from mcts_compose.task import Task
from mcts_compose.verification.term_parser import TermSyntaxError, parse_term
from mcts_compose.verification.terms import argument
from vm.assembly.program import AssemblyProgram


def program_of_words(task: Task, text: str, peer: str) -> AssemblyProgram:
    """Returns the program that an SMT-LIB term over x0, x1, ... says.

    Raises:
      PeerError: it is no term, or no program of the task's instructions.
    """
    memory = word_memory(task)
    names = {name: argument(index, memory.width) for index, name in enumerate(argument_names(task))}
    try:
        program = program_of_term(parse_term(text, names), memory.set, task.arg_names)
    except (TermSyntaxError, TermOperatorError) as error:
        raise PeerError(f"{peer}'s answer is no program of {memory.set}: {error}") from None
    foreign = {line.mnemonic for line in program.instructions} - set(memory.instructions)
    if foreign:
        raise PeerError(f"{peer}'s answer has {', '.join(sorted(foreign))}, which the task has not")
    return program
