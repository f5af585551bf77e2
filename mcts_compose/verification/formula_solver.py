"""Decides what the solver z3 says of a formula: which outputs it allows, and where a program breaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from mcts_compose.verification import smt
from mcts_compose.verification.formulas import PLAIN, Operators, folded
from mcts_compose.verification.s_expressions import Node
from vm.values import Elem, HostValue

RESULT: Final = "result"
"""What a formula calls the output."""


class NoAnswerError(Exception):
    """The solver ran out of time, or of what else it needs."""


class FormulaSolver:
    """One formula over inputs and `RESULT`.

    Args:
      formula: checked.
      inputs: kinds by the names of the inputs, in order.
      output: kind of the result.
      seconds: when to give up on one question.
    """

    def __init__(self, formula: Node, inputs: Mapping[str, Elem], output: Elem, seconds: float) -> None:
        import z3  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra

        self.z3 = z3
        self.formula = formula
        self.seconds = seconds
        self.output = output
        self.operators = _operators(z3)
        self.inputs = [self._variable(name, kind) for name, kind in inputs.items()]
        self._names = list(inputs)

    def is_function(self) -> bool:
        """Says whether an input with some wrong output has at most one right one.

        Raises:
          NoAnswerError: the time is over.
        """
        one, other, wrong = (self._variable(f"{RESULT}{index}", self.output) for index in range(3))
        model = self._model(
            [self.holds(one), self.holds(other), one != other, self.z3.Not(self.holds(wrong))]
        )
        return model is None

    def output_at(self, values: Sequence[HostValue]) -> HostValue | None:
        """Returns a right output for an input; None if any is right, or none.

        Raises:
          NoAnswerError: the time is over.
        """
        result = self._variable(RESULT, self.output)
        # With values in the place of its inputs a formula shrinks to one about the result, or to nothing.
        named = dict(zip(self._names, values, strict=True))
        holds = folded(self.formula, {**named, RESULT: result}, self.operators)
        try:
            holds = self.z3.simplify(self.z3.And(holds, True), timeout=smt.milliseconds(self.seconds))
        except self.z3.Z3Exception:
            raise NoAnswerError from None
        if self.z3.is_true(holds) or self._model([self.z3.Not(holds)]) is None:
            return None
        model = self._model([holds])
        return None if model is None else self._value(model, result)

    def input_that_matters(
        self, others: Sequence[Sequence[HostValue]], bound: int
    ) -> tuple[HostValue, ...] | None:
        """Returns an input but those in `others` for which some output is wrong; None if there is none.

        Raises:
          NoAnswerError: the time is over.
        """
        differs = [
            self.z3.Or([variable != value for variable, value in zip(self.inputs, values, strict=True)])
            for values in others
        ]
        wrong = self._variable(RESULT, self.output)
        return self._input([self.z3.Not(self.holds(wrong)), *differs], bound)

    def input_that_breaks(self, result: Any, bound: int | None) -> tuple[HostValue, ...] | None:
        """Returns an input for which a result breaks the formula and another does not; None if there is none.

        Args:
          result: a term over `inputs`.
          bound: the largest size of the numbers of the input; None for any.

        Raises:
          NoAnswerError: the time is over.
        """
        right = self._variable(RESULT, self.output)
        return self._input([self.z3.Not(self.holds(result)), self.holds(right)], bound)

    def holds(self, result: Any) -> Any:
        """Returns the formula for a result that is a term over `inputs`."""
        values = dict(zip(self._names, self.inputs, strict=True))
        return folded(self.formula, {**values, RESULT: result}, self.operators)

    def _variable(self, name: str, kind: Elem) -> Any:
        return self.z3.Bool(name) if kind is Elem.BOOL else self.z3.Int(name)

    def _input(self, conditions: list[Any], bound: int | None) -> tuple[HostValue, ...] | None:
        if bound is not None:
            numbers = [variable for variable in self.inputs if self.z3.is_int(variable)]
            conditions = [*conditions, *(self.z3.And(-bound <= each, each <= bound) for each in numbers)]
        model = self._model(conditions)
        return None if model is None else tuple(self._value(model, variable) for variable in self.inputs)

    def _model(self, conditions: list[Any]) -> Any:
        """Returns values for which all conditions hold, or None if there are none.

        Raises:
          NoAnswerError: the time is over.
          KeyboardInterrupt: the user stopped it.
        """
        solver = self.z3.SimpleSolver()
        try:
            solver.add(*conditions)
            verdict = smt.check(solver, self.seconds)
        except self.z3.Z3Exception:
            raise NoAnswerError from None
        if verdict == self.z3.unknown:
            raise NoAnswerError
        return solver.model() if verdict == self.z3.sat else None

    def _value(self, model: Any, variable: Any) -> HostValue:
        value = model.eval(variable, model_completion=True)
        return bool(self.z3.is_true(value)) if self.z3.is_bool(value) else int(value.as_long())


def _operators(z3: Any) -> Operators:
    """Returns the operators of formulas on terms of the solver; where nothing is here, Python's do it too."""

    def chain(holds: Any) -> Any:
        return lambda *values: z3.And([holds(one, other) for one, other in pairwise(values)])

    return {
        **PLAIN,
        "abs": lambda value: z3.If(value >= 0, value, -value),
        "<": chain(lambda one, other: one < other),
        "<=": chain(lambda one, other: one <= other),
        ">": chain(lambda one, other: one > other),
        ">=": chain(lambda one, other: one >= other),
        "=": chain(lambda one, other: one == other),
        "distinct": lambda *values: (
            z3.Distinct(*values) if any(map(z3.is_expr, values)) else PLAIN["distinct"](*values)
        ),
        "and": z3.And,
        "or": z3.Or,
        "xor": z3.Xor,
        "=>": z3.Implies,
        "not": z3.Not,
        "ite": z3.If,
    }
