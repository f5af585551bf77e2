"""Decides what the reference of a task says: an SMT-LIB term over its arguments, or an assembly program.

It is read when the task is, so that a mistake in it is found before any search. No search ever sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mcts_compose.errors import printable
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory
from mcts_compose.verification.program_terms import NotStraightError, terms_of
from mcts_compose.verification.term_parser import TermSyntaxError, parse_term
from mcts_compose.verification.term_values import evaluate
from mcts_compose.verification.terms import TRUTH, Term, argument, as_truth, as_word
from vm.assembly.program import AssemblyProgram
from vm.assembly.sets import SETS
from vm.program import ProgramError
from vm.values import Elem, HostValue

_HEADER = re.compile(r"\s*(\w+)\s*\(")


class BadReferenceError(ValueError):
    """A reference that does not fit its task; the message says why."""


def num_outputs(task: Task) -> int:
    """Returns how many words an assembly task wants."""
    if task.output_type.rank == 0:
        return 1
    if isinstance(task.memory, FixedMemory):
        return len(task.memory.outputs)
    first = task.outputs[0]
    return len(first) if isinstance(first, list) else 1


def reference_terms(task: Task) -> list[Term] | None:
    """Returns the words that the task's reference gives, as terms over its arguments; None without one.

    Raises:
      BadReferenceError: the text is neither a term nor a straight-line program, or does not fit the task.
    """
    if task.reference is None or task.memory is None:
        return None
    width = task.memory.width
    arguments = [argument(index, width) for index in range(len(task.input_types))]
    header = _HEADER.match(task.reference)
    if header is not None and header.group(1) in SETS:
        terms = _of_program(task, arguments)
    else:
        terms = _of_term(task, arguments, width)
    wanted = num_outputs(task)
    if len(terms) != wanted:
        raise BadReferenceError(f"it gives {len(terms)} words, but the task wants {wanted}")
    if any(term.width != width for term in terms):
        raise BadReferenceError(f"it gives {terms[0].width} bits, but the words of the task have {width}")
    return terms


def _of_term(task: Task, arguments: list[Term], width: int) -> list[Term]:
    is_truth = task.input_types[0].elem is Elem.BOOL
    named = [as_truth(term) for term in arguments] if is_truth else arguments
    try:
        term = parse_term(str(task.reference), dict(zip(task.arg_names, named, strict=True)))
    except TermSyntaxError as error:
        raise BadReferenceError(printable(str(error))) from None
    return [as_word(term, width) if term.width == TRUTH else term]


def _of_program(task: Task, arguments: list[Term]) -> list[Term]:
    try:
        program = AssemblyProgram.parse(str(task.reference))
    except ProgramError as error:
        raise BadReferenceError(printable(str(error))) from None
    if program.num_inputs != len(arguments):
        raise BadReferenceError(f"it takes {program.num_inputs} arguments, but the task has {len(arguments)}")
    if program.instruction_set.width != arguments[0].width:
        problem = f"its words have {program.instruction_set.width} bits, but those of the task"
        raise BadReferenceError(f"{problem} have {arguments[0].width}")
    try:
        return terms_of(program, arguments)
    except NotStraightError as error:
        raise BadReferenceError(f"a reference should be a straight line, but {error}") from None


def check_reference(task: Task) -> None:
    """Checks that the reference of a task can be read, and agrees with every example.

    Raises:
      BadReferenceError: it does not.
    """
    terms = reference_terms(task)
    if terms is None or task.memory is None:
        return
    for prefix, inputs, outputs in (
        ("", task.inputs, task.outputs), ("test_", task.test_inputs, task.test_outputs)
    ):  # fmt: skip
        given = values_of(task, terms, inputs)
        for example, (mine, wanted) in enumerate(zip(given, outputs, strict=True)):
            if not agrees(task, example, mine, wanted):
                place = f"{prefix}inputs[{example}]"
                raise BadReferenceError(f"on {place} it gives {mine}, but {prefix}outputs says {wanted}")


def agrees(task: Task, example: int, given: HostValue, wanted: HostValue) -> bool:
    """Says whether an output is right where it matters; `example` counts the shown ones."""
    if task.table is None:
        return given == wanted
    cares = task.table.cares[example]
    both = zip(_listed(given), _listed(wanted), cares, strict=True)
    return all(one == other for one, other, matters in both if matters)


def _listed(value: HostValue) -> list[HostValue]:
    return value if isinstance(value, list) else [value]


def values_of(task: Task, terms: Sequence[Term], inputs: Sequence[Sequence[HostValue]]) -> list[HostValue]:
    """Returns what terms give on inputs, in the host form of the task's outputs."""
    assert task.memory is not None
    width = task.memory.width
    columns = [[int(words[index]) % 2**width for words in inputs] for index in range(len(task.input_types))]  # type: ignore[arg-type]
    found = evaluate(terms, columns, len(inputs))
    rows = [[host_word(task, int(word)) for word in words] for words in zip(*found, strict=True)]
    return list(rows) if task.output_type.rank else [row[0] for row in rows]


def host_word(task: Task, word: int) -> HostValue:
    """Returns a word 0 .. 2**width - 1 as the task's examples say it: a bool, an unsigned or a signed int."""
    assert task.memory is not None
    if task.output_type.elem is Elem.BOOL:
        return bool(word)
    is_signed = SETS[task.memory.set].word == "int"
    return word - 2**task.memory.width if is_signed and word >> (task.memory.width - 1) else word
