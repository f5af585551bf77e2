"""Decides how a program that fits the shown examples is checked: the strongest way that its task allows."""

from __future__ import annotations

from mcts_compose.results.verdicts import does_generalise
from mcts_compose.task import Task
from mcts_compose.verification import smt
from mcts_compose.verification.exhaustive import (
    are_all_orders,
    covers_all_orders,
    failures,
    is_small,
    whole_domain,
)
from mcts_compose.verification.program_terms import NotStraightError, terms_of
from mcts_compose.verification.references import host_word, reference_terms
from mcts_compose.verification.samples import sample_inputs
from mcts_compose.verification.specifications import verify_by_specification
from mcts_compose.verification.terms import Term
from mcts_compose.verification.verdict import Verification
from vm.assembly.program import AssemblyProgram
from vm.program import Program

PROOF_SECONDS = 20.0
"""How long a solver may take for one program; untuned."""


def verify(program: object, task: Task, seconds: float = PROOF_SECONDS) -> Verification:
    """Returns what is known of a program that fits every shown example of a task.

    Held-out examples decide nothing here but whether a task's own word counts that its examples are all; what
    is wrong on them is never handed to a search.
    """
    if isinstance(program, Program) and task.specification is not None:
        return verify_by_specification(program, task, seconds)
    if not isinstance(program, AssemblyProgram):
        return Verification("examples", reason="array programs are judged by examples")
    if task.table is not None or covers_all_orders(program, task):
        return Verification("exhaustive")
    reference = reference_terms(task)
    if reference is not None:
        return _against(reference, program, task, seconds)
    if task.memory is not None and task.memory.is_complete and does_generalise(program, task) is not False:
        return Verification("exhaustive")
    reason = "the task has no reference, and its domain is not small"
    if are_all_orders(task.inputs):
        reason = "every order is shown, but the program does more than compare and move its inputs"
    return Verification("examples", reason=reason)


def _against(reference: list[Term], program: AssemblyProgram, task: Task, seconds: float) -> Verification:
    """Compares a program with the reference: on all inputs, or on some and then by proof."""
    if is_small(task):
        return Verification("exhaustive", failures(program, task, reference, whole_domain(task)))
    wrong = failures(program, task, reference, sample_inputs(task))
    if wrong:
        return Verification("examples", wrong)
    if not smt.is_available():
        return Verification("examples", reason=smt.MISSING)
    assert task.memory is not None
    widths = [task.memory.width] * len(task.input_types)
    try:
        ours = terms_of(program)
    except NotStraightError as error:
        return Verification("examples", reason=f"the program is no straight line: {error}")
    proof = smt.prove_equal(ours, reference, widths, seconds)
    if proof.verdict == "unknown":
        return Verification("examples", reason=f"the solver gave no answer within {seconds:g} seconds")
    if proof.inputs is None:
        return Verification("smt")
    found = tuple(host_word(task, word) for word in proof.inputs)
    return Verification("examples", failures(program, task, reference, [found]))
