"""Decides which problems are given by examples: constraints that are all `(= (f literal ...) literal)`."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.formats.sygus.literals import Literal, literal_value
from benchmarks.formats.sygus.problem import Problem
from mcts_compose.verification.s_expressions import Group, Node, head_of


class Examples(NamedTuple):
    """Arguments and results, one of each per constraint."""

    inputs: list[list[Literal]]
    outputs: list[Literal]


def examples_of(problem: Problem, name: str) -> Examples | None:
    """Returns the examples of a function, or None if the problem is given in another way."""
    examples = Examples([], [])
    for constraint in problem.constraints:
        found = _example(constraint, name)
        if found is None:
            return None
        examples.inputs.append(found[0])
        examples.outputs.append(found[1])
    return examples if examples.outputs else None


def _example(constraint: Node, name: str) -> tuple[list[Literal], Literal] | None:
    """Returns the arguments and the result that a constraint says."""
    if head_of(constraint) != "=" or not isinstance(constraint, Group) or len(constraint.items) != 3:
        return None
    for call, result in (constraint.items[1:], constraint.items[:0:-1]):
        output = literal_value(result)
        if head_of(call) == name and isinstance(call, Group) and output is not None:
            values = [literal_value(argument) for argument in call.items[1:]]
            if all(value is not None for value in values):
                return [value for value in values if value is not None], output
    return None
