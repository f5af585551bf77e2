"""Decides how array programs are checked against a task's specification: a formula that right outputs fulfil.

The formula is over the task's arguments and `result`. It is checked when the task is read; no search sees it.
A proof is about integers without bounds, as the formula is, while the machine's wrap at 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mcts_compose.task import Task
from mcts_compose.verification import smt
from mcts_compose.verification.formula_solver import RESULT, FormulaSolver, NoAnswerError
from mcts_compose.verification.formulas import PLAIN, FormulaError, folded, parse_formula
from mcts_compose.verification.number_draws import NumberDraws
from mcts_compose.verification.number_programs import NotNumbersError, term_of_program
from mcts_compose.verification.s_expressions import Node
from mcts_compose.verification.verdict import Counterexample, Verification
from vm.program import Fault, Program
from vm.values import INT_MAX, INT_MIN, Elem, HostValue

BOUND: Final = 1_000
"""Counterexamples have numbers up to this size if there are such; untuned."""
NUM_DRAWS: Final = 300
"""Untuned: about 20 ms."""
LARGEST: Final = 2**31
"""Larger numbers are no examples: sums and products of them do not fit the machine's words."""


class BadSpecificationError(ValueError):
    """A specification that does not fit its task; the message says why."""


def kinds_of(task: Task) -> dict[str, Elem]:
    """Returns the kinds of a task's arguments by their names.

    Raises:
      BadSpecificationError: the task has other types than int and bool, or an argument called `result`.
    """
    if any(
        type_.rank or type_.elem not in (Elem.INT, Elem.BOOL)
        for type_ in (*task.input_types, task.output_type)
    ):
        raise BadSpecificationError("it is for tasks whose arguments and result are int or bool")
    if RESULT in task.arg_names:
        raise BadSpecificationError(f"an argument is called {RESULT}, as the output in a specification")
    return {name: type_.elem for name, type_ in zip(task.arg_names, task.input_types, strict=True)}


def formula_of(task: Task) -> Node:
    """Returns the specification of a task that has one.

    Raises:
      BadSpecificationError: it is no formula over the task's arguments and `result`.
    """
    assert task.specification is not None
    try:
        return parse_formula(task.specification, {**kinds_of(task), RESULT: task.output_type.elem})
    except FormulaError as error:
        raise BadSpecificationError(str(error)) from None


def check_specification(task: Task) -> None:
    """Checks that the specification of a task, if any, can be read, and that every example fulfils it.

    Raises:
      BadSpecificationError: it does not.
    """
    if task.specification is None:
        return
    formula = formula_of(task)
    for prefix, inputs, outputs in (
        ("", task.inputs, task.outputs), ("test_", task.test_inputs, task.test_outputs)
    ):  # fmt: skip
        for example, (arguments, output) in enumerate(zip(inputs, outputs, strict=True)):
            values: dict[str, HostValue] = dict(zip(task.arg_names, arguments, strict=True))
            if not folded(formula, {**values, RESULT: output}, PLAIN):
                raise BadSpecificationError(f"{prefix}outputs[{example}] breaks it")


def verify_by_specification(program: Program, task: Task, seconds: float) -> Verification:
    """Returns what is known of a program that fits every shown example: a proof, or where it is wrong."""
    if not smt.is_available():
        return Verification("examples", reason=smt.MISSING)
    formula = formula_of(task)
    solver = FormulaSolver(formula, kinds_of(task), task.output_type.elem, seconds)
    try:
        for drawn in _broken_draws(program, task, formula):
            output = solver.output_at(drawn)
            if output is not None:
                return _refuted(program, drawn, output)
        result = term_of_program(program, solver.inputs, solver.z3)
        for bound in (BOUND, LARGEST):
            found = solver.input_that_breaks(result, bound)
            if found is not None:
                output = solver.output_at(found)
                assert output is not None, "the input has a right output, and a wrong one"
                return _refuted(program, found, output)
        if solver.input_that_breaks(result, None) is not None:
            return Verification("examples", reason=f"the program is wrong for some numbers beyond {LARGEST}")
    except NotNumbersError as error:
        return Verification("examples", reason=f"the program is no term over integers: {error}")
    except NoAnswerError:
        return Verification("examples", reason=f"the solver gave no answer within {seconds:g} seconds")
    return Verification("smt")


def _broken_draws(program: Program, task: Task, formula: Node) -> Iterator[tuple[HostValue, ...]]:
    """Yields drawn inputs on which a program breaks the formula, or gives nothing; most wrong ones do."""
    draws = NumberDraws("check", [type_.elem for type_ in task.input_types], formula)
    for _ in range(NUM_DRAWS):
        arguments = draws.draw()
        values: dict[str, HostValue] = dict(zip(task.arg_names, arguments, strict=True))
        try:
            if folded(formula, {**values, RESULT: program(*arguments)}, PLAIN):
                continue
        except Fault:
            pass
        yield arguments


def _refuted(program: Program, found: tuple[HostValue, ...], output: HostValue) -> Verification:
    """Returns a counterexample, unless the machine has no such numbers, or is right because they wrap."""
    if not INT_MIN <= int(output) <= INT_MAX:  # type: ignore[arg-type]  # an int or a bool
        return Verification(
            "examples", reason="the program is wrong where the right output has more than 64 bits"
        )
    try:
        if program(*found) == output:
            return Verification(
                "examples", reason="the program is right only because numbers wrap at 64 bits"
            )
    except Fault:
        pass  # a program that gives nothing is wrong
    return Verification("examples", (Counterexample(found, output),))
