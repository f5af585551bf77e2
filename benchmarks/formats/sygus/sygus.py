"""Decides which task a SyGuS-IF problem becomes.

Examples become examples. A constraint that says what the function equals becomes a reference, or a truth
table. A problem that is well formed but can be no task keeps its text and the reason, and runs record it so.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.formats.format import Format, TaskFields, without_repeats
from benchmarks.formats.sygus.examples import examples_of
from benchmarks.formats.sygus.grammar import grammar_fields
from benchmarks.formats.sygus.problem import NoTaskError, Problem, Unknown
from benchmarks.formats.sygus.reading import read_problem
from benchmarks.formats.sygus.reference import circuit_fields, reference_of, word_fields
from benchmarks.formats.sygus.sorts import BOOL
from benchmarks.formats.sygus.specification import specification_of, specified_fields
from benchmarks.formats.text_file import read_text
from mcts_compose.documents import MAX_SLOW_DOCUMENT_BYTES
from mcts_compose.task import default_names
from mcts_compose.task_values import MAX_ARGUMENTS, name_fault
from mcts_compose.truth_table_fields import MAX_TABLE_INPUTS
from mcts_compose.verification.formula_solver import RESULT
from mcts_compose.verification.term_parser import TermSyntaxError
from vm.assembly.sets import SETS


class SygusFormat(Format):
    """Reads one problem per file."""

    name = "sygus"
    suffixes = (".sl",)

    def read(self, file: Path, task_id: str) -> list[TaskFields]:
        """Returns the task of a file."""
        problem = read_problem(read_text(file, MAX_SLOW_DOCUMENT_BYTES))
        unknown = next(iter(problem.unknowns.values()))
        about: TaskFields = {
            "id": task_id,
            "name": file.stem,
            "types": {
                "inputs": [sort.task_type for sort in unknown.parameters.values()],
                "output": unknown.sort.task_type,
            },
            "logic": problem.logic,
            "n_synth_fun": len(problem.unknowns),
        }
        try:
            return [about | _fields(problem, task_id)]
        except NoTaskError as error:
            return [about | {"encoding": "sygus-if", "sl": problem.file.text, "unsupported": str(error)}]


def _fields(problem: Problem, task_id: str) -> TaskFields:
    """Returns the fields that say what is looked for.

    Raises:
      InputError: a term is too long.
      NoTaskError: there can be no task.
    """
    if len(problem.unknowns) > 1:
        raise NoTaskError(f"it looks for {len(problem.unknowns)} functions at once, a task for one")
    ((name, unknown),) = problem.unknowns.items()
    examples = examples_of(problem, name)
    is_circuit = examples is None and {unknown.sort, *unknown.parameters.values()} == {BOOL}
    most = MAX_TABLE_INPUTS if is_circuit else MAX_ARGUMENTS
    if not 1 <= len(unknown.parameters) <= most:
        raise NoTaskError(f"its function has {len(unknown.parameters)} arguments, a task 1 to {most}")
    names = _arg_names(unknown)
    if examples is not None:
        inputs, outputs = without_repeats(examples.inputs, examples.outputs)
        return _named(unknown, {"inputs": inputs, "outputs": outputs} | grammar_fields(problem, unknown))
    return _named(unknown, _specified(problem, task_id, names, is_circuit=is_circuit))


def _specified(problem: Problem, task_id: str, names: tuple[str, ...], *, is_circuit: bool) -> TaskFields:
    """Returns the fields of a function that is given by formulas.

    Raises:
      InputError: a term is too long.
      NoTaskError: there can be no task.
    """
    ((name, unknown),) = problem.unknowns.items()
    grammar = grammar_fields(problem, unknown)
    reference = reference_of(problem, name, names)
    sorts = {unknown.sort, *unknown.parameters.values()}
    try:
        if reference is not None and is_circuit:
            return circuit_fields(task_id, unknown, reference, names) | grammar
        if reference is not None and len(sorts) == 1 and f"bv{unknown.sort.width}" in SETS:
            return word_fields(task_id, reference, names, unknown.sort.width) | grammar
    except TermSyntaxError as error:
        raise NoTaskError(f"the term that its function equals cannot be checked: {error}") from None
    specification = specification_of(problem, name, unknown, names)
    return specified_fields(task_id, specification, unknown, names) | grammar


def _arg_names(unknown: Unknown) -> tuple[str, ...]:
    """Returns the names of the arguments in the task: the problem's own, if they can be that."""
    names = tuple(unknown.parameters)
    is_fit = RESULT not in names and all(name_fault(name) is None for name in names)
    return names if is_fit else default_names(len(names))


def _named(unknown: Unknown, fields: TaskFields) -> TaskFields:
    return {"arg_names": list(_arg_names(unknown)), **fields}
